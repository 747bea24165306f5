"""Diff: what changed since last time."""

from typing import Annotated, Any, Literal

from pydantic import Field

from nodes.data.changes import changes_between
from nodes.data.values import check_depth
from orchestrator.sdk import Context, Effect, Expression, Item, Params, Route, node
from orchestrator.sdk.paths import put, remove


class Remembered(Params):
    """With what was seen the last time this step ran."""

    kind: Literal["memory"] = "memory"
    key: str = Field(
        min_length=1,
        max_length=150,
        description="What it is remembered under: something of its own for each thing that is watched.",
        examples=["price list", "order 1041"],
    )
    scope: Literal["workflow", "shared"] = Field(default="workflow", description="In which memory.")


class Given(Params):
    """With another value at hand."""

    kind: Literal["value"] = "value"
    before: Expression = Field(default=None, description="What it was before.")


class DiffParams(Params):
    value: Expression = Field(default=None, description="What it is now; empty: the whole item.")
    against: Annotated[Remembered | Given, Field(discriminator="kind")] = Field(
        description="What to compare with."
    )
    ignore: list[str] = Field(default=[], max_length=200, description="Fields that may change unnoticed.")
    into: str = Field(default="diff", min_length=1, description="Field of the item that receives it.")


def effect_for(params: dict[str, Any]) -> Effect:
    against = params.get("against")
    return "pure" if isinstance(against, dict) and against.get("kind") == "value" else "idempotent_write"


@node(
    "data.diff",
    title="Diff",
    effect="idempotent_write",
    effect_for=effect_for,
    per="item",
    outputs=("new", "changed", "same"),
    summary="{against.key}",
    aliases=("changes", "compare", "watch", "then and now", "detect change"),
)
async def diff(params: DiffParams, item: Item, context: Context) -> Route:
    """Tell what changed since last time: `new`, `changed` or `same`.

    The item carries `before` and `changes`: a list of `path`, `kind` (added, removed, changed),
    `before` and `after`. The present value is remembered for the next time.
    """
    now = item.json if params.value is None else params.value
    if isinstance(now, dict) and params.ignore:
        now = dict(now)
        for path in params.ignore:
            remove(now, path)
    check_depth(now, "the value")
    if isinstance(params.against, Given):
        is_new, before = params.against.before is None, params.against.before
    else:
        is_new, before = await _swapped(params.against, now, context)
    changes = [] if is_new else changes_between(before, now)
    record = dict(item.json)
    put(record, params.into, {"before": before, "changes": changes})
    return Route("new" if is_new else "changed" if changes else "same", item.derive(record))


async def _swapped(against: Remembered, now: Any, context: Context) -> tuple[bool, Any]:
    """Remember what is now; give whether there was nothing before, and what there was.

    A step that is performed again after a crash must not take its own write for last time's.
    """
    key = f"diff: {against.key}"
    kept = await context.memory.get(key, scope=against.scope)
    if not isinstance(kept, dict) or kept.keys() != {"now", "before", "by"}:
        kept = None
    if kept is not None and kept["by"] == context.idempotency_key:
        return kept["before"] is None, (kept["before"] or [None])[0]
    before = None if kept is None else [kept["now"]]
    await context.memory.set(
        key, {"now": now, "before": before, "by": context.idempotency_key}, scope=against.scope
    )
    return before is None, (before or [None])[0]
