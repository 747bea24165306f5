"""Edit: a person puts data right."""

from typing import Any

from pydantic import Field, field_validator

from nodes.human.asking import Asking, Proposal, answered, question, send, values_of
from orchestrator.sdk import Answer, Context, Item, Outputs, Pause, node


class EditParams(Asking):
    proposed: Proposal = Field(description="The values to put right, as they are now.")

    @field_validator("proposed")
    @classmethod
    def _has_values(cls, value: Proposal) -> Proposal:
        if not value:
            raise ValueError("there is nothing to edit: name at least one value")
        return value


@node(
    "human.edit",
    title="Edit",
    effect="pure",
    outputs=("edited", "timeout"),
    summary="{subject}",
    aliases=("correct", "fix", "revise", "data entry", "human", "inbox"),
)
def ask(params: EditParams, items: list[Item], context: Context) -> Pause:
    """Have a person put values right; there is nothing to approve or reject.

    The items go to `edited` with the values as they were left, in the field `corrected`, and
    `edit`: `comment`, `by`, `at`, `changed` (the names of the values that differ).
    """
    proposed = values_of(params.proposed)
    return Pause.for_person(kind="edit", **question(params, items, context, ["edited"]), proposed=proposed)


@ask.resume
def edited(params: EditParams, items: list[Item], answer: Answer, context: Context) -> Outputs:
    """Send the items on with what the person made of the values."""
    told = answered(answer, ("edited", "timeout"))
    if answer.outcome == "timeout":
        return send(items, "timeout", "edit", told)
    before = values_of(params.proposed)
    values: dict[str, Any] = answer.data.get("proposed") or before
    told |= {"changed": [name for name, value in values.items() if value != before.get(name)]}
    return {"edited": [item.derive({**item.json, "corrected": values, "edit": told}) for item in items]}
