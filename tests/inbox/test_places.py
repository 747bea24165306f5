"""Questions to people wherever a step may stand, and however long the answer takes: with real runs."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from tests.e2e.documents import node
from tests.inbox.desk import Desk, drawn
from tools.instance import OWNER

pytestmark = [pytest.mark.e2e]


BROKEN = {"name": "n", "value": "={{ JSON.parse($json.text).n }}"}
ANSWERS: dict[str, dict[str, Any]] = {
    "approve": {"outcome": "approved"},
    "choose": {"outcome": "left"},
    "answer": {"outcome": "answered", "answer": {"stars": 4}},
    "edit": {"outcome": "edited"},
    "acknowledge": {"outcome": "acknowledged"},
    "repair": {"outcome": "retry", "proposed": {"items": [{"text": '{"n": 5}'}]}},
}


def every_kind() -> list[dict[str, Any]]:
    """A question of each kind, the last one a failure that asks to be repaired."""
    mended = node("mended", "data.set", fields=[BROKEN])
    mended["settings"] = {"on_error": "escalate"}
    return [
        node("gate", "human.approval", subject="Yes?"),
        node("pick", "human.choice", subject="Which way?", options=[{"name": "left"}, {"name": "right"}]),
        node("form", "human.form", subject="Stars?", fields=[{"name": "stars", "kind": "number"}]),
        node("right", "human.edit", subject="Right?", proposed={"zip": "0150"}),
        node("odd", "human.escalate", subject="Odd", reason="It is odd"),
        node("seen", "human.acknowledge", subject="Seen?"),
        mended,
    ]


CHAIN = ["gate.approved > pick", "pick.left > form", "form.answered > right", "right.edited > odd"]
CHAIN += ["odd.handled > seen", "seen.acknowledged > mended"]


def answer_everything(desk: Desk, run_id: str, most: int) -> list[str]:
    """Answer whatever is asked until the run ends. Gives the nodes that asked, in order."""
    asked: list[str] = []

    def step() -> bool | None:
        for task in desk.open_tasks():
            escalated = {"outcome": "handled"} if "handled" in task["outcomes"] else ANSWERS[task["kind"]]
            desk.answer(task, **escalated)
            asked.append(task["node_id"])
        assert len(asked) <= most, asked
        return True if desk.api.get(f"/runs/{run_id}").json()["finished_at"] else None

    desk.until(step)
    assert desk.ended(run_id) == "succeeded"
    return asked


KINDS = ["form", "gate", "mended", "odd", "pick", "right", "seen"]


def test_every_kind_in_loops_branches_and_child_runs(desk: Desk) -> None:
    start, after = node("start", "trigger.manual"), node("after", "flow.noop")
    fill = node("fill", "data.set", fields=[{"name": "text", "value": "{broken"}])
    turns = node("turns", "flow.loop", concurrency=2)
    split = node("split", "data.split_out", field="rows")
    edges = ["start > split", "split > turns.in", "turns.each > fill", "fill > gate", *CHAIN]
    looped = drawn(
        "Loop",
        [start, split, turns, fill, *every_kind(), after],
        *edges,
        "mended > turns.back",
        "turns.done > after",
    )
    run_id = desk.start(looped, rows=[{"turn": 1}, {"turn": 2}])
    assert sorted(answer_everything(desk, run_id, 14)) == sorted(KINDS * 2)

    branches = [f"start > {name}" for name in KINDS]
    run_id = desk.start(drawn("Branches", [start, *every_kind()], *branches), text="{broken")
    assert sorted(answer_everything(desk, run_id, 7)) == KINDS

    called = node("called", "trigger.workflow")
    child = drawn("Child", [called, *every_kind()], "called > gate", *CHAIN)
    call = node("call", "flow.run_workflow", workflow=desk.product.publish(child))
    run_id = desk.start(drawn("Parent", [start, call, after], "start > call", "call > after"), text="{broken")
    assert answer_everything(desk, run_id, 7) == [
        "gate", "pick", "form", "right", "odd", "seen", "mended"
    ]  # fmt: skip
    assert desk.received(run_id)["n"] == 5


def move_clock(desk: Desk, days: int) -> None:
    """As if the product had stood still, or waited, for so long: all moments move into the past."""
    with sqlite3.connect(desk.product.folder / "data" / "orchestrator.sqlite3") as database:
        for table, column in (
            ("inbox_humantask", "created_at"),
            ("inbox_humantask", "due_at"),
            ("inbox_tasktimer", "due_at"),
            ("inbox_taskevent", "at"),
            ("runs_run", "created_at"),
            ("runs_run", "started_at"),
        ):
            moved = f"strftime('%Y-%m-%d %H:%M:%f', {column}, '-{days} days')"
            database.execute(f"UPDATE {table} SET {column} = {moved} WHERE {column} IS NOT NULL")
        database.execute(f"UPDATE runs_timer SET due_at = due_at - {days * 86400}")


def test_a_question_outlives_restarts_republishing_and_three_months(desk: Desk) -> None:
    start, after = node("start", "trigger.manual"), node("after", "flow.noop")
    timers = [
        {"after": {"amount": 60, "unit": "days"}, "action": {"do": "raise_priority", "to": "urgent"}},
        {"after": {"amount": 80, "unit": "days"}, "action": {"do": "reassign", "chain": [OWNER["email"]]}},
        {"after": {"amount": 200, "unit": "days"}, "action": {"do": "decide", "outcome": "rejected"}},
    ]
    gate = node("gate", "human.approval", subject="Renew?", proposed={"price": 10}, timers=timers)
    gate["params"]["timeout"] = {"amount": 120, "unit": "days"}
    document = drawn("Contract", [start, gate, after], "start > gate", "gate.approved > after")
    run_id = desk.start(document)
    task = desk.task(run_id)
    workflow_id = task["workflow_id"]
    desk.product.stop()
    move_clock(desk, 91)
    desk.product.start()
    desk.until(lambda: True if desk.task(run_id)["assignees"] == [OWNER["email"]] else None)
    assert desk.task(run_id)["priority"] == "urgent"
    draft = desk.api.get(f"/workflows/{workflow_id}").json()
    changed = drawn("Contract", [start, node("other", "flow.noop")], "start > other")
    saved = {"document": changed, "revision": draft["revision"]}
    desk.api.put(f"/workflows/{workflow_id}", json=saved).raise_for_status()
    desk.api.post(f"/workflows/{workflow_id}/publish", json={}).raise_for_status()
    desk.product.kill_everything()
    desk.product.start()
    desk.answer(desk.task(run_id), "approved", proposed={"price": 12})
    approval = desk.received(run_id)["approval"]
    assert (approval["outcome"], approval["proposed"]) == ("approved", {"price": 12})
    assert desk.ended(desk.start_again(workflow_id)) == "succeeded"


def test_an_unusual_run_comes_to_people_by_itself(desk: Desk) -> None:
    total = node("total", "data.set", fields=[{"name": "total", "value": "={{ $json.total }}"}])
    rules = [{"kind": "value", "node": "total", "field": "total", "last": 10, "at_least": 3}]
    nodes = [node("start", "trigger.manual"), total]
    workflow_id = desk.product.publish(drawn("Figures", nodes, "start > total", unusual=rules))
    for value in (100, 101, 99, 9800):
        run_id = desk.start_again(workflow_id, total=value)
        desk.ended(run_id)
    task = desk.task(run_id)
    assert task["subject"] == "Unusual total in “Total”"
    assert desk.detail(task)["why"].startswith(
        "Total is 9,800; in the 3 runs before it was between 99 and 101"
    )
    desk.answer(task, "handled")
    assert desk.api.get(f"/inbox/{task['id']}").json()["status"] == "done"
