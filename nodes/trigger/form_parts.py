"""What comes after sending a form page."""

from typing import Literal

from pydantic import Field

from orchestrator.sdk import Params, Text


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
