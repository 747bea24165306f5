"""The inbox as the API speaks of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from orchestrator.accounts.schemas import Input
from orchestrator.inbox.models import HumanTask, Priority, TaskEvent


class VoteOut(Schema):
    by: str
    instead_of: str = Field(description="Who is away, when a deputy answered for them; else empty.")
    outcome: str
    comment: str
    at: datetime
    counts: bool = Field(description="False once the proposal was changed after it.")


class DecisionOut(Schema):
    outcome: str
    comment: str
    by: str = Field(description="E-mail address; empty when a rule or the clock decided.")
    at: datetime
    proposed: dict[str, Any]
    edited: list[str] = Field(description="The arguments that were changed before deciding.")
    answer: dict[str, Any] | None = Field(None, description="What was filled into the form.")
    votes: list[VoteOut] | None = None
    automatic: str | None = Field(None, description="Why nobody was asked, or nobody needed to answer.")


class TaskRow(Schema):
    """A task as lists show it."""

    id: str
    run_id: str = Field(description="Empty where no run asks: one was expected and did not come.")
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
    severity: str = Field(description="Of an escalation: low, medium, high or critical; else empty.")
    queue: str
    tags: list[str] = Field(description="Words that its author sorts it by.")
    round: int = Field(description="2 and more: it was sent back before.")
    claimed_by: str | None = Field(description="E-mail address of who has taken it on.")


class FormFieldOut(Schema):
    name: str
    label: str
    kind: Literal["text", "long_text", "number", "boolean", "choice", "choices", "date", "email"]
    help: str
    page: str = Field(
        "", description="Fields are shown page by page, in the order the pages are first named."
    )
    section: str
    is_required: bool
    options: list[str]
    default: Any = None


class TaskOut(TaskRow):
    description: str
    why: str
    proposed: dict[str, Any]
    context: list[Any]
    form: list[FormFieldOut]


class HistoryLine(Schema):
    number: int
    kind: str
    at: datetime
    by: str = Field(description="E-mail address; empty for the workflow itself.")
    data: dict[str, Any]


class TimerOut(Schema):
    """Something that happens by itself while nobody has answered."""

    at: datetime
    words: str


class TaskDetail(TaskOut):
    nonce: str | None = Field(
        description="Send it back with the decision; null when it is not yours to make."
    )
    may_decide: bool
    may_handle: bool = Field(description="Whether you may claim it, hand it over or put it off.")
    policy: str = Field(description="How many answers it takes, in words; empty when the first one decides.")
    votes: list[VoteOut]
    has_answered: bool = Field(description="Your answer is in; others are still to give theirs.")
    needs_password: bool
    is_watching: bool
    snoozed_until: datetime | None
    timers: list[TimerOut]
    public_link: str = Field(description="The link by which anyone may answer; empty when there is none.")
    history: list[HistoryLine]


class TaskList(Schema):
    items: list[TaskRow]
    next: str | None


class InboxCount(Schema):
    open: int


class ViewCounts(Schema):
    """How many tasks each list has, counted up to 1,000."""

    mine: int
    teams: int
    unassigned: int
    overdue: int
    everything: int


class DecideIn(Schema):
    outcome: str = Field(max_length=100)
    comment: str = ""
    proposed: dict[str, Any] | None = Field(None, description="Only the arguments to change.")
    answer: dict[str, Any] | None = Field(None, description="The answers to the task's form.")
    nonce: str = Field(max_length=1000)
    revision: int | None = None
    password: str | None = Field(None, max_length=1000, description="Where the task asks for it again.")


class CommentIn(Schema):
    text: str


class ClaimIn(Schema):
    take_over: bool = False


class ReassignIn(Schema):
    to: list[str] = Field(description="E-mail addresses and team:<name>.", max_length=50)
    note: str = ""


class SnoozeIn(Schema):
    until: datetime | None = Field(description="Null brings it back at once.")


class OneOfSeveral(Schema):
    id: str
    nonce: str = Field(max_length=1000)


class DecideSeveralIn(Schema):
    tasks: list[OneOfSeveral] = Field(max_length=200)
    outcome: str = Field(max_length=100)
    comment: str = ""


class SummaryIn(Schema):
    ids: list[str] = Field(max_length=200)


class ReadyOut(Schema):
    """One of several tasks that are to be decided alike."""

    id: str
    subject: str
    workflow_name: str
    node_name: str
    why: str
    proposed: dict[str, Any]
    nonce: str = Field(description="Empty when it is left out.")
    why_not: str = Field(description="Why it is left out; else empty.")


class SummaryOut(Schema):
    items: list[ReadyOut]
    outcomes: list[str] = Field(description="The answers that all of them offer.")


class DoneOut(Schema):
    task_id: str
    subject: str
    is_decided: bool
    words: str = Field(description="Why it was not decided.")


class SeveralOut(Schema):
    results: list[DoneOut]


class PaceOut(Schema):
    name: str
    count: int
    median_seconds: float
    p90_seconds: float
    mix: list[tuple[str, int]]


class FiguresOut(Schema):
    open: int
    overdue: int
    claimed: int
    by_priority: list[tuple[str, int]]
    by_workflow_open: list[tuple[str, int]]
    decided: int
    automatic: int
    expired: int
    median_seconds: float
    edited: int
    mix: list[tuple[str, int]]
    by_person: list[PaceOut]
    by_workflow: list[PaceOut]
    since: datetime


class FilterIn(Schema):
    name: str
    view: Literal["mine", "teams", "unassigned", "everything", "overdue", "done"] = "everything"
    q: str = ""
    queue: str = ""
    tag: str = ""
    kind: str = ""
    priority: str = ""
    workflow: str = ""


class FilterOut(Schema):
    id: str
    name: str
    wanted: dict[str, str]


class FilterList(Schema):
    items: list[FilterOut]


class AbsenceIn(Schema):
    deputy: str
    begins_at: datetime
    ends_at: datetime


class AbsenceOut(Schema):
    deputy: str | None = Field(description="E-mail address; null when you are not away.")
    begins_at: datetime | None
    ends_at: datetime | None


class PreferencesFields(Schema):
    by_mail: bool = Field(True, description="Whether each task that is asked of you comes as a mail.")
    in_browser: Literal["off", "mine", "everything"] = Field(
        "off", description="Of which new tasks the open app shows a notification of the browser."
    )
    digest: Literal["off", "daily", "weekdays"] = Field("off", description="A mail with all that is open.")
    digest_at: str = Field("08:00", description="When, by the clock of `timezone`.")
    timezone: str = Field("UTC", max_length=64)


class PreferencesIn(Input, PreferencesFields):
    """Refuses what it does not know."""


class PreferencesOut(PreferencesFields):
    next_digest_at: datetime | None
    can_mail: bool = Field(description="False: this installation has no mail server.")


class NameList(Schema):
    items: list[str]


class ChannelIn(Schema):
    name: str = Field(min_length=1, max_length=100)
    kind: Literal["slack", "telegram", "webhook"]
    url: str = Field(
        "", max_length=2000, description="Of Telegram the address of the Bot API; empty: Telegram's own."
    )
    secret: str = Field(
        "", max_length=500, description="Signs what a webhook is sent; of Telegram the bot's token."
    )
    chat: str = Field("", max_length=100, description="Of Telegram: the chat's number or @name.")
    events: list[str] = Field([], description="Empty: all of them.")
    queue: str = Field("", max_length=100)


class ChannelOut(Schema):
    id: str
    name: str
    kind: Literal["slack", "telegram", "webhook"]
    events: list[str]
    queue: str
    is_active: bool
    created_at: datetime


class ChannelList(Schema):
    items: list[ChannelOut]


def task_row(task: HumanTask) -> dict[str, Any]:
    names = (
        "id run_id workflow_id workflow_name node_id node_name step kind subject outcomes assignees "
        "status created_at due_at decided_at decision revision severity queue tags round"
    )
    return {name: getattr(task, name) for name in names.split()} | {
        "priority": Priority(task.priority).word,
        "claimed_by": task.claimed_by.email if task.claimed_by else None,
    }


def task_out(task: HumanTask) -> dict[str, Any]:
    bulky = {name: getattr(task, name) for name in ("description", "why", "proposed", "context", "form")}
    return task_row(task) | bulky


def history_line(event: TaskEvent) -> dict[str, Any]:
    return {
        "number": event.number,
        "kind": event.kind,
        "at": event.at,
        "by": event.by_name,
        "data": event.data,
    }
