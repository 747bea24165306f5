"""The inbox over HTTP, beyond single tasks: several at once, figures, lists, absences, channels."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from ninja import Query, Router, Status

from orchestrator.accounts.models import User
from orchestrator.errors import NotAllowed
from orchestrator.inbox import audit, channels, desk, figures, handling, preferences, queries
from orchestrator.inbox.models import Absence, Channel, HumanTask, Preference, SavedFilter
from orchestrator.inbox.schemas import (
    AbsenceIn,
    AbsenceOut,
    ChannelIn,
    ChannelList,
    ChannelOut,
    DecideSeveralIn,
    FiguresOut,
    FilterIn,
    FilterList,
    FilterOut,
    NameList,
    PreferencesIn,
    PreferencesOut,
    SeveralOut,
    SummaryIn,
    SummaryOut,
    ViewCounts,
)
from orchestrator.session import address_of

router = Router(tags=["inbox"])


@router.post("/decide", response=SeveralOut, operation_id="decide_tasks", summary="Decide several")
def decide_tasks(request: HttpRequest, payload: DecideSeveralIn) -> dict[str, Any]:
    """The same answer for several tasks, each with the nonce that reading it gave. One that cannot
    be decided says why and stops none."""
    results = desk.decide_together(
        by=_user(request),
        named=[(one.id, one.nonce) for one in payload.tasks],
        outcome=payload.outcome,
        comment=payload.comment,
        address=address_of(request),
    )
    return {"results": [vars(done) for done in results]}


@router.post("/summary", response=SummaryOut, operation_id="summarize_tasks", summary="Sum several up")
def summarize_tasks(request: HttpRequest, payload: SummaryIn) -> dict[str, Any]:
    """Several tasks as they would be decided together: each with the nonce for it, or why it is
    left out."""
    ready = desk.summary_of(_user(request), payload.ids)
    return {"items": [_ready(entry) for entry in ready], "outcomes": desk.common_outcomes(ready)}


@router.get("/views", response=ViewCounts, operation_id="count_views", summary="Count each list")
def count_views(request: HttpRequest) -> dict[str, int]:
    now = timezone.now()
    return {view: queries.count(_user(request), view, now=now) for view in queries.VIEWS if view != "done"}


@router.get("/figures", response=FiguresOut, operation_id="inbox_figures", summary="Figures")
def inbox_figures(request: HttpRequest, days: Annotated[int, Query(ge=1, le=366)] = 30) -> figures.Figures:
    """How much waits, and how long people took to decide within the last `days`."""
    return figures.figures(now=timezone.now(), days=days)


@router.get("/people", response=NameList, operation_id="list_assignees", summary="Whom to ask")
def list_assignees(request: HttpRequest) -> dict[str, list[str]]:
    """The people and teams that a task may be handed to."""
    return {"items": queries.names_to_ask()}


@router.get("/filters", response=FilterList, operation_id="list_filters", summary="Saved lists")
def list_filters(request: HttpRequest) -> dict[str, Any]:
    return {"items": list(SavedFilter.objects.filter(user=_user(request)).order_by("name"))}


@router.post("/filters", response={201: FilterOut}, operation_id="save_filter", summary="Save a list")
def save_filter(request: HttpRequest, payload: FilterIn) -> Status[SavedFilter]:
    wanted = payload.dict()
    only = queries.Only.read(wanted)
    kept = desk.save_filter(user=_user(request), name=payload.name, view=payload.view, only=only)
    return Status(201, kept)


@router.delete(
    "/filters/{filter_id}", response={204: None}, operation_id="delete_filter", summary="Forget a list"
)
def delete_filter(request: HttpRequest, filter_id: str) -> Status[None]:
    desk.delete_filter(user=_user(request), filter_id=filter_id)
    return Status(204, None)


@router.get("/absence", response=AbsenceOut, operation_id="get_absence", summary="Whether you are away")
def get_absence(request: HttpRequest) -> dict[str, Any]:
    return _absence(Absence.objects.filter(user=_user(request)).select_related("deputy").first())


@router.put("/absence", response=AbsenceOut, operation_id="set_absence", summary="Be away")
def set_absence(request: HttpRequest, payload: AbsenceIn) -> dict[str, Any]:
    """While you are away your deputy may decide what is asked of you."""
    return _absence(handling.be_away(user=_user(request), **payload.dict()))


@router.delete("/absence", response={204: None}, operation_id="end_absence", summary="Be back")
def end_absence(request: HttpRequest) -> Status[None]:
    handling.be_back(user=_user(request))
    return Status(204, None)


@router.get(
    "/preferences", response=PreferencesOut, operation_id="get_preferences", summary="How you hear of tasks"
)
def get_preferences(request: HttpRequest) -> dict[str, Any]:
    return _preferences(preferences.preferences_of(_user(request)))


@router.put(
    "/preferences", response=PreferencesOut, operation_id="set_preferences", summary="Hear of tasks otherwise"
)
def set_preferences(request: HttpRequest, payload: PreferencesIn) -> dict[str, Any]:
    """All of them at once; what is left out takes its default."""
    wanted = payload.dict()
    return _preferences(preferences.prefer(user=_user(request), now=timezone.now(), **wanted))


@router.get("/channels", response=ChannelList, operation_id="list_channels", summary="List channels")
def list_channels(request: HttpRequest) -> dict[str, Any]:
    """Chats and programs that hear of tasks; never their addresses."""
    return {"items": list(Channel.objects.order_by("name"))}


@router.post("/channels", response={201: ChannelOut}, operation_id="create_channel", summary="Add a channel")
def create_channel(request: HttpRequest, payload: ChannelIn) -> Status[Channel]:
    """For administrators. What a webhook is sent is described in docs/inbox.md."""
    _administrators_only(request)
    return Status(201, channels.create_channel(**payload.dict()))


@router.delete(
    "/channels/{channel_id}", response={204: None}, operation_id="delete_channel", summary="Remove a channel"
)
def delete_channel(request: HttpRequest, channel_id: str) -> Status[None]:
    _administrators_only(request)
    channels.delete_channel(channel_id=channel_id)
    return Status(204, None)


@router.get("/record", operation_id="export_record", summary="Export the record of decisions")
def export_record(request: HttpRequest, form: Literal["csv", "json"] = "json") -> StreamingHttpResponse:
    """Every line of every task's history with its hashes: CSV, or one JSON object a line. For
    administrators."""
    _administrators_only(request)
    lines = (audit.as_csv if form == "csv" else audit.as_json)(HumanTask.objects.all())
    kind = "text/csv; charset=utf-8" if form == "csv" else "application/x-ndjson"
    return StreamingHttpResponse(lines, content_type=kind)


def _user(request: HttpRequest) -> User:
    user: Any = request.user
    return user  # type: ignore[no-any-return]


def _administrators_only(request: HttpRequest) -> None:
    user = _user(request)
    if not (user.is_owner or user.is_superuser):
        raise NotAllowed("auth.administrators_only", "only administrators may do this")


def _ready(entry: desk.Ready) -> dict[str, Any]:
    task = entry.task
    names = ("id", "subject", "workflow_name", "node_name", "why", "proposed")
    return {name: getattr(task, name) for name in names} | {"nonce": entry.nonce, "why_not": entry.why_not}


def _absence(found: Absence | None) -> dict[str, Any]:
    return {
        "deputy": found.deputy.email if found else None,
        "begins_at": found.begins_at if found else None,
        "ends_at": found.ends_at if found else None,
    }


def _preferences(found: Preference) -> dict[str, Any]:
    names = ("by_mail", "in_browser", "digest", "digest_at", "timezone", "next_digest_at")
    return {name: getattr(found, name) for name in names} | {"can_mail": bool(settings.MAIL_SERVER)}
