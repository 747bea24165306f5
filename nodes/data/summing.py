"""The figures that Summarize knows, worked out an item at a time."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal, Protocol

import orjson

from nodes.data.values import need_number, number_of, text_of
from orchestrator.sdk import Item, NodeError
from orchestrator.sdk.matching import canonical
from orchestrator.sdk.paths import get

Function = Literal[
    "count", "sum", "average", "min", "max", "count_unique", "unique", "list", "concat", "first", "last"
]
NUMBERS_AT_ONCE = 64
MOST_KEPT_BYTES = 64_000_000
"""Of values that must be kept until the end, over all groups."""


class Tally(Protocol):
    """One figure of one group: `add` every item, then ask for the `result`, None when there is
    nothing to tell. Raises NodeError `data.field` where a sum, an average or an extreme of numbers
    meets what is no number, and `data.too_large`."""

    def add(self, item: Item) -> None: ...
    def result(self) -> Any: ...


class Room:
    """How much may still be kept."""

    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left = MOST_KEPT_BYTES

    def take(self, value: Any) -> None:
        """Raises NodeError `data.too_large`."""
        self._left -= len(value) + 50 if isinstance(value, str | bytes) else 50
        if isinstance(value, list | dict):
            self._left -= len(orjson.dumps(value))
        if self._left < 0:
            raise NodeError(
                f"more than {MOST_KEPT_BYTES // 1_000_000} MB of values would have to be kept",
                hint="Count or add them up instead of listing them, or filter the items first.",
                code="data.too_large",
            )


def tally(function: Function, path: str, separator: str, room: Room) -> Tally:
    """The figure `function` of the field at `path`."""
    match function:
        case "count":
            return _Count(path)
        case "sum":
            return _Numbers(path, is_average=False)
        case "average":
            return _Numbers(path, is_average=True)
        case "min":
            return _Extreme(min, path)
        case "max":
            return _Extreme(max, path)
        case "first" | "last":
            return _End(path, is_first=function == "first")
        case "list" | "concat":
            return _Values(path, separator if function == "concat" else None, room)
    return _Distinct(path, function == "unique", room)


class _Count:
    __slots__ = ("_count", "_path")

    def __init__(self, path: str) -> None:
        self._path = path
        self._count = 0

    def add(self, item: Item) -> None:
        if not self._path or get(item.json, self._path) is not None:
            self._count += 1

    def result(self) -> int:
        return self._count


class _End:
    """The first or the last value."""

    __slots__ = ("_is_first", "_path", "_value")

    def __init__(self, path: str, *, is_first: bool) -> None:
        self._path = path
        self._is_first = is_first
        self._value: Any = None

    def add(self, item: Item) -> None:
        value = get(item.json, self._path)
        if value is not None and not (self._is_first and self._value is not None):
            self._value = value

    def result(self) -> Any:
        return self._value


class _Values:
    """All values, as a list or, with a separator, as a text."""

    __slots__ = ("_path", "_room", "_separator", "_values")

    def __init__(self, path: str, separator: str | None, room: Room) -> None:
        self._path = path
        self._separator = separator
        self._room = room
        self._values: list[Any] = []

    def add(self, item: Item) -> None:
        value = get(item.json, self._path)
        if value is not None:
            self._room.take(value)
            self._values.append(value)

    def result(self) -> Any:
        if self._separator is None:
            return self._values
        return self._separator.join(text_of(value) for value in self._values)


class _Distinct:
    """Each value once, or how many there are."""

    __slots__ = ("_path", "_room", "_values", "_wants_values")

    def __init__(self, path: str, wants_values: bool, room: Room) -> None:
        self._path = path
        self._wants_values = wants_values
        self._room = room
        self._values: dict[bytes, Any] = {}

    def add(self, item: Item) -> None:
        value = get(item.json, self._path)
        if value is None or (key := canonical(value)) in self._values:
            return
        self._room.take(key)
        if self._wants_values:
            self._room.take(value)
        self._values[key] = value if self._wants_values else None

    def result(self) -> Any:
        return list(self._values.values()) if self._wants_values else len(self._values)


class _Numbers:
    """Sum or average. Whole numbers are added as such; of others some are held and then folded into
    two, the sum and what one double cannot hold of it."""

    __slots__ = ("_count", "_is_average", "_others", "_path", "_whole")

    def __init__(self, path: str, *, is_average: bool) -> None:
        self._path = path
        self._is_average = is_average
        self._whole = self._count = 0
        self._others: list[float] = []

    def add(self, item: Item) -> None:
        number = need_number(item, self._path)
        if number is None:
            return
        self._count += 1
        if isinstance(number, int):
            self._whole += number
            return
        self._others.append(number)
        if len(self._others) >= NUMBERS_AT_ONCE:
            total = _added(self._others)
            self._others = [total, _added([*self._others, -total])]

    def result(self) -> int | float | None:
        if self._is_average:
            return _added([self._whole, *self._others]) / self._count if self._count else None
        if self._others:
            return _added([self._whole, *self._others])
        # JSON numbers of 64 bits: beyond them the nearest double.
        return self._whole if -(2**63) <= self._whole < 2**63 else _added([self._whole])


def _added(numbers: list[float]) -> float:
    try:
        if math.isfinite(total := math.fsum(numbers)):
            return total
    except (OverflowError, ValueError):
        pass
    raise NodeError("the sum is beyond what a number can hold", code="data.too_large")


class _Extreme:
    """Texts by their order when all are texts (dates in ISO form too), otherwise numbers."""

    __slots__ = ("_is_all_text", "_no_number", "_number", "_path", "_pick", "_text")

    def __init__(self, pick: Callable[..., Any], path: str) -> None:
        self._pick = pick
        self._path = path
        self._text: str | None = None
        self._number: int | float | None = None
        self._is_all_text = True
        self._no_number: Item | None = None
        # The first item whose text spells no number: a fault once a number comes along.

    def add(self, item: Item) -> None:
        value = get(item.json, self._path)
        if value is None:
            return
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
