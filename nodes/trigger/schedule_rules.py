"""The parts of a schedule's rule: a cron expression or an interval, and the days that count."""

from datetime import UTC, date, datetime
from typing import Literal

from cronsim import CronSim, CronSimError
from pydantic import Field, field_validator

from orchestrator.sdk import Params

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WORKING_DAYS: list[Weekday] = ["mon", "tue", "wed", "thu", "fri"]


class Cron(Params):
    """At times of the calendar."""

    kind: Literal["cron"] = "cron"
    expression: str = Field(
        min_length=1,
        max_length=100,
        description="Minute, hour, day of month, month, day of week. `0 7 * * 1-5`: at 7 on working days; "
        "`0 9 * * 1#2`: the second Monday of the month; `0 18 L * *`: its last day.",
        examples=["0 7 * * 1-5", "*/15 * * * *"],
    )

    @field_validator("expression")
    @classmethod
    def _is_cron(cls, value: str) -> str:
        try:
            CronSim(value, datetime(2026, 1, 1, tzinfo=UTC))
        except CronSimError as error:
            raise ValueError(f"not a cron expression: {error}") from error
        return value


class Interval(Params):
    """Again and again after the same time."""

    kind: Literal["interval"] = "interval"
    amount: int = Field(default=15, ge=1, le=10_000, description="How many.")
    unit: Literal["seconds", "minutes", "hours", "days", "weeks"] = Field(
        default="minutes",
        description="Of what. Days and weeks keep the time of day when the clocks change.",
    )
    starting_at: datetime | None = Field(
        default=None,
        description="The first start, in the schedule's time zone; empty: whole hours, midnights, Mondays.",
        examples=["2026-03-09T08:30:00"],
    )


class Calendar(Params):
    """Which days count."""

    weekdays: list[Weekday] = Field(
        default=WORKING_DAYS, min_length=1, max_length=7, description="The days of the week that count."
    )
    holidays: list[date] = Field(
        default=[], max_length=1000, description="Days that do not count.", examples=[["2026-12-25"]]
    )
    otherwise: Literal["skip", "next", "previous"] = Field(
        default="skip",
        description="What becomes of a start on another day: it is left out, or moved to the next or the "
        "previous day that counts.",
    )
