"""The inbox over HTTP. Reading hands out a nonce; only a POST that brings it back decides."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router

from orchestrator.inbox import nonces, queries, services
from orchestrator.inbox.models import HumanTask
from orchestrator.inbox.schemas import (
    CommentIn,
    DecideIn,
    InboxCount,
    TaskDetail,
    TaskList,
    TaskOut,
    history_line,
    task_out,
    task_row,
)

router = Router(tags=["inbox"])


@router.get("", response=TaskList, operation_id="list_tasks", summary="List tasks")
def list_tasks(
    request: HttpRequest,
    status: Literal["open", "done"] = "open",
    view: Literal["mine", "teams", "unassigned", "everything", "overdue"] = "everything",
    q: str = "",
    queue: str = "",
    kind: str = "",
    priority: str = "",
    workflow: str = "",
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=queries.MOST_PER_PAGE)] = 50,
) -> dict[str, Any]:
    """Open tasks, overdue first, then by priority; or the closed ones, latest first."""
    wanted = {"q": q, "queue": queue, "kind": kind, "priority": priority, "workflow": workflow}
    found = queries.page(
        request.user,
        view="done" if status == "done" else view,
        only=queries.Only.read(wanted),
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
        services.record_view(task=task, by=request.user)
    return _detail(request, task)


@router.post("/{task_id}/decide", response=TaskOut, operation_id="decide_task", summary="Decide")
def decide_task(request: HttpRequest, task_id: str, payload: DecideIn) -> dict[str, Any]:
    """Decide once. 409 `task.already_decided` brings the recorded decision."""
    task = services.decide(
        task_id=task_id,
        outcome=payload.outcome,
        comment=payload.comment,
        proposed=payload.proposed,
        by=request.user,
        nonce=payload.nonce,
        revision=payload.revision,
    )
    return task_out(task)


@router.post("/{task_id}/comment", response=TaskDetail, operation_id="comment_task", summary="Comment")
def comment_task(request: HttpRequest, task_id: str, payload: CommentIn) -> dict[str, Any]:
    """Add a remark to the task's history."""
    return _detail(request, services.comment(task_id=task_id, text=payload.text, by=request.user))


def _detail(request: HttpRequest, task: HumanTask) -> dict[str, Any]:
    user: Any = request.user
    allowed = queries.may_decide(user, task)
    return task_out(task) | {
        "nonce": nonces.issue(task, str(user.pk)) if allowed and task.status == "open" else None,
        "may_decide": allowed,
        "history": [history_line(event) for event in queries.events_of(task)],
    }
