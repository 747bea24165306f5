"""Approval: a person decides."""

from typing import Any, Literal

from pydantic import Field

from orchestrator.sdk import Answer, Context, Expression, Item, NodeError, Outputs, Params, Pause, Text, node
from orchestrator.sdk.durations import Duration

ITEMS_SHOWN = 20


class Proposed(Params):
    """One field of what is proposed."""

    name: str = Field(min_length=1, description="Name of the field.", examples=["discount"])
    value: Expression = Field(default=None, description="The value proposed.")


class ApprovalParams(Params):
    subject: str = Field(
        min_length=1, max_length=300, description="What to decide, in one line.", examples=["Order over 1000"]
    )
    description: Text = Field(default="", description="What one needs to know for it.")
    why: str = Field(default="", description="Why a person is asked at all.", examples=["Unusual amount"])
    proposed: list[Proposed] | dict[str, Any] = Field(
        default=[], description="What will be done on approval; the person may change the values."
    )
    assignees: list[str] = Field(
        default=[], description="E-mail addresses, or team:<name>; empty means anyone who may decide."
    )
    priority: Literal["low", "normal", "high", "urgent"] = Field(
        default="normal", description="Where it stands in the inbox."
    )
    timeout: Duration | None = Field(
        default=None, description="After this time without an answer the items go to `timeout`."
    )

    def proposal(self) -> dict[str, Any]:
        if isinstance(self.proposed, dict):
            return self.proposed
        return {field.name: field.value for field in self.proposed}


@node(
    "human.approval",
    title="Approval",
    effect="pure",
    outputs=("approved", "rejected", "timeout"),
    summary="{subject}",
    aliases=("approve", "confirm", "review", "human", "inbox", "wait"),
)
def ask(params: ApprovalParams, items: list[Item], context: Context) -> Pause:
    """Put a decision into the inbox and wait for it.

    One decision covers all items of the step. They go on to `approved`, `rejected` or
    `timeout` with the field `approval`: `outcome`, `comment`, `by`, `at`, `proposed`.
    """
    return Pause.for_person(
        subject=params.subject,
        description=params.description,
        why=params.why,
        proposed=params.proposal(),
        context=[item.json for item in items[:ITEMS_SHOWN]],
        assignees=tuple(params.assignees),
        priority=params.priority,
        until=context.now() + params.timeout.timedelta() if params.timeout else None,
    )


@ask.resume
def decided(params: ApprovalParams, items: list[Item], answer: Answer, context: Context) -> Outputs:
    """Send the items the way the person decided."""
    if answer.outcome not in ("approved", "rejected", "timeout"):
        raise NodeError(f"an approval cannot end with {answer.outcome!r}", code="human.outcome")
    approval = {
        "outcome": answer.outcome,
        "comment": answer.data.get("comment") or "",
        "by": answer.data.get("by"),
        "at": answer.data.get("at"),
        "proposed": answer.data.get("proposed") or params.proposal(),
    }
    return {answer.outcome: [item.derive({**item.json, "approval": approval}) for item in items]}
