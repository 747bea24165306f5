"""What happens to human tasks. Nothing here is reachable by a GET except recording a view."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from orchestrator.accounts.models import User
from orchestrator.errors import Conflict, InvalidInput, NotAllowed, NotFound, Problem
from orchestrator.inbox import history, nonces, proposed
from orchestrator.inbox.models import LONGEST_WORDS, HumanTask, TaskCandidate, TaskStatus
from orchestrator.inbox.queries import may_decide
from orchestrator.inbox.question import Question, storable
from orchestrator.runs.live import publish_inbox_sync
from orchestrator.runs.models import Signal, Timer
from orchestrator.runs.services import signal_step
from orchestrator.workflows.models import Workflow

LONGEST_COMMENT = 10_000
"""Characters."""
TOO_LATE = "the time for this decision ran out"


def open_task(
    *,
    run_id: str,
    step: str,
    node_id: str,
    node_name: str,
    workflow_id: str,
    data: Mapping[str, Any],
    due_at: datetime | None = None,
    now: datetime | None = None,
) -> str:
    """Ask people; `data` is that of `Pause.for_person`. Call it in the transaction that records
    the pause. A step that already has an open task keeps it. Returns the task's id."""
    existing = HumanTask.objects.filter(run_id=run_id, step=step, status=TaskStatus.OPEN).first()
    if existing is not None:
        return existing.id
    at = now or timezone.now()
    question = Question.read(data, otherwise=node_name)
    name = Workflow.objects.filter(pk=workflow_id).values_list("name", flat=True).first()
    task = HumanTask.objects.create(
        run_id=run_id,
        step=step,
        node_id=node_id,
        node_name=storable(node_name, 200),
        workflow_id=workflow_id if name is not None else None,
        workflow_name=storable(name or "", 200),
        words=storable(f"{question.subject} {name or ''} {node_name}").casefold()[:LONGEST_WORDS],
        for_anyone=not question.assignees,
        created_at=at,
        due_at=due_at,
        **vars(question),
    )
    TaskCandidate.objects.bulk_create(
        TaskCandidate(task=task, who=who)
        for who in dict.fromkeys(n.lower()[:260] for n in question.assignees)
    )
    history.append(task, "opened", at=at, shown=history.shown_digest(task), asked=question.assignees)
    transaction.on_commit(publish_inbox_sync)
    return task.id


def close_task(run_id: str, step: str, status: str = "cancelled", *, now: datetime | None = None) -> bool:
    """The step went on, or ended, without a decision made here; `status`: `expired` when the time
    ran out, else the question is withdrawn. False when no task of it was open."""
    at = now or timezone.now()
    left_as = TaskStatus.EXPIRED if status == "expired" else TaskStatus.CANCELLED
    with transaction.atomic():
        task = HumanTask.objects.filter(run_id=run_id, step=step, status=TaskStatus.OPEN).first()
        if task is None or not _leave_inbox(task, status=left_as, at=at):
            return False
        history.append(task, left_as.value, at=at)
        transaction.on_commit(publish_inbox_sync)
    return True


def decide(
    *,
    task_id: str,
    outcome: str,
    comment: str = "",
    proposed: Mapping[str, Any] | None = None,
    by: User,
    nonce: str,
    revision: int | None = None,
    now: datetime | None = None,
) -> HumanTask:
    """Decide, once: of any number of callers exactly one wins; the others get Conflict
    `task.already_decided` with the recorded decision in `extra`.

    `proposed` holds only the arguments to change. `nonce` comes from `nonces.issue` for this
    person; `revision`, when given, must be the task's. Raises NotFound, NotAllowed (also for a
    forged nonce), InvalidInput (outcome, comment, proposed) and Conflict (`task.changed`)."""
    at = now or timezone.now()
    with transaction.atomic():
        task = _task_for(task_id, by)
        if task.status != TaskStatus.OPEN:
            raise _already_closed(task)
        _check_nonce(nonce, task, by, revision)
        _outrun_timeout(task)
        decision = _decision(task, outcome=outcome, comment=comment, changes=proposed or {}, by=by, at=at)
        if not _leave_inbox(task, status=TaskStatus.DONE, at=at, decision=decision):
            task.refresh_from_db()
            raise _already_closed(task) if task.status != TaskStatus.OPEN else _changed()
        task.refresh_from_db()
        shown = history.shown_digest(task)
        history.append(task, "decided", at=at, by=by, shown=shown, **_without(decision, "by", "at"))
        signal_step(
            run_id=task.run_id,
            step=task.step,
            outcome=outcome,
            data={name: decision[name] for name in ("comment", "by", "at", "proposed")},
            key=f"task:{task.id}",
        )
        transaction.on_commit(publish_inbox_sync)
    return task


def comment(*, task_id: str, text: str, by: User, now: datetime | None = None) -> HumanTask:
    """Add a remark to the history, of an open or a closed task."""
    text = _comment_text(text)
    if not text:
        raise InvalidInput("comment.empty", "write something first", [_at("comment", "comment.empty")])
    with transaction.atomic():
        task = _task_for(task_id, by, lock=True)
        history.append(task, "commented", at=now or timezone.now(), by=by, text=text)
        transaction.on_commit(publish_inbox_sync)
    return task


def record_view(*, task: HumanTask, by: User, now: datetime | None = None) -> None:
    """Note that a person was shown an open task as it stands; once per person and revision."""
    if task.status != TaskStatus.OPEN:
        return
    seen = task.events.filter(kind="viewed", by=by).values_list("data", flat=True)
    if any(data.get("revision") == task.revision for data in seen):
        return
    with transaction.atomic():
        HumanTask.objects.select_for_update().get(pk=task.pk)
        data = {"revision": task.revision, "shown": history.shown_digest(task)}
        history.append(task, "viewed", at=now or timezone.now(), by=by, **data)


def _outrun_timeout(task: HumanTask) -> None:
    """From here on the time-out cannot fire; when it already has, the decision comes too late.
    Whoever removes the timer's row has won: the other waits for that row and then sees."""
    Timer.objects.filter(run_id=task.run_id, step=task.step).delete()
    if Signal.objects.filter(run_id=task.run_id, step=task.step, outcome="timeout").exists():
        raise Conflict("task.already_decided", TOO_LATE, extra={"status": "expired", "decision": None})


def _leave_inbox(task: HumanTask, *, status: str, at: datetime, **fields: Any) -> bool:
    """The compare-and-set that makes a decision single: only from open, only at this revision."""
    rows = HumanTask.objects.filter(pk=task.pk, status=TaskStatus.OPEN, revision=task.revision)
    return rows.update(status=status, decided_at=at, revision=F("revision") + 1, **fields) == 1


def _task_for(task_id: str, by: User, *, lock: bool = False) -> HumanTask:
    tasks = HumanTask.objects.select_for_update() if lock else HumanTask.objects
    task = tasks.filter(pk=task_id).first()
    if task is None:
        raise NotFound("task.not_found", "there is no such task")
    if not may_decide(by, task):
        raise NotAllowed("task.not_asked", "this decision was asked of other people")
    return task


def _check_nonce(nonce: str, task: HumanTask, by: User, revision: int | None) -> None:
    try:
        nonces.check(nonce, task, by.pk)
    except nonces.NonceExpired:
        raise _changed() from None
    except nonces.NonceInvalid:
        raise NotAllowed(
            "task.nonce_invalid", "this decision was not made from a page shown to you; open the task again"
        ) from None
    if revision is not None and revision != task.revision:
        raise _changed()


def _decision(
    task: HumanTask, *, outcome: str, comment: str, changes: Mapping[str, Any], by: User, at: datetime
) -> dict[str, Any]:
    if outcome not in task.outcomes:
        allowed = ", ".join(task.outcomes)
        problem = Problem("outcome", "task.outcome_unknown", f"the answer must be one of: {allowed}")
        raise InvalidInput(problem.code, problem.message, [problem])
    values = proposed.edited(task.proposed, changes)
    return {
        "outcome": outcome,
        "comment": _comment_text(comment),
        "by": by.email,
        "at": at.isoformat(),
        "proposed": values,
        "edited": proposed.changed_names(task.proposed, values),
    }


def _comment_text(text: str) -> str:
    text = storable(text).strip()
    if len(text) > LONGEST_COMMENT:
        message = f"a comment has at most {LONGEST_COMMENT} characters"
        raise InvalidInput("comment.too_long", message, [_at("comment", "comment.too_long", message)])
    return text


def _at(path: str, code: str, message: str = "write something first") -> Problem:
    return Problem(path, code, message)


def _already_closed(task: HumanTask) -> Conflict:
    words = {
        TaskStatus.CANCELLED: "the run was stopped, so there is nothing left to decide",
        TaskStatus.EXPIRED: TOO_LATE,
    }
    decision = task.decision or {}
    said = f"already decided by {decision.get('by', 'somebody')}: {decision.get('outcome', '')}"
    message = words.get(TaskStatus(task.status), said)
    return Conflict("task.already_decided", message, extra={"status": task.status, "decision": task.decision})


def _changed() -> Conflict:
    return Conflict("task.changed", "the task changed, or waited too long, since you opened it; look again")


def _without(values: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}
