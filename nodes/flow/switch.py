"""Switch: as many ways as there are rules."""

from typing import Literal

from pydantic import Field

from orchestrator.sdk import Context, Item, Params, PortsFrom, Route, node
from orchestrator.sdk.conditions import CONDITIONS_UI, Combine, Condition, holds


class Rule(Params):
    """One way out."""

    output: str = Field(min_length=1, max_length=60, description="Name of the output.", examples=["urgent"])
    conditions: list[Condition] = Field(
        min_length=1,
        description="The comparisons that send an item this way.",
        json_schema_extra=CONDITIONS_UI,
    )
    combine: Combine = Field(default="and", description="Whether all of them must hold, or any.")


class SwitchParams(Params):
    rules: list[Rule] = Field(min_length=1, max_length=50, description="The ways out, tried in order.")
    fallback: Literal["none", "extra"] = Field(
        default="extra",
        description="What happens to an item that fits no rule: it goes to `fallback`, or nowhere.",
    )
    send_to: Literal["first", "all"] = Field(
        default="first", description="Send an item to the first rule that fits, or to all that fit."
    )
    strict: bool = Field(
        default=False, description='Refuse mixed types; otherwise "5" counts as the number 5.'
    )


@node(
    "flow.switch",
    title="Switch",
    effect="pure",
    per="item",
    outputs=PortsFrom("rules", "output", ("fallback",)),
    summary="{rules}",
    aliases=("case", "router", "branch", "rules"),
)
def choose(params: SwitchParams, item: Item, context: Context) -> Route | list[Route]:
    """Send each item to the output of the rule that it fits."""
    found: list[Route] = []
    for rule in params.rules:
        if holds(rule.conditions, rule.combine, strict=params.strict, timezone=context.timezone):
            if params.send_to == "first":
                return Route(rule.output, item)
            found.append(Route(rule.output, item))
    if not found and params.fallback == "extra":
        return Route("fallback", item)
    return found
