"""Schedules: when live workflows start by the clock."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import structlog
from cronsim import CronSimError
from django.db import connection, transaction
from django.db.models import QuerySet

from orchestrator.errors import InvalidInput, NotFound, Problem
from orchestrator.triggers import overlap
from orchestrator.triggers.models import Firing, Schedule
from orchestrator.triggers.rules import Rule
from orchestrator.workflows.models import Workflow, WorkflowVersion

ON_TIME = timedelta(seconds=60)
"""A start up to this late was not missed, only slow."""
MOST_AT_ONCE = 100
"""Missed starts of one schedule made up for in one go; the next tick goes on."""
KEEP_FIRINGS = timedelta(days=30)
TRY_AGAIN = timedelta(minutes=5)
SHOWN = 10

log = structlog.get_logger(__name__)


def rule_of(schedule: Schedule) -> Rule:
    return Rule(schedule.cron, schedule.every, schedule.calendar, schedule.timezone)


def switch_schedules(
    workflow: Workflow, version: WorkflowVersion, wanted: dict[str, dict[str, Any]], *, now: datetime
) -> None:
    """Make the rows fit the published version. `wanted`: by node id the params of its trigger. A rule
    that did not change keeps its next due time. Raises InvalidInput `schedule.never_due`."""
    default_zone = version.document.get("settings", {}).get("timezone") or "UTC"
    there = {row.node_id: row for row in Schedule.objects.filter(workflow=workflow)}
    for node_id, params in wanted.items():
        row = there.pop(node_id, None) or Schedule(workflow=workflow, node_id=node_id)
        rule = Rule.of(params, default_zone)
        is_new = row.pk is None or rule_of(row) != rule
        row.cron, row.every, row.calendar, row.timezone = rule.cron, rule.every, rule.calendar, rule.timezone
        row.catch_up, row.overlap = params["catch_up"], params.get("overlap", "allow")
        row.jitter_seconds = params.get("jitter_seconds", 0)
        row.version = version
        _plan(row, first_due(rule, now, place=f"nodes.{node_id}.params") if is_new else row.next_due)
        row.save()
    Schedule.objects.filter(pk__in=[row.pk for row in there.values()]).delete()


def first_due(rule: Rule, now: datetime, *, place: str = "") -> datetime:
    """The first due time after `now`. Raises InvalidInput `schedule.invalid`, `schedule.never_due`."""
    shown = repr(rule.cron or rule.every)
    try:
        due = rule.next(now)
    except (CronSimError, KeyError, ValueError, OverflowError) as error:
        problem = Problem(place, "schedule.invalid", f"{shown} in {rule.timezone!r}: {error}")
        raise InvalidInput("schedule.invalid", problem.message, [problem]) from None
    if due is None:
        problem = Problem(place, "schedule.never_due", f"there is no day on which {shown} is due")
        raise InvalidInput("schedule.never_due", problem.message, [problem])
    return due


def coming(rule: Rule, now: datetime, count: int = SHOWN) -> list[datetime]:
    """The next due times, in UTC."""
    return list(islice(rule.following(now), count))


def find_schedule(*, workflow_id: str, node_id: str) -> Schedule:
    """Raises NotFound `schedule.not_found`."""
    schedule = Schedule.objects.filter(workflow_id=workflow_id, node_id=node_id).first()
    if schedule is None:
        raise NotFound("schedule.not_found", f"no schedule is live at the node {node_id}")
    return schedule


def pause_schedule(*, workflow_id: str, node_id: str, now: datetime, is_paused: bool) -> Schedule:
    """Stop a schedule for a while, or let it go on: what was due meanwhile is not made up for.
    Publishing again changes nothing about it. Raises NotFound `schedule.not_found`."""
    with transaction.atomic():
        schedule = find_schedule(workflow_id=workflow_id, node_id=node_id)
        if schedule.is_paused and not is_paused:
            _plan(schedule, first_due(rule_of(schedule), now))
        schedule.is_paused = is_paused
        schedule.save(update_fields=["is_paused", "next_due", "fires_at"])
    return schedule


def fire_due(now: datetime) -> list[str]:
    """Start a run for every due time that has come, each exactly once whoever else does the same at
    this moment. Returns the ids of the runs, committed, for which the caller rings."""
    started: list[str] = []
    due = Schedule.objects.filter(fires_at__lte=now, is_paused=False).order_by("fires_at")
    for schedule_id in list(due.values_list("pk", flat=True)):
        try:
            started += _fire(schedule_id, now)
        except Exception:
            # One bad rule must not keep the others from firing.
            log.exception("a schedule could not fire", schedule=schedule_id)
            Schedule.objects.filter(pk=schedule_id, fires_at__lte=now).update(fires_at=now + TRY_AGAIN)
    queued = Firing.objects.filter(state=Firing.QUEUED).values_list("schedule_id", flat=True).distinct()
    for schedule_id in list(queued):
        started += _start_queued(schedule_id)
    return started


@transaction.atomic
def _fire(schedule_id: int, now: datetime) -> list[str]:
    schedule = _locked(Schedule.objects.filter(pk=schedule_id, fires_at__lte=now, is_paused=False)).first()
    if schedule is None:
        return []
    # A due time after the horizon may still have its delay before it.
    horizon = max(now - timedelta(seconds=schedule.jitter_seconds), schedule.next_due)
    due_times = _due_times(schedule, now, horizon)
    runs = [run for run in (overlap.meet(schedule, due) for due in due_times) if run]
    after = due_times[-1] if schedule.catch_up == "all" and due_times else horizon
    following = rule_of(schedule).next(after)
    if following is None and not schedule.firings.filter(state=Firing.QUEUED).exists():
        schedule.delete()
        return runs
    if following is None:
        schedule.is_paused = True
    else:
        _plan(schedule, following)
    schedule.save(update_fields=["next_due", "fires_at", "is_paused"])
    schedule.firings.filter(due_at__lt=now - KEEP_FIRINGS).exclude(state=Firing.QUEUED).delete()
    return runs


@transaction.atomic
def _start_queued(schedule_id: int) -> list[str]:
    schedule = _locked(Schedule.objects.filter(pk=schedule_id)).first()
    return overlap.start_queued(schedule) if schedule is not None else []


def _locked(rows: QuerySet[Schedule]) -> QuerySet[Schedule]:
    skip = connection.features.has_select_for_update_skip_locked
    return rows.select_for_update(skip_locked=skip)


def _plan(schedule: Schedule, due: datetime) -> None:
    """Set the next due time and when it fires: the same delay for whoever asks."""
    seed = f"{schedule.workflow_id}:{schedule.node_id}:{due.timestamp():.0f}"
    chance = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4]) / 2**32
    schedule.next_due = due
    schedule.fires_at = due + timedelta(seconds=schedule.jitter_seconds * chance)


def _due_times(schedule: Schedule, now: datetime, horizon: datetime) -> list[datetime]:
    """Which of the due times up to the horizon to start runs for, oldest first."""
    rule = rule_of(schedule)
    if schedule.catch_up == "all":
        times = [schedule.next_due]
        for following in islice(rule.following(schedule.next_due), MOST_AT_ONCE - 1):
            if following > horizon:
                break
            times.append(following)
        return times
    last = max(rule.last(horizon) or schedule.next_due, schedule.next_due)
    late = now - last - timedelta(seconds=schedule.jitter_seconds)
    return [] if schedule.catch_up == "none" and late > ON_TIME else [last]
