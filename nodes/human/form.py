"""Form: a person fills something in."""

from typing import Annotated

from pydantic import AfterValidator, Field

from nodes.human.asking import Asking, answered, question, send
from orchestrator.sdk import Answer, Context, Expression, Item, Outputs, Pause, node
from orchestrator.sdk.forms import FormField, differently_named


class PagedField(FormField):
    """One question of the form."""

    page: str = Field(
        default="",
        max_length=200,
        description="The page it stands on; pages come in the order in which they are first named.",
    )
    default: Expression = Field(default=None, description="What is filled in already.")


class FormParams(Asking):
    fields: Annotated[list[PagedField], AfterValidator(differently_named)] = Field(
        min_length=1, max_length=100, description="The questions."
    )
    public: bool = Field(
        default=False, description="Anyone who has the link, which the inbox shows, may answer."
    )


@node(
    "human.form",
    title="Form",
    effect="pure",
    outputs=("answered", "timeout"),
    summary="{subject}",
    aliases=("ask", "question", "input", "survey", "fill in", "human", "inbox"),
)
def ask(params: FormParams, items: list[Item], context: Context) -> Pause:
    """Ask a person to fill in a form.

    It waits in the inbox, or, where `public`, behind a link that anyone may open. The items go to
    `answered` with the field `answer`, an object of the fields, and `answered`: `by`, `at`, `comment`.
    """
    shared = question(params, items, context, ["answered"])
    shared["policy"] |= {"public": True} if params.public else {}
    return Pause.for_person(kind="answer", **shared, form=[field.model_dump() for field in params.fields])


@ask.resume
def filled_in(params: FormParams, items: list[Item], answer: Answer, context: Context) -> Outputs:
    """Send the items on with what was filled in."""
    told = answered(answer, ("answered", "timeout"))
    if answer.outcome == "timeout":
        return send(items, "timeout", "answered", told)
    found = answer.data.get("answer") or {}
    return {"answered": [item.derive({**item.json, "answer": found, "answered": told}) for item in items]}
