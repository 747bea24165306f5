"""Typed comparisons, loose and strict."""

from __future__ import annotations

import time
from typing import Any

import pytest

from orchestrator.sdk import NodeError
from orchestrator.sdk.conditions import TESTS, Condition, Op, holds

TRUE: list[tuple[Any, str, Any]] = [
    (1, "eq", 1.0),
    ("5", "eq", 5),
    (5, "eq", "5.0"),
    ("NO", "eq", "NO"),
    (True, "eq", "true"),
    (None, "eq", None),
    ([1, 2], "eq", [1, 2]),
    ({"a": 1}, "eq", {"a": 1}),
    ("NO", "ne", "SE"),
    (0, "ne", None),
    (False, "ne", None),
    (10, "gt", 9),
    ("10", "gt", "9"),
    (10, "gte", "10"),
    ("apple", "lt", "banana"),
    (1, "lte", 1.5),
    ("Order 7", "contains", "7"),
    (["a", "b"], "contains", "b"),
    ([1, 2], "contains", "2"),
    ({"vip": 1}, "contains", "vip"),
    ("abc", "not_contains", "x"),
    (None, "not_contains", "x"),
    ("abc", "starts_with", "ab"),
    ("abc", "not_starts_with", "b"),
    ("abc", "not_ends_with", "b"),
    ("abc", "not_matches", "^b"),
    ("2026-03-09", "not_before", "2026-03-09T00:00:00Z"),
    ("2026-03-09", "not_after", "2026-03-09T00:00:00Z"),
    ("äö", "length_eq", 2),
    ([1, 2, 3], "length_gt", "2"),
    ({"a": 1}, "length_lt", 2),
    ("abc", "ends_with", "bc"),
    (2026, "starts_with", 20),
    ("ORD-17", "matches", r"^ORD-\d+$"),
    ("NO", "in", ["NO", "SE"]),
    ("NO", "in", "NO, SE"),
    (3, "not_in", [1, 2]),
    (0, "exists", None),
    (None, "not_exists", None),
    ("", "is_empty", None),
    ([], "is_empty", None),
    (None, "is_empty", None),
    (0, "is_not_empty", None),
    ("yes", "is_true", None),
    (1, "is_true", None),
    ("FALSE", "is_false", None),
    (0.0, "is_false", None),
    ("2026-01-01", "before", "2026-01-02T00:00:00Z"),
    ("2026-01-01T00:00:00+02:00", "before", "2026-01-01T00:00:00+01:00"),
    (1767225600000, "after", "2025-12-31"),
]
FALSE: list[tuple[Any, str, Any]] = [
    (True, "eq", 2),
    (None, "eq", 0),
    ("", "eq", 0),
    ("nan", "eq", "NaN"),
    (None, "gt", 1),
    (None, "lt", 1),
    (1, "gte", None),
    (None, "contains", "x"),
    (None, "starts_with", "x"),
    (None, "matches", ".*"),
    (None, "before", "2026-01-01"),
    ("maybe", "is_true", None),
    ("maybe", "is_false", None),
    (None, "is_false", None),
    ("a", "in", []),
]


@pytest.mark.parametrize(("left", "op", "right"), TRUE)
def test_loosely_true(left: Any, op: Op, right: Any) -> None:
    assert holds([Condition(left=left, op=op, right=right)])


@pytest.mark.parametrize(("left", "op", "right"), FALSE)
def test_loosely_false(left: Any, op: Op, right: Any) -> None:
    assert not holds([Condition(left=left, op=op, right=right)])


@pytest.mark.parametrize(
    ("left", "op", "right"),
    [
        ("5", "gt", 4),
        (True, "gt", 0),
        ("yes", "is_true", None),
        (5, "contains", "5"),
        (5, "matches", "5"),
        ("NO", "in", "NO,SE"),
    ],
)
def test_strictly_mixed_types_are_an_error(left: Any, op: Op, right: Any) -> None:
    with pytest.raises(NodeError) as caught:
        holds([Condition(left=left, op=op, right=right)], strict=True)
    assert caught.value.code == "condition.type"


def test_strictly_equal_needs_the_same_type() -> None:
    assert not holds([Condition(left="5", op="eq", right=5)], strict=True)
    assert not holds([Condition(left=True, op="eq", right=1)], strict=True)
    assert holds([Condition(left=5, op="eq", right=5.0)], strict=True)


def test_a_missing_value_is_no_error_even_when_strict() -> None:
    assert not holds([Condition(left=None, op="gt", right=4)], strict=True)


@pytest.mark.parametrize("value", [[1], {"a": 1}, "soon"])
def test_what_cannot_be_ordered_is_an_error(value: Any) -> None:
    with pytest.raises(NodeError) as caught:
        holds([Condition(left=value, op="gt", right=3)])
    assert caught.value.code == "condition.type"


def test_combining() -> None:
    yes, no = Condition(left=1, op="eq", right=1), Condition(left=1, op="eq", right=2)
    assert holds([yes, yes]) and not holds([yes, no])
    assert holds([no, yes], "or") and not holds([no, no], "or")
    assert holds([]) and holds([], "or")


def test_a_date_without_an_offset_is_in_the_workflows_time_zone() -> None:
    condition = Condition(left="2026-01-01", op="before", right="2025-12-31T23:30:00Z")
    assert holds([condition], timezone="Europe/Berlin")
    assert not holds([condition], timezone="UTC")


@pytest.mark.parametrize("value", ["next week", [], "2026-99-01", 1e300])
def test_what_is_no_date_is_named(value: Any) -> None:
    with pytest.raises(NodeError, match="is not a date"):
        holds([Condition(left=value, op="before", right="2026-01-01")])


def test_a_bad_pattern_is_explained() -> None:
    with pytest.raises(NodeError, match="is not a pattern") as caught:
        holds([Condition(left="x", op="matches", right="(?=x")])
    assert "RE2" in caught.value.hint


def test_no_pattern_can_hang_the_worker() -> None:
    started = time.perf_counter()
    assert not holds([Condition(left="a" * 50_000 + "!", op="matches", right="^(a+)+$")])
    assert time.perf_counter() - started < 1


def test_every_operator_is_tried_here() -> None:
    assert {op for _, op, _ in TRUE} == set(TESTS)
