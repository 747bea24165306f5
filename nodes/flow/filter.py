"""Filter: keep what fits."""

from pydantic import Field

from orchestrator.sdk import Context, Item, Params, Route, node
from orchestrator.sdk.conditions import CONDITIONS_UI, Combine, Condition, holds


class FilterParams(Params):
    conditions: list[Condition] = Field(
        min_length=1,
        description="The comparisons that an item has to pass.",
        json_schema_extra=CONDITIONS_UI,
    )
    combine: Combine = Field(default="and", description="Whether all of them must hold, or any.")
    strict: bool = Field(
        default=False, description='Refuse mixed types; otherwise "5" counts as the number 5.'
    )


@node(
    "flow.filter",
    title="Filter",
    effect="pure",
    per="item",
    outputs=("kept", "dropped"),
    summary="{conditions.0.left} {conditions.0.op} {conditions.0.right}",
    aliases=("where", "keep", "discard", "only", "condition"),
)
def keep(params: FilterParams, item: Item, context: Context) -> Route:
    """Keep the items that fit and drop the others.

    What is dropped goes to `dropped`, which may stay unconnected. A missing value
    satisfies no comparison.
    """
    fits = holds(params.conditions, params.combine, strict=params.strict, timezone=context.timezone)
    return Route("kept" if fits else "dropped", item)
