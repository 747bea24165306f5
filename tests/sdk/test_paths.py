"""Paths into items: read, set, take away; what other branches share stays as it is."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from orchestrator.sdk import NodeError
from orchestrator.sdk.matching import canonical, key_of
from orchestrator.sdk.paths import get, put, remove

RECORD: dict[str, Any] = {"customer": {"name": "Ada"}, "lines": [{"price": 1}, {"price": 2}], "a.b": 3}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("customer.name", "Ada"),
        ("lines.1.price", 2),
        ("a.b", 3),
        ("lines.2.price", None),
        ("lines.-1", None),
        ("lines.١", None),
        ("customer.name.first", None),
    ],
)
def test_a_path_leads_to_a_value(path: str, value: Any) -> None:
    assert get(RECORD, path) == value


@pytest.mark.parametrize("path", ["customer.name", "lines.0", "lines.1.price", "a.b"])
def test_taking_away_leaves_what_is_shared(path: str) -> None:
    before = copy.deepcopy(RECORD)
    record = dict(RECORD)
    remove(record, path)
    assert before == RECORD
    assert record != RECORD


@pytest.mark.parametrize("path", ["nowhere", "customer.age", "lines.9", "customer.name.first"])
def test_taking_away_nothing_changes_nothing(path: str) -> None:
    record = dict(RECORD)
    remove(record, path)
    assert record == RECORD


def test_a_list_has_no_place_beyond_its_end() -> None:
    with pytest.raises(NodeError, match="has no place"):
        put({"lines": []}, "lines.5", 1)


def test_keys_match_numbers_with_their_spelling_unless_strict() -> None:
    one, other = {"id": 7.0, "x": 1}, {"id": "7", "x": 2}
    assert key_of(one, ["id"]) == key_of(other, ["id"])
    assert key_of(one, ["id"], strict=True) != key_of(other, ["id"], strict=True)
    assert key_of(one, ["id"], strict=True) == key_of({"id": 7}, ["id"], strict=True)


def test_nothing_matches_nothing() -> None:
    assert key_of({"id": None}, ["id"]) is None
    assert key_of({}, ["id"]) is None


def test_the_order_of_fields_does_not_matter() -> None:
    assert canonical({"a": 1, "b": {"c": 2, "d": 3}}) == canonical({"b": {"d": 3, "c": 2}, "a": 1})
