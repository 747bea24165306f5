"""When schedules are due: cron lines, intervals, days that count, changes of the clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from orchestrator.triggers.cron import instant
from orchestrator.triggers.rules import Rule

BERLIN = "Europe/Berlin"
WORKING = {"weekdays": ["mon", "tue", "wed", "thu", "fri"], "holidays": [], "otherwise": "skip"}


def cron(expression: str) -> dict[str, Any]:
    return {"kind": "cron", "expression": expression}


def every(amount: int, unit: str, starting_at: str | None = None) -> dict[str, Any]:
    return {"kind": "interval", "amount": amount, "unit": unit, "starting_at": starting_at}


def due(params: dict[str, Any], after: str, count: int = 3, zone: str = BERLIN) -> list[str]:
    """The next due times on the wall clock, with its offset."""
    rule = Rule.of(params, zone)
    times = islice(rule.following(datetime.fromisoformat(after)), count)
    return [time.astimezone(ZoneInfo(rule.timezone)).strftime("%a %m-%d %H:%M%z") for time in times]


@pytest.mark.parametrize(
    ("params", "after", "expected"),
    [
        ({"when": cron("0 9 * * 1#2")}, "2026-03-01T00:00Z",
         ["Mon 03-09 09:00+0100", "Mon 04-13 09:00+0200"]),
        ({"when": cron("0 18 L * *")}, "2026-02-01T00:00Z", ["Sat 02-28 18:00+0100", "Tue 03-31 18:00+0200"]),
        ({"when": every(15, "minutes")}, "2026-03-02T10:07Z",
         ["Mon 03-02 11:15+0100", "Mon 03-02 11:30+0100"]),
        ({"when": every(2, "days")}, "2026-03-01T00:00Z",
         ["Tue 03-03 00:00+0100", "Thu 03-05 00:00+0100"]),
        ({"when": every(1, "weeks", "2026-03-03T08:30:00")}, "2026-03-20T00:00Z",
         ["Tue 03-24 08:30+0100", "Tue 03-31 08:30+0200"]),
        ({"when": every(3, "days", "2030-01-01T07:00Z")}, "2026-03-20T00Z",
         ["Tue 01-01 08:00+0100", "Fri 01-04 08:00+0100"]),
    ],
)  # fmt: skip
def test_rules(params: dict[str, Any], after: str, expected: list[str]) -> None:
    assert due(params, after, 2) == expected


GAP, TWICE = "2026-03-28T12:00Z", "2026-10-24T12:00Z"


@pytest.mark.parametrize(
    ("params", "after", "expected"),
    [
        ({"when": cron("30 2 * * *")}, GAP, ["Sun 03-29 03:00+0200", "Mon 03-30 02:30+0200"]),
        ({"when": cron("30 2 * * *")}, TWICE, ["Sun 10-25 02:30+0200", "Mon 10-26 02:30+0100"]),
        ({"when": every(1, "days", "2026-01-01T02:30:00")}, GAP,
         ["Sun 03-29 03:00+0200", "Mon 03-30 02:30+0200"]),
        ({"when": every(1, "days", "2026-01-01T02:30:00")}, TWICE,
         ["Sun 10-25 02:30+0200", "Mon 10-26 02:30+0100"]),
    ],
)  # fmt: skip
def test_a_skipped_hour_ends_and_a_repeated_one_counts_once(
    params: dict[str, Any], after: str, expected: list[str]
) -> None:
    assert due(params, after, 2) == expected


def test_hours_and_minutes_pass_evenly_whatever_the_clocks_do() -> None:
    for after in (GAP, TWICE):
        rule = Rule.of({"when": every(20, "minutes")}, BERLIN)
        times = list(islice(rule.following(datetime.fromisoformat(after)), 100))
        assert {two - one for one, two in pairwise(times)} == {timedelta(minutes=20)}


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
)
@pytest.mark.parametrize("hour", [0, 1, 2, 3])
def test_each_day_of_a_year_has_one_start(zone: str, hour: int) -> None:
    for params in (
        {"when": cron(f"15 {hour} * * *")},
        {"when": every(1, "days", f"2025-12-31T0{hour}:15:00")},
    ):
        rule = Rule.of(params, zone)
        start = instant(datetime.fromisoformat("2026-01-01"), ZoneInfo(zone)) - timedelta(seconds=1)
        days = [due.astimezone(ZoneInfo(zone)).date() for due in islice(rule.following(start), 365)]
        assert len(set(days)) == 365
        assert {two - one for one, two in pairwise(days)} == {timedelta(days=1)}


def test_days_that_do_not_count_are_left_out() -> None:
    params = {"when": cron("0 9 * * *"), "calendar": {**WORKING, "holidays": ["2026-04-03", "2026-04-06"]}}
    assert due(params, "2026-04-01T12:00Z") == [
        "Thu 04-02 09:00+0200", "Tue 04-07 09:00+0200", "Wed 04-08 09:00+0200",
    ]  # fmt: skip


def test_starts_are_moved_to_a_day_that_counts() -> None:
    first = {
        "when": cron("0 9 1 * *"),
        "calendar": {**WORKING, "holidays": ["2026-05-01"], "otherwise": "next"},
    }
    assert due(first, "2026-04-15T12:00Z") == [
        "Mon 05-04 09:00+0200", "Mon 06-01 09:00+0200", "Wed 07-01 09:00+0200",
    ]  # fmt: skip
    last = {"when": cron("0 9 L * *"), "calendar": {**WORKING, "otherwise": "previous"}}
    assert due(last, "2026-01-01T12:00Z") == [
        "Fri 01-30 09:00+0100", "Fri 02-27 09:00+0100", "Tue 03-31 09:00+0200",
    ]  # fmt: skip


def test_moved_starts_of_one_block_keep_their_order_and_meet_once() -> None:
    daily = {"when": cron("0 8,9 * * *"), "calendar": {**WORKING, "otherwise": "next"}}
    assert due(daily, "2026-05-08T07:30Z", 3) == [
        "Mon 05-11 08:00+0200", "Mon 05-11 09:00+0200", "Tue 05-12 08:00+0200",
    ]  # fmt: skip


def test_a_rule_whose_days_never_come_ends() -> None:
    never = {"when": cron("0 9 * * 6"), "calendar": WORKING}
    assert due(never, "2026-01-01T00:00Z") == []


@pytest.mark.parametrize(
    "params",
    [
        {"when": cron("*/7 3 * * *")},
        {"when": every(50, "minutes")},
        {"when": every(5, "days", "2026-01-02T02:30:00")},
        {"when": cron("0 9 1,15 * *"), "calendar": {**WORKING, "otherwise": "previous"}},
        {"when": cron("0 9 * * *"), "calendar": {**WORKING, "holidays": ["2026-05-01"]}},
    ],
)
def test_the_last_due_time_is_the_one_before_the_next(params: dict[str, Any]) -> None:
    rule = Rule.of(params, BERLIN)
    times = list(islice(rule.following(datetime(2026, 3, 20, tzinfo=UTC)), 30))
    for one, two in pairwise(times):
        assert rule.last(one) == one
        assert rule.last(two - timedelta(seconds=1)) == one
        assert rule.next(one) == two


def test_before_an_intervals_first_moment_there_is_none() -> None:
    rule = Rule.of({"when": every(1, "hours", "2030-01-01T00:00:00")}, "UTC")
    assert rule.last(datetime(2029, 12, 31, tzinfo=UTC)) is None
    assert rule.next(datetime(2026, 1, 1, tzinfo=UTC)) == datetime(2030, 1, 1, tzinfo=UTC)
