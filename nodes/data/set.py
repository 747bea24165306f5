"""Set: add and change fields."""

from typing import Any

import orjson

from nodes.data.setting import SetFields, SetObject, as_kind, kept
from orchestrator.sdk import Context, Item, NodeError, node
from orchestrator.sdk.paths import put


@node(
    "data.set",
    title="Set fields",
    effect="pure",
    per="item",
    summary="{fields}",
    aliases=("edit fields", "assign", "map", "transform", "rename"),
)
def set_fields(params: SetFields | SetObject, item: Item, context: Context) -> dict[str, Any]:
    """Add fields to each item or change them.

    Without the other fields (`keep: none`) the item holds only what is set here.
    """
    record = kept(item.json, params)
    if isinstance(params, SetObject):
        record.update(_object(params.json_))
        return record
    for field in params.fields:
        value = field.value if field.type == "any" else as_kind(field, context.timezone)
        if "." in field.name:
            put(record, field.name, value)
        else:
            record[field.name] = value
    return record


def _object(value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError as error:
            raise NodeError(
                f"the JSON cannot be read: {error}",
                hint='It should look like {"total": 12}, names in double quotes.',
                code="data.json",
            ) from error
    if not isinstance(value, dict):
        raise NodeError("the JSON must be an object", hint='Such as {"total": 12}.', code="data.json")
    return value
