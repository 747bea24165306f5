"""Sort: bring items into order."""

import random
from typing import Any, Literal

from pydantic import Field

from nodes.data.values import number_of, text_of
from orchestrator.sdk import Context, Item, Params, node
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


class SortParams(Params):
    mode: Literal["fields", "shuffle"] = Field(default="fields", description="By fields, or in random order.")
    by: list[SortBy] = Field(
        default=[], max_length=20, description="The fields: the first decides, the next break ties."
    )


@node(
    "data.sort",
    title="Sort",
    effect="pure",
    summary="{by.0.field} {by.0.order}",
    aliases=("order", "order by", "rank", "shuffle", "random"),
)
def sort(params: SortParams, items: list[Item], context: Context) -> list[Item]:
    """Bring the items into order.

    Items that are equal keep their order. Items without the field come last, whichever
    the order.
    """
    if params.mode == "shuffle":
        shuffled = list(items)
        random.Random(context.idempotency_key).shuffle(shuffled)  # the same when the step is repeated
        return shuffled
    found = list(items)
    for by in reversed(params.by):
        keyed = [(_key(get(item.json, by.field), by.compare), item) for item in found]
        present = [pair for pair in keyed if pair[0] is not None]
        present.sort(key=_first, reverse=by.order == "descending")
        found = [item for _, item in present] + [item for key, item in keyed if key is None]
    return found


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
