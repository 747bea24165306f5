"""The inbox with real runs behind it: rounds, rules, forms, timers and repairs, end to end."""

from __future__ import annotations

import pytest

from tests.e2e.documents import node
from tests.inbox.desk import Desk, drawn
from tools.instance import OWNER

pytestmark = [pytest.mark.e2e]


def test_work_goes_back_with_a_note_until_others_must_decide(desk: Desk) -> None:
    draft = node(
        "draft",
        "data.set",
        fields=[{"name": "text", "value": "={{ $json.revision ? $json.revision.note : 'first' }}"}],
    )
    gate = node(
        "gate",
        "human.approval",
        subject="={{ $json.text }}",
        proposed=[{"name": "text", "value": "={{ $json.text }}"}],
        revisions={"most": 2, "then": [OWNER["email"]]},
    )
    run_id = desk.start(
        drawn(
            "Letters",
            [node("start", "trigger.manual"), draft, gate, node("after", "flow.noop")],
            "start > draft",
            "draft > gate",
            "gate.approved > after",
            "gate.revise > draft",
        )
    )
    desk.answer(desk.task(run_id, "first"), "revise", comment="second")
    desk.answer(desk.task(run_id, "second"), "revise", comment="third")
    last = desk.task(run_id, "third")
    assert (last["round"], last["outcomes"], last["assignees"]) == (
        3,
        ["approved", "rejected"],
        [OWNER["email"]],
    )
    desk.answer(last, "approved", proposed={"text": "edited"})
    assert desk.received(run_id)["approval"]["proposed"] == {"text": "edited"}


def test_small_orders_pass_by_a_rule_and_large_ones_do_not(desk: Desk) -> None:
    gate = node(
        "gate",
        "human.approval",
        subject="Order",
        gate={"conditions": [{"left": "={{ $json.total }}", "op": "lt", "right": 500}], "reason": "small"},
    )
    nodes = [node("start", "trigger.manual"), gate, node("after", "flow.noop")]
    document = drawn("Orders", nodes, "start > gate", "gate.approved > after")
    run_id = desk.start(document, total=120)
    assert "120 is less than 500" in desk.received(run_id)["approval"]["automatic"]
    row = desk.api.get("/inbox?status=done").json()["items"][0]
    assert (row["run_id"], row["decision"]["by"]) == (run_id, "")
    cautious = {**document, "name": "Cautious", "settings": {"autonomy": 0}}
    for run_id in (desk.start({**document, "name": "Large"}, total=900), desk.start(cautious, total=120)):
        desk.answer(desk.task(run_id), "rejected")
        desk.ended(run_id)


def test_a_form_and_a_choice_in_a_loop(desk: Desk) -> None:
    form = node(
        "form",
        "human.form",
        subject="=Stars for {{ $json.n }}?",
        fields=[{"name": "stars", "kind": "number"}],
    )
    pick = node(
        "pick",
        "human.choice",
        subject="=Where to, {{ $json.n }}?",
        options=[{"name": "left"}, {"name": "right"}],
    )
    split = node("split", "data.set", fields=[{"name": "n", "value": "={{ $json.n }}"}])
    run_id = desk.start(
        drawn(
            "Loop",
            [
                node("start", "trigger.manual"),
                node("each", "flow.loop"),
                split,
                form,
                pick,
                node("after", "flow.noop"),
            ],
            "start > each",
            "each.each > split",
            "split > form",
            "form.answered > pick",
            "pick.left > each.back",
            "each.done > after",
        ),
        n=7,
    )
    desk.answer(desk.task(run_id, "Stars for 7"), "answered", answer={"stars": 4})
    desk.answer(desk.task(run_id, "Where to, 7"), "left")
    assert desk.ended(run_id) == "succeeded"


def test_the_clock_answers_and_survives_a_restart(desk: Desk) -> None:
    gate = node(
        "gate",
        "human.approval",
        subject="Nobody is there",
        timers=[
            {"after": {"amount": 1, "unit": "seconds"}, "action": {"do": "raise_priority", "to": "urgent"}},
            {"after": {"amount": 6, "unit": "seconds"}, "action": {"do": "decide", "outcome": "rejected"}},
        ],
    )
    nodes = [node("start", "trigger.manual"), gate, node("after", "flow.noop")]
    run_id = desk.start(drawn("Clock", nodes, "start > gate", "gate.rejected > after"))
    desk.until(lambda: True if desk.task(run_id)["priority"] == "urgent" else None)
    desk.product.kill_everything()
    desk.product.start()
    told = desk.received(run_id)["approval"]
    assert (told["outcome"], told["by"], told["automatic"]) == (
        "rejected",
        None,
        "nobody had answered in time",
    )


def test_a_failed_step_is_repaired_in_the_inbox(desk: Desk) -> None:
    stop = node("stop", "data.set", fields=[{"name": "n", "value": "={{ JSON.parse($json.text).n }}"}])
    stop["settings"] = {"on_error": "escalate"}
    nodes = [node("start", "trigger.manual"), stop, node("after", "flow.noop")]
    document = drawn("Repair", nodes, "start > stop", "stop > after")
    run_id = desk.start(document, text="{broken")
    task = desk.task(run_id)
    assert (task["kind"], task["outcomes"]) == ("repair", ["retry", "use_as_output", "skip", "fail"])
    assert desk.detail(task)["context"][0]["title"] == "What went wrong"
    desk.answer(task, "retry", proposed={"items": [{"text": '{"n": 5}'}]})
    assert desk.received(run_id)["n"] == 5
    again = desk.start({**document, "name": "Repair 2"}, text="{broken")
    desk.answer(desk.task(again), "use_as_output", proposed={"items": [{"n": 9}]})
    assert desk.received(again) == {"n": 9}
