"""What happens to human tasks. Nothing here is reachable by a GET except recording a view."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from orchestrator.accounts.models import User
from orchestrator.errors import InvalidInput, NotAllowed, Problem
from orchestrator.inbox import deciding, history, nonces, notices, settle
from orchestrator.inbox.models import HumanTask, TaskStatus
from orchestrator.inbox.opening import create_task
from orchestrator.inbox.people import Person, refusal
from orchestrator.inbox.queries import task_by_id
from orchestrator.inbox.question import storable
from orchestrator.inbox.timers import fire_due as fire_due
from orchestrator.runs.live import publish_inbox_sync

LONGEST_COMMENT = 10_000
"""Characters."""


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
    task = create_task(
        run_id=run_id,
        step=step,
        node_id=node_id,
        node_name=node_name,
        workflow_id=workflow_id,
        data=data,
        due_at=due_at,
        at=now or timezone.now(),
    )
    transaction.on_commit(publish_inbox_sync)
    return task.id


def close_task(run_id: str, step: str, status: str = "cancelled", *, now: datetime | None = None) -> bool:
    """The step went on, or ended, without a decision made here; `status`: `expired` when the time
    ran out, else the question is withdrawn. False when no task of it was open."""
    at = now or timezone.now()
    left_as = TaskStatus.EXPIRED if status == "expired" else TaskStatus.CANCELLED
    with transaction.atomic():
        task = HumanTask.objects.filter(run_id=run_id, step=step, status=TaskStatus.OPEN).first()
        if task is None or not settle.leave_inbox(task, status=left_as, at=at):
            return False
        history.append(task, left_as.value, at=at)
        notices.tell(task, left_as.value, at=at)
        transaction.on_commit(publish_inbox_sync)
    return True


def decide(
    *,
    task_id: str,
    outcome: str,
    comment: str = "",
    proposed: Mapping[str, Any] | None = None,
    answer: Mapping[str, Any] | None = None,
    by: User | Person,
    nonce: str,
    revision: int | None = None,
    password: str | None = None,
    address: str = "",
    origin: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> HumanTask:
    """Decide, once: of any number of callers exactly one wins; the others get Conflict
    `task.already_decided` with the recorded decision in `extra`. Where several must agree, this is
    one vote: the task is still open afterwards unless it was the last one needed.

    `proposed` holds only the arguments to change, `answer` the answers to a form. `nonce` comes
    from `nonces.issue` for this person; `revision`, when given, must be the task's. `password` is
    asked for by tasks that want it again. `address` is the caller's; with `origin`, such as
    `{"via": "mail"}`, it says in the record from where it was decided. Raises NotFound, NotAllowed
    (also for a forged nonce), InvalidInput (outcome, comment, proposed, answer) and Conflict
    (`task.changed`, `task.claimed`, `task.already_voted`)."""
    at, person = now or timezone.now(), Person.of(by)
    # Before the transaction: a wrong password must be counted, not rolled back; and of a crowd that
    # decides at once all but the first few learn that they are late without waiting for each other.
    seen = _open_task_for(task_id, person, at=at, lock=False)
    deciding.check_password(seen, person, password=password, address=address, at=at)
    with transaction.atomic():
        task = _open_task_for(task_id, person, at=at, lock=True)
        _check_nonce(nonce, task, person, revision)
        deciding.check_claim(task, person)
        choice = deciding.choice_of(
            task, outcome=outcome, comment=comment_text(comment), changes=proposed or {}, answer=answer or {}
        )
        whence = {**({"address": address} if address else {}), **(origin or {})}
        deciding.take(task, choice, person, at=at, whence=whence)
        transaction.on_commit(publish_inbox_sync)
    return task


def comment(
    *,
    task_id: str,
    text: str,
    by: User | Person,
    origin: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> HumanTask:
    """Add a remark to the history, of an open or a closed task."""
    at, person, text = now or timezone.now(), Person.of(by), comment_text(text)
    if not text:
        problem = Problem("comment", "comment.empty", "write something first")
        raise InvalidInput(problem.code, problem.message, [problem])
    with transaction.atomic():
        task = task_for(task_id, person, at=at, handles=True)
        history.append(task, "commented", at=at, by=person, text=text, **(origin or {}))
        notices.tell(task, "commented", at=at, by=person)
        transaction.on_commit(publish_inbox_sync)
    return task


def record_view(*, task: HumanTask, by: User | Person, now: datetime | None = None) -> None:
    """Note that a person was shown an open task as it stands; once per person and revision."""
    if task.status != TaskStatus.OPEN:
        return
    person = Person.of(by)
    seen = task.events.filter(kind="viewed", by_name=person.email).values_list("data", flat=True)
    if any(data.get("revision") == task.revision for data in seen):
        return
    with transaction.atomic():
        HumanTask.objects.select_for_update().get(pk=task.pk)
        data = {"revision": task.revision, "shown": history.shown_digest(task)}
        history.append(task, "viewed", at=now or timezone.now(), by=person, **data)


def _open_task_for(task_id: str, person: Person, *, at: datetime, lock: bool) -> HumanTask:
    """Raises NotFound, NotAllowed, and Conflict with the recorded decision when it is closed."""
    task = task_for(task_id, person, at=at, lock=lock)
    if task.status != TaskStatus.OPEN:
        raise settle.already_closed(task)
    return task


def task_for(
    task_id: str, person: Person, *, at: datetime, handles: bool = False, lock: bool = True
) -> HumanTask:
    """The task, its row held, once it is clear that this person may decide (or handle) it.
    Raises NotFound, NotAllowed."""
    task = task_by_id(task_id, lock=lock)
    if (refused := refusal(person, task, now=at, handles=handles)) is not None:
        raise refused
    return task


def comment_text(text: str) -> str:
    """Raises InvalidInput `comment.too_long`."""
    text = storable(text).strip()
    if len(text) > LONGEST_COMMENT:
        message = f"a comment has at most {LONGEST_COMMENT} characters"
        raise InvalidInput("comment.too_long", message, [Problem("comment", "comment.too_long", message)])
    return text


def _check_nonce(nonce: str, task: HumanTask, person: Person, revision: int | None) -> None:
    try:
        nonces.check(nonce, task, person.key)
    except nonces.NonceExpired:
        raise settle.changed() from None
    except nonces.NonceInvalid:
        raise NotAllowed(
            "task.nonce_invalid", "this decision was not made from a page shown to you; open the task again"
        ) from None
    if revision is not None and revision != task.revision:
        raise settle.changed()
