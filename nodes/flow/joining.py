"""Combining the items of several branches."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import product, zip_longest
from typing import Literal

from orchestrator.sdk import Context, Item, NodeError
from orchestrator.sdk.keyed import Key, Keyed, keyed
from orchestrator.sdk.matching import key_of

Join = Literal["inner", "left", "outer", "non_matches"]
MOST_ITEMS = 1_000_000
Branches = Sequence[Iterable[Item]]
"""Lists, or what can be gone through once and is too much to hold."""

Group = tuple[Item, list[tuple[Keyed, bytes]]]
"""An item, and where its partners are."""


def combine(parts: Sequence[Item]) -> Item:
    """One item with the fields and files of all; later ones win."""
    json = {name: value for part in parts for name, value in part.json.items()}
    files = {name: file for part in parts for name, file in (part.files or {}).items()}
    source = tuple(part.index for part in parts if part.index is not None)
    return Item(json, files or None, source=source)


def check_count(count: int) -> int:
    """The count itself. Raises NodeError `flow.too_many_items`."""
    if count > MOST_ITEMS:
        raise NodeError(
            f"this would make {count:,} items; at most {MOST_ITEMS:,} can be made",
            hint="Filter the branches first, or combine by fields that are unique.",
            code="flow.too_many_items",
        )
    return count


def by_position(branches: Branches, *, keep_unpaired: bool) -> Iterator[Item]:
    """The first with the first, the second with the second."""
    if not keep_unpaired:
        return map(combine, zip(*branches, strict=False))
    return (combine([part for part in parts if part]) for parts in zip_longest(*branches))


def everything_with_everything(branches: Branches, context: Context) -> Iterator[Item]:
    """Each of the first branch with each of the others. Raises NodeError `flow.too_many_items`."""
    if all(isinstance(branch, list) for branch in branches):
        check_count(math.prod(len(branch) for branch in branches if isinstance(branch, list)))
        yield from map(combine, product(*branches))
        return
    with ExitStack() as stack:
        others = [stack.enter_context(keyed(context, branch, _together)) for branch in branches[1:]]
        partners = [(other, b"") for other in others]
        each = math.prod(other.count(b"") for other in others)
        for place, item in enumerate(branches[0], start=1):
            check_count(place * each)
            yield from _combined((item,), partners)


def _together(record: object) -> Key:
    return b""


def join_by_fields(branches: Branches, fields: Sequence[str], join: Join, context: Context) -> Iterator[Item]:
    """Items with equal fields combined, in the order of the first branch.

    An item that lacks a field matches nothing. Several items with one key are combined each
    with each. Raises NodeError `flow.too_many_items`.
    """
    names = [[part.strip() for part in field.split("=", 1)] for field in fields]
    keys = [partial(key_of, paths=[pair[-1 if at else 0] for pair in names]) for at in range(len(branches))]
    is_first_sought = join in ("outer", "non_matches")
    with ExitStack() as stack:
        found = [
            stack.enter_context(keyed(context, branch, key))
            for branch, key in zip(branches, keys, strict=True)
            if is_first_sought or branch is not branches[0]
        ]
        if join == "non_matches":
            yield from _alone(found)
            return
        first = found.pop(0) if is_first_sought else ((keys[0](item.json), item) for item in branches[0])
        made = 0
        for item, partners in _groups(first, found, join):
            made = check_count(made + math.prod(branch.count(key) for branch, key in partners))
            yield from _combined((item,), partners)


def _groups(first: Keyed | Iterator[tuple[Key, Item]], others: list[Keyed], join: Join) -> Iterator[Group]:
    for key, item in first:
        partners = _partners(others, key)
        if join != "inner" or len(partners) == len(others):
            yield item, partners
    if isinstance(first, Iterator):
        return
    for at, branch in enumerate(others):
        for key, item in branch:
            if not _partners([first, *others[:at]], key):
                yield item, _partners(others[at + 1 :], key)


def _partners(branches: list[Keyed], key: Key) -> list[tuple[Keyed, bytes]]:
    return [] if key is None else [(branch, key) for branch in branches if branch.count(key)]


def _combined(parts: tuple[Item, ...], partners: list[tuple[Keyed, bytes]]) -> Iterator[Item]:
    if not partners:
        yield combine(parts)
        return
    branch, key = partners[0]
    for item in branch.find(key):
        yield from _combined((*parts, item), partners[1:])


def _alone(branches: list[Keyed]) -> Iterator[Item]:
    for at, branch in enumerate(branches):
        for key, item in branch:
            if not _partners(branches[:at] + branches[at + 1 :], key):
                yield item
