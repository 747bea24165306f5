"""Forks and partial runs: what is reused, what is done again, and bulk actions, over the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from orchestrator.engine.plan import Plan
from orchestrator.engine.state import RunStatus
from orchestrator.runs import again, callbacks, services, store
from orchestrator.runs.models import Run
from orchestrator.workflows.models import WorkflowVersion
from tests.api.callers import Caller, alice, owner
from tests.engine.world import Runner, Sink, document, library
from tests.runs.recording import RecordedRun, new_workflow, payload, started, succeeded
from tests.runs.test_kin import live, pause, start

__all__ = ["alice", "owner"]
pytestmark = pytest.mark.django_db


def earlier(run: Runner) -> dict[str, Any]:
    """What a run that goes on from this one is given, before anything is left out."""
    events = run.store.events
    return {"reuse": again.recorded_outputs(events), "earlier": again.inputs_of(events)}


async def go_on(run: Runner, doc: dict[str, Any], steps: set[str], sink: Sink | None = None) -> Runner:
    """Another run that performs `steps` and what follows them anew."""
    given = earlier(run)
    after, reopened = again.following(run.store.events, steps)
    given["reuse"] = {key: sent for key, sent in given["reuse"].items() if key not in after | reopened}
    forked = Runner(doc, [{"n": 0}], sink=sink, mode="retry", **given)
    assert await forked.perform() is RunStatus.SUCCEEDED
    return forked


def performed(run: Runner) -> list[str]:
    reused = {event["step"] for event in run.of("step.succeeded") if event.get("reused")}
    return [event["step"] for event in run.of("step.started") if event["step"] not in reused]


async def test_what_came_before_is_reused_and_what_follows_done_anew() -> None:
    doc = document(
        {"s": "test.start", "a": "test.add", "b": "test.add", "c": "test.add", "d": "test.add"},
        ["s -> a", "a -> b", "b -> c", "s -> d"],
    )
    run = Runner(doc, [{"n": 0}])
    await run.perform()
    assert performed(await go_on(run, doc, {"b:1"})) == ["b:1", "c:1"]


async def test_the_nth_step_of_a_node_is_told_by_what_it_got() -> None:
    """In the first run the slow branch comes second; when both are reused it comes first."""
    doc = document(
        {"s": "test.start", "slow": "test.slow", "quick": "test.add", "b": "test.add", "c": "test.slow"},
        ["s -> slow", "s -> quick", "slow -> b", "quick -> b", "b -> c"],
    )
    run = Runner(doc, [{"n": 0, "seconds": 0.02}])
    await run.perform()
    assert run.of("step.started")[3]["inputs"] == {"main": [["quick:1", "main"]]}
    forked = await go_on(run, doc, {"c:1", "c:2"})
    assert len(performed(forked)) == 2
    for step in (step for step in forked.state.steps.values() if step.node == "b"):
        ((source, _),) = step.inputs["main"]
        before = run.state.steps[step.origin or ""]
        assert before.inputs["main"][0][0] == source


async def test_a_fork_inside_a_loop_takes_that_turn_again_and_no_other() -> None:
    doc = document(
        {"s": "test.start", "l": "test.loop", "a": "test.add", "w": "test.write", "z": "test.add"},
        ["s -> l.in", "l.each -> a", "a -> w", "w -> l.back", "l.done -> z"],
    )
    sink = Sink()
    run = Runner(doc, [{"n": 1}, {"n": 2}, {"n": 3}], sink=sink)
    await run.perform()
    given = earlier(run)
    after, reopened = again.following(run.store.events, {"a:2"})
    assert (after, reopened) == ({"a:2", "w:2", "z:1"}, {"l:1"})
    given["reuse"] = {key: sent for key, sent in given["reuse"].items() if key not in after | reopened}
    sink.effects.clear()
    forked = Runner(doc, [], sink=sink, mode="retry", **given)
    await forked.perform()
    assert sink.effects == ["run:w:2"]
    assert forked.result == [{"n": n, "written": True} for n in (3, 4, 5)]


async def test_edited_items_take_the_place_of_the_input() -> None:
    from orchestrator.engine.payload import from_json

    doc = document({"s": "test.start", "a": "test.add", "b": "test.add"}, ["s -> a", "a -> b"])
    run = Runner(doc, [{"n": 0}])
    await run.perform()
    given = earlier(run)
    given["reuse"].pop("b:1")
    forked = Runner(doc, [], mode="retry", edits={"b:1": from_json([{"n": 41}])}, **given)
    await forked.perform()
    assert forked.result == [{"n": 42}]


async def test_only_the_nodes_named_are_performed() -> None:
    doc = document({"s": "test.start", "a": "test.add", "b": "test.add"}, ["s -> a", "s -> b"])
    run = Runner(doc, [{"n": 0}], only=["s", "a"])
    await run.perform()
    assert set(run.state.counts) == {"s", "a"}


DOCUMENT = {
    "format": 1,
    "name": "Orders",
    "nodes": [
        {"id": "hook", "type": "trigger.manual", "name": "In", "position": [0, 0], "params": {}},
        {"id": "tag", "type": "data.set", "name": "Tag", "position": [1, 0], "params": {"keep": "all"}},
        {"id": "pay", "type": "http.request", "name": "Pay", "position": [2, 0],
         "params": {"method": "POST", "url": "https://pay.example"}},
        {"id": "mail", "type": "http.request", "name": "Mail", "position": [3, 0],
         "params": {"method": "POST", "url": "https://mail.example"}},
    ],
    "edges": [
        {"source": "hook", "output": "main", "target": "tag", "input": "main"},
        {"source": "tag", "output": "main", "target": "pay", "input": "main"},
        {"source": "pay", "output": "main", "target": "mail", "input": "main"},
    ],
    "settings": {},
}  # fmt: skip


@pytest.fixture
def run() -> RecordedRun:
    """Tagged, paid and mailed."""
    version = new_workflow()
    WorkflowVersion.objects.filter(pk=version.pk).update(document=DOCUMENT)
    version.workflow.document = DOCUMENT
    version.workflow.save()
    found = RecordedRun(version, items=[{"total": 10}])
    found.commit(
        ("run.started", {"worker": "w"}),
        started("hook:1"),
        succeeded("hook:1", payload([{"total": 10}])),
        started("tag:1", main=[["hook:1", "main"]]),
        succeeded("tag:1", payload([{"total": 10, "tag": 1}])),
        started("pay:1", main=[["tag:1", "main"]]),
        succeeded("pay:1", payload([{"paid": True}])),
        started("mail:1", main=[["pay:1", "main"]]),
        succeeded("mail:1", payload([{"mailed": True}])),
        ("run.succeeded", {"result": [["mail:1", "main"]]}),
    )
    return found


def first_event(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 201, answer.content
    return store.load_events(answer.json()["run_id"])[0]


def test_a_fork_keeps_writes_that_are_not_armed(owner: Caller, run: RecordedRun) -> None:
    event = first_event(owner.post(f"/runs/{run.id}/fork", {"step": "tag:1"}))
    assert set(event["reuse"]) == {"hook:1", "pay:1", "mail:1"}
    armed = first_event(owner.post(f"/runs/{run.id}/fork", {"step": "tag:1", "armed": ["mail:1"]}))
    assert set(armed["reuse"]) == {"hook:1", "pay:1"}
    edited = first_event(owner.post(f"/runs/{run.id}/fork", {"step": "pay:1", "items": [{"total": 5}]}))
    assert store.load_items(edited["edits"]["pay:1"]) == [{"total": 5}]
    assert set(edited["reuse"]) == {"hook:1", "tag:1", "mail:1"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"step": "nobody:1"}, "run.step_not_found"),
        ({"step": "tag:1", "armed": ["nobody:1"]}, "run.step_not_found"),
        ({"step": "hook:1", "items": [{}]}, "run.trigger_items"),
        ({}, "input.invalid"),
    ],
)
def test_a_fork_that_cannot_be(owner: Caller, run: RecordedRun, body: dict[str, Any], code: str) -> None:
    assert owner.post(f"/runs/{run.id}/fork", body).json()["code"] == code


def test_one_step_is_run_with_what_came_before(owner: Caller, run: RecordedRun) -> None:
    body = {"reuse_run": run.id, "from": "pay", "until": "pay"}
    event = first_event(owner.post(f"/workflows/{run.workflow_id}/run", body))
    assert set(event["reuse"]) == {"hook:1", "tag:1"}
    assert (event["until"], set(event["only"])) == ("pay", {"hook", "tag", "pay", "mail"})
    assert store.load_items(event["items"]) == [{"total": 10}]


def test_from_here_leaves_out_what_changed_since(owner: Caller, run: RecordedRun) -> None:
    changed = {**DOCUMENT, "nodes": [{**node} for node in DOCUMENT["nodes"]]}
    changed["nodes"][1]["params"] = {"keep": "none"}
    workflow = owner.get(f"/workflows/{run.workflow_id}").json()
    saved = owner.put(
        f"/workflows/{run.workflow_id}", {"document": changed, "revision": workflow["revision"]}
    )
    assert saved.status_code == 200
    event = first_event(
        owner.post(f"/workflows/{run.workflow_id}/run", {"reuse_run": run.id, "from": "mail"})
    )
    assert set(event["reuse"]) == {"hook:1"}


def test_new_items_and_dirty_nodes_are_performed_anew(owner: Caller, run: RecordedRun) -> None:
    path = f"/workflows/{run.workflow_id}/run"
    event = first_event(owner.post(path, {"reuse_run": run.id, "dirty": ["mail"]}))
    assert set(event["reuse"]) == {"hook:1", "tag:1", "pay:1"}
    event = first_event(owner.post(path, {"reuse_run": run.id, "items": [{"total": 1}]}))
    assert event.get("reuse", {}) == {}


def test_data_of_another_workflow_is_not_taken(owner: Caller, run: RecordedRun) -> None:
    other = new_workflow("Other")
    answer = owner.post(f"/workflows/{other.workflow_id}/run", {"reuse_run": run.id})
    assert answer.json()["code"] == "run.of_another_workflow"


def test_many_runs_are_cancelled_or_retried_at_once(owner: Caller) -> None:
    version = live(("s", "trigger.manual"))
    ids = [start(version) for _ in range(3)]
    done = owner.post("/runs/bulk", {"action": "cancel", "workflow": version.workflow_id}).json()
    assert [entry["run_id"] for entry in done["done"]] == ids
    assert [signal.outcome for signal in store.read_signals(ids[0])] == ["cancel"]
    Run.objects.filter(pk__in=ids[:2]).update(status="failed", finished_at="2026-01-01T00:00:00Z")
    again_ = owner.post("/runs/bulk", {"action": "retry", "workflow": version.workflow_id}).json()
    assert [entry["run_id"] for entry in again_["done"]] == ids[:2]
    assert all(Run.objects.get(pk=entry["new_run_id"]).mode == "retry" for entry in again_["done"])
    mixed = owner.post("/runs/bulk", {"action": "cancel", "ids": [ids[0], ids[2], "nobody"]}).json()
    assert [entry["code"] for entry in mixed["refused"]] == ["run.ended", "run.not_found"]
    assert owner.post("/runs/bulk", {"action": "cancel"}).json()["code"] == "run.bulk_empty"


def test_events_are_sent_over_the_api(owner: Caller) -> None:
    version = live(("s", "trigger.manual"))
    run_id = start(version)
    pause(run_id, kind="event", data={"name": "paid"})
    assert owner.post("/events", {"name": "paid", "data": {"id": 1}}).json() == {"reached": 1}
    assert owner.post("/events", {"name": "memory:shared"}).json()["code"] == "event.bad_name"


@pytest.fixture
def waiting() -> str:
    run_id = start(live(("s", "trigger.manual"), name="Send <b>it</b>"))
    pause(run_id, kind="callback")
    return run_id


def address(run_id: str) -> str:
    return f"/resume/{run_id}/{callbacks.token_of(run_id)}"


def test_a_link_that_is_opened_resumes_nothing(waiting: str) -> None:
    page = Client(enforce_csrf_checks=True).get(address(waiting))
    assert page.status_code == 200
    assert b"Send &lt;b&gt;it&lt;/b&gt;" in page.content and b"<button>" in page.content
    assert store.read_signals(waiting) == []


def test_a_call_resumes_with_its_json_and_only_once(waiting: str) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(f"{address(waiting)}?by=mail", '{"ok": true}', content_type="application/json")
    assert answer.json() == {"run_id": waiting, "status": "resumed"}
    (signal,) = store.read_signals(waiting)
    assert signal.data == {"body": {"by": "mail", "ok": True}}
    second = client.post(address(waiting), {})
    assert (second.status_code, second.json()["code"]) == (409, "resume.already_called")


def test_the_button_of_the_page_resumes(waiting: str) -> None:
    page = Client(enforce_csrf_checks=True).post(
        address(waiting), {"choice": "yes"}, headers={"Accept": "text/html"}
    )
    assert b"Thank you" in page.content
    assert store.read_signals(waiting)[0].data == {"body": {"choice": "yes"}}


def test_a_wrong_address_is_told_nothing(waiting: str) -> None:
    client = Client()
    for path in (f"/resume/{waiting}/{'0' * 40}", f"/resume/{waiting}/ä", "/resume/nobody/x"):
        assert client.post(path, {}).json()["code"] == "resume.not_found"
        assert client.get(path).status_code == 404
    assert client.put(address(waiting)).status_code == 405
    assert client.post(address(waiting), "{", content_type="application/json").status_code == 400


def test_a_call_repeated_after_the_wait_is_not_kept_for_the_next(waiting: str) -> None:
    from orchestrator.runs.journal import flush_runs
    from tests.runs.test_store import claim, flush

    client = Client()
    client.post(address(waiting), {})
    mine = claim(waiting)
    assert mine is not None
    resumed = {"type": "step.resumed", "step": "w:1", "node": "w", "outcome": "called"}
    ids = [signal.id for signal in store.read_signals(waiting)]
    flush_runs([flush(mine, resumed, consumed_signals=ids)])
    assert client.post(address(waiting), {}).json()["code"] == "resume.already_called"
    services.cancel_run(run_id=waiting, by="")


def test_a_plan_of_the_document_can_be_made() -> None:
    from orchestrator.workflows.library import library as all_types

    assert Plan.compile(DOCUMENT, {**all_types(), **library()}).node("pay").name == "Pay"
