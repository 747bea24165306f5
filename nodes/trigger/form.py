"""Form: start when somebody fills in a page."""

from typing import Annotated

from pydantic import AfterValidator, Field

from nodes.trigger.form_parts import Message, Redirect, Result
from orchestrator.sdk import Context, Item, NodeError, Params, Text, trigger
from orchestrator.sdk.forms import FormField, differently_named


class FormParams(Params):
    path: str = Field(
        pattern=r"^/?[A-Za-z0-9_~-][A-Za-z0-9_~./-]*$",
        max_length=200,
        description="The address of the page below /form/. Unique among the published workflows.",
        examples=["contact"],
    )
    title: str = Field(default="Form", min_length=1, max_length=200, description="The page's heading.")
    description: Text = Field(
        default="", max_length=5000, description="What it is about, below the heading; Markdown."
    )
    fields: Annotated[list[FormField], AfterValidator(differently_named)] = Field(
        min_length=1, max_length=100, description="The questions."
    )
    button: str = Field(default="Send", min_length=1, max_length=60, description="Words on the button.")
    afterwards: Annotated[Message | Result | Redirect, Field(discriminator="kind")] = Field(
        default=Message(), description="What comes after sending it."
    )


@trigger(
    "trigger.form",
    title="Form page",
    source="form",
    summary="/form/{path}",
    aliases=("form", "survey", "contact", "public page", "intake", "questionnaire"),
)
def receive(params: FormParams, items: list[Item], context: Context) -> list[Item]:
    """Start the workflow when somebody fills in its public page.

    The item holds `answer`, an object with a field for each question (null where nothing was
    answered), `submitted_at` and `path`.
    """
    for item in items:
        if not isinstance(item.json.get("answer"), dict):
            raise NodeError(
                "the item has no object `answer`",
                hint="A run that is started by hand needs items as the form would send them.",
                item=item.index,
                code="form.no_answer",
            )
    return items
