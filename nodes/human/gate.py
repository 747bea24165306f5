"""The adaptive gate: a readable rule by which an approval passes by itself."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

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


class Similar(Params):
    """Every value proposed is much like one that a person approved at this step before."""

    at_least: float = Field(
        default=0.9, ge=0.5, le=1, description="How much alike each value must be: 1 is the same."
    )
    last: int = Field(default=20, ge=1, le=200, description="How many of the latest decisions are looked at.")
    fields: list[str] = Field(
        default=[], max_length=50, description="Which of the values are compared; empty means all."
    )


class Gate(Params):
    """When nobody needs to be asked: all of what is set here must hold."""

    conditions: list[Condition] = Field(
        default=[], description="What must be true of the item.", json_schema_extra=CONDITIONS_UI
    )
    combine: Combine = Field(default="and", description="Whether all must be true, or any.")
    similar: Similar | None = Field(
        default=None, description="What is proposed must be much like what people approved here before."
    )
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

    @model_validator(mode="after")
    def _asks_for_something(self) -> Gate:
        if not self.conditions and self.similar is None:
            raise ValueError("a gate needs a condition, or what must be similar")
        return self


def passes(gate: Gate | None, items: list[Item], context: Context) -> dict[str, Any] | None:
    """`{"outcome", "reason"}` when nobody needs to be asked, else None. With `similar` in it the
    inbox, which knows what was approved before, has the last word.

    Only a single item passes: the conditions were worked out for the first one and say nothing
    about others. At autonomy 0 somebody is always asked."""
    if gate is None or len(items) != 1 or context.autonomy == 0 or context.autonomy < gate.from_autonomy:
        return None
    if gate.conditions and not holds(gate.conditions, gate.combine, timezone=context.timezone):
        return None
    joined = f" {gate.combine} ".join(_told(condition) for condition in gate.conditions)
    rule = ": ".join(part for part in (gate.reason, joined) if part) or "Like those approved before"
    found: dict[str, Any] = {"outcome": "approved", "reason": f"{rule} (autonomy {context.autonomy})"}
    return found | ({"similar": gate.similar.model_dump()} if gate.similar else {})


def _told(condition: Condition) -> str:
    word = WORDS.get(condition.op, condition.op.replace("_", " "))
    left = _value(condition.left)
    return f"{left} {word}" if condition.op in ALONE else f"{left} {word} {_value(condition.right)}"


def _value(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
