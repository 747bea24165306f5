"""What is unusual, and how it is said: pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.engine.unusual import (
    MissingRule,
    judge,
    missed,
    numbers_at,
    problems,
    read_rules,
    usual_range,
)

VALUE = {"kind": "value", "node": "sum", "field": "total"}
USUAL = [[100.0], [104.0], [98.0], [101.0], [99.0], [103.0], [97.0], [102.0], [100.0], [96.0]]


def rule(**given: Any) -> Any:
    [found] = read_rules({"unusual": [given]})
    return found


def test_a_value_out_of_its_usual_range_is_told_with_the_range() -> None:
    found = judge(rule(**VALUE), [9800.0], USUAL)
    assert found == (
        "total is 9,800; in the 10 runs before it was between 96 and 104, and 83.25 to 116.75 would be usual"
    )
    assert judge(rule(**VALUE), [110.0], USUAL) is None
    assert judge(rule(**VALUE), [100.0, -50.0], USUAL) is not None


def test_with_too_few_runs_nothing_is_usual_yet() -> None:
    assert judge(rule(**VALUE), [9800.0], USUAL[:9]) is None
    eager = rule(**VALUE, at_least=3)
    assert judge(eager, [9800.0], USUAL[:3]) is not None


def test_what_never_differs_may_differ_a_little() -> None:
    same = [[200.0]] * 12
    assert judge(rule(**VALUE), [220.0], same) is None
    assert judge(rule(**VALUE), [240.0], same) is not None


@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=60), st.floats(0.1, 100))
def test_what_lies_in_the_middle_is_always_usual(before: list[float], width: float) -> None:
    low, high = usual_range(before, width)
    middle = sorted(before)[len(before) // 2]
    assert low <= high
    assert low - 1e-3 <= middle <= high + 1e-3 or len(before) < 4


def test_confidence_cost_and_slowness() -> None:
    sure = rule(kind="confidence", node="classify", below=0.6)
    assert judge(sure, [0.9, 0.41], []) == "confidence is 0.41, below 0.6"
    assert judge(sure, [0.6], []) is None
    cheap = rule(kind="cost", above=0.5)
    assert judge(cheap, [0.3, 0.3], []) == "it cost $0.6, more than $0.5"
    assert judge(cheap, [0.2, 0.3], []) is None
    quick = rule(kind="slow", times=3)
    assert judge(quick, [40.0], [[4.0]] * 10) == "it worked for 40 s; 4 s is usual"
    assert judge(quick, [12.0], [[4.0]] * 10) is None
    assert judge(quick, [0.9], [[0.1]] * 10) is None, "what is quick is not slow"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


HOURLY = {"every": {"amount": 1, "unit": "hours"}}


@pytest.mark.parametrize(
    ("given_rule", "last_run", "now", "expected"),
    [
        (HOURLY, "2026-03-02T09:30:00+00:00", "2026-03-02T10:29:00+00:00", None),
        (HOURLY, "2026-03-02T09:30:00+00:00", "2026-03-02T10:30:00+00:00", "no run came for 1 hour"),
        (HOURLY, None, "2026-03-02T08:30:00+00:00", None),
        (HOURLY, None, "2026-03-02T09:00:00+00:00", "no run came for 1 hour"),
        ({"by": "08:30"}, "2026-03-03T06:00:00+00:00", "2026-03-03T07:31:00+00:00", None),
        ({"by": "08:30"}, "2026-03-02T22:30:00+00:00", "2026-03-03T07:31:00+00:00", "no run came by 08:30"),
        ({"by": "08:30"}, "2026-03-02T23:30:00+00:00", "2026-03-03T07:31:00+00:00", None),
        ({"by": "08:30"}, None, "2026-03-02T08:29:00+00:00", None),
        ({"by": "08:30", "days": "weekdays"}, "2026-03-06T07:00:00+00:00", "2026-03-08T12:00:00+00:00", None),
    ],
)  # fmt: skip
def test_a_run_that_did_not_come(
    given_rule: dict[str, Any], last_run: str | None, now: str, expected: str | None
) -> None:
    """Berlin is an hour ahead; the rule stands since eight o'clock UTC of the second of March."""
    found = missed(
        rule(kind="missing", **given_rule),
        last_run=at(last_run) if last_run else None,
        since=at("2026-03-02T08:00:00+00:00"),
        now=at(now),
        timezone="Europe/Berlin",
    )
    assert (found and found[1]) == expected


def test_an_absence_is_one_moment_however_often_one_looks() -> None:
    hourly: MissingRule = rule(kind="missing", every={"amount": 1, "unit": "hours"})
    asked = {"last_run": None, "since": at("2026-03-02T08:00:00+00:00"), "timezone": "UTC"}
    looks = [missed(hourly, now=at(f"2026-03-02T1{hour}:00:00+00:00"), **asked) for hour in range(5)]
    assert len({found[0] for found in looks if found}) == 1


@pytest.mark.parametrize(
    ("value", "path", "expected"),
    [
        ({"a": {"b": 3}}, "a.b", [3.0]),
        ({"a": [{"b": 1}, {"b": 2.5}, {"c": 3}]}, "a.b", [1.0, 2.5]),
        ({"a": [1, "2", True, None, 4]}, "a", [1.0, 4.0]),
        ({"a": float("nan")}, "a", []),
        ({"a": "x"}, "a.b", []),
        ([], "a", []),
        (None, "a", []),
    ],
)
def test_numbers_are_found_at_a_path(value: Any, path: str, expected: list[float]) -> None:
    assert numbers_at(value, path) == expected


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ({"unusual": {}}, ""),
        ({"unusual": [{"kind": "odd"}]}, ".0"),
        ({"unusual": [{**VALUE, "node": "nowhere"}]}, ".0.node"),
        ({"unusual": [{**VALUE, "field": ""}]}, ".0.field"),
        ({"unusual": [{**VALUE, "colour": "red"}]}, ".0.colour"),
        ({"unusual": [{"kind": "missing"}]}, ".0"),
        ({"unusual": [{"kind": "missing", "by": "25:00"}]}, ".0.by"),
        ({"unusual": [{"kind": "missing", "by": "08:00", "every": {"amount": 1}}]}, ".0"),
        ({"unusual": [{"kind": "slow", "at_least": 50, "last": 10}]}, ".0"),
        ({"unusual": [VALUE, VALUE]}, ".1"),
        ({"unusual": [VALUE] * 51}, ""),
    ],
)
def test_rules_that_make_no_sense_are_named(settings: dict[str, Any], path: str) -> None:
    found = list(problems(settings, ["sum"]))
    assert found
    assert found[-1].path == f"settings.unusual{path}"
    assert found[-1].code == "settings.unusual"
    assert list(problems({"unusual": [VALUE]}, ["sum"])) == []


def test_rules_that_make_no_sense_are_left_out_when_judging() -> None:
    assert [found.kind for found in read_rules({"unusual": [{"kind": "x"}, VALUE, 7, VALUE]})] == ["value"]
    assert read_rules({"unusual": "nonsense"}) == []
    assert read_rules({}) == []
