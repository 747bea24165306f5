"""Split out: one item into many."""

from typing import Annotated, Any, Literal

from pydantic import Field

from orchestrator.sdk import Context, Item, NodeError, Params, node
from orchestrator.sdk.paths import get, put, remove


ListName = Annotated[
    str, Field(min_length=1, description="Name of the list.", examples=["lines", "body.orders"])
]
Into = Annotated[
    str,
    Field(
        description="Field that receives the entry. Empty: an object becomes the item itself, or, beside "
        "other fields and for other values, takes the place of the list."
    ),
]


class Split(Params):
    """All of the other fields, or none."""

    field: ListName
    keep: Literal["none", "all"] = Field(
        default="none", description="Which of the other fields each new item keeps."
    )
    into: Into = ""


class SplitKeepingSome(Params):
    """Some of the other fields."""

    field: ListName
    keep: Literal["some"]
    fields: list[str] = Field(default=[], description="The other fields to keep.")
    into: Into = ""


@node(
    "data.split_out",
    title="Split out",
    effect="pure",
    per="item",
    summary="{field}",
    aliases=("explode", "flatten", "unwind", "list to items", "array", "item lists"),
)
def split_out(params: Split | SplitKeepingSome, item: Item, context: Context) -> list[Item]:
    """Make an item of each entry of a list.

    An object is split into its values. A list that is missing or null gives no items.
    """
    found = get(item.json, params.field)
    if found is None:
        return []
    if isinstance(found, dict):
        found = list(found.values())
    if not isinstance(found, list):
        raise NodeError(
            f"{params.field} is not a list", hint="Choose a field that holds a list.", code="data.field"
        )
    others = _others(item.json, params)
    return [item.derive(_entry(others, entry, params)) for entry in found]


def _others(json: dict[str, Any], params: Split | SplitKeepingSome) -> dict[str, Any]:
    if params.keep == "all":
        others = dict(json)
        remove(others, params.field)
        return others
    others = {}
    if isinstance(params, SplitKeepingSome):
        for name in params.fields:
            if (value := get(json, name)) is not None:
                put(others, name, value)
    return others


def _entry(others: dict[str, Any], entry: Any, params: Split | SplitKeepingSome) -> dict[str, Any]:
    if not params.into and params.keep == "none" and isinstance(entry, dict):
        return entry
    record = dict(others)
    put(record, params.into or params.field.rpartition(".")[2], entry)
    return record
