"""The parts of a form page: its questions, and what comes after sending it."""

from typing import Literal

from pydantic import Field, model_validator

from orchestrator.sdk import Params, Text

Kind = Literal["text", "long_text", "number", "boolean", "choice", "choices", "date", "email"]


class FormField(Params):
    """One question of the page."""

    name: str = Field(min_length=1, max_length=100, description="Name of the field.", examples=["email"])
    label: str = Field(default="", max_length=300, description="The question, as people read it.")
    kind: Kind = Field(default="text", description="What is filled in.")
    help: str = Field(default="", max_length=1000, description="A hint below the question.")
    section: str = Field(default="", max_length=200, description="The part of the page it belongs to.")
    is_required: bool = Field(default=False, description="It must be answered.")
    options: list[str] = Field(default=[], max_length=200, description="What can be chosen.")
    default: str = Field(default="", max_length=5000, description="What is filled in already.")

    @model_validator(mode="after")
    def _choices_have_options(self) -> "FormField":
        if self.kind in ("choice", "choices") and not self.options:
            raise ValueError("a choice needs options")
        return self


class Message(Params):
    """Thank them."""

    kind: Literal["message"] = "message"
    title: str = Field(default="Thank you", min_length=1, max_length=200, description="The heading.")
    text: Text = Field(
        default="Your answers have arrived.", max_length=5000, description="What stands below it; Markdown."
    )


class Result(Params):
    """Show what the run made of it."""

    kind: Literal["result"] = "result"
    title: str = Field(default="Done", min_length=1, max_length=200, description="The heading.")
    field: str = Field(
        default="text",
        min_length=1,
        max_length=100,
        description="The field of the last item to show, as Markdown.",
        examples=["text"],
    )


class Redirect(Params):
    """Lead them to another page."""

    kind: Literal["redirect"] = "redirect"
    url: str = Field(
        pattern=r"^https?://[^\s<>\"']+$",
        max_length=2000,
        description="The address to open.",
        examples=["https://example.org/thanks"],
    )
