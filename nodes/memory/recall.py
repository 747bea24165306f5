"""Recall: read a remembered value."""

from typing import Any, Literal

from pydantic import Field

from orchestrator.sdk import Context, Expression, Item, Params, node


class RecallParams(Params):
    key: str = Field(
        min_length=1, max_length=200, description="The name it was kept under.", examples=["last_total"]
    )
    scope: Literal["workflow", "shared"] = Field(
        default="workflow", description="Look in this workflow's memory, or in the shared one."
    )
    default: Expression = Field(default=None, description="What to use when nothing is remembered.")
    into: str = Field(default="recalled", min_length=1, description="Field of the item that receives it.")


@node(
    "memory.recall",
    title="Recall",
    effect="read",
    per="item",
    summary="{key}",
    aliases=("load", "get", "state", "key-value", "static data"),
)
async def recall(params: RecallParams, item: Item, context: Context) -> dict[str, Any]:
    """Add a remembered value to each item."""
    found = await context.memory.get(params.key, scope=params.scope)
    return {**item.json, params.into: params.default if found is None else found}
