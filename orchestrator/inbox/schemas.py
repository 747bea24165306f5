"""The inbox as the API speaks of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from orchestrator.inbox.models import HumanTask, Priority, TaskEvent


class DecisionOut(Schema):
    outcome: str
    comment: str
    by: str
    at: datetime
    proposed: dict[str, Any]
    edited: list[str] = Field(description="The arguments that were changed before deciding.")


class TaskRow(Schema):
    """A task as lists show it."""

    id: str
    run_id: str
    workflow_id: str | None
    workflow_name: str
    node_id: str
    node_name: str
    step: str
    kind: str
    subject: str
    outcomes: list[str]
    assignees: list[str]
    priority: Literal["low", "normal", "high", "urgent"]
    status: Literal["open", "done", "cancelled", "expired"]
    created_at: datetime
    due_at: datetime | None
    decided_at: datetime | None
    decision: DecisionOut | None
    revision: int


class TaskOut(TaskRow):
    description: str
    why: str
    proposed: dict[str, Any]
    context: list[Any]


class HistoryLine(Schema):
    number: int
    kind: str
    at: datetime
    by: str = Field(description="E-mail address; empty for the workflow itself.")
    data: dict[str, Any]


class TaskDetail(TaskOut):
    nonce: str | None = Field(
        description="Send it back with the decision; null when it is not yours to make."
    )
    may_decide: bool
    history: list[HistoryLine]


class TaskList(Schema):
    items: list[TaskRow]
    next: str | None


class InboxCount(Schema):
    open: int


class DecideIn(Schema):
    outcome: str = Field(max_length=100)
    comment: str = ""
    proposed: dict[str, Any] | None = Field(None, description="Only the arguments to change.")
    nonce: str = Field(max_length=1000)
    revision: int | None = None


class CommentIn(Schema):
    text: str


def task_row(task: HumanTask) -> dict[str, Any]:
    names = (
        "id run_id workflow_id workflow_name node_id node_name step kind subject outcomes assignees "
        "status created_at due_at decided_at decision revision"
    )
    return {name: getattr(task, name) for name in names.split()} | {"priority": Priority(task.priority).word}


def task_out(task: HumanTask) -> dict[str, Any]:
    bulky = {name: getattr(task, name) for name in ("description", "why", "proposed", "context")}
    return task_row(task) | bulky


def history_line(event: TaskEvent) -> dict[str, Any]:
    return {
        "number": event.number,
        "kind": event.kind,
        "at": event.at,
        "by": event.by_name,
        "data": event.data,
    }
