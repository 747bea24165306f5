"""Business time: moments reckoned in working hours, by the local clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from orchestrator.sdk.durations import Duration
from orchestrator.sdk.errors import NodeError
from orchestrator.sdk.params import Params

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_DAYS = 366 * 20
CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"


class WorkingHours(Params):
    """When people are at work."""

    days: list[Weekday] = Field(
        default=["mon", "tue", "wed", "thu", "fri"], min_length=1, description="Working days of the week."
    )
    begins: str = Field(default="09:00", pattern=CLOCK, description="When a working day begins.")
    ends: str = Field(default="17:00", pattern=CLOCK, description="When it ends.")
    holidays: list[str] = Field(default=[], description="Days off, such as 2026-12-25.")
    timezone: str = Field(default="", description="Time zone; empty means the workflow's.")

    @field_validator("holidays")
    @classmethod
    def _are_dates(cls, value: list[str]) -> list[str]:
        return [date.fromisoformat(entry).isoformat() for entry in value]

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, value: str) -> str:
        try:
            ZoneInfo(value or "UTC")
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{value!r} is not a time zone such as Europe/Berlin") from error
        return value

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> WorkingHours:
        if self.begins >= self.ends:
            raise ValueError("a working day begins before it ends")
        return self

    def day(self, of: date, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """Begin and end of the work on a day, in UTC; None on a day off."""
        if WEEKDAYS[of.weekday()] not in self.days or of.isoformat() in self.holidays:
            return None
        begin, end = (
            datetime.combine(of, time.fromisoformat(clock), zone).astimezone(UTC)
            for clock in (self.begins, self.ends)
        )
        return begin, end

    def seconds_of(self, duration: Duration) -> float:
        """The working time that a duration means: a day is one working day, an hour an hour."""
        if duration.unit != "days":
            return duration.timedelta().total_seconds()
        begin, end = (time.fromisoformat(clock) for clock in (self.begins, self.ends))
        length = timedelta(hours=end.hour - begin.hour, minutes=end.minute - begin.minute)
        return duration.amount * length.total_seconds()


def later(moment: datetime, duration: Duration, hours: WorkingHours | None, timezone: str) -> datetime:
    """`duration` after `moment` (aware): by the clock without `hours`, else in working time.

    Raises NodeError `time.never` when twenty years of working hours do not suffice."""
    if hours is None:
        return moment + duration.timedelta()
    zone = ZoneInfo(hours.timezone or timezone)
    left = hours.seconds_of(duration)
    day, at = moment.astimezone(zone).date(), moment.astimezone(UTC)
    for _ in range(MOST_DAYS):
        if (open_hours := hours.day(day, zone)) is not None:
            begin = max(open_hours[0], at)
            there = (open_hours[1] - begin).total_seconds()
            if there > 0 and left <= there:
                return begin + timedelta(seconds=left)
            left -= max(there, 0)
        day += timedelta(days=1)
    raise NodeError(
        "there are not enough working hours for this time",
        hint="Look at the working days and holidays, or use a shorter time.",
        code="time.never",
    )
