"""Schedule: start at set times."""

from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import Field, field_validator

from nodes.trigger.schedule_rules import Calendar, Cron, Interval
from orchestrator.sdk import Context, Item, Params, trigger, ui


class ScheduleParams(Params):
    when: Annotated[Cron | Interval, Field(discriminator="kind")] = Field(
        description="When to start: at times of the calendar, or at an interval."
    )
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

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if value and value not in available_timezones():
            raise ValueError(f"there is no time zone {value!r}; they look like Europe/Berlin")
        return value


def _one_rule(params: dict[str, Any]) -> dict[str, Any]:
    """`cron` and `every` stood side by side, though only one of them counted."""
    cron, every = params.pop("cron", ""), params.pop("every", None)
    if isinstance(every, dict):
        return {"when": {"kind": "interval", **every}, **params}
    return {"when": {"kind": "cron", "expression": cron}, **params} if cron else params


@trigger(
    "trigger.schedule",
    title="Schedule",
    source="schedule",
    summary="{when.expression} {when.amount} {when.unit}",
    aliases=("cron", "timer", "every", "interval", "calendar", "business days"),
    upgrades=(_one_rule,),
)
def tick(params: ScheduleParams, items: list[Item], context: Context) -> list[Item]:
    """Start the workflow at set times: by a cron expression or at an interval.

    The item holds `due_at`, the planned time, and its `timezone`. A start in an hour that a clock
    change skips happens at its end; in an hour that comes twice it happens once.
    """
    return items
