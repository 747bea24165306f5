"""Approval: a person decides."""

from typing import Any

from pydantic import Field

from nodes.human.asking import Deciding, Proposal, answered, question, send, values_of
from nodes.human.gate import Gate, passes
from orchestrator.sdk import Answer, Context, Item, Outputs, Params, Pause, node, ui

PORTS = ("approved", "rejected", "revise", "timeout")


class Revisions(Params):
    """Sending work back with a note."""

    most: int = Field(default=3, ge=1, le=100, description="How often it may go back.")
    then: list[str] = Field(
        default=[], description="Who decides after that; empty means those who were asked before."
    )


class ApprovalParams(Deciding):
    proposed: Proposal = Field(
        default=[], description="What will be done on approval; the person may change the values."
    )
    revisions: Revisions | None = Field(
        default=None, description="May be sent back with a note; the items then go to `revise`."
    )
    gate: Gate | None = Field(
        default=None,
        description="A rule by which it passes without a person; each time is recorded.",
        json_schema_extra=ui(advanced=True),
    )


@node(
    "human.approval",
    title="Approval",
    effect="pure",
    outputs=PORTS,
    sends_back=("revise",),
    summary="{subject}",
    aliases=("approve", "confirm", "review", "human", "inbox", "wait", "escalate"),
)
def ask(params: ApprovalParams, items: list[Item], context: Context) -> Pause:
    """Put a decision into the inbox and wait for it.

    One decision covers all items of the step. They go on to `approved`, `rejected` or
    `timeout` with the field `approval`: `outcome`, `comment`, `by`, `at`, `proposed`. Sent back,
    they go to `revise` with the field `revision`: `note`, `by`, `at`, `round`, `proposed`; connect
    that to the step which makes the proposal.
    """
    outcomes = ("approved", "rejected", "revise") if params.revisions else ("approved", "rejected")
    rounds: dict[str, Any] | None = None
    if params.revisions:
        rounds = {"most": params.revisions.most, "then": params.revisions.then}
        rounds |= {"round": before + 1} if (before := _rounds_before(items)) else {}
    return Pause.for_person(
        **question(params, items, context, outcomes),
        proposed=values_of(params.proposed),
        rounds=rounds,
        passes=passes(params.gate, items, context),
    )


@ask.resume
def decided(params: ApprovalParams, items: list[Item], answer: Answer, context: Context) -> Outputs:
    """Send the items the way the person decided."""
    proposed = answer.data.get("proposed") or values_of(params.proposed)
    approval = answered(answer, PORTS, proposed=proposed)
    if answer.outcome != "revise":
        return send(items, answer.outcome, "approval", approval)
    note = {"note": approval["comment"], "by": approval["by"], "at": approval["at"]}
    revision = {**note, "round": approval.get("round", 1), "proposed": proposed}
    return send(items, "revise", "revision", revision)


def _rounds_before(items: list[Item]) -> int:
    """The round that an item was sent back in, where the steps between carried it along."""
    told = items[0].json.get("revision") if items else None
    before = told.get("round") if isinstance(told, dict) else None
    return before if type(before) is int and before > 0 else 0
