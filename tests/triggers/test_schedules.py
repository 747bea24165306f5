"""Schedules fire exactly once for each due time, by the wall clock of their time zone."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from orchestrator.errors import InvalidInput
from orchestrator.runs.models import Run
from orchestrator.runs.store import load_events, load_items
from orchestrator.triggers.models import Firing, Schedule
from orchestrator.triggers.services import fire_due, on_published
from orchestrator.workflows import services
from orchestrator.workflows.models import Workflow
from tests.workflows.documents import by_hand, by_schedule

pytestmark = pytest.mark.django_db
MIDNIGHT = datetime(2026, 6, 1, tzinfo=UTC)


def publish(cron: str, *, at: datetime = MIDNIGHT, **params: Any) -> Schedule:
    """A live workflow with this schedule, published at a given moment."""
    workflow = services.create_workflow(by=None, document=by_schedule(cron, **params))
    version = services.publish(workflow_id=workflow.pk, by=None)
    Schedule.objects.filter(workflow=workflow).delete()
    on_published(workflow=workflow, version=version, now=at)
    return Schedule.objects.get(workflow=workflow)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def due_times(run_ids: list[str]) -> list[str]:
    return [load_items(load_events(run_id)[0]["items"])[0]["due_at"] for run_id in run_ids]


def test_it_fires_when_it_is_due_and_not_before() -> None:
    publish("0 7 * * *")
    assert fire_due(at("2026-06-01T06:59:59+00:00")) == []
    [run_id] = fire_due(at("2026-06-01T07:00:00+00:00"))
    assert fire_due(at("2026-06-01T07:00:01+00:00")) == []
    run = Run.objects.get(pk=run_id)
    assert (run.source, run.mode, run.start_node, run.status) == ("schedule", "production", "clock", "queued")
    assert due_times([run_id]) == ["2026-06-01T07:00:00+00:00"]


def test_the_time_zone_of_the_node_counts_then_that_of_the_workflow() -> None:
    schedule = publish("0 7 * * *", timezone="Europe/Berlin")
    assert schedule.next_due == at("2026-06-01T05:00:00+00:00")
    document = {**by_schedule("0 7 * * *"), "settings": {"timezone": "America/New_York"}}
    workflow = services.create_workflow(by=None, document=document)
    services.publish(workflow_id=workflow.pk, by=None)
    assert Schedule.objects.get(workflow=workflow).timezone == "America/New_York"


@pytest.mark.parametrize(
    ("catch_up", "fired"),
    [
        ("last", ["2026-06-01T05:00:00+00:00"]),
        ("all", [f"2026-06-01T0{hour}:00:00+00:00" for hour in range(1, 6)]),
        ("none", []),
    ],
)
def test_what_was_missed_is_made_up_for_as_wished(catch_up: str, fired: list[str]) -> None:
    schedule = publish("0 * * * *", catch_up=catch_up)
    assert due_times(fire_due(at("2026-06-01T05:30:00+00:00"))) == fired
    schedule.refresh_from_db()
    assert schedule.next_due == at("2026-06-01T06:00:00+00:00")


def test_a_start_that_is_seconds_late_was_not_missed() -> None:
    publish("0 * * * *", catch_up="none")
    assert len(fire_due(at("2026-06-01T01:00:20+00:00"))) == 1


def test_a_year_of_missed_minutes_is_made_up_for_in_portions() -> None:
    publish("* * * * *", catch_up="all")
    assert len(fire_due(at("2027-06-01T00:00:00+00:00"))) == 100
    assert len(fire_due(at("2027-06-01T00:00:00+00:00"))) == 100


def test_a_skipped_hour_fires_once() -> None:
    """In Berlin there is no 02:30 on 29 March 2026."""
    publish("30 2 * * *", at=at("2026-03-28T12:00:00+00:00"), timezone="Europe/Berlin")
    fired = [
        time
        for hour in range(48)
        for time in due_times(fire_due(at("2026-03-28T12:00:00+00:00") + timedelta(hours=hour)))
    ]
    assert fired == ["2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"]


def test_an_hour_that_comes_twice_fires_once() -> None:
    """In Berlin 02:30 comes twice on 25 October 2026."""
    publish("30 2 * * *", at=at("2026-10-24T12:00:00+00:00"), timezone="Europe/Berlin")
    start = at("2026-10-24T12:00:00+00:00")
    fired = [
        time
        for quarter in range(48 * 4)
        for time in due_times(fire_due(start + timedelta(minutes=15 * quarter)))
    ]
    assert fired == ["2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"]


def test_publishing_again_neither_skips_nor_repeats() -> None:
    schedule = publish("0 7 * * *")
    fire_due(at("2026-06-01T07:00:00+00:00"))
    workflow = Workflow.objects.get(pk=schedule.workflow_id)
    assert workflow.live is not None
    on_published(workflow=workflow, version=workflow.live, now=at("2026-06-01T07:00:00+00:00"))
    assert fire_due(at("2026-06-01T07:00:30+00:00")) == []
    assert len(fire_due(at("2026-06-02T07:00:00+00:00"))) == 1


def test_unpublishing_and_removing_the_node_stop_it() -> None:
    schedule = publish("0 7 * * *")
    services.unpublish(workflow_id=schedule.workflow_id)
    assert not Schedule.objects.exists()
    other = publish("0 7 * * *")
    services.save_draft(workflow_id=other.workflow_id, document=by_hand(), revision=1)
    assert Schedule.objects.exists()
    services.publish(workflow_id=other.workflow_id, by=None)
    assert not Schedule.objects.exists()


def test_one_bad_line_does_not_keep_the_others_from_firing() -> None:
    broken = publish("0 7 * * *")
    Schedule.objects.filter(pk=broken.pk).update(timezone="Mars/Olympus")
    fine = publish("0 7 * * *")
    [run_id] = fire_due(at("2026-06-01T07:00:00+00:00"))
    assert Run.objects.get(pk=run_id).workflow_id == fine.workflow_id
    assert fire_due(at("2026-06-01T07:00:30+00:00")) == []


@pytest.mark.parametrize(("cron", "zone"), [("61 * * * *", ""), ("* * *", ""), ("0 7 * * *", "Mars/Olympus")])
def test_a_line_that_makes_no_sense_is_not_published(cron: str, zone: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        publish(cron, timezone=zone)
    assert refused.value.problems[0].path.startswith("nodes.clock.params")


def test_a_day_that_never_comes_is_not_published() -> None:
    with pytest.raises(InvalidInput) as refused:
        publish("0 0 30 2 *")
    assert refused.value.code in ("schedule.never_due", "workflow.has_problems")


@pytest.mark.django_db(transaction=True)
def test_many_clocks_fire_each_due_time_once() -> None:
    for _ in range(5):
        publish("* * * * *")
    barrier, started, errors = threading.Barrier(4), [], []

    def tick() -> None:
        barrier.wait()
        try:
            started.extend(fire_due(at("2026-06-01T00:01:00+00:00")))
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(started) == len(set(started)) == 5
    assert Firing.objects.count() == Run.objects.count() == 5
