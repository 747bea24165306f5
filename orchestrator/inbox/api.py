"""The inbox over HTTP. Reading hands out a nonce; only a POST that brings it back decides."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router

from orchestrator.accounts.models import User
from orchestrator.inbox import deciding, handling, links, nonces, present, queries, services
from orchestrator.inbox.models import HumanTask, TaskSnooze, TaskStatus, TaskWatch
from orchestrator.inbox.people import Person, refusal
from orchestrator.inbox.policies import Policy
from orchestrator.inbox.schemas import (
    ClaimIn,
    CommentIn,
    DecideIn,
    InboxCount,
    ReassignIn,
    SnoozeIn,
    TaskDetail,
    TaskList,
    TaskOut,
    history_line,
    task_out,
    task_row,
)
from orchestrator.session import address_of

router = Router(tags=["inbox"])


@router.get("", response=TaskList, operation_id="list_tasks", summary="List tasks")
def list_tasks(
    request: HttpRequest,
    status: Literal["open", "done"] = "open",
    view: Literal["mine", "teams", "unassigned", "everything", "overdue"] = "everything",
    q: str = "",
    queue: str = "",
    tag: str = "",
    kind: str = "",
    priority: str = "",
    workflow: str = "",
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=queries.MOST_PER_PAGE)] = 50,
) -> dict[str, Any]:
    """Open tasks, overdue first, then by priority; or the closed ones, latest first."""
    wanted = {"q": q, "queue": queue, "tag": tag, "kind": kind, "priority": priority}
    found = queries.page(
        request.user,
        view="done" if status == "done" else view,
        only=queries.Only.read(wanted | {"workflow": workflow}),
        cursor=cursor,
        limit=limit,
    )
    return {"items": [task_row(task) for task in found.tasks], "next": found.next}


@router.get("/count", response=InboxCount, operation_id="count_tasks", summary="Count open tasks")
def count_tasks(request: HttpRequest) -> dict[str, int]:
    """The number on the badge; counting stops at 1,000."""
    return {"open": queries.count_open()}


@router.get("/{task_id}", response=TaskDetail, operation_id="get_task", summary="Read a task")
def get_task(request: HttpRequest, task_id: str) -> dict[str, Any]:
    """The task with its history and, when it is open and yours to decide, a nonce."""
    task = queries.task_by_id(task_id)
    if queries.may_decide(request.user, task):
        services.record_view(task=task, by=user_of(request))
    return detail(request, task)


@router.post("/{task_id}/decide", response=TaskOut, operation_id="decide_task", summary="Decide")
def decide_task(request: HttpRequest, task_id: str, payload: DecideIn) -> dict[str, Any]:
    """Decide once. 409 `task.already_decided` brings the recorded decision. Where several must
    agree this is one vote, and the task that comes back may still be open."""
    task = services.decide(
        task_id=task_id,
        outcome=payload.outcome,
        comment=payload.comment,
        proposed=payload.proposed,
        answer=payload.answer,
        by=user_of(request),
        nonce=payload.nonce,
        revision=payload.revision,
        password=payload.password,
        address=address_of(request),
        origin={"via": "api"},
    )
    return task_out(task)


@router.post("/{task_id}/comment", response=TaskDetail, operation_id="comment_task", summary="Comment")
def comment_task(request: HttpRequest, task_id: str, payload: CommentIn) -> dict[str, Any]:
    """Add a remark to the task's history."""
    return detail(request, services.comment(task_id=task_id, text=payload.text, by=user_of(request)))


@router.post("/{task_id}/claim", response=TaskDetail, operation_id="claim_task", summary="Claim")
def claim_task(request: HttpRequest, task_id: str, payload: ClaimIn) -> dict[str, Any]:
    """Take a task on: until it is released nobody else decides. 409 `task.claimed`."""
    by = user_of(request)
    return detail(request, handling.claim(task_id=task_id, by=by, take_over=payload.take_over))


@router.post("/{task_id}/release", response=TaskDetail, operation_id="release_task", summary="Release")
def release_task(request: HttpRequest, task_id: str) -> dict[str, Any]:
    return detail(request, handling.release(task_id=task_id, by=user_of(request)))


@router.post("/{task_id}/reassign", response=TaskDetail, operation_id="reassign_task", summary="Hand over")
def reassign_task(request: HttpRequest, task_id: str, payload: ReassignIn) -> dict[str, Any]:
    """Ask others instead; what was opened before, links among it, no longer decides."""
    task = handling.reassign(task_id=task_id, to=payload.to, note=payload.note, by=user_of(request))
    return detail(request, task)


@router.post("/{task_id}/snooze", response=TaskDetail, operation_id="snooze_task", summary="Put off")
def snooze_task(request: HttpRequest, task_id: str, payload: SnoozeIn) -> dict[str, Any]:
    """Keep the task out of your own list until a moment."""
    return detail(request, handling.snooze(task_id=task_id, until=payload.until, by=user_of(request)))


@router.post("/{task_id}/watch", response=TaskDetail, operation_id="watch_task", summary="Watch")
def watch_task(request: HttpRequest, task_id: str) -> dict[str, Any]:
    """Hear by e-mail what becomes of it."""
    return detail(request, handling.watch(task_id=task_id, by=user_of(request), is_watching=True))


@router.delete("/{task_id}/watch", response=TaskDetail, operation_id="unwatch_task", summary="Stop watching")
def unwatch_task(request: HttpRequest, task_id: str) -> dict[str, Any]:
    return detail(request, handling.watch(task_id=task_id, by=user_of(request), is_watching=False))


def user_of(request: HttpRequest) -> User:
    user: Any = request.user
    return user  # type: ignore[no-any-return]


def detail(request: HttpRequest, task: HumanTask) -> dict[str, Any]:
    """A task as its reader sees it: what they may do, and the nonce to decide with."""
    user, policy = user_of(request), Policy.read(task.policy)
    is_open = task.status == TaskStatus.OPEN
    allowed = queries.may_decide(user, task)
    may_handle = is_open and refusal(Person.of(user), task, handles=True) is None
    snooze = TaskSnooze.objects.filter(task=task, user=user).first()
    votes = deciding.votes_of(task) if policy.takes_several else []
    return task_out(task) | {
        "nonce": nonces.issue(task, str(user.pk)) if allowed and is_open else None,
        "may_decide": allowed,
        "may_handle": may_handle,
        "policy": present.policy_words(policy, task),
        "votes": votes,
        "has_answered": deciding.has_answered(votes, policy, user.email),
        "needs_password": policy.reauthenticate,
        "is_watching": TaskWatch.objects.filter(task=task, user=user).exists(),
        "snoozed_until": snooze.until if snooze else None,
        "timers": present.timers_of(task) if is_open else [],
        "public_link": links.public_link(task) if may_handle else "",
        "history": [history_line(event) for event in queries.events_of(task)],
    }
