"""What becomes of a due time while an earlier run of the schedule is not done. All of it happens in
the transaction that holds the schedule's row."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from orchestrator.runs import store
from orchestrator.runs.models import Run
from orchestrator.runs.services import new_run
from orchestrator.runs.signals import cancel_signal
from orchestrator.runs.store import NewRun
from orchestrator.triggers.models import Firing, Schedule

UNFINISHED = ("queued", "running", "paused")
MOST_QUEUED = 100
"""Starts of one schedule that may wait; further ones are left out."""


def meet(schedule: Schedule, due: datetime) -> str | None:
    """Do what the schedule says with a due time, once whoever else tries. Returns the id of the run
    that was started."""
    run = _run_for(schedule, due)
    state = _state(schedule)
    try:
        with transaction.atomic():
            Firing.objects.create(
                schedule=schedule, due_at=due, state=state, run_id=run.id if state == Firing.STARTED else ""
            )
    except IntegrityError:
        return None
    if state != Firing.STARTED:
        return None
    if schedule.overlap == "cancel_old":
        for run_id in _at_work(schedule).values_list("id", flat=True):
            cancel_signal(run_id=run_id, by="the next start of the schedule")
    store.insert_runs([run])
    return run.id


def start_queued(schedule: Schedule) -> list[str]:
    """Start the oldest waiting due time once the run before has ended."""
    firing = schedule.firings.filter(state=Firing.QUEUED).order_by("due_at").first()
    if firing is None or (schedule.overlap == "queue" and _at_work(schedule).exists()):
        return []
    run = _run_for(schedule, firing.due_at)
    store.insert_runs([run])
    firing.state, firing.run_id = Firing.STARTED, run.id
    firing.save(update_fields=["state", "run_id"])
    return [run.id]


def _state(schedule: Schedule) -> str:
    if schedule.overlap == "skip":
        return Firing.SKIPPED if _at_work(schedule).exists() else Firing.STARTED
    if schedule.overlap == "queue":
        queued = schedule.firings.filter(state=Firing.QUEUED).count()
        if queued >= MOST_QUEUED:
            return Firing.SKIPPED
        return Firing.QUEUED if queued or _at_work(schedule).exists() else Firing.STARTED
    return Firing.STARTED


def _at_work(schedule: Schedule) -> QuerySet[Run]:
    """Runs that this schedule started and that are not done; waiting ones are not done."""
    return Run.objects.filter(
        workflow_id=schedule.workflow_id,
        source="schedule",
        start_node=schedule.node_id,
        status__in=UNFINISHED,
    ).exclude(mode="retry")


def _run_for(schedule: Schedule, due: datetime) -> NewRun:
    local = due.astimezone(ZoneInfo(schedule.timezone))
    return new_run(
        workflow_id=schedule.workflow_id,
        version_id=schedule.version_id,
        node_id=schedule.node_id,
        items=[{"due_at": local.isoformat(), "timezone": schedule.timezone}],
        source="schedule",
    )
