"""Summarize: groups and their sums."""

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import Field

from nodes.data.groups import MOST_COLUMNS, Group, Sheet, Value, too_many_columns
from orchestrator.sdk import Context, Item, Params, node
from orchestrator.sdk.matching import canonical
from orchestrator.sdk.paths import get


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
    streams=True,
)
def summarize(params: SummarizeParams, items: Iterable[Item], context: Context) -> Iterator[Item]:
    """Group items and work out counts, sums and the like.

    One item for each group, in the order in which the groups first appear. Missing and
    null values are passed over; texts that spell numbers count as numbers.
    """
    sheet = Sheet(params.values)
    groups: dict[bytes, Group] = {}
    columns: dict[bytes, Any] = {b"": None} if not params.pivot else {}
    for item in items:
        names = [get(item.json, path) for path in params.group_by]
        group = groups.get(key := canonical(names))
        if group is None:
            group = groups[key] = Group(sheet, params.group_by, names, is_pivot=bool(params.pivot))
        column = b""
        if params.pivot:
            value = get(item.json, params.pivot)
            column = canonical(value)
            if column not in columns and len(columns) >= MOST_COLUMNS:
                raise too_many_columns(params.pivot)
            columns.setdefault(column, value)
        group.add(item, column)
    while groups:
        yield groups.pop(next(iter(groups))).row(columns)
