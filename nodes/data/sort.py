"""Sort: bring items into order."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from typing import Literal

from pydantic import Field

from nodes.data.aside import Aside
from nodes.data.ordering import SortBy, in_order, key_for, shuffling_key
from orchestrator.sdk import Context, Item, Params, node


class ByFields(Params):
    """By fields."""

    mode: Literal["fields"] = Field(default="fields", description="By fields, or in random order.")
    by: list[SortBy] = Field(
        default=[], max_length=20, description="The fields: the first decides, the next break ties."
    )


class Shuffle(Params):
    """In random order."""

    mode: Literal["shuffle"]


@node(
    "data.sort",
    title="Sort",
    effect="pure",
    summary="{by.0.field} {by.0.order}",
    aliases=("order", "order by", "rank", "shuffle", "random"),
    streams=True,
)
def sort(params: ByFields | Shuffle, items: Iterable[Item], context: Context) -> Iterator[Item]:
    """Bring the items into order.

    Items that are equal keep their order. Items without the field come last, whichever
    the order. Millions are sorted on disk.
    """
    seed = context.idempotency_key  # the same order when the step is repeated
    if isinstance(items, list):
        if isinstance(params, ByFields):
            yield from in_order(items, params.by)
        else:
            shuffled = list(items)
            random.Random(seed).shuffle(shuffled)
            yield from shuffled
        return
    with Aside(context) as aside:
        key = key_for(params.by) if isinstance(params, ByFields) else shuffling_key(seed)
        yield from aside.sorted(items, key)
