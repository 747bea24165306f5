"""Form: a person fills something in."""

from typing import Literal

from pydantic import Field, field_validator, model_validator

from nodes.human.asking import Asking, answered, question, send
from orchestrator.sdk import Answer, Context, Expression, Item, Outputs, Params, Pause, node

Kind = Literal["text", "long_text", "number", "boolean", "choice", "choices", "date", "email"]


class FormField(Params):
    """One question of the form."""

    name: str = Field(
        min_length=1, max_length=100, description="Name of the field.", examples=["tracking_number"]
    )
    label: str = Field(default="", max_length=300, description="The question, as the person reads it.")
    kind: Kind = Field(default="text", description="What is filled in.")
    help: str = Field(default="", max_length=1000, description="A hint below the question.")
    page: str = Field(
        default="",
        max_length=200,
        description="The page it stands on; pages come in the order in which they are first named.",
    )
    section: str = Field(default="", max_length=200, description="The part of the form it belongs to.")
    is_required: bool = Field(default=False, description="It must be answered.")
    options: list[str] = Field(default=[], max_length=200, description="What can be chosen.")
    default: Expression = Field(default=None, description="What is filled in already.")

    @model_validator(mode="after")
    def _choices_have_options(self) -> "FormField":
        if self.kind in ("choice", "choices") and not self.options:
            raise ValueError("a choice needs options")
        return self


class FormParams(Asking):
    fields: list[FormField] = Field(min_length=1, max_length=100, description="The questions.")
    public: bool = Field(
        default=False, description="Anyone who has the link, which the inbox shows, may answer."
    )

    @field_validator("fields")
    @classmethod
    def _have_names_of_their_own(cls, value: list[FormField]) -> list[FormField]:
        if len({field.name for field in value}) < len(value):
            raise ValueError("fields need different names")
        return value


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
