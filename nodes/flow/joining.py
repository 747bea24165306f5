"""Combining the items of several branches."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import Literal

from orchestrator.sdk import Item, NodeError
from orchestrator.sdk.matching import key_of

Join = Literal["inner", "left", "outer", "non_matches"]
MOST_ITEMS = 1_000_000

Keyed = dict[bytes, list[Item]]


def combine(parts: list[Item]) -> Item:
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


def everything_with_everything(branches: list[list[Item]]) -> list[Item]:
    check_count(math.prod(len(branch) for branch in branches))
    return [combine(list(parts)) for parts in product(*branches)]


def join_by_fields(branches: list[list[Item]], fields: list[str], join: Join) -> list[Item]:
    """Items with equal fields combined, in the order of the first branch.

    An item that lacks a field matches nothing. Several items with one key are combined each
    with each. Raises NodeError `flow.too_many_items`.
    """
    names = [[part.strip() for part in field.split("=", 1)] for field in fields]
    firsts, others = [pair[0] for pair in names], [pair[-1] for pair in names]
    keys = [
        [key_of(item.json, others if at else firsts) for item in branch] for at, branch in enumerate(branches)
    ]
    indexed = [_indexed(branch, found) for branch, found in zip(branches, keys, strict=True)]
    if join == "non_matches":
        return [item for at in range(len(branches)) for item in _alone(at, branches, keys, indexed)]
    made: list[Item] = []
    for group in _groups(branches, keys, indexed, join):
        check_count(len(made) + math.prod(len(part) for part in group))
        made += [combine(list(parts)) for parts in product(*group)]
    return made


def _indexed(branch: list[Item], keys: list[bytes | None]) -> Keyed:
    index: Keyed = {}
    for item, key in zip(branch, keys, strict=True):
        if key is not None:
            index.setdefault(key, []).append(item)
    return index


def _groups(
    branches: list[list[Item]], keys: list[list[bytes | None]], indexed: list[Keyed], join: Join
) -> Iterator[list[list[Item]]]:
    """Lists of partners, whose combinations are the items to make."""
    for item, key in zip(branches[0], keys[0], strict=True):
        found = [index.get(key, []) if key is not None else [] for index in indexed[1:]]
        if join != "inner" or all(found):
            yield [[item], *(part for part in found if part)]
    if join != "outer":
        return
    for at in range(1, len(branches)):
        for item, key in zip(branches[at], keys[at], strict=True):
            if key is None:
                yield [[item]]
            elif not any(key in index for index in indexed[:at]):
                yield [[item], *(part for index in indexed[at + 1 :] if (part := index.get(key)))]


def _alone(
    at: int, branches: list[list[Item]], keys: list[list[bytes | None]], indexed: list[Keyed]
) -> Iterator[Item]:
    others = [index for place, index in enumerate(indexed) if place != at]
    for item, key in zip(branches[at], keys[at], strict=True):
        if key is None or not any(key in index for index in others):
            yield item
