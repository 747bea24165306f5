"""Schedule: start at set times."""

from datetime import UTC, datetime
from typing import Literal
from zoneinfo import available_timezones

from cronsim import CronSim, CronSimError
from pydantic import Field, field_validator

from orchestrator.sdk import Context, Item, Params, trigger


class ScheduleParams(Params):
    cron: str = Field(
        description="Minute, hour, day of month, month, day of week. `0 7 * * 1-5`: at 7 on working days.",
        examples=["0 7 * * 1-5", "*/15 * * * *"],
    )
    timezone: str = Field(
        default="",
        description="Time zone of the times, such as Europe/Berlin; empty means the workflow's.",
        examples=["Europe/Berlin"],
    )
    catch_up: Literal["all", "last", "none"] = Field(
        default="last",
        description="Which starts to make up for when the server was off at their time.",
    )

    @field_validator("cron")
    @classmethod
    def _is_cron(cls, value: str) -> str:
        try:
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


@trigger(
    "trigger.schedule",
    title="Schedule",
    source="schedule",
    summary="{cron}",
    aliases=("cron", "timer", "every", "interval"),
)
def tick(params: ScheduleParams, items: list[Item], context: Context) -> list[Item]:
    """Start the workflow at set times, given as a cron expression.

    The item holds `due_at`, the planned time, and its `timezone`. When a clock change skips
    or repeats an hour, a start in that hour still happens exactly once.
    """
    return items
