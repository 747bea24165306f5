"""Wait: go on later."""

from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from orchestrator.sdk import Answer, Context, Item, Params, Pause, node
from orchestrator.sdk.durations import Duration


class Interval(Duration):
    """For a length of time."""

    kind: Literal["interval"] = "interval"


class Until(Params):
    """Until a moment."""

    kind: Literal["until"] = "until"
    moment: datetime = Field(
        description="When to go on. Without an offset it is in the workflow's time zone.",
        examples=["2026-03-09T08:00:00"],
    )


class WaitParams(Params):
    mode: Annotated[Interval | Until, Field(discriminator="kind")] = Field(
        default=Interval(), description="For how long, or until when."
    )


@node(
    "flow.wait",
    title="Wait",
    effect="pure",
    summary="{mode.amount} {mode.unit} {mode.moment}",
    aliases=("delay", "sleep", "pause", "timer"),
)
def wait(params: WaitParams, items: list[Item], context: Context) -> Pause | list[Item]:
    """Hold the items for a while, then pass them on.

    A waiting run takes no worker and outlives restarts.
    """
    now = context.now()
    if isinstance(params.mode, Interval):
        moment = now + params.mode.timedelta()
        reason = f"waiting for {params.mode}"
    else:
        moment = params.mode.moment
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(context.timezone))
        reason = f"waiting until {moment:%Y-%m-%d %H:%M %Z}"
    return items if moment <= now else Pause.until_time(moment, reason=reason)


@wait.resume
def go_on(params: WaitParams, items: list[Item], answer: Answer, context: Context) -> list[Item]:
    """Time is up."""
    return items
