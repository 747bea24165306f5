"""How people want to hear of tasks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orchestrator.accounts.models import User
from orchestrator.inbox import digests, outbox
from orchestrator.inbox.models import Delivery, Preference
from orchestrator.inbox.preferences import next_digest, prefer
from tests.inbox.conftest import Ask
from tests.inbox.mailbox import Mailbox, links_in, part
from tests.inbox.test_desk_api import Program

PREFERENCES = "/preferences"


@pytest.mark.parametrize(
    ("digest", "at", "zone", "after", "expected"),
    [
        ("off", "08:00", "UTC", "2026-03-02T00:00:00+00:00", None),
        ("daily", "08:00", "UTC", "2026-03-02T07:59:59+00:00", "2026-03-02T08:00:00+00:00"),
        ("daily", "08:00", "UTC", "2026-03-02T08:00:00+00:00", "2026-03-03T08:00:00+00:00"),
        ("weekdays", "08:00", "UTC", "2026-03-06T09:00:00+00:00", "2026-03-09T08:00:00+00:00"),
        ("daily", "08:00", "America/New_York", "2026-03-07T14:00:00+00:00", "2026-03-08T12:00:00+00:00"),
        ("weekdays", "07:30", "Asia/Tokyo", "2026-03-08T22:00:00+00:00", "2026-03-08T22:30:00+00:00"),
        ("daily", "02:30", "Europe/Berlin", "2026-03-28T12:00:00+00:00", "2026-03-29T01:30:00+00:00"),
    ],
)
def test_the_next_digest_goes_by_the_reader_s_clock(
    digest: str, at: str, zone: str, after: str, expected: str | None
) -> None:
    found = next_digest(digest, at, zone, after=datetime.fromisoformat(after))
    assert found == (datetime.fromisoformat(expected) if expected else None)


def test_preferences_are_one_s_own(alice: User, bob: User) -> None:
    hers, his = Program(alice), Program(bob)
    status, found = hers("get", PREFERENCES)
    assert (status, found["by_mail"], found["digest"], found["in_browser"]) == (200, True, "off", "off")
    wanted = {"digest": "weekdays", "digest_at": "07:15", "timezone": "Europe/Berlin", "in_browser": "mine"}
    status, found = hers("put", PREFERENCES, wanted)
    assert status == 200
    assert found["next_digest_at"] is not None
    assert hers("get", PREFERENCES)[1] == found
    assert his("get", PREFERENCES)[1]["digest"] == "off"
    assert hers("put", PREFERENCES, {})[1]["next_digest_at"] is None


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"digest_at": "25:00"}, "preferences.time"),
        ({"digest_at": "8"}, "preferences.time"),
        ({"digest_at": "08:00\n"}, "preferences.time"),
        ({"timezone": "Mars/Base"}, "preferences.timezone"),
        ({"timezone": "../etc/passwd"}, "preferences.timezone"),
        ({"timezone": ""}, "preferences.timezone"),
    ],
)
def test_what_makes_no_sense_is_refused(bob: User, wrong: dict[str, Any], code: str) -> None:
    status, found = Program(bob)("put", PREFERENCES, wrong)
    assert (status, found["code"]) == (422, code)


def test_who_wants_no_mails_gets_none(ask: Ask, bob: User, mailbox: Mailbox) -> None:
    Program(bob)("put", PREFERENCES, {"by_mail": False})
    ask(assignees=["bob@example.com", "ann@customer.example"])
    assert [row.to for row in Delivery.objects.all()] == ["ann@customer.example"]


MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def digest_at_eight(bob: User) -> None:
    wanted = {"by_mail": False, "in_browser": "off", "digest_at": "08:00", "timezone": "UTC"}
    prefer(user=bob, digest="weekdays", now=MONDAY - timedelta(hours=1), **wanted)


def test_a_digest_tells_what_waits_overdue_first(
    ask: Ask, bob: User, mailbox: Mailbox, digest_at_eight: None
) -> None:
    ask(subject="Refund <b>& more", assignees=["bob@example.com"], now=MONDAY - timedelta(days=1))
    late = MONDAY - timedelta(hours=2)
    overdue = ask(
        subject="Contract", assignees=["bob@example.com"], due_at=late, now=MONDAY - timedelta(days=2)
    )
    ask(subject="Somebody else's", assignees=["ann@customer.example"], notify=False)
    assert digests.fire_due(MONDAY - timedelta(seconds=1)) == 0
    assert digests.fire_due(MONDAY) == 1
    assert digests.fire_due(MONDAY + timedelta(hours=1)) == 0
    outbox.send_due(MONDAY)
    [mail] = mailbox.to("bob@example.com")
    assert mail["Subject"] == "2 decisions wait for you, 1 overdue"
    plain, rich = part(mail, "plain"), part(mail, "html")
    assert plain.index("Contract") < plain.index("Refund <b>& more")
    assert "overdue 2 h" in plain
    assert f"/inbox/{overdue.pk}" in plain
    assert "Refund &lt;b&gt;&amp; more" in rich
    assert "Somebody else" not in plain + rich
    assert not any("/answer/" in link for link in links_in(mail)), "a digest is only for reading"


def test_with_nothing_open_there_is_no_digest(bob: User, mailbox: Mailbox, digest_at_eight: None) -> None:
    assert digests.fire_due(MONDAY) == 1
    outbox.send_due(MONDAY)
    assert mailbox.messages == []
    assert Delivery.objects.get().error == "nothing is open"
    assert Preference.objects.get().next_digest_at == MONDAY + timedelta(days=1)


def test_after_a_week_of_standstill_one_digest_comes(
    ask: Ask, bob: User, mailbox: Mailbox, digest_at_eight: None
) -> None:
    ask(subject="Refund")
    later = MONDAY + timedelta(days=7, hours=3)
    assert [digests.fire_due(later), digests.fire_due(later)] == [1, 0]
    assert Preference.objects.get().next_digest_at == MONDAY + timedelta(days=8)


def test_who_left_gets_no_digest(ask: Ask, bob: User, mailbox: Mailbox, digest_at_eight: None) -> None:
    ask(subject="Refund")
    bob.is_active = False
    bob.save()
    assert digests.fire_due(MONDAY) == 0
