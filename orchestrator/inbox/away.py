"""What the admin's page sends when somebody goes away, or is back."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import QueryDict

from orchestrator.accounts.models import User
from orchestrator.errors import InvalidInput, Problem
from orchestrator.inbox import handling


def take(given: QueryDict, *, user: User) -> None:
    """Set or end an absence as the form says. Its times are `datetime-local` ones of the browser's
    `timezone`. Raises InvalidInput; NotFound for being back when one is not away."""
    if given.get("action") == "back":
        return handling.be_back(user=user)
    zone = _zone(given.get("timezone", ""))
    begins, ends = (_moment(given, name, zone) for name in ("begins_at", "ends_at"))
    handling.be_away(user=user, deputy=given.get("deputy", ""), begins_at=begins, ends_at=ends)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ValueError, OSError):
        return ZoneInfo("UTC")


def _moment(given: QueryDict, name: str, zone: ZoneInfo) -> datetime:
    try:
        return datetime.fromisoformat(given.get(name, "")).replace(tzinfo=zone)
    except ValueError:
        message = "choose a day and a time"
        raise InvalidInput("absence.time", message, [Problem(name, "absence.time", message)]) from None
