"""Date & time: read, write, shift and compare moments."""

from datetime import datetime
from typing import Any

from pydantic import Field

from nodes.data.date_operations import Add, Difference, Format, Now, Operation, Parse, Round
from nodes.data.moments import add, difference, format_moment, read_moment, start_of, zone_of
from orchestrator.sdk import Context, Item, Params, node
from orchestrator.sdk.paths import put


class DateTimeParams(Params):
    operation: Operation = Field(default=Now(), description="What to do.")
    timezone: str = Field(
        default="", description="Time zone; empty: the workflow's.", examples=["Europe/Oslo", "UTC"]
    )
    into: str = Field(default="date", min_length=1, description="Field of the item that receives the result.")


@node(
    "data.date_time",
    title="Date & time",
    effect="pure",
    per="item",
    summary="{operation.kind}",
    aliases=("date", "time", "now", "format date", "parse date", "duration", "timestamp", "calendar"),
)
def date_time(params: DateTimeParams, item: Item, context: Context) -> dict[str, Any]:
    """Work with dates: format, parse, add, extract, difference, round."""
    zone = zone_of(params.timezone, context.timezone)

    def at(value: Any) -> datetime:
        return context.now().astimezone(zone) if value in (None, "") else read_moment(value, zone)

    result = _perform(params.operation, at, zone)
    record = dict(item.json)
    put(record, params.into, result.isoformat() if isinstance(result, datetime) else result)
    return record


def _perform(operation: Any, at: Any, zone: Any) -> Any:
    if isinstance(operation, Now):
        return at(None)
    if isinstance(operation, Parse):
        return read_moment(operation.text, zone, operation.format)
    if isinstance(operation, Difference):
        return difference(at(operation.start), at(operation.end), operation.unit)
    moment = at(operation.date)
    if isinstance(operation, Format):
        return format_moment(moment, operation.format)
    if isinstance(operation, Add):
        return add(moment, operation.amount, operation.unit)
    return _rounded(moment, operation) if isinstance(operation, Round) else _part(moment, operation.part)


def _rounded(moment: datetime, rounding: Round) -> datetime:
    start = start_of(moment, rounding.unit)
    following = add(start, 1, rounding.unit)
    if rounding.to == "start" or (rounding.to == "nearest" and moment - start < following - moment):
        return start
    return following


def _part(moment: datetime, part: str) -> Any:
    week = moment.isocalendar()
    names = ("year", "month", "day", "hour", "minute", "second")
    parts = {name: getattr(moment, name) for name in names} | {
        "quarter": (moment.month + 2) // 3,
        "week": week.week,
        "weekday": week.weekday,
        "day_of_year": moment.timetuple().tm_yday,
    }
    return parts if part == "all" else parts[part]
