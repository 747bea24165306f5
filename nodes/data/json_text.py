"""JSON text: to a value and back."""

import asyncio
from typing import Annotated, Any, Literal

from pydantic import Field

from nodes.data.strict_json import build_json, parse_json
from orchestrator.sdk import Context, Expression, Item, Params, Text, node
from orchestrator.sdk.paths import put


class Parse(Params):
    """Text to a value."""

    kind: Literal["parse"] = "parse"
    text: Text = Field(description="The JSON, mostly an expression.")
    lines: bool = Field(default=False, description="One value a line (JSON Lines); gives a list.")


class Build(Params):
    """A value to text."""

    kind: Literal["build"] = "build"
    value: Expression = Field(default=None, description="The value to write; empty: the whole item.")
    indent: bool = Field(default=False, description="On several lines, for people to read.")
    sort: bool = Field(default=False, description="Fields in the order of the alphabet.")


class JsonTextParams(Params):
    operation: Annotated[Parse | Build, Field(discriminator="kind")] = Field(description="Which way.")
    into: str = Field(default="json", min_length=1, description="Field of the item that receives the result.")


@node(
    "data.json_text",
    title="JSON text",
    effect="pure",
    per="item",
    summary="{operation.kind}",
    aliases=("json", "parse", "stringify", "serialize", "json lines", "ndjson"),
)
async def json_text(params: JsonTextParams, item: Item, context: Context) -> dict[str, Any]:
    """Read JSON from a text, or write a value as JSON text.

    Strict: a key that appears twice, NaN, numbers beyond 64 bits and deep nesting are refused,
    not changed silently.
    """
    operation = params.operation
    if isinstance(operation, Parse):
        result = await asyncio.to_thread(parse_json, operation.text, lines=operation.lines)
    else:
        value = item.json if operation.value is None else operation.value
        result = build_json(value, indent=operation.indent, sort=operation.sort)
    record = dict(item.json)
    put(record, params.into, result)
    return record
