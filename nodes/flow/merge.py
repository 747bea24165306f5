"""Merge: several branches into one."""

from typing import Literal

from pydantic import Field

from orchestrator.sdk import Context, Inputs, Item, Params, PortsCount, node


class MergeParams(Params):
    mode: Literal["append", "combine_by_position"] = Field(
        default="append",
        description="All items one after the other, or the first with the first, the second with the second.",
    )
    inputs: int = Field(default=2, ge=2, le=10, description="How many branches come in.")
    keep_unpaired: bool = Field(
        default=False,
        description="When combining, also keep items that have no partner in every branch.",
    )


@node(
    "flow.merge",
    title="Merge",
    effect="pure",
    inputs=PortsCount("inputs", "input", 2, 10),
    summary="{mode}",
    aliases=("join", "combine", "append", "wait for all"),
)
def merge(params: MergeParams, items: Inputs, context: Context) -> list[Item]:
    """Bring several branches together, once each has delivered or can no longer do so.

    Where combined items share a field, the later input's value stays.
    """
    branches = [items.get(f"input{n}", []) for n in range(1, params.inputs + 1)]
    if params.mode == "append":
        return [item for branch in branches for item in branch]
    lengths = [len(branch) for branch in branches]
    count = max(lengths) if params.keep_unpaired else min(lengths)
    return [_combine([branch[place] for branch in branches if place < len(branch)]) for place in range(count)]


def _combine(parts: list[Item]) -> Item:
    json = {name: value for part in parts for name, value in part.json.items()}
    files = {name: file for part in parts for name, file in (part.files or {}).items()}
    source = tuple(part.index for part in parts if part.index is not None)
    return Item(json, files or None, source=source)
