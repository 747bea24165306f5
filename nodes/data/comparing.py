"""By which fields two lists are compared."""

from typing import Literal

from pydantic import Field

from orchestrator.sdk import Params


class Match(Params):
    """One field by which items are recognised."""

    a: str = Field(min_length=1, description="Name of the field in A.", examples=["id"])
    b: str = Field(default="", description="Name of the field in B; empty: the same.")


class ByMatch(Params):
    """What both ways share."""

    match: list[Match] = Field(
        min_length=1, max_length=20, description="The fields by which an item of A is recognised in B."
    )
    strict: bool = Field(default=False, description='Refuse to recognise the number 5 in the text "5".')


class AllFields(ByMatch):
    """All fields."""

    compare: Literal["all"] = Field(
        default="all",
        description="Whether all fields must be the same, only the named ones, or all except them.",
    )


class SomeFields(ByMatch):
    """Some fields."""

    compare: Literal["only", "except"]
    fields: list[str] = Field(default=[], max_length=200, description="The named fields.")
