"""Due times of cron lines, right at both changes of the clocks: a line for one moment of the day
fires once, also when that moment is skipped or comes twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim


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
