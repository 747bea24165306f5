"""Bodies of the runs API."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from orchestrator.accounts.schemas import Input
from orchestrator.pages import Page

RunStatusName = Literal["queued", "running", "paused", "succeeded", "failed", "cancelled"]
StepStatusName = Literal[
    "queued", "running", "paused", "retrying", "succeeded", "failed", "skipped", "cancelled"
]


class ErrorOut(Schema):
    """Why a run or a step failed."""

    code: str
    message: str
    hint: str = ""
    node: str | None = None
    step: str | None = None
    item: int | None = None
    """The index of the input item at fault."""


class Waiting(Schema):
    """A step that waits without holding a worker."""

    step: str
    node: str
    node_name: str
    kind: str
    reason: str
    until: int | None
    """Epoch milliseconds."""


class RunSummary(Schema):
    id: str
    workflow_id: str
    workflow_name: str
    version_id: str
    version_number: int | None
    """None for a version frozen from a draft."""
    status: RunStatusName
    mode: str
    source: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    duration_ms: int | None
    error: ErrorOut | None
    waiting: list[Waiting]
    last_seq: int


class RunFilter(Page):
    workflow: str = Field("", max_length=26)
    status: str = Field("", max_length=100)
    """One or several, separated by commas."""
    since: datetime | None = None
    until: datetime | None = None
    """Only runs that were made in this time."""
    text: str = Field("", max_length=200)
    """Only runs in whose items, params or errors this stands. Items over 256 KB are not looked into."""


class RunList(Schema):
    items: list[RunSummary]
    next: str | None
    """With `text` there may be a next page although this one is empty: only so many runs are looked
    into at once."""
    looked: int | None = None
    """With `text`: how many runs were looked into."""


class RunEvent(Schema, extra="allow"):
    """A fact about the run; further fields depend on `type`. Items are left out."""

    seq: int
    at: int
    """Epoch milliseconds."""
    attempt: int
    type: str
    step: str | None = None
    node: str | None = None


class RunDetail(RunSummary):
    document: dict[str, Any]
    """The frozen document that the run performs."""
    events: list[RunEvent]


class EventList(Schema):
    items: list[RunEvent]


class EventFilter(Schema):
    after: int = Field(0, ge=0, lt=2**31)
    """The last sequence number already known."""


class StepWindow(Schema):
    side: Literal["", "in", "out"] = ""
    port: str = Field("", max_length=100)
    offset: int = Field(0, ge=0, lt=2**31)
    limit: int = Field(100, ge=1, le=1000)


class ItemsPage(Schema):
    count: int
    """Of all items, not only those on this page."""
    items: list[Any]
    files: list[dict[str, Any]]
    is_gone: bool = False
    """The items were removed from the store."""


class LogLine(Schema, extra="allow"):
    at: int
    message: str
    level: str = "info"
    fields: dict[str, Any] = Field(default_factory=dict)


class StepWait(Schema):
    kind: str
    reason: str
    until: int | None = None
    task: str | None = None


class StepLine(Schema):
    """How a step went."""

    step: str
    node: str
    node_name: str
    status: StepStatusName
    try_: int = Field(alias="try")
    items: int | None
    """How many it sent, on all ports; null while it has sent none."""
    started_at: int | None
    """Epoch milliseconds."""
    ms: float | None
    error: ErrorOut | None
    wait: StepWait | None


class StepLines(Schema):
    items: list[StepLine]
    is_more: bool
    """There are steps before these."""


class StepLimit(Schema):
    limit: int = Field(50, ge=1, le=500)


class StepDetail(Schema):
    step: str
    node: str
    node_name: str
    status: StepStatusName
    try_: int = Field(alias="try")
    started_at: int | None
    """Epoch milliseconds."""
    finished_at: int | None
    ms: float | None
    error: ErrorOut | None
    wait: StepWait | None
    params: list[Any]
    """As resolved, for the first item; empty when they were too large to record."""
    inputs: dict[str, ItemsPage]
    outputs: dict[str, ItemsPage]
    lineage: dict[str, list[Any]]
    """By output port, for each item on the page: the index of the input item it came from, or
    a list of them. Input items are counted over all input ports."""
    logs: list[LogLine]
    usage: dict[str, float] | None


class Retried(Schema):
    run_id: str


class Fork(Input):
    step: str = Field(min_length=1, max_length=120)
    """The step to go on from, such as `ask:1`; it is performed again."""
    items: list[dict[str, Any]] | None = Field(None, max_length=100_000)
    """In the place of the step's input."""
    armed: list[str] = Field(default_factory=list, max_length=1000)
    """Steps after it that write to the outside world and shall do so again."""


class BulkAction(Input):
    action: Literal["retry", "cancel"]
    ids: list[str] | None = Field(None, max_length=500)
    workflow: str = Field("", max_length=26)
    """Instead of `ids`: the runs of this workflow that the action fits."""
    status: Literal["", "queued", "running", "paused", "succeeded", "failed", "cancelled"] = ""


class BulkRun(Schema):
    run_id: str
    new_run_id: str | None = None


class BulkRefusal(Schema):
    run_id: str
    code: str
    message: str


class BulkDone(Schema):
    done: list[BulkRun]
    refused: list[BulkRefusal]
    is_more: bool
    """More runs fit than are taken at once: ask again."""
