"""Limit: only so many items."""

from typing import Literal

from pydantic import Field

from orchestrator.sdk import Context, Item, Params, node


class LimitParams(Params):
    count: int = Field(default=1, ge=0, description="How many items to keep.")
    keep: Literal["first", "last"] = Field(default="first", description="Those at the start or at the end.")
    skip: int = Field(default=0, ge=0, description="How many to leave out before, counted from that side.")


@node(
    "data.limit",
    title="Limit",
    effect="pure",
    summary="{keep} {count}",
    aliases=("first", "last", "top", "take", "skip", "slice", "head", "tail"),
)
def limit(params: LimitParams, items: list[Item], context: Context) -> list[Item]:
    """Keep the first or the last few items."""
    if params.keep == "first":
        return items[params.skip : params.skip + params.count]
    end = max(len(items) - params.skip, 0)
    return items[max(end - params.count, 0) : end]
