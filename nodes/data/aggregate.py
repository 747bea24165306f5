"""Aggregate: many items into one."""

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import orjson
from pydantic import Field

from orchestrator.sdk import Context, Item, NodeError, Params, node
from orchestrator.sdk.paths import get, put, remove

MOST_BYTES = 64_000_000
MOST_SOURCES = 1000  # that the lineage names, once the items come in pieces


class Collected(Params):
    """One field whose values are collected."""

    field: str = Field(min_length=1, description="Name of the field in the items.", examples=["email"])
    into: str = Field(default="", description="Name of the list; empty: the field's own last name.")

    def name(self) -> str:
        return self.into or self.field.rpartition(".")[2]


class WholeItems(Params):
    """Whole items."""

    mode: Literal["items"] = Field(
        default="items", description="Collect whole items, or each field's values in a list of its own."
    )
    into: str = Field(default="items", min_length=1, description="Name of the list.")
    only: list[str] = Field(default=[], description="Of the items, only these fields; empty: all of them.")
    leave_out: list[str] = Field(default=[], description="Of the items, not these fields.")


class FieldByField(Params):
    """Each field's values."""

    mode: Literal["fields"]
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
    streams=True,
)
def aggregate(
    params: WholeItems | FieldByField, items: Iterable[Item], context: Context
) -> Iterator[Item]:
    """Collect all items in one item, which may hold 64 MB."""
    is_small = isinstance(items, list)
    paths = [params.into] if isinstance(params, WholeItems) else [wanted.name() for wanted in params.fields]
    lists: list[list[Any]] = [[] for _ in paths]
    sources: list[int] = []
    size = 0
    for item in items:
        if item.index is not None and (is_small or len(sources) < MOST_SOURCES):
            sources.append(item.index)
        for place, value in _values(params, item.json):
            lists[place].append(value)
            size += 0 if is_small else len(orjson.dumps(value))
        if size > MOST_BYTES:
            raise NodeError(
                f"one item cannot hold more than {MOST_BYTES // 1_000_000} MB",
                hint="Collect fewer fields, or limit the items first.",
                code="data.too_large",
            )
    record: dict[str, Any] = {}
    for path, values in zip(paths, lists, strict=True):
        put(record, path, values)
    yield Item(record, source=tuple(sources))


def _values(params: WholeItems | FieldByField, json: dict[str, Any]) -> Iterator[tuple[int, Any]]:
    if isinstance(params, WholeItems):
        yield 0, _part(json, params)
        return
    for place, wanted in enumerate(params.fields):
        value = get(json, wanted.field)
        if params.keep_missing or value is not None:
            yield place, value


def _part(json: dict[str, Any], params: WholeItems) -> dict[str, Any]:
    part = {} if params.only else dict(json)
    for name in params.only:
        if (value := get(json, name)) is not None:
            put(part, name, value)
    for name in params.leave_out:
        remove(part, name)
    return part
