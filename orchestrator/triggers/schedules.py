"""Schedules: when live workflows start by the clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from cronsim import CronSimError
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from orchestrator.errors import InvalidInput, Problem
from orchestrator.runs import store
from orchestrator.runs.services import new_run
from orchestrator.triggers.cron import last_due, next_due
from orchestrator.triggers.models import Firing, Schedule
from orchestrator.workflows.models import Workflow, WorkflowVersion

ON_TIME = timedelta(seconds=60)
"""A start up to this late was not missed, only slow."""
MOST_AT_ONCE = 100
"""Missed starts of one schedule made up for in one go; the next tick goes on."""
KEEP_FIRINGS = timedelta(days=30)
TRY_AGAIN = timedelta(minutes=5)

log = structlog.get_logger(__name__)


def switch_schedules(
    workflow: Workflow, version: WorkflowVersion, wanted: dict[str, dict[str, Any]], *, now: datetime
) -> None:
    """Make the rows fit the published version. `wanted`: by node id the params of its trigger. A line
    that did not change keeps its next due time. Raises InvalidInput `schedule.never_due`."""
    default_zone = version.document.get("settings", {}).get("timezone") or "UTC"
    there = {row.node_id: row for row in Schedule.objects.filter(workflow=workflow)}
    for node_id, params in wanted.items():
        row = there.pop(node_id, None) or Schedule(workflow=workflow, node_id=node_id)
        zone = params["timezone"] or default_zone
        if (row.cron, row.timezone) != (params["cron"], zone):
            row.next_due = _first_due(node_id, params["cron"], zone, now)
        row.cron, row.timezone, row.catch_up = params["cron"], zone, params["catch_up"]
        row.version = version
        row.save()
    Schedule.objects.filter(pk__in=[row.pk for row in there.values()]).delete()


def _first_due(node_id: str, cron: str, zone: str, now: datetime) -> datetime:
    place = f"nodes.{node_id}.params.cron"
    try:
        due = next_due(cron, zone, now)
    except (CronSimError, KeyError, ValueError) as error:
        problem = Problem(place, "schedule.invalid", f"{cron!r} in {zone!r}: {error}")
        raise InvalidInput("schedule.invalid", problem.message, [problem]) from None
    if due is None:
        problem = Problem(place, "schedule.never_due", f"there is no day on which {cron!r} is due")
        raise InvalidInput("schedule.never_due", problem.message, [problem])
    return due


def fire_due(now: datetime) -> list[str]:
    """Start a run for every due time that has come, each exactly once whoever else does the same at
    this moment. Returns the ids of the runs, committed, for which the caller rings."""
    started: list[str] = []
    ids = Schedule.objects.filter(next_due__lte=now).order_by("next_due").values_list("pk", flat=True)
    for schedule_id in list(ids):
        try:
            started += _fire(schedule_id, now)
        except Exception:
            # One bad line must not keep the others from firing.
            log.exception("a schedule could not fire", schedule=schedule_id)
            Schedule.objects.filter(pk=schedule_id, next_due__lte=now).update(next_due=now + TRY_AGAIN)
    return started


@transaction.atomic
def _fire(schedule_id: int, now: datetime) -> list[str]:
    schedule = _locked(Schedule.objects.filter(pk=schedule_id, next_due__lte=now)).first()
    if schedule is None:
        return []
    due_times = _due_times(schedule, now)
    runs = [run for run in (_start(schedule, due) for due in due_times) if run]
    after = due_times[-1] if schedule.catch_up == "all" and due_times else now
    following = next_due(schedule.cron, schedule.timezone, after)
    if following is None:
        schedule.delete()
    else:
        schedule.next_due = following
        schedule.save(update_fields=["next_due"])
        schedule.firings.filter(due_at__lt=now - KEEP_FIRINGS).delete()
    return runs


def _locked(rows: QuerySet[Schedule]) -> QuerySet[Schedule]:
    skip = connection.features.has_select_for_update_skip_locked
    return rows.select_for_update(skip_locked=skip)


def _due_times(schedule: Schedule, now: datetime) -> list[datetime]:
    """Which of the due times up to `now` to start runs for, oldest first."""
    if schedule.catch_up == "all":
        times = [schedule.next_due]
        while len(times) < MOST_AT_ONCE:
            following = next_due(schedule.cron, schedule.timezone, times[-1])
            if following is None or following > now:
                break
            times.append(following)
        return times
    last = last_due(schedule.cron, schedule.timezone, now)
    last = max(last, schedule.next_due) if last else schedule.next_due
    if schedule.catch_up == "none" and now - last > ON_TIME:
        return []
    return [last]


def _start(schedule: Schedule, due: datetime) -> str | None:
    """One run, and the row that makes it the only one for this due time."""
    local = due.astimezone(ZoneInfo(schedule.timezone))
    run = new_run(
        workflow_id=schedule.workflow_id,
        version_id=schedule.version_id,
        node_id=schedule.node_id,
        items=[{"due_at": local.isoformat(), "timezone": schedule.timezone}],
        source="schedule",
    )
    try:
        with transaction.atomic():
            Firing.objects.create(schedule=schedule, due_at=due, run_id=run.id)
    except IntegrityError:
        return None
    store.insert_runs([run])
    return run.id
