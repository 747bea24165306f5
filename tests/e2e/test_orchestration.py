"""What runs do to each other and to the world, with the product's own processes: children, error
workflows, callbacks, events, limits, repeated messages, forks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.documents import Node, ask, in_a_row, node, webhook
from tests.e2e.following import (
    all_runs,
    assert_no_step_succeeded_twice,
    decide,
    latest_run,
    open_task,
    wait_for_run,
    wait_until,
)
from tests.e2e.outside import Outside
from tools.instance import Instance
from tools.postgres import new_database


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def product(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, prepared_data: Path
) -> Iterator[Instance]:
    """One product for all of these tests, once on each kind of database."""
    with ExitStack() as stack:
        url = ""
        if request.param == "postgres":
            server, like = (request.getfixturevalue(name) for name in ("postgres", "prepared_postgres"))
            url = stack.enter_context(new_database(server, like=like))
        folder = tmp_path_factory.mktemp("orchestration")
        yield stack.enter_context(Instance(folder / "product", database_url=url, prepared=prepared_data))


TOTAL: dict[str, Any] = {
    "keep": "none",
    "fields": [{"name": "total", "value": "={{ $json.body.total }}"}],
}


def call(product: Instance, path: str, body: Any = None, **headers: str) -> httpx.Response:
    answer = httpx.post(f"{product.url}/webhook/{path}", json=body or {}, headers=headers, timeout=30)
    assert answer.status_code < 300, answer.text
    return answer


def items_out(api: httpx.Client, run_id: str, step: str) -> list[Any]:
    answer = api.get(f"/runs/{run_id}/steps/{step}", params={"side": "out"}).raise_for_status().json()
    return [item for page in answer["outputs"].values() for item in page["items"]]


def waiting(**mode: Any) -> Node:
    return node("wait", "flow.wait", mode=mode)


def test_a_parent_waits_while_its_child_asks_a_person(product: Instance) -> None:
    inputs = [{"name": "total", "type": "number", "required": True}]
    child = product.publish(
        in_a_row(
            "Child",
            node("called", "trigger.workflow", inputs=inputs),
            node("decision", "human.approval", subject="Pay?"),
            node("paid", "data.set", fields=[{"name": "paid", "value": "={{ $json.total }}"}]),
        )
    )
    parent = product.publish(
        in_a_row(
            "Parent",
            webhook("parent"),
            node("order", "data.set", **TOTAL),
            node("child", "flow.run_workflow", workflow=child),
            node("after", "data.set", fields=[{"name": "after", "value": True}]),
        )
    )  # fmt: skip
    api = product.api()
    call(product, "parent", {"total": 12})
    run_id = latest_run(api, parent)
    child_id = latest_run(api, child)
    wait_for_run(api, child_id, "paused")
    assert wait_for_run(api, run_id, "paused")["waiting"][0]["kind"] == "child"
    product.kill_everything()
    product.start()
    decide(api, open_task(api, child_id), "approved")
    finished = wait_for_run(api, run_id, "succeeded")
    assert_no_step_succeeded_twice(finished)
    (item,) = items_out(api, run_id, "after:1")
    assert (item["paid"], item["after"]) == (12, True)
    assert len(all_runs(api, child)) == 1

    call(product, "parent", {"total": "twelve"})
    failed = wait_for_run(api, latest_run_but(api, parent, run_id), "failed")
    assert failed["error"]["code"] == "flow.child_failed"
    assert "'total' must be a number" in failed["error"]["message"]


def latest_run_but(api: httpx.Client, workflow_id: str, known: str) -> str:
    def look() -> str | None:
        return next((run["id"] for run in all_runs(api, workflow_id) if run["id"] != known), None)

    return str(wait_until(look, "another run"))


def test_a_failure_is_reported_to_the_error_workflow(product: Instance, outside: Outside) -> None:
    alarm = product.publish(
        in_a_row(
            "Alarm",
            node("failed", "trigger.error"),
            node("tell", "http.request", method="POST", url=f"{outside.url}/alarm",
                 body={"kind": "json", "value": "={{ $json }}"}),
        )
    )  # fmt: skip
    document = in_a_row("Fragile", webhook("fragile"), node("stop", "flow.stop", message="no address"))
    document["settings"] = {"error_workflow": alarm}
    fragile = product.publish(document)
    api = product.api()
    call(product, "fragile")
    run_id = latest_run(api, fragile)
    wait_for_run(api, run_id, "failed")
    report = latest_run(api, alarm)
    wait_for_run(api, report, "succeeded")
    (item,) = items_out(api, report, "failed:1")
    assert item["run"]["id"] == run_id
    assert item["run"]["error"]["node_name"] == "Stop"
    assert item["run"]["error"]["message"] == "no address"
    assert item["workflow"] == {"id": fragile, "name": "Fragile"}
    assert outside.calls["/alarm"] == 1


def test_another_system_ends_a_wait_once(product: Instance, outside: Outside) -> None:
    link = node("link", "data.set", fields=[{"name": "link", "value": "={{ $run.resume_url }}"}])
    done = ask("done", f"{outside.url}/done")
    workflow = product.publish(in_a_row("Called back", webhook("back"), link, waiting(kind="callback"), done))
    api = product.api()
    call(product, "back")
    run_id = latest_run(api, workflow)
    wait_for_run(api, run_id, "paused")
    address = items_out(api, run_id, "link:1")[0]["link"]
    assert run_id in address
    address = product.url + address[address.index("/resume/") :]
    assert "<button>" in httpx.get(address).text
    assert httpx.post(address[:-1] + "x", json={}).status_code == 404
    assert api.get(f"/runs/{run_id}").json()["status"] == "paused"
    answers = [httpx.post(address, json={"n": n}).status_code for n in range(3)]
    assert sorted(answers)[0] == 200 and set(answers[1:]) == {409}
    wait_for_run(api, run_id, "succeeded")
    assert items_out(api, run_id, "wait:1")[0]["callback"] == {"n": 0}
    assert outside.calls["/done"] == 1
    assert httpx.post(address, json={}).json()["code"] == "resume.nothing_waits"


def test_an_event_sent_before_the_wait_is_found_and_conditions_follow_memory(product: Instance) -> None:
    match = [{"name": "order.id", "value": "={{ $json.body.id }}"}]
    mode = {"kind": "event", "name": "paid", "match": match, "look_back": {"amount": 1, "unit": "hours"}}
    events = product.publish(in_a_row("Events", webhook("events"), waiting(**mode)))
    stock = {"kind": "condition", "left": "={{ $memory.stock }}", "op": "gt", "right": 10, "label": "stock"}
    conditions = product.publish(in_a_row("Stock", webhook("stock"), waiting(**stock, every_seconds=3600)))
    api = product.api()
    assert api.post("/events", json={"name": "paid", "data": {"order": {"id": "A"}, "sum": 5}}).json() == {
        "reached": 0
    }
    call(product, "events", {"id": "B"})
    later = latest_run(api, events)
    wait_for_run(api, later, "paused")
    call(product, "events", {"id": "A"})
    before = latest_run_but(api, events, later)
    wait_for_run(api, before, "succeeded")
    assert items_out(api, before, "wait:1")[0]["event"]["sum"] == 5
    assert api.post("/events", json={"name": "paid", "data": {"order": {"id": "B"}}}).json() == {"reached": 1}
    wait_for_run(api, later, "succeeded")

    call(product, "stock")
    run_id = latest_run(api, conditions)
    reason = wait_for_run(api, run_id, "paused")["waiting"][0]["reason"]
    assert "because stock = nothing, needs > 10" in reason
    api.put("/memory", json={"key": "stock", "value": 3, "scope": "shared"}).raise_for_status()
    wait_until(
        lambda: "stock = 3" in str(api.get(f"/runs/{run_id}").json()["waiting"]),
        "the reason to follow memory",
    )
    entry = {"key": "stock", "value": 11, "scope": "workflow", "workflow_id": conditions}
    api.put("/memory", json=entry).raise_for_status()
    wait_for_run(api, run_id, "succeeded")


def test_one_run_at_a_time(product: Instance, outside: Outside) -> None:
    document = in_a_row("Narrow", webhook("narrow"), ask("slow", f"{outside.url}/slow?s=0.5", method="GET"))
    document["settings"] = {"concurrency": {"limit": 1}}
    workflow = product.publish(document)
    api = product.api()
    for number in range(5):
        call(product, "narrow", {"number": number})
    most = 0

    def done() -> bool:
        nonlocal most
        statuses = [run["status"] for run in all_runs(api, workflow)]
        most = max(most, statuses.count("running"))
        return statuses == ["succeeded"] * 5

    began = time.monotonic()
    wait_until(done, "five runs, one after another")
    assert most == 1
    assert time.monotonic() - began < 20, "the next begins when one ends, not at a sweep"
    spans = sorted((run["started_at"], run["finished_at"]) for run in all_runs(api, workflow))
    assert all(one[1] <= two[0] for one, two in pairwise(spans))


def test_a_message_that_comes_again_starts_nothing(product: Instance) -> None:
    workflow = product.publish(in_a_row("Once", webhook("once", deduplicate_by="={{ $json.body.id }}")))
    ids = {call(product, "once", {"id": 1}).json()["run_id"] for _ in range(5)}
    product.kill_everything()
    product.start()
    ids |= {call(product, "once", {"id": 1}).json()["run_id"]}
    assert len(ids) == 1
    keyed = {call(product, "once", {"id": n}, **{"Idempotency-Key": "k"}).json()["run_id"] for n in (2, 3)}
    assert len(keyed) == 1
    assert len(all_runs(product.api(), workflow)) == 2


def test_a_fork_repeats_no_write_that_is_not_armed(product: Instance, outside: Outside) -> None:
    workflow = product.publish(
        in_a_row(
            "Forked",
            webhook("forked"),
            node("tag", "data.set", **TOTAL),
            ask("pay", f"{outside.url}/pay"),
            node("mark", "data.set", fields=[{"name": "marked", "value": True}]),
            ask("mail", f"{outside.url}/mail"),
        )
    )  # fmt: skip
    api = product.api()
    call(product, "forked", {"total": 5})
    run_id = latest_run(api, workflow)
    wait_for_run(api, run_id, "succeeded")

    def fork(**body: Any) -> dict[str, Any]:
        answer = api.post(f"/runs/{run_id}/fork", json=body)
        assert answer.status_code == 201, answer.text
        return wait_for_run(api, answer.json()["run_id"], "succeeded")

    unarmed = fork(step="tag:1", items=[{"body": {"total": 9}}])
    assert dict(outside.calls) == {"/pay": 1, "/mail": 1}
    assert items_out(api, unarmed["id"], "tag:1") == [{"total": 9}]
    fork(step="tag:1", armed=["mail:1"])
    assert dict(outside.calls) == {"/pay": 1, "/mail": 2}
    fork(step="pay:1")
    assert dict(outside.calls) == {"/pay": 2, "/mail": 2}

    body = {"reuse_run": run_id, "from": "mark", "until": "mark", "wait_seconds": 20}
    partial = api.post(f"/workflows/{workflow}/run", json=body)
    assert partial.json()["status"] == "succeeded", partial.text
    assert dict(outside.calls) == {"/pay": 2, "/mail": 2}
