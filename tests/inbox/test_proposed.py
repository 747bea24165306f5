"""Edits keep the shape and the types of what was proposed."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.errors import InvalidInput
from orchestrator.inbox import proposed, shapes

ORIGINAL: dict[str, Any] = {
    "amount": 1480,
    "text": "hello",
    "notify": True,
    "tags": ["a"],
    "to": {"name": "Ada", "age": 36},
    "note": None,
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("amount", 12.5),
        ("amount", -3),
        ("text", ""),
        ("notify", False),
        ("tags", []),
        ("tags", [1, {"b": 2}]),
        ("to", {"name": "Eve", "age": 1}),
        ("note", "now a text"),
        ("note", {"any": "thing"}),
    ],
)
def test_a_value_of_the_same_type_is_taken(name: str, value: Any) -> None:
    assert proposed.edited(ORIGINAL, {name: value}) == {**ORIGINAL, name: value}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("amount", "12", "proposed.wrong_type"),
        ("amount", True, "proposed.wrong_type"),
        ("amount", None, "proposed.wrong_type"),
        ("amount", float("nan"), "proposed.wrong_type"),
        ("amount", float("inf"), "proposed.wrong_type"),
        ("text", 5, "proposed.wrong_type"),
        ("notify", 1, "proposed.wrong_type"),
        ("notify", "true", "proposed.wrong_type"),
        ("tags", {"0": "a"}, "proposed.wrong_type"),
        ("to", [], "proposed.wrong_type"),
        ("to", {"name": "Ada"}, "proposed.missing"),
        ("to", {"name": "Ada", "age": 1, "admin": True}, "proposed.unknown"),
        ("to", {"name": 5, "age": 1}, "proposed.wrong_type"),
        ("extra", 1, "proposed.unknown"),
    ],
)
def test_another_shape_is_refused_with_its_place(name: str, value: Any, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        proposed.edited(ORIGINAL, {name: value})
    problem = refused.value.problems[0]
    assert problem.code == code
    assert problem.path.startswith(f"proposed.{name}")


def test_too_much_is_refused() -> None:
    with pytest.raises(InvalidInput, match="too_large"):
        proposed.edited(ORIGINAL, {"text": "x" * (proposed.LARGEST_BYTES + 1)})


@pytest.mark.parametrize(
    ("original", "text", "value"),
    [
        (1, "2", 2),
        (1, " 2.50 ", 2.5),
        (1.5, "2,5", 2.5),
        ("a", "b\r\nc", "b\nc"),
        (True, "false", False),
        (None, "", None),
        (None, "x", "x"),
        ([1], "[2]", [2]),
    ],
)
def test_form_text_becomes_a_typed_value(original: Any, text: str, value: Any) -> None:
    assert proposed.from_text(original, text, "proposed.x") == value


@pytest.mark.parametrize(("original", "text"), [(1, "ten"), (1, ""), (1, "inf"), (1, "1,2,3"), ([1], "[")])
def test_form_text_that_cannot_be_is_refused(original: Any, text: str) -> None:
    with pytest.raises(InvalidInput):
        proposed.from_text(original, text, "proposed.x")


@pytest.mark.parametrize("value", ["text", 3, 2.5, 1480.0, True, None, [1, {"a": None}], {"k": "v"}])
def test_a_control_that_is_not_touched_changes_nothing(value: Any) -> None:
    assert proposed.from_text(value, shapes.as_text(value), "proposed.x") == value


def test_changes_are_named() -> None:
    assert proposed.changed_names({"a": 1, "b": True, "c": "x"}, {"a": 1.0, "b": 1, "c": "y"}) == ["b", "c"]


def test_a_diff_tells_both_texts() -> None:
    pieces = shapes.word_diff("We refund 1,480 € today", "We refund 1,400 € now")
    assert "".join(text for kind, text in pieces if kind != "new") == "We refund 1,480 € today"
    assert "".join(text for kind, text in pieces if kind != "gone") == "We refund 1,400 € now"
    assert ("gone", "1,480") in pieces
