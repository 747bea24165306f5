"""Groups of items and their figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from nodes.data.summing import Function, Room, Tally, tally
from nodes.data.values import text_of
from orchestrator.sdk import Item, NodeError, Params
from orchestrator.sdk.paths import put

MOST_COLUMNS = 1000
MOST_SOURCES = 1000
"""Of a group, the items that its lineage names."""
MOST_CELLS = 500_000
"""Groups times figures (and columns)."""


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


class Sheet:
    """What all groups share."""

    def __init__(self, values: Sequence[Value]) -> None:
        self.values = values
        self._room = Room()
        self._cells = 0

    def tallies(self) -> list[Tally]:
        """For one more cell of a group. Raises NodeError `data.too_large`."""
        self._cells += len(self.values)
        if self._cells > MOST_CELLS:
            raise NodeError(
                f"there would be more than {MOST_CELLS:,} figures",
                hint="Group by a field that more items share.",
                code="data.too_large",
            )
        return [tally(value.function, value.field, value.separator, self._room) for value in self.values]


class Group:
    """The items of one group, as far as they have come."""

    __slots__ = ("_cells", "_is_pivot", "_names", "_paths", "_sheet", "_sources")

    def __init__(self, sheet: Sheet, paths: Sequence[str], names: list[Any], *, is_pivot: bool) -> None:
        self._sheet = sheet
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
            tallies = self._cells[column] = self._sheet.tallies()
        for tally in tallies:
            tally.add(item)

    def row(self, columns: dict[bytes, Any]) -> Item:
        record: dict[str, Any] = {}
        for path, name in zip(self._paths, self._names, strict=True):
            put(record, path, name)
        for column, shown in columns.items():
            tallies = self._cells.get(column) or self._sheet.tallies()
            for value, figure in zip(self._sheet.values, tallies, strict=True):
                name = value.name()
                if self._is_pivot:
                    name = text_of(shown) if len(tallies) == 1 else f"{text_of(shown)} {name}"
                record[name] = figure.result()
        return Item(record, source=tuple(self._sources))
