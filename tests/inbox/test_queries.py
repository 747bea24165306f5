"""Lists come in the order in which people should look at them, whole, page by page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from orchestrator.accounts.models import User
from orchestrator.errors import InvalidInput
from orchestrator.inbox import nonces, queries, services
from tests.inbox.conftest import Ask

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def subjects(user: User, *, q: str = "", **options: object) -> list[str]:
    found = queries.page(user, now=NOW, only=queries.Only(q=q), **{"view": "everything", **options})
    return [task.subject for task in found.tasks]


@pytest.fixture
def mixed(ask: Ask) -> None:
    ask(subject="normal first")
    ask(subject="urgent", priority="urgent", due_at=NOW + minutes(5))
    ask(subject="overdue a little", due_at=NOW - minutes(1), priority="low")
    ask(subject="normal second", due_at=NOW + minutes(1))
    ask(subject="overdue long", due_at=NOW - minutes(90))
    ask(subject="low", priority="low")
    ask(subject="high", priority="high")


ORDER = ["overdue long", "overdue a little", "urgent", "high", "normal first", "normal second", "low"]


@pytest.mark.usefixtures("mixed")
def test_overdue_comes_first_then_priority_then_age(alice: User) -> None:
    assert subjects(alice) == ORDER
    assert subjects(alice, view="overdue") == ORDER[:2]


@pytest.mark.usefixtures("mixed")
@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7])
def test_pages_join_without_gap_or_repetition(alice: User, limit: int) -> None:
    found, cursor = [], None
    while True:
        page = queries.page(alice, view="everything", limit=limit, cursor=cursor, now=NOW)
        found += [task.subject for task in page.tasks]
        cursor = page.next
        if cursor is None:
            break
    assert found == ORDER


def test_done_ones_come_latest_first_and_in_pages(ask: Ask, alice: User) -> None:
    for number in range(5):
        task = ask(subject=f"task {number}")
        nonce = nonces.issue(task, alice.pk)
        services.decide(
            task_id=task.pk, outcome="approved", by=alice, nonce=nonce, now=NOW + minutes(number // 2)
        )
    first = queries.page(alice, view="done", limit=3, now=NOW)
    rest = queries.page(alice, view="done", limit=3, cursor=first.next, now=NOW)
    assert [t.subject for t in first.tasks + rest.tasks] == [f"task {n}" for n in (4, 3, 2, 1, 0)]
    assert rest.next is None


@pytest.mark.parametrize("cursor", ["x", "e30", "bnVsbA", "é", "eyJub3ciOiAiMjAyNiJ9", "A" * 5000])
def test_a_made_up_cursor_is_refused(alice: User, cursor: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        queries.page(alice, view="everything", cursor=cursor)
    assert refused.value.code == "cursor.invalid"


def test_mine_is_what_asks_me_or_nobody_in_particular(ask: Ask, bob: User, mallory: User) -> None:
    ask(subject="for anyone")
    ask(subject="for bob", assignees=["BOB@example.com", "bob@example.com"])
    ask(subject="for others", assignees=["carol@example.com", "team:finance"])
    assert subjects(bob, view="mine") == ["for anyone", "for bob"]
    assert subjects(mallory, view="mine") == ["for anyone"]
    assert len(subjects(mallory)) == 3
    assert (queries.count(bob, "mine"), queries.count_open()) == (2, 3)


def test_search_finds_every_word_anywhere(ask: Ask, alice: User) -> None:
    ask(subject="Refund to Ada 100%")
    ask(subject="Refund to Bob")
    assert subjects(alice, q="ada refund") == ["Refund to Ada 100%"]
    assert subjects(alice, q="order DESK bob") == ["Refund to Bob"]
    ask(subject="Ärger mit dem Zoll")
    assert subjects(alice, q="ÄRGER") == ["Ärger mit dem Zoll"]
    assert subjects(alice, q="%") == ["Refund to Ada 100%"]
    assert subjects(alice, q="nothing like it \x00") == []


@pytest.mark.usefixtures("mixed")
def test_the_next_task_is_the_following_one_then_the_first(alice: User) -> None:
    tasks = queries.page(alice, view="everything", now=NOW).tasks
    following = queries.next_task(alice, tasks[2], view="everything", now=NOW)
    assert following is not None
    assert following.subject == "high"
    after_last = queries.next_task(alice, tasks[-1], view="everything", now=NOW)
    assert after_last is not None
    assert after_last.subject == ORDER[0]
