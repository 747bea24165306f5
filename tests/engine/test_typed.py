"""Params of many items: copies of one that was validated are what validating each would give."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, field_validator

from orchestrator.engine.typed import NotPlain, filler
from orchestrator.sdk import Expression, Params


class Named(Params):
    name: str
    """Its name."""
    value: Expression = None
    """Its value."""


class One(Params):
    kind: Literal["one"] = "one"
    amount: float = 0
    """How much."""


class Two(Params):
    kind: Literal["two"] = "two"
    text: str = Field(default="", max_length=3, description="A text.")


class Wanted(Params):
    fields: list[Named] = []
    """Fields."""
    how: Annotated[One | Two, Field(discriminator="kind")] = One()
    """How."""
    json_: Expression = Field(default={}, alias="json")
    """Anything."""
    flag: bool = False
    """Yes or no."""


class Checked(Params):
    value: Expression = None
    """A value."""

    @field_validator("value")
    @classmethod
    def small(cls, value: Any) -> Any:
        return value


RAW = {
    "fields": [{"name": "a", "value": "={{ $json.a }}"}, {"name": "b", "value": {"x": ["={{ $json.b }}"]}}],
    "how": {"kind": "one", "amount": "={{ $json.n }}"},
    "json": "={{ $json }}",
    "flag": "={{ $json.f }}",
}


def resolved(a: Any, b: Any, n: Any, json: Any, f: Any) -> dict[str, Any]:
    fields = [{"name": "a", "value": a}, {"name": "b", "value": {"x": [b]}}]
    return {"fields": fields, "how": {"kind": "one", "amount": n}, "json": json, "flag": f}


def test_a_copy_equals_what_validation_gives() -> None:
    first = resolved(1, 2, 1.5, {"c": 1}, True)
    base = Wanted.model_validate(first)
    fill = filler(base, RAW)
    assert fill is not None
    for values in ((None, "x", 2.5, [], False), ([1], {"y": 1}, -1.0, "text", True)):
        raw = resolved(*values)
        assert fill(raw) == Wanted.model_validate(raw)
        assert fill(raw).model_dump() == Wanted.model_validate(raw).model_dump()
    assert base == Wanted.model_validate(first), "the first stays as it was"


@pytest.mark.parametrize("values", [(1, 1, 3, {}, True), (1, 1, "4", {}, True), (1, 1, 1.5, {}, "yes")])
def test_values_of_another_type_are_validated(values: tuple[Any, ...]) -> None:
    fill = filler(Wanted.model_validate(resolved(1, 2, 1.5, {}, True)), RAW)
    assert fill is not None
    with pytest.raises(NotPlain):
        fill(resolved(*values))


@pytest.mark.parametrize(
    ("model", "raw"),
    [
        (Wanted, {"how": {"kind": "two", "text": "={{ 1 }}"}}),
        (Wanted, {"how": {"kind": "={{ 1 }}"}}),
        (Wanted, {"fields": "={{ 1 }}"}),
        (Wanted, {"fields": ["={{ 1 }}"]}),
        (Checked, {"value": "={{ 1 }}"}),
    ],
)
def test_where_a_rule_could_be_broken_each_is_validated(model: type[Params], raw: dict[str, Any]) -> None:
    given = {"how": {"kind": "two", "text": "abc"}, "fields": [{"name": "a"}]} if model is Wanted else {}
    assert filler(model.model_validate(given), raw) is None
