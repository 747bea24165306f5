"""Schedules over the API: what is live, when it is due next, pausing it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field, ValidationError

from orchestrator.errors import InvalidInput, Problem
from orchestrator.triggers.models import Firing, Schedule
from orchestrator.triggers.rules import Rule
from orchestrator.triggers.schedules import SHOWN, coming, first_due, pause_schedule, rule_of
from orchestrator.workflows.library import library
from orchestrator.workflows.services import get_workflow

router = Router(tags=["schedules"])

MOST_COMING = 20


class ScheduleOut(Schema):
    node: str
    """Id of the Schedule node."""
    cron: str
    every: dict[str, Any]
    calendar: dict[str, Any]
    timezone: str
    catch_up: str
    overlap: str
    jitter_seconds: int
    is_paused: bool
    queued: int
    """Due times that wait until the run before has ended."""
    next: list[str]
    """The next ten due times, in the schedule's time zone; none while it is paused."""


class ScheduleList(Schema):
    items: list[ScheduleOut]


class Coming(Schema):
    workflow_id: str
    workflow_name: str
    node: str
    at: datetime


class ComingList(Schema):
    items: list[Coming]


class RuleQuery(Schema):
    """The rule of a Schedule node."""

    cron: str = Field("", max_length=100)
    timezone: str = Field("UTC", max_length=64)
    every: int | None = Field(None, ge=1, le=10_000)
    """With `unit`, instead of `cron`."""
    unit: Literal["seconds", "minutes", "hours", "days", "weeks"] = "minutes"
    starting_at: str = Field("", max_length=40)
    weekdays: str = Field("", max_length=40)
    """Days that count, such as `mon,tue,fri`; empty: no calendar, unless there are `holidays`."""
    holidays: str = Field("", max_length=12_000)
    """Dates that do not count, separated by commas."""
    otherwise: Literal["skip", "next", "previous"] = "skip"
    after: datetime | None = None
    """Left out: now."""


class DueTimes(Schema):
    timezone: str
    next: list[str]
    """Ten due times, in the time zone of the rule."""


@router.get("/schedules", response=ComingList, operation_id="list_coming_schedules")
def list_coming(request: HttpRequest) -> dict[str, Any]:
    """The next start of each live schedule that is not paused, soonest first; at most twenty."""
    rows = Schedule.objects.filter(is_paused=False).select_related("workflow").order_by("fires_at", "pk")
    return {
        "items": [
            {
                "workflow_id": row.workflow_id,
                "workflow_name": row.workflow.name,
                "node": row.node_id,
                "at": row.fires_at,
            }
            for row in rows[:MOST_COMING]
        ]
    }


@router.get("/schedules/preview", response=DueTimes, operation_id="preview_schedule")
def preview(request: HttpRequest, query: Query[RuleQuery]) -> dict[str, Any]:
    """When a rule would be due next. 422 `schedule.invalid`, `schedule.never_due`."""
    rule = Rule.of(_checked(query), "UTC")
    after = query.after or timezone.now()
    if after.tzinfo is None:
        after = after.replace(tzinfo=ZoneInfo(rule.timezone))
    first_due(rule, after, place="query.cron")
    return {"timezone": rule.timezone, "next": _shown(rule, after)}


@router.get("/workflows/{workflow_id}/schedules", response=ScheduleList, operation_id="list_schedules")
def list_schedules(request: HttpRequest, workflow_id: str) -> dict[str, Any]:
    """The live schedules of a workflow, each with its next due times."""
    get_workflow(workflow_id)
    rows = Schedule.objects.filter(workflow_id=workflow_id).order_by("node_id")
    return {"items": [_out(row) for row in rows]}


@router.post("/workflows/{workflow_id}/schedules/{node_id}/pause", response=ScheduleOut,
             operation_id="pause_schedule")  # fmt: skip
def pause(request: HttpRequest, workflow_id: str, node_id: str) -> dict[str, Any]:
    """Start nothing until it is resumed; it stays paused when the workflow is published again."""
    now = timezone.now()
    return _out(pause_schedule(workflow_id=workflow_id, node_id=node_id, now=now, is_paused=True))


@router.post("/workflows/{workflow_id}/schedules/{node_id}/resume", response=ScheduleOut,
             operation_id="resume_schedule")  # fmt: skip
def resume(request: HttpRequest, workflow_id: str, node_id: str) -> dict[str, Any]:
    """Go on. What was due meanwhile is not made up for."""
    now = timezone.now()
    return _out(pause_schedule(workflow_id=workflow_id, node_id=node_id, now=now, is_paused=False))


def _out(schedule: Schedule) -> dict[str, Any]:
    names = ("cron", "every", "calendar", "timezone", "catch_up", "overlap", "jitter_seconds", "is_paused")
    return {
        "node": schedule.node_id,
        **{name: getattr(schedule, name) for name in names},
        "queued": schedule.firings.filter(state=Firing.QUEUED).count(),
        "next": [] if schedule.is_paused else _shown(rule_of(schedule), timezone.now()),
    }


def _shown(rule: Rule, after: datetime) -> list[str]:
    zone = ZoneInfo(rule.timezone)
    return [due.astimezone(zone).isoformat() for due in coming(rule, after, SHOWN)]


def _checked(query: RuleQuery) -> dict[str, Any]:
    """The rule as the Schedule node's own params, checked as they are."""
    if bool(query.cron) == (query.every is not None):
        raise InvalidInput("schedule.invalid", "give `cron` or `every`, one of the two")
    when: dict[str, Any] = {"kind": "cron", "expression": query.cron}
    if query.every is not None:
        when = {"kind": "interval", "amount": query.every, "unit": query.unit}
        when["starting_at"] = query.starting_at or None
    given: dict[str, Any] = {"when": when, "timezone": query.timezone}
    if query.weekdays or query.holidays:
        given["calendar"] = {"otherwise": query.otherwise, "holidays": _parts(query.holidays)}
        if query.weekdays:
            given["calendar"]["weekdays"] = _parts(query.weekdays)
    try:
        return library()["trigger.schedule"].params.model_validate(given).model_dump(mode="json")
    except ValidationError as error:
        problems = [
            Problem(".".join(["query", *map(str, entry["loc"])]), "schedule.invalid", entry["msg"])
            for entry in error.errors(include_url=False)
        ]
        raise InvalidInput("schedule.invalid", problems[0].message, problems) from None


def _parts(listed: str) -> list[str]:
    return [part.strip() for part in listed.split(",") if part.strip()]
