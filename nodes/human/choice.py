"""Choice: a person picks the way."""

from pydantic import Field, field_validator

from nodes.human.asking import Deciding, Proposal, answered, question, send, values_of
from orchestrator.sdk import Answer, Context, Item, Outputs, Params, Pause, PortsFrom, node


class Option(Params):
    """One way to go on."""

    name: str = Field(
        min_length=1,
        max_length=100,
        description="Name of the answer, and of its output.",
        examples=["refund"],
    )


class ChoiceParams(Deciding):
    options: list[Option] = Field(min_length=1, max_length=20, description="The answers to choose from.")
    proposed: Proposal = Field(default=[], description="Values that the person may change.")

    @field_validator("options")
    @classmethod
    def _have_names_of_their_own(cls, value: list[Option]) -> list[Option]:
        names = [option.name for option in value]
        if len(set(names)) < len(names) or "timeout" in names:
            raise ValueError("options need different names, and none may be called timeout")
        return value


@node(
    "human.choice",
    title="Choice",
    effect="pure",
    outputs=PortsFrom("options", "name", ("timeout",)),
    summary="{subject}",
    aliases=("choose", "pick", "decide", "select", "human", "inbox"),
)
def ask(params: ChoiceParams, items: list[Item], context: Context) -> Pause:
    """Let a person choose among ways of your naming.

    Each option is an output. The items go there with the field `choice`: `outcome`, `comment`,
    `by`, `at`, `proposed`; without an answer in time to `timeout`.
    """
    return Pause.for_person(
        kind="choose",
        **question(params, items, context, [option.name for option in params.options]),
        proposed=values_of(params.proposed),
    )


@ask.resume
def chosen(params: ChoiceParams, items: list[Item], answer: Answer, context: Context) -> Outputs:
    """Send the items the chosen way."""
    ports = [*(option.name for option in params.options), "timeout"]
    proposed = answer.data.get("proposed") or values_of(params.proposed)
    return send(items, answer.outcome, "choice", answered(answer, ports, proposed=proposed))
