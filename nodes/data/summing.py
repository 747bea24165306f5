"""The figures that Summarize knows."""

from __future__ import annotations

import math
from typing import Any, Literal

from nodes.data.values import need_number, text_of
from orchestrator.sdk import Item
from orchestrator.sdk.matching import canonical
from orchestrator.sdk.paths import get

Function = Literal[
    "count", "sum", "average", "min", "max", "count_unique", "unique", "list", "concat", "first", "last"
]


def summary_of(function: Function, path: str, items: list[Item], separator: str) -> Any:
    """One figure over the field at `path`; None when there is nothing to tell.

    Raises NodeError `data.field` where a sum or average meets what is no number.
    """
    if function == "count" and not path:
        return len(items)
    if function in ("sum", "average"):
        numbers = [number for item in items if (number := need_number(item, path)) is not None]
        return _total(numbers) if function == "sum" else _average(numbers)
    values = [value for item in items if (value := get(item.json, path)) is not None]
    if function == "count":
        return len(values)
    if function in ("count_unique", "unique"):
        distinct: dict[bytes, Any] = {}
        for value in values:
            distinct.setdefault(canonical(value), value)
        return len(distinct) if function == "count_unique" else list(distinct.values())
    if function == "list":
        return values
    if function == "concat":
        return separator.join(text_of(value) for value in values)
    if not values:
        return None
    if function in ("min", "max"):
        return _extreme(function, path, items)
    return values[0] if function == "first" else values[-1]


def _total(numbers: list[int | float]) -> int | float:
    if all(isinstance(number, int) for number in numbers):
        return _whole(sum(numbers))
    return math.fsum(numbers)


def _average(numbers: list[int | float]) -> float | None:
    return math.fsum(numbers) / len(numbers) if numbers else None


def _whole(total: int | float) -> int | float:
    """JSON numbers of 64 bits: beyond them the nearest double."""
    return total if -(2**63) <= total < 2**63 else float(total)


def _extreme(function: str, path: str, items: list[Item]) -> Any:
    """Texts by their order when all are texts (dates in ISO form too), otherwise numbers."""
    values = [value for item in items if (value := get(item.json, path)) is not None]
    pick = min if function == "min" else max
    if all(isinstance(value, str) for value in values):
        return pick(values)
    return pick((number for item in items if (number := need_number(item, path)) is not None), default=None)
