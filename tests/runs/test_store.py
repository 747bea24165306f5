"""Store conformance: claims, fenced flushes, signals, timers and the sweeper, on the database of
this test run (SQLite here; `make test` repeats it on PostgreSQL)."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from django.db import IntegrityError, connection

from orchestrator.engine.payload import from_json
from orchestrator.engine.ports import Flush
from orchestrator.runs import services, store
from orchestrator.runs.journal import flush_runs
from orchestrator.runs.leases import clock_difference_ms
from orchestrator.runs.models import Run, Segment, Signal, Timer
from orchestrator.runs.starting import new_run
from orchestrator.workflows.models import Workflow, WorkflowVersion

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def version() -> WorkflowVersion:
    workflow = Workflow.objects.create(name="Test", document={"nodes": [], "edges": []})
    return WorkflowVersion.objects.create(workflow=workflow, number=1, document={}, content_hash="0" * 64)


@pytest.fixture
def run_id(version: WorkflowVersion) -> str:
    return services.start_run(
        workflow_id=version.workflow_id, version_id=version.id, node_id="s", items=[{"n": 1}]
    )


def claim(run_id: str, worker: str = "w1") -> store.Claim | None:
    found = store.claim_runs([run_id], worker)
    return found[0] if found else None


def flush(claimed: store.Claim, *events: dict[str, Any], **fields: Any) -> Flush:
    after = fields.pop("after_seq", claimed.events[-1]["seq"])
    numbered = [
        {"seq": after + n, "at": 5, "attempt": claimed.attempt, **event} for n, event in enumerate(events, 1)
    ]
    options = {"status": "running", "releases": False} | fields
    return Flush(
        run_id=claimed.id,
        workflow_id=claimed.workflow_id,
        attempt=claimed.attempt,
        after_seq=after,
        events=numbered,
        **options,
    )


def expire_lease(run_id: str) -> None:
    Run.objects.filter(id=run_id).update(lease_until=1.0)


def test_a_started_run_has_its_first_event(run_id: str) -> None:
    (event,) = store.load_events(run_id)
    assert (event["seq"], event["type"], event["node"]) == (1, "run.queued", "s")
    assert store.load_items(event["items"]) == [{"n": 1}]
    assert Run.objects.get(id=run_id).status == "queued"


def test_new_runs_are_inserted_all_or_none(version: WorkflowVersion) -> None:
    wanted = {"workflow_id": version.workflow_id, "version_id": version.id, "node_id": "s", "items": [{}]}
    first, second, third = (new_run(**wanted, dedupe_key=key) for key in ("a", "b", "a"))
    with pytest.raises(IntegrityError):
        store.insert_runs([first, second, third])
    assert (Run.objects.count(), Segment.objects.count()) == (0, 0)
    store.insert_runs([first, second])
    assert set(Run.objects.values_list("id", flat=True)) == {first.id, second.id}
    assert Segment.objects.count() == 2


def test_one_worker_of_many_gets_the_claim(run_id: str) -> None:
    won: list[str] = []
    barrier = threading.Barrier(8)

    def try_it(name: str) -> None:
        barrier.wait()
        if claim(run_id, name):
            won.append(name)
        connection.close()

    threads = [threading.Thread(target=try_it, args=(f"w{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert Run.objects.get(id=run_id).worker == won[0]


def test_a_claimed_run_is_not_claimed_again_until_its_lease_ends(run_id: str) -> None:
    assert claim(run_id).attempt == 1
    assert claim(run_id, "w2") is None
    expire_lease(run_id)
    taken = claim(run_id, "w2")
    assert taken.attempt == 2
    assert taken.was_taken_over


def test_a_flush_appends_and_a_second_reader_sees_all(run_id: str) -> None:
    mine = claim(run_id)
    events = [{"type": "run.started", "worker": "w1"}, {"type": "step.started", "step": "s:1", "node": "s"}]
    assert flush_runs([flush(mine, *events)]) == {run_id: False}
    assert [event["seq"] for event in store.load_events(run_id)] == [1, 2, 3]
    assert [event["seq"] for event in store.load_events(run_id, after=2)] == [3]
    assert Run.objects.get(id=run_id).last_seq == 3


def test_a_late_write_of_an_old_worker_is_refused(run_id: str) -> None:
    old = claim(run_id)
    expire_lease(run_id)
    new = claim(run_id, "w2")
    assert flush_runs([flush(old, {"type": "run.started"})]) == {run_id: None}
    assert Segment.objects.filter(run_id=run_id).count() == 1
    assert flush_runs([flush(new, {"type": "run.started"})]) == {run_id: False}


def test_a_flush_whose_answer_was_lost_is_known_when_it_comes_again(run_id: str) -> None:
    mine = claim(run_id)
    first = flush(mine, {"type": "run.started"}, {"type": "step.started", "step": "s:1", "node": "s"})
    assert flush_runs([first]) == {run_id: False}
    assert flush_runs([first]) == {run_id: False}
    assert Segment.objects.filter(run_id=run_id).count() == 2
    services.signal_step(run_id=run_id, step="s:1", outcome="yes", data={}, key="k")
    assert flush_runs([first]) == {run_id: True}


def test_a_flush_that_does_not_follow_is_refused(run_id: str) -> None:
    mine = claim(run_id)
    flush_runs([flush(mine, {"type": "run.started"}, {"type": "run.failing"})])
    assert flush_runs([flush(mine, {"type": "run.started"})]) == {run_id: None}
    assert flush_runs([flush(mine, {"type": "x"}, after_seq=9)]) == {run_id: None}
    assert Segment.objects.filter(run_id=run_id).count() == 2


def test_many_runs_share_a_transaction_and_one_lost_lease_harms_only_itself(version: WorkflowVersion) -> None:
    start = {"workflow_id": version.workflow_id, "version_id": version.id, "node_id": "s", "items": [{}]}
    ids = [services.start_run(**start) for _ in range(60)]
    claims = store.claim_runs(ids, "w1")
    assert len(claims) == 60
    expire_lease(ids[7])
    claim(ids[7], "w2")
    results = flush_runs([flush(one, {"type": "run.started"}) for one in claims])
    assert results.pop(ids[7]) is None
    assert set(results.values()) == {False}


def test_an_ended_run_lets_go_and_is_never_claimed_again(run_id: str) -> None:
    mine = claim(run_id)
    error = {"code": "x", "message": "no"}
    flush_runs(
        [flush(mine, {"type": "run.failed", "error": error}, status="failed", releases=True, error=error)]
    )
    run = Run.objects.get(id=run_id)
    assert (run.status, run.error, run.lease_until, run.finished_at is not None) == (
        "failed",
        error,
        None,
        True,
    )
    assert claim(run_id) is None
    assert store.run_result(run_id)["error"] == error


def pause(run_id: str, **wait: Any) -> store.Claim:
    mine = claim(run_id)
    event = {
        "type": "step.paused",
        "step": "s:1",
        "node": "s",
        "wait": {"kind": "time", "reason": "r", "data": {}, **wait},
    }
    waiting = [{"step": "s:1", "node": "s", "kind": "time"}]
    done = flush_runs([flush(mine, event, status="paused", releases=True, waiting=waiting)])
    assert done == {run_id: False}
    return mine


def test_a_paused_run_is_claimed_only_for_a_signal(run_id: str) -> None:
    pause(run_id)
    assert Run.objects.get(id=run_id).waiting[0]["step"] == "s:1"
    assert claim(run_id) is None
    assert services.signal_step(run_id=run_id, step="s:1", outcome="approved", data={"a": 1}, key="k")
    again = claim(run_id)
    assert again.has_signals
    assert not again.was_taken_over
    (signal,) = store.read_signals(run_id)
    assert (signal.step, signal.outcome, signal.data) == ("s:1", "approved", {"a": 1})
    resumed = {"type": "step.resumed", "step": "s:1", "node": "s", "outcome": "approved"}
    assert flush_runs([flush(again, resumed, consumed_signals=[signal.id])]) == {run_id: False}
    assert Signal.objects.count() == 0
    assert not Run.objects.get(id=run_id).signalled


def test_an_answer_counts_once(run_id: str) -> None:
    assert services.signal_step(run_id=run_id, step="s:1", outcome="yes", data={}, key="task:1")
    assert not services.signal_step(run_id=run_id, step="s:1", outcome="no", data={}, key="task:1")
    assert [signal.outcome for signal in store.read_signals(run_id)] == ["yes"]


def test_a_run_with_a_fresh_signal_does_not_fall_asleep(run_id: str) -> None:
    mine = claim(run_id)
    services.signal_step(run_id=run_id, step="s:1", outcome="yes", data={}, key="k")
    event = {"type": "run.paused"}
    assert flush_runs([flush(mine, event, status="paused", releases=True)]) == {run_id: True}
    run = Run.objects.get(id=run_id)
    assert run.status == "running"
    assert run.lease_until is not None
    assert run.signalled


def test_a_due_timer_becomes_one_signal(run_id: str) -> None:
    pause(run_id, until=1000)
    assert Timer.objects.count() == 1
    assert services.fire_timers() == [run_id]
    assert services.fire_timers() == []
    (signal,) = store.read_signals(run_id)
    assert (signal.step, signal.outcome, signal.data) == ("s:1", "due", {"pause": 2})


def test_a_timer_is_never_early_and_goes_when_its_step_does(run_id: str) -> None:
    pause(run_id, until=32_503_680_000_000)
    assert services.fire_timers() == []
    services.signal_step(run_id=run_id, step="s:1", outcome="due", data={}, key="k")
    resumed = {"type": "step.resumed", "step": "s:1", "node": "s", "outcome": "due"}
    flush_runs([flush(claim(run_id), resumed)])
    assert Timer.objects.count() == 0


def test_the_sweeper_finds_lost_bells_and_dead_workers(run_id: str) -> None:
    assert services.sweep() == []
    Run.objects.update(bell_at=0)
    assert services.sweep() == [run_id]
    assert services.sweep() == []
    claim(run_id)
    Run.objects.update(bell_at=0)
    assert services.sweep() == []
    expire_lease(run_id)
    assert services.sweep() == [run_id]


def test_a_worker_renews_the_leases_it_knows_of_and_hears_of_signals(version: WorkflowVersion) -> None:
    start = {"workflow_id": version.workflow_id, "version_id": version.id, "node_id": "s", "items": [{}]}
    mine, signalled, unheard, other = [services.start_run(**start) for _ in range(4)]
    store.claim_runs([mine, signalled, unheard], "w1")
    Run.objects.update(lease_until=5)
    store.claim_runs([other], "w2")
    services.signal_step(run_id=signalled, step="s:1", outcome="yes", data={}, key="k")
    assert store.renew_leases("w1", [mine, signalled, other]) == {mine: False, signalled: True}
    assert set(Run.objects.filter(lease_until__gt=1e9).values_list("id", flat=True)) == {
        mine,
        signalled,
        other,
    }
    assert claim(unheard, "w2").was_taken_over, "a claim nobody heard of lapses"


def test_the_databases_clock_is_told(version: WorkflowVersion) -> None:
    assert abs(store.database_time() - time.time()) < 5
    assert clock_difference_ms() == 0.0


def test_large_payloads_live_in_the_blob_store(run_id: str) -> None:
    payload = from_json([{"text": "x" * 1000} for _ in range(1000)])
    small = from_json([{"a": 1}])
    store.spill(payload)
    store.spill(small)
    assert "data" not in payload
    assert "data" in small
    assert store.load_items(payload, 3, 4) == [{"text": "x" * 1000}]
