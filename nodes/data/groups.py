"""Groups of items and their figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from nodes.data.summing import Function, Tally
from nodes.data.values import text_of
from orchestrator.sdk import Item, NodeError, Params
from orchestrator.sdk.paths import put

MOST_COLUMNS = 1000
MOST_SOURCES = 1000
"""Of a group, the items that its lineage names."""


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


def too_many_columns(pivot: str) -> NodeError:
    return NodeError(
        f"{pivot} has more than {MOST_COLUMNS:,} values; no more columns can be made",
        hint="Group by this field instead.",
        code="data.too_large",
    )


class Group:
    """The items of one group, as far as they have come."""

    def __init__(
        self, values: Sequence[Value], paths: Sequence[str], names: list[Any], *, is_pivot: bool
    ) -> None:
        self._values = values
        self._paths = paths
        self._names = names
        self._is_pivot = is_pivot
        self._sources: list[int] = []
        self._cells: dict[bytes, list[Tally]] = {}

    def add(self, item: Item, column: bytes) -> None:
        if item.index is not None and len(self._sources) < MOST_SOURCES:
            self._sources.append(item.index)
        tallies = self._cells.get(column)
        if tallies is None:
            tallies = self._cells[column] = self._tallies()
        for tally in tallies:
            tally.add(item)

    def _tallies(self) -> list[Tally]:
        return [Tally(value.function, value.field, value.separator) for value in self._values]

    def row(self, columns: dict[bytes, Any]) -> Item:
        record: dict[str, Any] = {}
        for path, name in zip(self._paths, self._names, strict=True):
            put(record, path, name)
        for column, shown in columns.items():
            tallies = self._cells.get(column) or self._tallies()
            for value, tally in zip(self._values, tallies, strict=True):
                name = value.name()
                if self._is_pivot:
                    name = text_of(shown) if len(tallies) == 1 else f"{text_of(shown)} {name}"
                record[name] = tally.result()
        return Item(record, source=tuple(self._sources))
