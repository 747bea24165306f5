"""Wait: go on later."""

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from nodes.flow.wait_modes import Callback, Event, Interval, Until, UntilTrue
from orchestrator.sdk import Answer, Context, Item, Outputs, Params, Pause, node


class WaitParams(Params):
    mode: Annotated[Interval | Until | Callback | Event | UntilTrue, Field(discriminator="kind")] = Field(
        default=Interval(), description="What to wait for."
    )


@node(
    "flow.wait",
    title="Wait",
    effect="pure",
    outputs=("main", "timeout"),
    summary="{mode.amount} {mode.unit} {mode.moment} {mode.name} {mode.label}",
    aliases=("delay", "sleep", "pause", "timer", "callback", "event", "until", "condition", "signal"),
)
def wait(params: WaitParams, items: list[Item], context: Context) -> Pause | Outputs:
    """Hold the items for a while, or until something happens, then pass them on.

    A waiting run takes no worker and outlives restarts. After a callback the items carry what
    the caller sent in `callback`, after an event its data in `event`. When the time is up before,
    they go to `timeout`.
    """
    mode = params.mode
    if isinstance(mode, UntilTrue):
        return _look(mode, items, {}, context)
    if isinstance(mode, Callback | Event):
        return mode.pause(context)
    now = context.now()
    if isinstance(mode, Interval):
        moment = now + mode.timedelta()
        reason = f"waiting for {mode}"
    else:
        moment = mode.moment
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(context.timezone))
        reason = f"waiting until {moment:%Y-%m-%d %H:%M %Z}"
    return {"main": items} if moment <= now else Pause.until_time(moment, reason=reason)


@wait.resume
def go_on(params: WaitParams, items: list[Item], answer: Answer, context: Context) -> Pause | Outputs:
    """It happened, or time is up."""
    if isinstance(params.mode, UntilTrue):
        return _look(params.mode, items, answer.asked, context)
    if answer.outcome == "timeout":
        return {"timeout": items}
    if answer.outcome == "called":
        return {"main": [item.derive({**item.json, "callback": answer.data.get("body")}) for item in items]}
    if answer.outcome == "event":
        return {"main": [item.derive({**item.json, "event": answer.data.get("event")}) for item in items]}
    return {"main": items}


def _look(mode: UntilTrue, items: list[Item], asked: dict[str, object], context: Context) -> Pause | Outputs:
    found = mode.pause(context, asked)
    return found if isinstance(found, Pause) else {found: items}
