"""Aggregate: many items into one."""

from typing import Any, Literal

from pydantic import Field

from orchestrator.sdk import Context, Item, Params, node
from orchestrator.sdk.paths import get, put, remove


class Collected(Params):
    """One field whose values are collected."""

    field: str = Field(min_length=1, description="Name of the field in the items.", examples=["email"])
    into: str = Field(default="", description="Name of the list; empty: the field's own last name.")


class AggregateParams(Params):
    mode: Literal["items", "fields"] = Field(
        default="items", description="Collect whole items, or each field's values in a list of its own."
    )
    into: str = Field(default="items", min_length=1, description="Name of the list of whole items.")
    only: list[str] = Field(default=[], description="Of whole items, only these fields; empty: all of them.")
    leave_out: list[str] = Field(default=[], description="Of whole items, not these fields.")
    fields: list[Collected] = Field(default=[], max_length=200, description="The fields to collect.")
    keep_missing: bool = Field(
        default=False, description="Collect null where an item lacks the field; otherwise it is passed over."
    )


@node(
    "data.aggregate",
    title="Aggregate",
    effect="pure",
    summary="{into}",
    aliases=("collect", "group", "combine", "list", "array", "join"),
)
def aggregate(params: AggregateParams, items: list[Item], context: Context) -> list[Item]:
    """Collect all items in one item."""
    record: dict[str, Any] = {}
    if params.mode == "items":
        put(record, params.into, [_part(item.json, params) for item in items])
    else:
        for wanted in params.fields:
            found = (get(item.json, wanted.field) for item in items)
            values = [value for value in found if params.keep_missing or value is not None]
            put(record, wanted.into or wanted.field.rpartition(".")[2], values)
    return [Item(record, source=tuple(item.index for item in items if item.index is not None))]


def _part(json: dict[str, Any], params: AggregateParams) -> dict[str, Any]:
    if not params.only and not params.leave_out:
        return json
    part: dict[str, Any] = {} if params.only else dict(json)
    for name in params.only:
        if (value := get(json, name)) is not None:
            put(part, name, value)
    for name in params.leave_out:
        remove(part, name)
    return part
