"""What the Wait node can wait for."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from orchestrator.sdk import Context, Expression, Params, Pause
from orchestrator.sdk.conditions import Condition, holds
from orchestrator.sdk.durations import Duration

LONGEST_LOOK_BACK_DAYS = 7
Timeout = Annotated[
    Duration | None, Field(description="After this time in vain the items go to `timeout`; empty: never.")
]
WORDS = {"eq": "=", "ne": "≠", "gt": ">", "gte": "≥", "lt": "<", "lte": "≤"}
NEEDS_NO_RIGHT = ("exists", "not_exists", "is_empty", "is_not_empty", "is_true", "is_false")


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


class Callback(Params):
    """Until another system calls the resume address, `{{ $run.resume_url }}`."""

    kind: Literal["callback"] = "callback"
    timeout: Timeout = None

    def pause(self, context: Context) -> Pause:
        return Pause("callback", "waiting for a call to the resume address", _end(self.timeout, context))


class Match(Params):
    """One field that the event must have."""

    name: str = Field(min_length=1, max_length=200, description="Field of the event.", examples=["order_id"])
    value: Expression = Field(default=None, description="The value it must have.")


class Event(Params):
    """Until an event comes that some system or workflow sends."""

    kind: Literal["event"] = "event"
    name: str = Field(
        pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$",
        max_length=150,
        description="Name of the event.",
        examples=["payment.received"],
    )
    match: list[Match] = Field(
        default=[], max_length=20, description="Only an event with these values counts; a.b looks inside."
    )
    look_back: Duration | None = Field(
        default=None, description="Also take an event that came this long ago, seven days at most."
    )
    timeout: Timeout = None

    def pause(self, context: Context) -> Pause:
        data: dict[str, Any] = {"name": self.name, "match": {pair.name: pair.value for pair in self.match}}
        if self.look_back:
            seconds = self.look_back.timedelta().total_seconds()
            data["look_back_seconds"] = min(seconds, LONGEST_LOOK_BACK_DAYS * 86400)
        wanted = ", ".join(f"{pair.name} = {_shown(pair.value)}" for pair in self.match)
        reason = f"waiting for the event {self.name}" + (f" with {wanted}" if wanted else "")
        return Pause("event", reason, _end(self.timeout, context), data)


class UntilTrue(Condition):
    """Until a comparison holds. It is made again when `$memory` changes, and from time to time."""

    kind: Literal["condition"] = "condition"
    label: str = Field(
        default="", max_length=60, description="What the left value is, in a word.", examples=["stock"]
    )
    every_seconds: int = Field(
        default=60, ge=5, le=86400, description="How often to look, even when memory did not change."
    )
    timeout: Timeout = None

    def pause(self, context: Context, asked: dict[str, Any]) -> Pause | Literal["main", "timeout"]:
        """The output, or the next pause. `asked` is the data of the one before, if any."""
        if holds([self], timezone=context.timezone):
            return "main"
        now = context.now()
        since = datetime.fromisoformat(asked["since"]) if "since" in asked else now
        end = since + self.timeout.timedelta() if self.timeout else None
        if end is not None and now >= end:
            return "timeout"
        next_look = datetime.fromtimestamp(now.timestamp() + self.every_seconds, now.tzinfo)
        data = {"since": since.isoformat(), "last": self.left, "names": _memory_of(context)}
        reason = f"waiting since {since.astimezone(now.tzinfo):%H:%M} because {self._why()}"
        return Pause("condition", reason, min(end, next_look) if end else next_look, data)

    def _why(self) -> str:
        wanted = WORDS.get(self.op, self.op.replace("_", " "))
        right = "" if self.op in NEEDS_NO_RIGHT else f" {_shown(self.right)}"
        return f"{self.label or 'the value'} = {_shown(self.left)}, needs {wanted}{right}"


def _memory_of(context: Context) -> list[str]:
    """What is told when memory changes that this workflow sees."""
    return [f"memory:{context.workflow_id}", "memory:shared"]


def _end(timeout: Duration | None, context: Context) -> datetime | None:
    return context.now() + timeout.timedelta() if timeout else None


def _shown(value: Any) -> str:
    return "nothing" if value is None else f"{value!r:.60}"
