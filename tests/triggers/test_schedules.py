"""Schedules fire exactly once for each due time, by the wall clock of their time zone."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from orchestrator.errors import InvalidInput
from orchestrator.runs.models import Run
from orchestrator.runs.store import load_events, load_items, read_signals
from orchestrator.triggers.models import Firing, Schedule
from orchestrator.triggers.schedules import pause_schedule
from orchestrator.triggers.services import fire_due, on_published
from orchestrator.workflows import services
from orchestrator.workflows.models import Workflow
from tests.api.callers import Caller
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


def end_all() -> None:
    Run.objects.update(status="succeeded", finished_at=MIDNIGHT)


def test_an_interval_fires_evenly() -> None:
    publish("", when={"kind": "interval", "amount": 10, "unit": "minutes"})
    fired = [
        time for minute in range(31) for time in due_times(fire_due(MIDNIGHT + timedelta(minutes=minute)))
    ]
    assert fired == [f"2026-06-01T00:{minute}:00+00:00" for minute in (10, 20, 30)]


def test_a_calendar_leaves_days_out() -> None:
    """1 June 2026 is a Monday."""
    schedule = publish("0 7 * * *", calendar={"holidays": ["2026-06-01", "2026-06-02"]})
    assert schedule.next_due == at("2026-06-03T07:00:00+00:00")


def test_another_run_beside_one_that_is_not_done() -> None:
    publish("0 * * * *")
    assert len(fire_due(at("2026-06-01T01:00:00+00:00"))) == 1
    assert len(fire_due(at("2026-06-01T02:00:00+00:00"))) == 1


def test_a_start_is_left_out_while_a_run_is_not_done() -> None:
    publish("0 * * * *", overlap="skip")
    [first] = fire_due(at("2026-06-01T01:00:00+00:00"))
    Run.objects.filter(pk=first).update(status="paused")
    assert fire_due(at("2026-06-01T02:00:00+00:00")) == []
    end_all()
    assert due_times(fire_due(at("2026-06-01T03:00:00+00:00"))) == ["2026-06-01T03:00:00+00:00"]
    assert list(Firing.objects.order_by("due_at").values_list("state", flat=True)) == [
        "started", "skipped", "started",
    ]  # fmt: skip


def test_starts_wait_in_order_until_the_run_before_has_ended() -> None:
    schedule = publish("0 * * * *", overlap="queue")
    fired = []
    for hour in (1, 2, 3):
        fired += fire_due(MIDNIGHT + timedelta(hours=hour))
    assert due_times(fired) == ["2026-06-01T01:00:00+00:00"]
    assert schedule.firings.filter(state="queued").count() == 2
    for hour in (2, 3):
        end_all()
        later = fire_due(at("2026-06-01T03:10:00+00:00"))
        assert due_times(later) == [f"2026-06-01T0{hour}:00:00+00:00"]
        assert fire_due(at("2026-06-01T03:10:00+00:00")) == []
    end_all()
    assert fire_due(at("2026-06-01T03:20:00+00:00")) == []


def test_the_old_run_makes_room_for_the_new() -> None:
    publish("0 * * * *", overlap="cancel_old")
    [old] = fire_due(at("2026-06-01T01:00:00+00:00"))
    [new] = fire_due(at("2026-06-01T02:00:00+00:00"))
    assert [signal.outcome for signal in read_signals(old)] == ["cancel"]
    assert read_signals(new) == []


def test_missed_starts_do_not_run_beside_each_other_either() -> None:
    publish("0 * * * *", catch_up="all", overlap="skip")
    assert len(fire_due(at("2026-06-01T05:30:00+00:00"))) == 1
    assert Firing.objects.filter(state="skipped").count() == 4


def test_jitter_delays_each_start_by_chance_and_loses_none() -> None:
    schedule = publish("* * * * *", jitter_seconds=50, catch_up="none")
    delays, fired = set(), []
    for second in range(60, 1300):
        now = MIDNIGHT + timedelta(seconds=second)
        schedule.refresh_from_db()
        due, fires_at = schedule.next_due, schedule.fires_at
        if found := due_times(fire_due(now)):
            assert timedelta(0) <= now - fires_at < timedelta(seconds=1)
            delays.add(round((fires_at - due).total_seconds()))
            fired += found
    assert fired == [f"2026-06-01T00:{minute:02}:00+00:00" for minute in range(1, len(fired) + 1)]
    assert len(fired) >= 19
    assert len(delays) > 10 and max(delays) <= 50


def test_a_paused_schedule_starts_nothing_and_makes_up_for_nothing() -> None:
    schedule = publish("0 * * * *", catch_up="all")
    place = {"workflow_id": schedule.workflow_id, "node_id": "clock"}
    pause_schedule(**place, now=MIDNIGHT, is_paused=True)
    assert fire_due(at("2026-06-01T05:30:00+00:00")) == []
    workflow = Workflow.objects.get(pk=schedule.workflow_id)
    assert workflow.live is not None
    on_published(workflow=workflow, version=workflow.live, now=at("2026-06-01T05:30:00+00:00"))
    assert fire_due(at("2026-06-01T06:30:00+00:00")) == []
    pause_schedule(**place, now=at("2026-06-01T06:30:00+00:00"), is_paused=False)
    assert fire_due(at("2026-06-01T06:30:00+00:00")) == []
    assert due_times(fire_due(at("2026-06-01T07:00:00+00:00"))) == ["2026-06-01T07:00:00+00:00"]


def test_the_next_ten_due_times_are_shown(owner: Caller) -> None:
    path = "/schedules/preview?cron=30+2+*+*+*&timezone=Europe/Berlin&after=2026-03-28T12:00:00Z"
    shown = owner.get(path).json()
    assert shown["next"][:2] == ["2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"]
    assert (len(shown["next"]), shown["timezone"]) == (10, "Europe/Berlin")
    path = "/schedules/preview?every=2&unit=days&weekdays=mon,wed&after=2026-06-01T00:00:00"
    assert owner.get(path).json()["next"][0] == "2026-06-03T00:00:00+00:00"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "schedule.invalid"),
        ("cron=every+day", "schedule.invalid"),
        ("cron=0+7+*+*+*&timezone=Mars", "schedule.invalid"),
        ("cron=0+7+*+*+*&every=2", "schedule.invalid"),
        ("cron=0+7+*+*+*&holidays=christmas", "schedule.invalid"),
        ("cron=0+0+30+2+*", "schedule."),
        ("every=0", "input.invalid"),
    ],
)
def test_a_rule_that_cannot_be_previewed(owner: Caller, query: str, code: str) -> None:
    answer = owner.get(f"/schedules/preview?{query}")
    assert answer.status_code == 422
    assert answer.json()["code"].startswith(code)


def test_live_schedules_are_listed_and_paused_over_the_api(owner: Caller) -> None:
    schedule = publish("0 7 * * *", timezone="Europe/Berlin", overlap="queue")
    base = f"/workflows/{schedule.workflow_id}/schedules"
    [shown] = owner.get(base).json()["items"]
    assert (shown["node"], shown["overlap"], shown["is_paused"], len(shown["next"])) == (
        "clock",
        "queue",
        False,
        10,
    )
    paused = owner.post(f"{base}/clock/pause").json()
    assert (paused["is_paused"], paused["next"]) == (True, [])
    assert len(owner.post(f"{base}/clock/resume").json()["next"]) == 10
    assert owner.post(f"{base}/nobody/pause").json()["code"] == "schedule.not_found"


def test_what_starts_next_is_listed_soonest_first_without_what_is_paused(owner: Caller) -> None:
    late, soon, paused = publish("0 9 * * *"), publish("0 7 * * *"), publish("0 8 * * *")
    pause_schedule(workflow_id=paused.workflow_id, node_id="clock", now=MIDNIGHT, is_paused=True)
    items = owner.get("/schedules").json()["items"]
    assert [item["workflow_id"] for item in items] == [soon.workflow_id, late.workflow_id]
    assert items[0]["workflow_name"] == "Digest"
    assert datetime.fromisoformat(items[0]["at"]) == soon.fires_at
