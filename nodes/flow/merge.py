"""Merge: several branches into one."""

from typing import Literal

from pydantic import Field

from nodes.flow.joining import Join, check_count, combine, everything_with_everything, join_by_fields
from orchestrator.sdk import Context, Inputs, Item, NodeError, Params, PortsCount, node


class MergeParams(Params):
    mode: Literal["append", "combine_by_position", "combine_by_fields", "combine_all", "choose_branch"] = (
        Field(
            default="append",
            description="All items in a row; the first with the first, the second with the second; "
            "those with equal fields; each with each; or the items of one branch only.",
        )
    )
    inputs: int = Field(default=2, ge=2, le=10, description="How many branches come in.")
    keep_unpaired: bool = Field(
        default=False,
        description="When combining by position, also keep items that have no partner in every branch.",
    )
    fields: list[str] = Field(
        default=[],
        max_length=20,
        description="When combining by fields: those that must be equal. Write `id = customer_id` where the "
        "later branches have another name.",
        examples=[["id"], ["order.id = order_id"]],
    )
    join: Join = Field(
        default="inner",
        description="When combining by fields: items found in all branches; all of the first with what is "
        "found; all of every branch; or only those found in no other branch.",
    )
    branch: int = Field(default=1, ge=1, le=10, description="When choosing a branch: its number.")


@node(
    "flow.merge",
    title="Merge",
    effect="pure",
    inputs=PortsCount("inputs", "input", 2, 10),
    summary="{mode}",
    aliases=("join", "combine", "append", "wait for all", "cross join", "enrich", "lookup"),
)
def merge(params: MergeParams, items: Inputs, context: Context) -> list[Item]:
    """Bring several branches together, once each has delivered or can no longer do so.

    Where combined items share a field, the later input's value stays.
    """
    branches = [items.get(f"input{n}", []) for n in range(1, params.inputs + 1)]
    if params.mode == "append":
        return [item for branch in branches for item in branch]
    if params.mode == "choose_branch":
        return branches[params.branch - 1] if params.branch <= len(branches) else []
    if params.mode == "combine_by_fields":
        if not params.fields:
            raise NodeError(
                "no fields are named", hint="Name those that must be equal.", code="params.invalid"
            )
        return join_by_fields(branches, params.fields, params.join)
    if params.mode == "combine_all":
        return everything_with_everything(branches)
    lengths = [len(branch) for branch in branches]
    count = check_count(max(lengths) if params.keep_unpaired else min(lengths))
    return [combine([branch[place] for branch in branches if place < len(branch)]) for place in range(count)]
