"""Limit: only so many items."""

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Literal

from pydantic import Field

from orchestrator.sdk import Context, Item, Params, node


MOST_ITEMS = 1_000_000_000


class LimitParams(Params):
    count: int = Field(default=1, ge=0, le=MOST_ITEMS, description="How many items to keep.")
    keep: Literal["first", "last"] = Field(default="first", description="Those at the start or at the end.")
    skip: int = Field(
        default=0, ge=0, le=MOST_ITEMS, description="How many to leave out before, counted from that side."
    )


@node(
    "data.limit",
    title="Limit",
    effect="pure",
    summary="{keep} {count}",
    aliases=("first", "last", "top", "take", "skip", "slice", "head", "tail"),
    streams=True,
)
def limit(params: LimitParams, items: Iterable[Item], context: Context) -> Iterator[Item]:
    """Keep the first or the last few items."""
    if params.keep == "first":
        yield from islice(items, params.skip, params.skip + params.count)
        return
    last = deque(items, maxlen=params.count + params.skip)
    yield from islice(last, max(len(last) - params.skip, 0))
