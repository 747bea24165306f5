"""Set: add and change fields."""

from typing import Annotated, Any, Literal

import orjson
from pydantic import Field

from orchestrator.sdk import Context, Expression, Item, NodeError, Params, node
from orchestrator.sdk.paths import put


class FieldValue(Params):
    """One field to set."""

    name: str = Field(
        min_length=1,
        description="Name of the field; dots lead inside: `customer.name`, `lines.0.price`.",
        examples=["total", "customer.name"],
    )
    value: Expression = Field(default=None, description="Its value: text, number, list or expression.")


Keep = Annotated[
    Literal["all", "none"], Field(description="Whether the fields that the item already has stay.")
]


class SetFields(Params):
    """Fields one by one."""

    mode: Literal["fields"] = Field(
        default="fields", description="Name the fields one by one, or give a whole object."
    )
    fields: list[FieldValue] = Field(default=[], description="The fields to set, in this order.")
    keep: Keep = "all"


class SetObject(Params):
    """A whole object."""

    mode: Literal["json"]
    json_: Expression = Field(
        default={}, alias="json", description="An object, or its JSON text, whose fields are set."
    )
    keep: Keep = "all"


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
    record = dict(item.json) if params.keep == "all" else {}
    if isinstance(params, SetObject):
        record.update(_object(params.json_))
        return record
    for field in params.fields:
        if "." in field.name:
            put(record, field.name, field.value)
        else:
            record[field.name] = field.value
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
