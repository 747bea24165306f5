"""The end of a task: the compare-and-set that makes a decision single, and what goes with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from orchestrator.errors import Conflict
from orchestrator.inbox import history
from orchestrator.inbox.models import HumanTask, TaskCandidate, TaskStatus, TaskTimer
from orchestrator.inbox.people import Person
from orchestrator.runs.live import publish_inbox_sync
from orchestrator.runs.models import Signal, Timer
from orchestrator.runs.services import signal_step

UNUSUAL = "unusual:"
"""Begins the `step` of a task that no step waits for: it tells of a run that was unusual."""
TOO_LATE = "the time for this decision ran out"
TOLD_THE_RUN = ("comment", "by", "at", "proposed", "answer", "votes", "automatic", "round")


def leave_inbox(task: HumanTask, *, status: str, at: datetime, **fields: Any) -> bool:
    """The compare-and-set that makes a decision single: only from open, only at this revision."""
    rows = HumanTask.objects.filter(pk=task.pk, status=TaskStatus.OPEN, revision=task.revision)
    if rows.update(status=status, decided_at=at, revision=F("revision") + 1, **fields) != 1:
        return False
    TaskTimer.objects.filter(task=task).delete()
    return True


def settle(
    task: HumanTask,
    decision: dict[str, Any],
    *,
    at: datetime,
    by: Person | None = None,
    whence: Mapping[str, str] | None = None,
) -> None:
    """Record the one decision, answer the step, tell the world. Call it in a transaction.
    `whence` says from where it was made.

    Raises Conflict `task.already_decided` or `task.changed` when another came first."""
    outrun_timeout(task)
    fields = {"decision": decision, "decided_by": decision["by"] or ""}
    if not leave_inbox(task, status=TaskStatus.DONE, at=at, **fields):
        task.refresh_from_db()
        raise already_closed(task) if task.status != TaskStatus.OPEN else changed()
    task.refresh_from_db()
    shown = history.shown_digest(task)
    told = {name: value for name, value in decision.items() if name not in ("by", "at")}
    history.append(task, "decided", at=at, by=by, shown=shown, **told, **(whence or {}))
    if not task.step.startswith(UNUSUAL):
        data = {name: decision[name] for name in TOLD_THE_RUN if name in decision}
        signal_step(
            run_id=task.run_id, step=task.step, outcome=decision["outcome"], data=data, key=f"task:{task.id}"
        )
    transaction.on_commit(publish_inbox_sync)


def outrun_timeout(task: HumanTask) -> None:
    """From here on the time-out cannot fire; when it already has, the decision comes too late.
    Whoever removes the timer's row has won: the other waits for that row and then sees."""
    Timer.objects.filter(run_id=task.run_id, step=task.step).delete()
    refuse_when_timed_out(task)


def refuse_when_timed_out(task: HumanTask) -> None:
    if Signal.objects.filter(run_id=task.run_id, step=task.step, outcome="timeout").exists():
        raise Conflict("task.already_decided", TOO_LATE, extra={"status": "expired", "decision": None})


def change(task: HumanTask, **fields: Any) -> None:
    """Change what an open task asks, or of whom: links and nonces for the task as it was die.
    The caller holds the row."""
    fields["revision"] = task.revision + 1
    for name, value in fields.items():
        setattr(task, name, value)
    task.save(update_fields=list(fields))


def ask_people(task: HumanTask, names: list[str]) -> None:
    """Ask exactly these, whoever was asked before."""
    TaskCandidate.objects.filter(task=task).delete()
    TaskCandidate.objects.bulk_create(
        TaskCandidate(task=task, who=who) for who in dict.fromkeys(name.lower()[:260] for name in names)
    )


def already_closed(task: HumanTask) -> Conflict:
    words = {
        TaskStatus.CANCELLED: "the run was stopped, so there is nothing left to decide",
        TaskStatus.EXPIRED: TOO_LATE,
    }
    decision: Mapping[str, Any] = task.decision or {}
    said = f"already decided by {decision.get('by') or 'a rule'}: {decision.get('outcome', '')}"
    message = words.get(TaskStatus(task.status), said)
    return Conflict("task.already_decided", message, extra={"status": task.status, "decision": task.decision})


def changed() -> Conflict:
    return Conflict("task.changed", "the task changed, or waited too long, since you opened it; look again")
