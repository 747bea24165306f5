"""Calendars (iCalendar, RFC 5545) in and out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Literal

from pydantic import Field

from nodes.data.moments import read_moment, zone_of
from nodes.data.values import check_size
from orchestrator.sdk import Expression, NodeError, Params, Text

MOST_CHARACTERS = 4_000_000
MOST_EVENTS = 10_000
TEXTS = ("summary", "description", "location", "status", "url")


class Event(Params):
    """One event."""

    summary: str = Field(min_length=1, max_length=1000, description="What it is.", examples=["Lunch"])
    start: Expression = Field(
        description="ISO 8601 text; a date alone for whole days.", examples=["2026-03-09"]
    )
    end: Expression = Field(
        default=None, description="Its end; empty: an hour, or the day. The last day counts."
    )
    description: Text = Field(default="", description="More words.")
    location: str = Field(default="", max_length=1000, description="Where.")
    organizer: str = Field(default="", max_length=320, description="Address of who invites.")
    attendees: list[str] = Field(default=[], max_length=1000, description="Addresses of who is invited.")
    url: str = Field(default="", max_length=2000, description="Where to read more.")
    uid: str = Field(default="", max_length=255, description="Its identity; empty: made from the run.")
    repeat: str = Field(
        default="", max_length=500, description="Rule for repeating.", examples=["FREQ=WEEKLY;COUNT=4"]
    )


def read_calendar(text: str) -> list[dict[str, Any]]:
    """The events. Repeated ones come once, with their `repeat` rule. Raises NodeError `data.calendar`."""
    from icalendar import Calendar  # takes a moment to load, and few workflows need it

    check_size(text, "the calendar", MOST_CHARACTERS)
    if text.upper().count("BEGIN:VEVENT") > MOST_EVENTS:
        raise NodeError(f"the calendar has more than {MOST_EVENTS:,} events", code="data.too_large")
    try:
        found = Calendar.from_ical(text, multiple=True)
        events = [event for calendar in found for event in calendar.walk("VEVENT")]
    except (ValueError, RecursionError, IndexError, KeyError) as error:
        raise NodeError(f"the calendar cannot be read: {str(error)[:200]}", code="data.calendar") from error
    return [_event(event) for event in events]


def _event(event: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"uid": str(event.get("UID", ""))}
    told |= {name: str(event[name]) if name in event else None for name in TEXTS}
    start, end = _moment(event.get("DTSTART")), _moment(event.get("DTEND"))
    length = getattr(event.get("DURATION"), "dt", None)
    if end is None and start is not None:
        one_day = isinstance(start, date) and not isinstance(start, datetime)
        end = start + (length if isinstance(length, timedelta) else timedelta(days=1 if one_day else 0))
    told["is_all_day"] = isinstance(start, date) and not isinstance(start, datetime)
    if told["is_all_day"] and isinstance(end, date) and start is not None and end > start:
        end -= timedelta(days=1)  # the format names the day after; people mean the last one
    told |= {"start": start and start.isoformat(), "end": end and end.isoformat()}
    told["organizer"] = _address(event.get("ORGANIZER"))
    attendees = event.get("ATTENDEE", [])
    told["attendees"] = [_address(one) for one in (attendees if isinstance(attendees, list) else [attendees])]
    rule = event.get("RRULE")
    told["repeat"] = rule.to_ical().decode() if hasattr(rule, "to_ical") else None
    return told


def _moment(value: Any) -> Any:
    found = getattr(value, "dt", None)
    return found if isinstance(found, date) else None


def _address(value: Any) -> str | None:
    return None if value is None else str(value).removeprefix("mailto:").removeprefix("MAILTO:")


def write_calendar(
    events: list[Event],
    *,
    method: Literal["publish", "request", "cancel"],
    timezone: str,
    now: datetime,
    key: str,
) -> str:
    """Raises NodeError `data.calendar` and `data.date`."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Orchestrator//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method.upper())
    for place, event in enumerate(events):
        calendar.add_component(_component(event, timezone, now, event.uid or f"{key}.{place}@orchestrator"))
    calendar.add_missing_timezones(date(now.year - 1, 1, 1), date(now.year + 10, 1, 1))
    return str(calendar.to_ical().decode())


def _component(event: Event, timezone: str, now: datetime, uid: str) -> Any:
    from icalendar import Event as Component
    from icalendar import vRecur

    start, end = _span(event, timezone)
    component = Component()
    for name, value in (
        ("uid", uid),
        ("dtstamp", now),
        ("dtstart", start),
        ("dtend", end),
        ("summary", event.summary),
    ):
        component.add(name, value)
    for name in ("description", "location", "url"):
        if text := getattr(event, name):
            component.add(name, text)
    if event.organizer:
        component.add("organizer", f"mailto:{event.organizer}")
    for address in event.attendees:
        component.add("attendee", f"mailto:{address}")
    if event.repeat:
        try:
            rule = vRecur.from_ical(event.repeat)
            if "FREQ" not in rule:
                raise ValueError("a rule says how often")
            component.add("rrule", rule)
        except ValueError as error:
            raise NodeError(f"{event.repeat!r} is no rule for repeating", code="data.calendar") from error
    return component


def _span(event: Event, timezone: str) -> tuple[date, date]:
    zone = zone_of("", timezone)
    is_day = isinstance(event.start, str) and len(event.start.strip()) == 10
    start = read_moment(event.start, zone)
    end = start if is_day else start + timedelta(hours=1)
    if event.end not in (None, ""):
        end = read_moment(event.end, zone)
    if end < start:
        raise NodeError(f"{event.summary!r} ends before it starts", code="data.calendar")
    return (start.date(), end.date() + timedelta(days=1)) if is_day else (start, end)
