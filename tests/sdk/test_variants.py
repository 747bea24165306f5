"""Params of several shapes: a node shows the fields of the one that is chosen."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from pydantic import Field, ValidationError

from orchestrator.sdk import Context, Item, Params, node
from orchestrator.sdk.schema import params_schema, undescribed
from orchestrator.sdk.variants import Variants


class Everything(Params):
    compare: Literal["all"] = Field(default="all", description="What to look at.")
    ignore_case: bool = Field(default=False, description="Whether A is a.")


class Named(Params):
    compare: Literal["only", "except"]
    fields: list[str] = Field(description="The names.")
    ignore_case: bool = Field(default=False, description="Whether A is a.")


@node("test.shapes", title="Shapes", effect="pure")
def shapes(params: Everything | Named, items: list[Item], context: Context) -> list[Item]:
    """Have two shapes."""
    return items


CHOICE = Variants([Everything, Named])


@pytest.mark.parametrize(
    ("raw", "model"),
    [
        ({}, Everything),
        ({"compare": "all"}, Everything),
        ({"compare": "only", "fields": ["a"]}, Named),
        ({"compare": "except", "fields": ["a"]}, Named),
    ],
)
def test_the_tag_says_which_shape_is_meant(raw: dict[str, Any], model: type[Params]) -> None:
    assert type(CHOICE.model_validate(raw)) is model


def test_fields_of_another_shape_are_passed_over_and_unknown_ones_refused() -> None:
    assert CHOICE.model_validate({"compare": "all", "fields": ["left from before"]}) == Everything()
    with pytest.raises(ValidationError, match="typo"):
        CHOICE.model_validate({"compare": "all", "typo": 1})


@pytest.mark.parametrize("tag", ["some", 7, None, ["all"]])
def test_an_unknown_tag_names_those_that_are_known(tag: Any) -> None:
    with pytest.raises(ValidationError, match="'all' or 'only' or 'except'") as caught:
        CHOICE.model_validate({"compare": tag})
    assert caught.value.errors()[0]["loc"] == ("compare",)


def test_the_schema_has_all_fields_and_says_which_shape_they_belong_to() -> None:
    schema = params_schema(shapes)
    assert list(schema["properties"]) == ["compare", "ignore_case", "fields"]
    assert schema["properties"]["compare"]["enum"] == ["all", "only", "except"]
    assert schema["properties"]["compare"]["default"] == "all"
    assert schema["required"] == []
    assert schema["variants"]["property"] == "compare"
    assert schema["variants"]["fields"]["all"] == ["compare", "ignore_case"]
    assert schema["variants"]["fields"]["except"] == ["compare", "fields", "ignore_case"]
    assert undescribed(schema) == []


def test_shapes_that_nothing_tells_apart_are_refused() -> None:
    class Other(Params):
        compare: Literal["all"] = "all"

    with pytest.raises(TypeError, match="tells Everything and Other apart"):
        Variants([Everything, Other])


def test_a_field_means_the_same_in_every_shape() -> None:
    class Other(Params):
        compare: Literal["none"]
        ignore_case: str = Field(default="", description="Something else.")

    with pytest.raises(TypeError, match="ignore_case is declared otherwise"):
        Variants([Everything, Other])
