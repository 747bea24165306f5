"""Rules: when a schedule is due, by a cron line or an interval, on the days that count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from orchestrator.triggers.cron import instant, last_due, last_interval, next_due, next_interval

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
LONGEST_CLOSED = 400
"""Days in a row that may not count."""
MOST_LOOKS = 20_000
MOST_DAYS_LEFT_OUT = 3000
LOOK_BACK_DAYS = (1, 10, 100, 400, 4000)


@dataclass(frozen=True)
class Rule:
    """`every`: `{"amount", "unit", "starting_at"}` or empty, then `cron` counts. `calendar`:
    `{"weekdays", "holidays", "otherwise"}` or empty. Its methods raise CronSimError and
    ZoneInfoNotFoundError."""

    cron: str
    every: dict[str, Any]
    calendar: dict[str, Any]
    timezone: str

    @classmethod
    def of(cls, params: dict[str, Any], default_zone: str) -> Rule:
        """The rule in the params (as JSON) of a Schedule node."""
        when = dict(params["when"])
        is_cron = when.pop("kind") == "cron"
        return cls(
            when["expression"] if is_cron else "",
            {} if is_cron else when,
            params.get("calendar") or {},
            params.get("timezone") or default_zone,
        )

    def next(self, after: datetime) -> datetime | None:
        """The first due time later than `after`, in UTC; None when there is none."""
        if not self.calendar:
            return self._next(after)
        if self.calendar["otherwise"] == "skip":
            return self._next_open(after)
        return self._next_moved(after)

    def last(self, until: datetime) -> datetime | None:
        """The last due time not later than `until`, of the last years."""
        if not self.calendar:
            if self.every:
                return last_interval(self.every, self.timezone, until)
            return last_due(self.cron, self.timezone, until)
        for days in LOOK_BACK_DAYS:
            found = None
            for due in self.following(until - days * DAY):
                if due > until:
                    break
                found = due
            if found is not None:
                return found
        return None

    def following(self, after: datetime) -> Iterator[datetime]:
        """All due times later than `after`, in order."""
        due = self.next(after)
        while due is not None:
            yield due
            due = self.next(due)

    def _next(self, after: datetime) -> datetime | None:
        if self.every:
            return next_interval(self.every, self.timezone, after)
        return next_due(self.cron, self.timezone, after)

    def _next_open(self, after: datetime) -> datetime | None:
        for _ in range(MOST_DAYS_LEFT_OUT):
            due = self._next(after)
            if due is None or self._counts(self._day(due)):
                return due
            after = self._midnight(self._day(due) + DAY) - SECOND
        return None

    def _next_moved(self, after: datetime) -> datetime | None:
        """The earliest of the moved times. Those of one block of closed days fall on one day, so
        it is found once the times looked at can only be moved to a later day."""
        start = after
        if self.calendar["otherwise"] == "next":
            day = self._day(after)
            while not self._counts(day - DAY) and self._day(after) - day < LONGEST_CLOSED * DAY:
                day -= DAY
            start = self._midnight(day) - SECOND
        best: datetime | None = None
        for _ in range(MOST_LOOKS):
            due = self._next(start)
            if due is None:
                return best
            start, moved = due, self._moved(due)
            if best is not None and self._day(moved) > self._day(best):
                return best
            if moved > after and (best is None or moved < best):
                best = moved
        return best

    def _moved(self, due: datetime) -> datetime:
        day = self._day(due)
        step = DAY if self.calendar["otherwise"] == "next" else -DAY
        for _ in range(LONGEST_CLOSED):
            if self._counts(day):
                break
            day += step
        if day == self._day(due):
            return due
        return instant(datetime.combine(day, due.astimezone(self._zone).time()), self._zone)

    def _counts(self, day: date) -> bool:
        is_weekday = DAYS[day.weekday()] in self.calendar["weekdays"]
        return is_weekday and day.isoformat() not in self.calendar["holidays"]

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self._zone).date()

    def _midnight(self, day: date) -> datetime:
        return instant(datetime.combine(day, time()), self._zone).astimezone(UTC)
