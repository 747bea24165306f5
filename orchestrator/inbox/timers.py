"""What happens to open tasks by themselves: reminders, urgency, the next person, an outcome."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from django.db import transaction

from orchestrator.inbox import history, notices, settle
from orchestrator.inbox.deciding import Choice, decision_of
from orchestrator.inbox.models import HumanTask, Priority, TaskStatus, TaskTimer
from orchestrator.inbox.question import storable
from orchestrator.runs.live import publish_inbox_sync

MOST_AT_ONCE = 500
log = structlog.get_logger(__name__)


def fire_due(now: datetime) -> int:
    """Do what is due to open tasks, each thing exactly once whoever else does the same at this
    moment. Returns how much was done."""
    due = TaskTimer.objects.filter(due_at__lte=now).order_by("due_at", "id").values_list("pk", flat=True)
    fired = 0
    for timer_id in list(due[:MOST_AT_ONCE]):
        try:
            fired += _fire(timer_id, now)
        except Exception:
            # One that cannot be done must not keep the others from their turn, now or later.
            log.exception("a timer of a task could not fire", timer=timer_id)
            TaskTimer.objects.filter(pk=timer_id).delete()
    if fired:
        publish_inbox_sync()
    return fired


@transaction.atomic
def _fire(timer_id: int, now: datetime) -> bool:
    timer = TaskTimer.objects.filter(pk=timer_id).first()
    if timer is None:
        return False
    # The task's row first, as everywhere else; then whoever deletes the timer is the one.
    task = HumanTask.objects.select_for_update().filter(pk=timer.task_id, status=TaskStatus.OPEN).first()
    if not TaskTimer.objects.filter(pk=timer_id).delete()[0] or task is None:
        return False
    _ACTIONS.get(timer.action.get("do", ""), _nothing)(task, timer.action, now)
    return True


def _remind(task: HumanTask, action: dict[str, Any], now: datetime) -> None:
    history.append(task, "reminded", at=now, asked=sorted(notices.asked_now(task, at=now)))
    notices.tell(task, "reminded", at=now)


def _raise_priority(task: HumanTask, action: dict[str, Any], now: datetime) -> None:
    wanted = str(action.get("to", "urgent")).upper()
    priority = Priority[wanted] if wanted in Priority.__members__ else Priority.URGENT
    if priority <= task.priority:
        return
    task.priority = priority
    task.save(update_fields=["priority"])
    history.append(task, "raised", at=now, to=priority.word)
    notices.tell(task, "raised", at=now)


def _reassign(task: HumanTask, action: dict[str, Any], now: datetime) -> None:
    names = [name for entry in action.get("to") or [] if (name := storable(entry).strip())]
    if names:
        hand_over(task, names, keep=action.get("keep") is True)
        history.append(task, "reassigned", at=now, to=names, reason="nobody had answered")
        notices.tell(task, "reassigned", at=now)


def _decide(task: HumanTask, action: dict[str, Any], now: datetime) -> None:
    outcome = str(action.get("outcome") or "")
    if outcome not in task.outcomes:
        return
    decision = decision_of(task, Choice(outcome, "", task.proposed, None), by="", at=now)
    reason = "nobody had answered in time"
    settle.settle(task, decision | {"automatic": reason}, at=now)
    notices.tell(task, "decided", at=now)


def _nothing(task: HumanTask, action: dict[str, Any], now: datetime) -> None:
    log.warning("a timer of a task knows nothing to do", task=task.pk, action=action)


def hand_over(task: HumanTask, names: list[str], *, keep: bool = False) -> None:
    """Ask others; with `keep` besides those asked so far. Where people are asked one after another
    it is the turn that is handed over. Links and pages made for those before die."""
    if task.policy.get("kind") == "sequential":
        assignees = [*task.assignees[: task.stage], ", ".join(names), *task.assignees[task.stage + 1 :]]
        asked = names
    else:
        assignees = list(dict.fromkeys([*(task.assignees if keep else []), *names]))
        asked = assignees
    settle.change(task, assignees=assignees, for_anyone=False, claimed_by=None)
    settle.ask_people(task, asked)


_ACTIONS = {"remind": _remind, "raise_priority": _raise_priority, "reassign": _reassign, "decide": _decide}
