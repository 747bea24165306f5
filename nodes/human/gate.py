"""The adaptive gate: a readable rule by which an approval passes by itself."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from orchestrator.sdk import Context, Item, Params
from orchestrator.sdk.conditions import CONDITIONS_UI, Combine, Condition, holds

WORDS = {
    "eq": "is",
    "ne": "is not",
    "gt": "is greater than",
    "gte": "is at least",
    "lt": "is less than",
    "lte": "is at most",
}
ALONE = {"exists", "not_exists", "is_empty", "is_not_empty", "is_true", "is_false"}
LONGEST_VALUE = 60


class Gate(Params):
    """When nobody needs to be asked."""

    conditions: list[Condition] = Field(
        min_length=1, description="What must be true of the item.", json_schema_extra=CONDITIONS_UI
    )
    combine: Combine = Field(default="and", description="Whether all must be true, or any.")
    reason: str = Field(
        default="",
        max_length=500,
        description="The rule in words, for the record.",
        examples=["Small order of a known customer"],
    )
    from_autonomy: int = Field(
        default=50,
        ge=0,
        le=100,
        description="The rule counts when the workflow's autonomy dial is at least this high.",
    )


def passes(gate: Gate | None, items: list[Item], context: Context) -> dict[str, Any] | None:
    """`{"outcome", "reason"}` when nobody needs to be asked, else None.

    Only a single item passes: the conditions were worked out for the first one and say nothing
    about others. At autonomy 0 somebody is always asked."""
    if gate is None or len(items) != 1 or context.autonomy == 0 or context.autonomy < gate.from_autonomy:
        return None
    if not holds(gate.conditions, gate.combine, timezone=context.timezone):
        return None
    joined = f" {gate.combine} ".join(_told(condition) for condition in gate.conditions)
    rule = f"{gate.reason}: {joined}" if gate.reason else joined
    return {"outcome": "approved", "reason": f"{rule} (autonomy {context.autonomy})"}


def _told(condition: Condition) -> str:
    word = WORDS.get(condition.op, condition.op.replace("_", " "))
    left = _value(condition.left)
    return f"{left} {word}" if condition.op in ALONE else f"{left} {word} {_value(condition.right)}"


def _value(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
