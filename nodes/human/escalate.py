"""Escalate: hand something unusual to people."""

from typing import Literal

from pydantic import Field

from nodes.human.asking import Deciding, Priority, Proposal, answered, question, send, values_of
from orchestrator.sdk import Answer, Context, Item, Outputs, Pause, Text, node

PRIORITIES: dict[str, Priority] = {"low": "low", "medium": "normal", "high": "high", "critical": "urgent"}


class EscalateParams(Deciding):
    severity: Literal["low", "medium", "high", "critical"] = Field(
        default="medium", description="How bad it is; also where it stands in the inbox."
    )
    reason: Text = Field(
        min_length=1, description="What is unusual.", examples=["Three refunds for one customer in a week"]
    )
    proposed: Proposal = Field(default=[], description="Values that the person may change.")


@node(
    "human.escalate",
    title="Escalate",
    effect="pure",
    outputs=("handled", "dismissed", "timeout"),
    summary="{severity}: {subject}",
    aliases=("alert", "incident", "exception", "unusual", "human", "inbox"),
)
def ask(params: EscalateParams, items: list[Item], context: Context) -> Pause:
    """Raise something unusual to people and wait until they have dealt with it.

    The items go to `handled`, `dismissed` or `timeout` with the field `escalation`: `outcome`,
    `comment`, `by`, `at`, `severity`, `proposed`.
    """
    shared = question(params, items, context, ["handled", "dismissed"])
    shared |= {"why": "\n\n".join(filter(None, (params.reason, params.why)))}
    if params.priority == "normal":
        shared["priority"] = PRIORITIES[params.severity]
    return Pause.for_person(**shared, severity=params.severity, proposed=values_of(params.proposed))


@ask.resume
def dealt_with(params: EscalateParams, items: list[Item], answer: Answer, context: Context) -> Outputs:
    """Send the items on with what people made of it."""
    proposed = answer.data.get("proposed") or values_of(params.proposed)
    ports = ("handled", "dismissed", "timeout")
    told = answered(answer, ports, severity=params.severity, proposed=proposed)
    return send(items, answer.outcome, "escalation", told)
