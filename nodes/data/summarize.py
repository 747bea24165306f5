"""Summarize: groups and their sums."""

from typing import Any

from pydantic import Field

from nodes.data.summing import Function, summary_of
from nodes.data.values import text_of
from orchestrator.sdk import Context, Item, NodeError, Params, node
from orchestrator.sdk.matching import canonical
from orchestrator.sdk.paths import get, put

MOST_COLUMNS = 1000


class Value(Params):
    """One figure for each group."""

    function: Function = Field(default="count", description="What to work out.")
    field: str = Field(
        default="", description="Of which field; empty for `count`: all items.", examples=["total"]
    )
    into: str = Field(default="", description="Name of the result; empty: such as `sum_total`.")
    separator: str = Field(default=", ", max_length=100, description="Between the texts of `concat`.")

    def name(self) -> str:
        return self.into or "_".join(part for part in (self.function, self.field.replace(".", "_")) if part)


class SummarizeParams(Params):
    group_by: list[str] = Field(
        default=[], max_length=20, description="Fields that make a group; none: one group of all."
    )
    values: list[Value] = Field(min_length=1, max_length=50, description="The figures.")
    pivot: str = Field(
        default="",
        description="A field whose values become columns, one for each figure and value.",
        examples=["month"],
    )


@node(
    "data.summarize",
    title="Summarize",
    effect="pure",
    summary="{values.0.function} {values.0.field}",
    aliases=("group by", "sum", "count", "average", "pivot", "total", "statistics"),
)
def summarize(params: SummarizeParams, items: list[Item], context: Context) -> list[Item]:
    """Group items and work out counts, sums and the like.

    One item for each group, in the order in which the groups first appear. Missing and
    null values are passed over; texts that spell numbers count as numbers.
    """
    columns = _grouped(items, [params.pivot]) if params.pivot else {}
    if len(columns) > MOST_COLUMNS:
        raise NodeError(
            f"{params.pivot} has {len(columns):,} values; at most {MOST_COLUMNS:,} columns can be made",
            hint="Group by this field instead.",
            code="data.too_large",
        )
    return [
        _row(params, members, [get(some[0].json, params.pivot) for some in columns.values()])
        for members in _grouped(items, params.group_by).values()
    ]


def _grouped(items: list[Item], paths: list[str]) -> dict[bytes, list[Item]]:
    groups: dict[bytes, list[Item]] = {}
    for item in items:
        groups.setdefault(canonical([get(item.json, path) for path in paths]), []).append(item)
    return groups


def _row(params: SummarizeParams, members: list[Item], columns: list[Any]) -> Item:
    record: dict[str, Any] = {}
    for path in params.group_by:
        put(record, path, get(members[0].json, path))
    cells = _grouped(members, [params.pivot]) if params.pivot else {b"": members}
    for column in columns if params.pivot else [None]:
        inside = cells.get(canonical([column]) if params.pivot else b"", [])
        for value in params.values:
            name = value.name()
            if params.pivot:
                name = text_of(column) if len(params.values) == 1 else f"{text_of(column)} {name}"
            record[name] = summary_of(value.function, value.field, inside, value.separator)
    return Item(record, source=tuple(item.index for item in members if item.index is not None))
