"""Validate: does an item look as it should?"""

from pathlib import Path
from typing import Any

import orjson
from pydantic import Field

from nodes.data.strict_json import parse_json
from orchestrator.sdk import Context, Expression, Item, NodeError, Outputs, Params, node
from orchestrator.sdk.child import in_child
from orchestrator.sdk.paths import get, put

SCRIPT = Path(__file__).with_name("schema_check.py")
SECONDS = 60


class ValidateParams(Params):
    schema_: Expression = Field(
        alias="schema",
        description="The JSON schema: an object, or its text.",
        examples=[{"type": "object", "required": ["email"], "properties": {"email": {"type": "string"}}}],
    )
    field: str = Field(default="", description="Field to look at; empty: the whole item.")
    formats: bool = Field(default=True, description="Check formats too, such as email, date-time and uri.")
    into: str = Field(default="problems", min_length=1, description="Field of a bad item that says why.")


@node(
    "data.validate",
    title="Validate",
    effect="pure",
    outputs=("good", "bad"),
    summary="{field}",
    aliases=("json schema", "check", "verify", "schema", "quality"),
)
async def validate(params: ValidateParams, items: list[Item], context: Context) -> Outputs:
    """Send items that fit a JSON schema to `good` and the others to `bad`.

    A bad item gets a list of `path` and `message`, twenty at most. Patterns are RE2-like:
    no look-around and no back-references.
    """
    schema = parse_json(params.schema_) if isinstance(params.schema_, str) else params.schema_
    if not isinstance(schema, dict | bool):
        raise NodeError(
            "the schema must be an object", hint='Such as {"type": "object"}.', code="data.schema"
        )
    values = [get(item.json, params.field) if params.field else item.json for item in items]
    request = {"schema": schema, "formats": params.formats}
    found = await in_child(SCRIPT, request, orjson.dumps(values), seconds=SECONDS)
    outputs: Outputs = {"good": [], "bad": []}
    for item, problems in zip(items, found, strict=True):
        outputs["bad" if problems else "good"].append(_told(item, problems, params) if problems else item)
    return outputs


def _told(item: Item, problems: list[dict[str, Any]], params: ValidateParams) -> Item:
    record = dict(item.json)
    put(record, params.into, problems)
    return item.derive(record)
