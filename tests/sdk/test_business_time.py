"""Business time keeps to working hours, days off, and the clocks that people live by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from orchestrator.sdk import NodeError
from orchestrator.sdk.business_time import WorkingHours, later
from orchestrator.sdk.durations import Duration

BERLIN = ZoneInfo("Europe/Berlin")


def reckon(start: str, amount: float, unit: Any, **hours: Any) -> str:
    moment = datetime.fromisoformat(start).replace(tzinfo=BERLIN)
    end = later(moment, Duration(amount=amount, unit=unit), WorkingHours(**hours), "Europe/Berlin")
    return end.astimezone(BERLIN).strftime("%a %d %b %H:%M")


@pytest.mark.parametrize(
    ("start", "amount", "unit", "expected"),
    [
        ("2026-03-02T10:00", 2, "hours", "Mon 02 Mar 12:00"),
        ("2026-03-02T16:00", 2, "hours", "Tue 03 Mar 10:00"),
        ("2026-03-06T16:30", 1, "hours", "Mon 09 Mar 09:30"),
        ("2026-03-07T12:00", 1, "hours", "Mon 09 Mar 10:00"),
        ("2026-03-02T03:00", 30, "minutes", "Mon 02 Mar 09:30"),
        ("2026-03-02T10:00", 2, "days", "Wed 04 Mar 10:00"),
        ("2026-03-05T10:00", 2, "days", "Mon 09 Mar 10:00"),
        ("2026-03-02T09:00", 1, "days", "Mon 02 Mar 17:00"),
        ("2026-03-02T22:00", 0, "hours", "Tue 03 Mar 09:00"),
        ("2026-03-27T16:00", 2, "hours", "Mon 30 Mar 10:00"),  # the clocks change on the 29th
        ("2026-10-23T16:00", 2, "hours", "Mon 26 Oct 10:00"),
    ],
)
def test_working_hours(start: str, amount: float, unit: str, expected: str) -> None:
    assert reckon(start, amount, unit) == expected


def test_days_off_and_other_weeks() -> None:
    assert reckon("2026-12-24T16:00", 2, "hours", holidays=["2026-12-25"]) == "Mon 28 Dec 10:00"
    assert reckon("2026-03-05T16:00", 2, "hours", days=["sun", "thu"]) == "Sun 08 Mar 10:00"


def test_a_night_shift_across_the_change_of_clocks_is_as_long_as_it_is() -> None:
    assert (
        reckon("2026-03-29T01:00", 2, "hours", days=["sun"], begins="00:00", ends="06:00")
        == "Sun 29 Mar 04:00"
    )


def test_another_time_zone_and_none() -> None:
    hours = WorkingHours(timezone="America/New_York")
    end = later(datetime(2026, 3, 2, 9, tzinfo=UTC), Duration(amount=1), hours, "Europe/Berlin")
    assert end == datetime(2026, 3, 2, 15, tzinfo=UTC)
    assert later(datetime(2026, 3, 7, 9, tzinfo=UTC), Duration(amount=1), None, "UTC").hour == 10


@pytest.mark.parametrize(
    "wrong",
    [
        {"begins": "17:00", "ends": "09:00"},
        {"days": []},
        {"begins": "9"},
        {"holidays": ["soon"]},
        {"timezone": "Mars/Olympus"},
        {"ends": "24:00"},
    ],
)
def test_nonsense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        WorkingHours(**wrong)


def test_a_time_that_never_comes() -> None:
    with pytest.raises(NodeError, match="working hours"):
        reckon("2026-03-02T10:00", 3650, "days", begins="09:00", ends="09:01", days=["mon"])


@given(
    minute=st.integers(0, 2 * 365 * 24 * 60),
    first=st.integers(0, 3000),
    second=st.integers(0, 3000),
)
def test_two_waits_are_one_long_wait(minute: int, first: int, second: int) -> None:
    hours = WorkingHours()
    moment = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)

    def wait(since: datetime, minutes: int) -> datetime:
        return later(since, Duration(amount=minutes, unit="minutes"), hours, "Europe/Berlin")

    end = wait(moment, first + second)
    in_two = wait(wait(moment, first), second)
    # At closing time the day is over, or the next one has not begun: the same moment of work.
    assert in_two == end or (end.astimezone(BERLIN).hour == 17 and in_two.astimezone(BERLIN).hour == 9)
