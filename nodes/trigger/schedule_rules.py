"""The parts of a schedule's rule: an interval, and the days that count."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from orchestrator.sdk import Params

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WORKING_DAYS: list[Weekday] = ["mon", "tue", "wed", "thu", "fri"]


class Every(Params):
    """Again and again after the same time."""

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
