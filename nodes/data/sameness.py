"""When two items are the same thing, and where to look whether one was met before."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import Field

from orchestrator.sdk import Item, Params
from orchestrator.sdk.matching import canonical
from orchestrator.sdk.paths import get, remove

LONGEST_KEY = 64
"""A longer one is shortened to its hash."""

Scope = Annotated[
    Literal["workflow", "shared"],
    Field(description="What this workflow has met, or what any workflow has that uses the name."),
]
Name = Annotated[
    str,
    Field(
        min_length=1,
        max_length=100,
        description="What the things met are remembered under; a list of its own for each name.",
        examples=["orders"],
    ),
]


class ThisInput(Params):
    """Among the items that arrive together."""

    kind: Literal["input"] = "input"


class EarlierRuns(Params):
    """In earlier runs too."""

    kind: Literal["runs"] = "runs"
    name: Name = "items"
    scope: Scope = "workflow"
    most: int = Field(
        default=100_000,
        ge=1,
        le=2_000_000,
        description="How many things to remember; those not met for the longest time are forgotten first.",
    )
    days: int | None = Field(
        default=None, ge=1, le=3650, description="Forget what was not met for so many days; empty: never."
    )


class Forget(Params):
    """Nowhere: forget what was met."""

    kind: Literal["forget"] = "forget"
    name: Name = "items"
    scope: Scope = "workflow"


SeenIn = Annotated[
    ThisInput | EarlierRuns | Forget,
    Field(discriminator="kind", description="Where a duplicate may have been met before."),
]
Keep = Annotated[
    Literal["first", "last"], Field(description="Which of the equal items stays, among those that arrive.")
]
IgnoreCase = Annotated[bool, Field(description="Upper and lower case count as the same.")]


class AllFields(Params):
    """By all fields."""

    compare: Literal["all"] = Field(
        default="all", description="By all fields, by only the named ones, or by all except them."
    )
    seen_in: SeenIn = ThisInput()
    keep: Keep = "first"
    ignore_case: IgnoreCase = False


class SomeFields(Params):
    """By some fields."""

    compare: Literal["only", "except"]
    fields: list[str] = Field(default=[], max_length=200, description="The named fields.")
    seen_in: SeenIn = ThisInput()
    keep: Keep = "first"
    ignore_case: IgnoreCase = False


def key_for(item: Item, params: AllFields | SomeFields) -> bytes:
    """Equal for items that are the same thing; a text of at most 64 bytes."""
    if isinstance(params, AllFields):
        key = canonical(item.json)
    elif params.compare == "only":
        key = canonical([get(item.json, path) for path in params.fields])
    else:
        rest = dict(item.json)
        for path in params.fields:
            remove(rest, path)
        key = canonical(rest)
    if params.ignore_case:
        key = key.decode().casefold().encode()
    return key if len(key) <= LONGEST_KEY else hashlib.blake2b(key, digest_size=32).hexdigest().encode()
