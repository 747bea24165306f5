"""Limits on a workflow's runs: places, keys, rates, priorities, and turns between workflows."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.runs import services, store
from orchestrator.runs.journal import flush_runs
from orchestrator.runs.models import Run
from orchestrator.workflows.models import WorkflowVersion
from tests.runs.test_kin import live
from tests.runs.test_store import claim, flush

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def limited(**settings: Any) -> WorkflowVersion:
    return live(("s", "trigger.manual"), **settings)


def start(version: WorkflowVersion, *items: dict[str, Any]) -> list[str]:
    return [
        services.start_run(workflow_id=version.workflow_id, version_id=version.id, node_id="s", items=[item])
        for item in items
    ]


def claimed(ids: list[str], worker: str = "w1") -> list[str]:
    return sorted(one.id for one in store.claim_runs(ids, worker))


def finish(run_id: str, status: str = "succeeded") -> None:
    Run.objects.filter(pk=run_id).update(status=status, lease_until=None)


def test_no_more_runs_at_once_than_there_are_places() -> None:
    ids = start(limited(concurrency={"limit": 2}), *[{}] * 5)
    assert claimed(ids) == ids[:2]
    assert claimed(ids, "w2") == []
    finish(ids[0])
    key = Run.objects.get(pk=ids[1]).limit_key
    assert store.next_limited(key) == ids[2:]
    assert claimed(ids) == [ids[2]]


def test_each_key_has_places_of_its_own() -> None:
    settings = {"concurrency": {"limit": 1, "key": "={{ $json.shop }}"}}
    ids = start(limited(**settings), {"shop": "a"}, {"shop": "a"}, {"shop": "b"}, {})
    assert claimed(ids) == [ids[0], ids[2], ids[3]]


def test_a_paused_run_holds_no_place_and_goes_on_before_queued_ones() -> None:
    ids = start(limited(concurrency={"limit": 1}), {}, {}, {})
    first = claim(ids[0])
    assert first is not None
    flush_runs([flush(first, {"type": "run.paused"}, status="paused", releases=True)])
    assert claimed(ids) == [ids[1]]
    services.signal_step(run_id=ids[0], step="s:1", outcome="yes", data={}, key="k")
    assert claimed(ids) == [], "the place is taken"
    finish(ids[1])
    key = Run.objects.get(pk=ids[0]).limit_key
    assert store.next_limited(key) == [ids[0], ids[2]]


def test_a_run_taken_over_keeps_its_place() -> None:
    ids = start(limited(concurrency={"limit": 1}), {}, {})
    claimed(ids)
    Run.objects.filter(pk=ids[0]).update(lease_until=1.0)
    assert claimed(ids, "w2") == [ids[0]]


def test_a_run_whose_worker_died_keeps_its_place_before_older_ones_that_wait() -> None:
    ids = start(limited(concurrency={"limit": 1}), {}, {})
    assert claimed(ids[1:]) == ids[1:]
    Run.objects.filter(pk=ids[1]).update(lease_until=1.0)
    assert claimed(ids, "w2") == ids[1:]


def test_no_more_starts_in_a_time_than_the_rate() -> None:
    ids = start(limited(rate={"limit": 2, "per_seconds": 60}), *[{}] * 4)
    assert claimed(ids) == ids[:2]
    for run_id in ids[:2]:
        finish(run_id)
    assert claimed(ids) == []
    Run.objects.filter(pk=ids[0]).update(started_at="2026-01-01T00:00:00Z")
    assert claimed(ids) == [ids[2]]


def test_the_first_of_each_workflow_come_before_the_backlog_of_one() -> None:
    busy, quiet = limited(), limited()
    start(busy, *[{}] * 50)
    waiting = start(quiet, {}, {})
    assert set(waiting) <= set(store.fair_queue(20))


def test_important_runs_come_first() -> None:
    normal = start(limited(), {})
    important = limited(priority="high")
    assert Run.objects.get(pk=start(important, {})[0]).priority == 1
    assert Run.objects.get(pk=normal[0]).priority == 0
