"""Acknowledge: somebody confirms that they have seen it."""

from nodes.human.asking import Deciding, answered, question, send
from orchestrator.sdk import Answer, Context, Item, Outputs, Pause, node


class AcknowledgeParams(Deciding):
    """Only the fields that every question has."""


@node(
    "human.acknowledge",
    title="Acknowledge",
    effect="pure",
    outputs=("acknowledged", "timeout"),
    summary="{subject}",
    aliases=("confirm", "seen", "read", "notice", "human", "inbox"),
)
def ask(params: AcknowledgeParams, items: list[Item], context: Context) -> Pause:
    """Show people something and wait until they have confirmed it.

    The items go to `acknowledged` or `timeout` with the field `acknowledgement`: `outcome`,
    `comment`, `by`, `at`. With a policy, until everyone, or enough of those asked, have.
    """
    return Pause.for_person(kind="acknowledge", **question(params, items, context, ["acknowledged"]))


@ask.resume
def seen(params: AcknowledgeParams, items: list[Item], answer: Answer, context: Context) -> Outputs:
    """Send the items on."""
    told = answered(answer, ("acknowledged", "timeout"))
    return send(items, answer.outcome, "acknowledgement", told)
