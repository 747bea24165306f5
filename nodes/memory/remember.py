"""Remember: keep a value for later runs."""

from typing import Literal

from pydantic import Field

from orchestrator.sdk import Context, Expression, Item, Params, node


class RememberParams(Params):
    key: str = Field(
        min_length=1, max_length=200, description="The name to find it by.", examples=["last_total"]
    )
    value: Expression = Field(default=None, description="What to remember: text, number, list or object.")
    scope: Literal["workflow", "shared"] = Field(
        default="workflow", description="Only this workflow can recall it, or all can."
    )
    ttl_seconds: int | None = Field(
        default=None, gt=0, description="Forget it after so many seconds; empty means never."
    )


@node(
    "memory.remember",
    title="Remember",
    effect="idempotent_write",
    per="item",
    summary="{key}",
    aliases=("store", "save", "state", "key-value", "static data"),
)
async def remember(params: RememberParams, item: Item, context: Context) -> Item:
    """Keep a value under a key, for later steps and later runs.

    The item passes on unchanged. A value already there under the key is replaced.
    """
    await context.memory.set(params.key, params.value, scope=params.scope, ttl_seconds=params.ttl_seconds)
    return item
