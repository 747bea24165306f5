"""Runs that runs start, events, conditions and callbacks: what the database keeps of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from orchestrator.engine.executor import CALLBACK
from orchestrator.engine.payload import from_json
from orchestrator.errors import Conflict, InvalidInput, NotFound
from orchestrator.memory import services as memory
from orchestrator.runs import callbacks, happenings, services, store
from orchestrator.runs.journal import flush_runs
from orchestrator.runs.models import Happening, Run, Signal, Subscription
from orchestrator.workflows.models import Workflow, WorkflowVersion
from tests.runs.test_store import claim, flush

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def live(*nodes: tuple[str, str], name: str = "Test", **settings: Any) -> WorkflowVersion:
    document = {
        "nodes": [{"id": id, "type": type, "name": id} for id, type in nodes],
        "edges": [],
        "settings": settings,
    }
    workflow = Workflow.objects.create(name=name, document=document)
    version = WorkflowVersion.objects.create(
        workflow=workflow, number=1, document=document, content_hash="0" * 64
    )
    Workflow.objects.filter(pk=workflow.pk).update(live=version)
    return version


def start(version: WorkflowVersion, **more: Any) -> str:
    return services.start_run(
        workflow_id=version.workflow_id, version_id=version.id, node_id="s", items=[{"n": 1}], **more
    )


def pause(run_id: str, step: str = "w:1", **wait: Any) -> int:
    """Pause a step; the sequence number of the pause."""
    mine = claim(run_id)
    assert mine is not None
    event = {"type": "step.paused", "step": step, "node": "w", "wait": {"reason": "r", "data": {}, **wait}}
    waiting = [{"step": step, "kind": wait["kind"]}]
    done = flush_runs([flush(mine, event, status="paused", releases=True, waiting=waiting)])
    assert done[run_id] is not None
    return int(mine.events[-1]["seq"]) + 1


def end(run_id: str, type: str = "run.succeeded", **fields: Any) -> None:
    mine = claim(run_id)
    assert mine is not None
    queued = mine.events[0]
    flush_runs(
        [
            flush(
                mine,
                {"type": type, **fields},
                status=type.removeprefix("run."),
                releases=True,
                parent=queued.get("parent"),
                depth=queued.get("depth", 0),
                names={"ask": "Ask the shop"},
            )
        ]
    )


@pytest.fixture
def version() -> WorkflowVersion:
    return live(("s", "trigger.manual"))


def call(version: WorkflowVersion, child: str, *, wait: bool = True, count: int = 2) -> tuple[str, int]:
    run_id = start(version)
    children = [{"items": from_json([{"n": n}])} for n in range(count)]
    return run_id, pause(run_id, kind="child", children=children, data={"workflow_id": child, "wait": wait})


def test_children_start_with_the_pause_and_their_end_is_told_to_the_parent(version: WorkflowVersion) -> None:
    other = live(("in", "trigger.workflow"), name="Child")
    parent, seq = call(version, other.workflow_id)
    children = list(Run.objects.filter(parent_run=parent).order_by("id"))
    assert [child.mode for child in children] == ["child", "child"]
    first = store.load_events(children[0].id)[0]
    assert first["parent"] == {"run": parent, "step": "w:1", "index": 0, "pause": seq}
    assert first["depth"] == 1
    assert claim(parent) is None
    end(children[1].id)
    (signal,) = store.read_signals(parent)
    assert (signal.outcome, signal.data["index"], signal.data["status"]) == ("child", 1, "succeeded")
    assert claim(parent) is not None


def test_a_workflow_that_cannot_be_called_answers_at_once(version: WorkflowVersion) -> None:
    parent, _ = call(version, live(("hook", "trigger.webhook")).workflow_id, count=1)
    (signal,) = store.read_signals(parent)
    assert signal.data["status"] == "failed"
    assert signal.data["error"]["code"] == "workflow.not_live"


def test_a_pinned_version_is_run_whatever_was_published_since(version: WorkflowVersion) -> None:
    first = live(("in", "trigger.workflow"), name="Child")
    later = WorkflowVersion.objects.create(
        workflow=first.workflow, number=2, document=first.document, content_hash="1" * 64
    )
    Workflow.objects.filter(pk=first.workflow_id).update(live=later)
    for number, expected in ((1, first), (2, later)):
        run_id = start(version)
        children = [{"items": from_json([{}])}]
        data = {"workflow_id": first.workflow_id, "version": number}
        pause(run_id, kind="child", children=children, data=data)
        assert Run.objects.get(parent_run=run_id).version_id == expected.id
    run_id = start(version)
    data = {"workflow_id": first.workflow_id, "version": 7}
    pause(run_id, kind="child", children=[{"items": from_json([{}])}], data=data)
    (signal,) = store.read_signals(run_id)
    assert signal.data["error"]["code"] == "version.not_found"


def test_children_nobody_waits_for_have_no_parent_to_tell(version: WorkflowVersion) -> None:
    other = live(("in", "trigger.workflow"), name="Child")
    parent, _ = call(version, other.workflow_id, wait=False)
    assert [signal.data["status"] for signal in store.read_signals(parent)] == ["started", "started"]
    assert not Run.objects.filter(parent_run=parent).exists()
    assert Run.objects.filter(workflow_id=other.workflow_id, mode="child").count() == 2


def test_a_parent_that_ends_ends_its_children(version: WorkflowVersion) -> None:
    other = live(("in", "trigger.workflow"), name="Child")
    parent, _ = call(version, other.workflow_id, count=1)
    services.cancel_run(run_id=parent, by="Ada")
    end(parent, "run.cancelled", open_steps=["w:1"])
    child = Run.objects.get(parent_run=parent)
    assert [signal.outcome for signal in store.read_signals(child.id)] == ["cancel"]


def test_a_chain_of_callers_is_cut_before_it_has_no_end(version: WorkflowVersion) -> None:
    other = live(("in", "trigger.workflow"), name="Child")
    run_id = start(version)
    mine = claim(run_id)
    assert mine is not None
    wait = {"kind": "child", "reason": "r", "data": {"workflow_id": other.workflow_id}}
    event = {"type": "step.paused", "step": "w:1", "node": "w"}
    event["wait"] = {**wait, "children": [{"items": from_json([{}])}]}
    flush_runs([flush(mine, event, depth=20)])
    assert store.read_signals(run_id)[0].data["error"]["code"] == "workflow.too_deep"


def test_a_failure_starts_the_error_workflow_with_a_report(version: WorkflowVersion) -> None:
    alarm = live(("oh", "trigger.error"), name="Alarm")
    run_id = start(version)
    error = {"code": "http.status", "message": "the shop answered 500", "hint": "", "node": "ask"}
    end(run_id, "run.failed", error=error, error_workflow=alarm.workflow_id)
    run = Run.objects.get(workflow_id=alarm.workflow_id)
    assert (run.mode, run.source, run.start_node) == ("error", "error", "oh")
    (item,) = store.load_items(store.load_events(run.id)[0]["items"])
    assert item["run"]["id"] == run_id
    assert item["run"]["url"].endswith(f"/runs/{run_id}")
    assert item["run"]["error"] == {**error, "node_name": "Ask the shop"}
    assert item["workflow"] == {"id": version.workflow_id, "name": "Test"}


def wait_for(run_id: str, **data: Any) -> int:
    return pause(run_id, kind="event", data={"name": "paid", **data})


def test_an_event_reaches_those_it_matches(version: WorkflowVersion) -> None:
    ours, theirs = start(version), start(version)
    wait_for(ours, match={"order.id": "A-1"})
    wait_for(theirs, match={"order.id": "B-2"})
    assert happenings.send_event(name="paid", data={"order": {"id": "A-1"}, "amount": 12}) == 1
    (signal,) = store.read_signals(ours)
    assert (signal.outcome, signal.data["event"]["amount"]) == ("event", 12)
    assert store.read_signals(theirs) == []
    assert happenings.send_event(name="paid", data={"order": {"id": "A-1"}}) == 0, "it is answered"


def test_an_event_that_came_before_is_found_by_looking_back(version: WorkflowVersion) -> None:
    happenings.send_event(name="paid", data={"id": 1})
    late, patient = start(version), start(version)
    wait_for(late)
    wait_for(patient, look_back_seconds=60, match={"id": 1})
    assert store.read_signals(late) == []
    assert store.read_signals(patient)[0].data["event"] == {"id": 1}


def test_one_looks_back_no_further_than_asked(version: WorkflowVersion) -> None:
    happenings.send_event(name="paid", data={})
    Happening.objects.update(at=timezone.now() - timedelta(minutes=2))
    run_id = start(version)
    wait_for(run_id, look_back_seconds=60)
    assert store.read_signals(run_id) == []


def test_old_events_are_forgotten() -> None:
    happenings.send_event(name="paid", data={})
    assert happenings.forget_old(now=timezone.now()) == 0
    assert happenings.forget_old(now=timezone.now() + timedelta(days=8)) == 1


@pytest.mark.parametrize("name", ["", "memory:shared", "a b", "x" * 151])
def test_an_event_needs_a_name_of_its_own(name: str) -> None:
    with pytest.raises(InvalidInput, match="a name has"):
        happenings.send_event(name=name, data={})


def test_a_change_of_memory_makes_conditions_look_again(version: WorkflowVersion) -> None:
    run_id, other = start(version), start(live(("s", "trigger.manual"), name="Other"))
    for id in (run_id, other):
        workflow_id = Run.objects.get(pk=id).workflow_id
        names = [f"memory:{workflow_id}", "memory:shared"]
        pause(id, kind="condition", until=32_503_680_000_000, data={"names": names})
    memory.set(key="stock", value=1, scope="workflow", workflow_id=version.workflow_id)
    assert [signal.outcome for signal in store.read_signals(run_id)] == ["due"]
    assert store.read_signals(other) == []
    memory.set(key="stock", value=2, scope="shared", workflow_id="")
    assert len(store.read_signals(run_id)) == 1, "one look is asked for already"
    assert [signal.outcome for signal in store.read_signals(other)] == ["due"]


def test_forgetting_is_a_change_too(version: WorkflowVersion) -> None:
    memory.set(key="busy", value=True, scope="shared", workflow_id="")
    run_id = start(version)
    pause(run_id, kind="condition", data={"names": ["memory:shared"]})
    assert memory.delete(key="busy", scope="shared", workflow_id="")
    assert len(store.read_signals(run_id)) == 1


def test_a_subscription_goes_when_its_step_goes_on(version: WorkflowVersion) -> None:
    run_id = start(version)
    wait_for(run_id)
    happenings.send_event(name="paid", data={})
    mine = claim(run_id)
    assert mine is not None
    flush_runs([flush(mine, {"type": "step.resumed", "step": "w:1", "node": "w", "outcome": "event"})])
    assert not Subscription.objects.exists()


def test_a_call_to_the_resume_address_counts_once(version: WorkflowVersion) -> None:
    run_id = start(version)
    token = callbacks.token_of(run_id)
    assert callbacks.resume_url(run_id).endswith(f"/resume/{run_id}/{token}")
    pause(run_id, kind="callback")
    callbacks.call_back(run_id=run_id, token=token, data={"ok": True})
    (signal,) = store.read_signals(run_id)
    assert (signal.step, signal.outcome, signal.data) == (CALLBACK, "called", {"body": {"ok": True}})
    with pytest.raises(Conflict):
        callbacks.call_back(run_id=run_id, token=token, data={})
    with pytest.raises(NotFound):
        callbacks.call_back(run_id=run_id, token=token[:-1] + "x", data={})


def test_nobody_calls_back_a_run_that_waits_for_something_else(version: WorkflowVersion) -> None:
    run_id = start(version)
    pause(run_id, kind="time", until=32_503_680_000_000)
    with pytest.raises(Conflict, match="does not wait"):
        callbacks.call_back(run_id=run_id, token=callbacks.token_of(run_id), data={})


def test_an_early_answer_is_kept_without_ringing_for_ever(version: WorkflowVersion) -> None:
    run_id = start(version)
    services.signal_step(run_id=run_id, step="later:1", outcome="yes", data={}, key="k")
    mine = claim(run_id)
    assert mine is not None
    (early,) = store.read_signals(run_id)
    done = flush_runs(
        [flush(mine, {"type": "run.paused"}, status="paused", releases=True, kept_signals=[early.id])]
    )
    assert done == {run_id: False}
    run = Run.objects.get(pk=run_id)
    assert (run.status, run.signalled) == ("paused", False)
    services.signal_step(run_id=run_id, step="now:1", outcome="yes", data={}, key="k2")
    again = claim(run_id)
    assert again is not None
    ids = [signal.id for signal in store.read_signals(run_id)]
    flush_runs([flush(again, {"type": "run.resumed"}, consumed_signals=ids)])
    assert not Signal.objects.exists()
