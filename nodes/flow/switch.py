"""Switch: as many ways as there are rules, or as an expression names."""

from typing import Annotated, Any, Literal

from pydantic import Field

from orchestrator.sdk import Context, Expression, Item, NodeError, Params, PortsFrom, Route, node
from orchestrator.sdk.conditions import CONDITIONS_UI, Combine, Condition, holds

Name = Annotated[str, Field(min_length=1, max_length=60)]
Fallback = Annotated[
    Literal["none", "extra"],
    Field(description="What happens to an item that fits nothing: it goes to `fallback`, or nowhere."),
]


class Rule(Params):
    """One way out."""

    output: Name = Field(description="Name of the output.", examples=["urgent"])
    conditions: list[Condition] = Field(
        min_length=1,
        description="The comparisons that send an item this way.",
        json_schema_extra=CONDITIONS_UI,
    )
    combine: Combine = Field(default="and", description="Whether all of them must hold, or any.")


class ByRules(Params):
    """By rules."""

    mode: Literal["rules"] = Field(
        default="rules", description="Try rules, or work the output out with an expression."
    )
    rules: list[Rule] = Field(min_length=1, max_length=50, description="The ways out, tried in order.")
    fallback: Fallback = "extra"
    send_to: Literal["first", "all"] = Field(
        default="first", description="Send an item to the first rule that fits, or to all that fit."
    )
    strict: bool = Field(
        default=False, description='Refuse mixed types; otherwise "5" counts as the number 5.'
    )


class ByExpression(Params):
    """By an expression."""

    mode: Literal["expression"]
    outputs: list[Name] = Field(
        min_length=1, max_length=50, description="Names of the outputs.", examples=[["new", "known"]]
    )
    output: Expression = Field(
        description="The name of one of them, or its number, counted from 0.",
        examples=["={{ $json.status }}"],
    )
    fallback: Fallback = "extra"


@node(
    "flow.switch",
    title="Switch",
    effect="pure",
    per="item",
    outputs=PortsFrom("rules", "output", ("fallback",), instead=("mode", "expression", "outputs")),
    summary="{rules}",
    aliases=("case", "router", "branch", "rules", "expression"),
)
def choose(params: ByRules | ByExpression, item: Item, context: Context) -> Route | list[Route]:
    """Send each item to the output of the rule that it fits, or that an expression names."""
    if isinstance(params, ByExpression):
        found = [Route(name, item) for name in _named(params.output, params.outputs)]
    else:
        found = []
        for rule in params.rules:
            if holds(rule.conditions, rule.combine, strict=params.strict, timezone=context.timezone):
                if params.send_to == "first":
                    return Route(rule.output, item)
                found.append(Route(rule.output, item))
    if not found and params.fallback == "extra":
        return Route("fallback", item)
    return found


def _named(output: Any, outputs: list[str]) -> list[str]:
    if isinstance(output, float) and output.is_integer():
        output = int(output)
    if isinstance(output, int) and not isinstance(output, bool):
        return outputs[output : output + 1] if output >= 0 else []
    if output is None or isinstance(output, str):
        return [name for name in outputs if name == output][:1]
    raise NodeError(
        "the expression gives neither a name nor a number",
        hint=f"The outputs are {', '.join(outputs)}.",
        code="flow.output",
    )
