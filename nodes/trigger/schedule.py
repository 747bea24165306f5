"""Schedule: start at set times."""

from datetime import UTC, datetime
from typing import Literal
from zoneinfo import available_timezones

from cronsim import CronSim, CronSimError
from pydantic import Field, field_validator, model_validator

from nodes.trigger.schedule_rules import Calendar, Every
from orchestrator.sdk import Context, Item, Params, trigger, ui


class ScheduleParams(Params):
    cron: str = Field(
        default="",
        max_length=100,
        description="Minute, hour, day of month, month, day of week. `0 7 * * 1-5`: at 7 on working days; "
        "`0 9 * * 1#2`: the second Monday of the month; `0 18 L * *`: its last day.",
        examples=["0 7 * * 1-5", "*/15 * * * *"],
    )
    every: Every | None = Field(default=None, description="Instead of a cron expression: an interval.")
    timezone: str = Field(
        default="",
        description="Time zone of the times, such as Europe/Berlin; empty means the workflow's.",
        examples=["Europe/Berlin"],
    )
    calendar: Calendar | None = Field(
        default=None, description="Only working days: days of the week, without holidays."
    )
    catch_up: Literal["all", "last", "none"] = Field(
        default="last",
        description="Which starts to make up for when the server was off at their time.",
    )
    overlap: Literal["allow", "skip", "queue", "cancel_old"] = Field(
        default="allow",
        description="When a run of this schedule is not done yet: start another beside it, leave the start "
        "out, start once it has ended, or cancel it and start.",
    )
    jitter_seconds: int = Field(
        default=0,
        ge=0,
        le=3600,
        description="Start up to this much later, by chance, so that not all start in the same moment.",
        json_schema_extra=ui(advanced=True),
    )

    @field_validator("cron")
    @classmethod
    def _is_cron(cls, value: str) -> str:
        try:
            if value:
                CronSim(value, datetime(2026, 1, 1, tzinfo=UTC))
        except CronSimError as error:
            raise ValueError(f"not a cron expression: {error}") from error
        return value

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if value and value not in available_timezones():
            raise ValueError(f"there is no time zone {value!r}; they look like Europe/Berlin")
        return value

    @model_validator(mode="after")
    def _has_one_rule(self) -> "ScheduleParams":
        if bool(self.cron) == bool(self.every):
            raise ValueError("give a cron expression or an interval, one of the two")
        return self


@trigger(
    "trigger.schedule",
    title="Schedule",
    source="schedule",
    summary="{cron} {every.amount} {every.unit}",
    aliases=("cron", "timer", "every", "interval", "calendar", "business days"),
)
def tick(params: ScheduleParams, items: list[Item], context: Context) -> list[Item]:
    """Start the workflow at set times: by a cron expression or at an interval.

    The item holds `due_at`, the planned time, and its `timezone`. A start in an hour that a clock
    change skips happens at its end; in an hour that comes twice it happens once.
    """
    return items
