"""If: two ways."""

from pydantic import Field

from orchestrator.sdk import Context, Item, Params, Route, node
from orchestrator.sdk.conditions import CONDITIONS_UI, Combine, Condition, holds


class IfParams(Params):
    conditions: list[Condition] = Field(
        min_length=1, description="The comparisons to make.", json_schema_extra=CONDITIONS_UI
    )
    combine: Combine = Field(default="and", description="Whether all of them must hold, or any.")
    strict: bool = Field(
        default=False, description='Refuse mixed types; otherwise "5" counts as the number 5.'
    )


@node(
    "flow.if",
    title="If",
    effect="pure",
    per="item",
    outputs=("true", "false"),
    summary="{conditions.0.left} {conditions.0.op} {conditions.0.right}",
    aliases=("condition", "branch", "filter", "when"),
)
def decide(params: IfParams, item: Item, context: Context) -> Route:
    """Send each item to `true` or `false`.

    A missing value satisfies no comparison, so it goes to `false`.
    """
    true = holds(params.conditions, params.combine, strict=params.strict, timezone=context.timezone)
    return Route("true" if true else "false", item)
