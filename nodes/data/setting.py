"""What Set fields sets: values of which types, and which fields stay beside them."""

from contextlib import suppress
from typing import Annotated, Any, Literal

import orjson
from pydantic import Field

from nodes.data.moments import read_moment, zone_of
from nodes.data.values import number_of, shown, text_of
from orchestrator.sdk import Expression, NodeError, Params, ui
from orchestrator.sdk.paths import get, put, remove

Kind = Literal["any", "text", "number", "boolean", "list", "object", "date"]
BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False, "": False}


class FieldValue(Params):
    """One field to set."""

    name: str = Field(
        min_length=1,
        description="Name of the field; dots lead inside: `customer.name`, `lines.0.price`.",
        examples=["total", "customer.name"],
    )
    value: Expression = Field(default=None, description="Its value: text, number, list or expression.")
    type: Kind = Field(
        default="any",
        description="What it must be. A text that spells it is read as that; what cannot be is refused.",
        json_schema_extra=ui(advanced=True),
    )


Keep = Annotated[
    Literal["all", "none", "only", "except"],
    Field(description="Which of the fields that the item already has stay: all, none, or by name."),
]
Names = Annotated[
    list[str],
    Field(
        max_length=200,
        description="With `only` the fields that stay, with `except` those that go; dots lead inside.",
        examples=[["id", "customer.name"]],
        json_schema_extra=ui(shown_for={"keep": ["only", "except"]}),
    ),
]


class SetFields(Params):
    """Fields one by one."""

    mode: Literal["fields"] = Field(
        default="fields", description="Name the fields one by one, or give a whole object."
    )
    fields: list[FieldValue] = Field(default=[], description="The fields to set, in this order.")
    keep: Keep = "all"
    names: Names = []


class SetObject(Params):
    """A whole object."""

    mode: Literal["json"]
    json_: Expression = Field(
        default={}, alias="json", description="An object, or its JSON text, whose fields are set."
    )
    keep: Keep = "all"
    names: Names = []


def kept(json: dict[str, Any], params: SetFields | SetObject) -> dict[str, Any]:
    """A copy of the fields that stay."""
    if params.keep == "none":
        return {}
    if params.keep == "only":
        found: dict[str, Any] = {}
        for name in params.names:
            if name in json:
                found[name] = json[name]
            elif (value := get(json, name, found)) is not found:
                put(found, name, value)
        return found
    record = dict(json)
    for name in params.names if params.keep == "except" else ():
        remove(record, name)
    return record


def as_kind(field: FieldValue, timezone: str) -> Any:
    """The value as what the field must be; null stays null. Raises NodeError `data.type`."""
    value, kind = field.value, field.type
    if value is None:
        return None
    found: Any = None
    if kind == "text":
        found = text_of(value)
    elif kind == "number":
        found = number_of(int(value) if isinstance(value, bool) else value)
    elif kind == "boolean":
        found = BOOLEANS.get(str(value).strip().lower())
    elif kind == "date":
        found = read_moment(value, zone_of("", timezone)).isoformat()
    elif isinstance(value, str):
        with suppress(orjson.JSONDecodeError):
            value = orjson.loads(value)
    if kind in ("list", "object"):
        found = value if isinstance(value, list if kind == "list" else dict) else None
    if found is None:
        raise NodeError(
            f"{field.name}: {shown(value)} is no {kind}",
            hint="Correct the value, or choose another type for the field.",
            code="data.type",
        )
    return found
