"""The figures that Summarize knows, worked out an item at a time."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal

from nodes.data.values import need_number, number_of, text_of
from orchestrator.sdk import Item, NodeError
from orchestrator.sdk.matching import canonical
from orchestrator.sdk.paths import get

Function = Literal[
    "count", "sum", "average", "min", "max", "count_unique", "unique", "list", "concat", "first", "last"
]
NUMBERS_AT_ONCE = 4096


class Tally:
    """One figure of one group over the field at `path`: `add` every item, then ask for the `result`,
    None when there is nothing to tell. Raises NodeError `data.field` where a sum, an average or an
    extreme of numbers meets what is no number."""

    def __init__(self, function: Function, path: str, separator: str = ", ") -> None:
        self._function = function
        self._path = path
        self._separator = separator
        self._values: list[Any] = []
        self._distinct: dict[bytes, Any] = {}
        self._numbers = _Numbers()
        self._extreme = _Extreme(min if function == "min" else max, path)
        self._count = 0
        self._last: Any = None
        self._note: Callable[[Any, Item], None] = {
            "min": self._extreme.note,
            "max": self._extreme.note,
            "list": self._keep,
            "concat": self._keep,
            "unique": self._keep_distinct,
            "count_unique": self._keep_distinct,
            "first": self._keep_first,
        }.get(function, self._keep_last)

    def add(self, item: Item) -> None:
        if self._function == "count" and not self._path:
            self._count += 1
        elif self._function in ("sum", "average"):
            if (number := need_number(item, self._path)) is not None:
                self._numbers.add(number)
        elif (value := get(item.json, self._path)) is not None:
            self._count += 1
            self._note(value, item)

    def _keep(self, value: Any, item: Item) -> None:
        self._values.append(value)

    def _keep_distinct(self, value: Any, item: Item) -> None:
        self._distinct.setdefault(canonical(value), value)

    def _keep_first(self, value: Any, item: Item) -> None:
        if not self._values:
            self._values.append(value)

    def _keep_last(self, value: Any, item: Item) -> None:
        self._last = value

    def result(self) -> Any:
        match self._function:
            case "count":
                return self._count
            case "sum":
                return self._numbers.total()
            case "average":
                return self._numbers.average()
            case "min" | "max":
                return self._extreme.result()
            case "list":
                return self._values
            case "concat":
                return self._separator.join(text_of(value) for value in self._values)
            case "unique":
                return list(self._distinct.values())
            case "count_unique":
                return len(self._distinct)
            case "first":
                return self._values[0] if self._values else None
        return self._last


class _Numbers:
    """Sum and average, exact for whole numbers, and for others as exact as `fsum` of some thousands."""

    def __init__(self) -> None:
        self._whole = 0
        self._others: list[float] = []
        self._count = self._fractions = 0

    def add(self, number: int | float) -> None:
        self._count += 1
        if isinstance(number, int):
            self._whole += number
            return
        self._fractions += 1
        self._others.append(number)
        if len(self._others) >= NUMBERS_AT_ONCE:
            self._others = [_added(self._others)]

    def total(self) -> int | float:
        if self._fractions:
            return _added([self._whole, *self._others])
        # JSON numbers of 64 bits: beyond them the nearest double.
        return self._whole if -(2**63) <= self._whole < 2**63 else float(self._whole)

    def average(self) -> float | None:
        return _added([self._whole, *self._others]) / self._count if self._count else None


def _added(numbers: list[float]) -> float:
    try:
        return math.fsum(numbers)
    except OverflowError as error:
        raise NodeError("the sum is beyond what a number can hold", code="data.too_large") from error


class _Extreme:
    """Texts by their order when all are texts (dates in ISO form too), otherwise numbers."""

    def __init__(self, pick: Callable[..., Any], path: str) -> None:
        self._pick = pick
        self._path = path
        self._text: str | None = None
        self._number: int | float | None = None
        self._is_all_text = True
        self._no_number: Item | None = None
        """The first item whose text spells no number: a fault once a number comes along."""

    def note(self, value: Any, item: Item) -> None:
        if isinstance(value, str):
            if self._is_all_text:
                self._text = value if self._text is None else self._pick(self._text, value)
            if value != "" and (self._no_number is not None or number_of(value) is None):
                self._no_number = self._no_number or item
        else:
            self._is_all_text = False
        if not self._is_all_text and self._no_number is not None:
            need_number(self._no_number, self._path)
        if self._no_number is None and (number := need_number(item, self._path)) is not None:
            self._number = number if self._number is None else self._pick(self._number, number)

    def result(self) -> Any:
        return self._text if self._is_all_text else self._number
