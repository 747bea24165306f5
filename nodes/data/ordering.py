"""Which item comes before which."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Literal

from pydantic import Field

from nodes.data.values import number_of, text_of
from orchestrator.sdk import Item, Params
from orchestrator.sdk.paths import get


class SortBy(Params):
    """One field to sort by."""

    field: str = Field(min_length=1, description="Name of the field.", examples=["total", "customer.name"])
    order: Literal["ascending", "descending"] = Field(
        default="ascending", description="Smallest first, or largest first."
    )
    compare: Literal["value", "number", "text"] = Field(
        default="value",
        description="As the value is (numbers before texts), as the number that a text spells, or as text "
        "without regard to upper and lower case.",
    )


def in_order(items: list[Item], rules: list[SortBy]) -> list[Item]:
    """The items sorted, those that are equal in the order they had."""
    found = list(items)
    for by in reversed(rules):
        keyed = [(_key(get(item.json, by.field), by.compare), item) for item in found]
        present = [pair for pair in keyed if pair[0] is not None]
        present.sort(key=_first, reverse=by.order == "descending")
        found = [item for _, item in present] + [item for key, item in keyed if key is None]
    return found


def key_for(rules: list[SortBy]) -> Callable[[Item, int], Any]:
    """The same order as `in_order`, as one key of an item and its place."""

    def key(item: Item, place: int) -> Any:
        parts: list[Any] = []
        for by in rules:
            found = _key(get(item.json, by.field), by.compare)
            is_down = by.order == "descending"
            parts += [found is None, None if found is None else _Down(found) if is_down else found]
        return (*parts, place)

    return key


def shuffling_key(seed: str) -> Callable[[Item, int], Any]:
    """A random order that is the same each time."""
    return lambda _, place: hashlib.blake2b(f"{seed}:{place}".encode(), digest_size=8).digest()


class _Down:
    """Turns an order round."""

    __slots__ = ("key",)

    def __init__(self, key: Any) -> None:
        self.key = key

    def __lt__(self, other: _Down) -> bool:
        return bool(other.key < self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Down) and self.key == other.key

    __hash__ = None  # type: ignore[assignment]


def _first(pair: tuple[Any, Item]) -> Any:
    return pair[0]


def _key(value: Any, compare: str) -> tuple[int, Any] | None:
    """Something that can be compared with every other key: a rank by type, then the value."""
    if value is None:
        return None
    if compare == "text":
        return 0, text_of(value).casefold()
    if compare == "number":
        number = number_of(value)
        return None if number is None else (0, number)
    if isinstance(value, bool):
        return 2, value
    if isinstance(value, int | float):
        return 0, value
    return (1, value) if isinstance(value, str) else (3, text_of(value))
