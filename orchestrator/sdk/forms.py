"""The questions of a form, wherever a person meets it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from orchestrator.sdk.params import Params

Kind = Literal["text", "long_text", "number", "boolean", "choice", "choices", "date", "email"]


class FormField(Params):
    """One question of the form."""

    name: str = Field(min_length=1, max_length=100, description="Name of the field.", examples=["email"])
    label: str = Field(default="", max_length=300, description="The question, as people read it.")
    kind: Kind = Field(default="text", description="What is filled in.")
    help: str = Field(default="", max_length=1000, description="A hint below the question.")
    section: str = Field(default="", max_length=200, description="The part of the form it belongs to.")
    is_required: bool = Field(default=False, description="It must be answered.")
    options: list[str] = Field(default=[], max_length=200, description="What can be chosen.")
    default: str = Field(default="", max_length=5000, description="What is filled in already.")

    @model_validator(mode="after")
    def _choices_have_options(self) -> FormField:
        if self.kind in ("choice", "choices") and not self.options:
            raise ValueError("a choice needs options")
        return self


def differently_named(fields: list[Any]) -> list[Any]:
    """For a validator: the fields themselves. Raises ValueError when two have one name."""
    if len({field.name for field in fields}) < len(fields):
        raise ValueError("fields need different names")
    return fields
