"""Due times of cron lines and intervals, right at both changes of the clocks: what is meant for one
moment of the day comes once, also when that moment is skipped or comes twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cronsim import CronSim

LENGTHS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400, "weeks": 7 * 86400}
FIRST_MONDAY = "2000-01-03T00:00:00"
"""From here intervals are counted when nothing else is said."""


def next_due(cron: str, timezone: str, after: datetime) -> datetime | None:
    """The first due time later than `after`, in UTC; None when there is none in fifty years.
    Raises CronSimError and ZoneInfoNotFoundError."""
    return _first(CronSim(cron, after.astimezone(ZoneInfo(timezone))))


def last_due(cron: str, timezone: str, until: datetime) -> datetime | None:
    """The last due time not later than `until`, in UTC."""
    # The iterator leaves out its start, and works in whole seconds.
    start = until.replace(microsecond=0) + timedelta(seconds=1)
    return _first(CronSim(cron, start.astimezone(ZoneInfo(timezone)), reverse=True))


def _first(times: CronSim) -> datetime | None:
    found = next(times, None)
    return found.astimezone(UTC) if found else None


def next_interval(every: dict[str, Any], timezone: str, after: datetime) -> datetime:
    """The first moment of an interval (`amount`, `unit`, `starting_at`) later than `after`."""
    count = _count(every, timezone, after)
    while (found := _moment(every, timezone, max(count, 0))) <= after:
        count += 1
    return found


def last_interval(every: dict[str, Any], timezone: str, until: datetime) -> datetime | None:
    """The last moment of an interval not later than `until`; None before the first."""
    count = _count(every, timezone, until) + 1
    while count >= 0:
        if (found := _moment(every, timezone, count)) <= until:
            return found
        count -= 1
    return None


def _count(every: dict[str, Any], timezone: str, at: datetime) -> int:
    """How many times the interval has surely passed by then; the truth is at most one more."""
    start = instant(_start(every, timezone), ZoneInfo(timezone))
    # A day less than counted: with a changed clock a local day has up to two hours more.
    seconds = (at - start).total_seconds() - (86400 if every["unit"] in ("days", "weeks") else 0)
    return int(seconds // (LENGTHS[every["unit"]] * every["amount"]))


def _moment(every: dict[str, Any], timezone: str, count: int) -> datetime:
    start, zone = _start(every, timezone), ZoneInfo(timezone)
    length = timedelta(seconds=LENGTHS[every["unit"]] * every["amount"]) * count
    if every["unit"] in ("days", "weeks"):
        return instant(start + length, zone)
    return instant(start, zone) + length


def _start(every: dict[str, Any], timezone: str) -> datetime:
    """The first moment, by the clock on the wall."""
    start = datetime.fromisoformat(every.get("starting_at") or FIRST_MONDAY)
    return start.astimezone(ZoneInfo(timezone)).replace(tzinfo=None) if start.tzinfo else start


def instant(local: datetime, zone: ZoneInfo) -> datetime:
    """When a clock on the wall shows this, in UTC: the first time when it does twice, and the end of
    the gap when it never does."""
    before, after = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if before.astimezone(zone).replace(tzinfo=None) == local:
        return before
    low, high = after, before  # the clock is put forward somewhere between these
    offset = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high
