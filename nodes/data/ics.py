"""ICS: calendars to items, events to calendars."""

import asyncio
from typing import Annotated, Any, Literal

from pydantic import Field

from nodes.data.calendars import Event, read_calendar, write_calendar
from orchestrator.sdk import Context, Item, Params, Text, node
from orchestrator.sdk.paths import put


class Read(Params):
    """Events out of a calendar."""

    kind: Literal["read"] = "read"
    text: Text = Field(description="The calendar (.ics), mostly an expression.")


class Build(Params):
    """A calendar file of events, such as for an invitation."""

    kind: Literal["build"] = "build"
    events: list[Event] = Field(min_length=1, max_length=1000, description="The events.")
    method: Literal["publish", "request", "cancel"] = Field(
        default="publish", description="For information, as an invitation, or to call it off."
    )


class IcsParams(Params):
    operation: Annotated[Read | Build, Field(discriminator="kind")] = Field(description="Which way.")
    into: str = Field(
        default="ics", min_length=1, description="Field of the item that receives a built calendar."
    )


@node(
    "data.ics",
    title="Calendar (ICS)",
    effect="pure",
    per="item",
    summary="{operation.kind}",
    aliases=("icalendar", "calendar", "event", "invitation", "ics", "appointment"),
)
async def ics(params: IcsParams, item: Item, context: Context) -> dict[str, Any] | list[Item]:
    """Read the events of a calendar as items, or build a calendar file.

    A repeated event comes once, with its rule as `repeat`.
    """
    operation = params.operation
    if isinstance(operation, Read):
        events = await asyncio.to_thread(read_calendar, operation.text)
        return [item.derive(event) for event in events]
    text = await asyncio.to_thread(
        write_calendar,
        operation.events,
        method=operation.method,
        timezone=context.timezone,
        now=context.now(),
        key=f"{context.idempotency_key}:{item.index or 0}",
    )
    record = dict(item.json)
    put(record, params.into, text)
    return record
