"""The history of a task is a chain in which nothing changes unnoticed."""

from __future__ import annotations

import pytest

from orchestrator.accounts.models import User
from orchestrator.errors import InvalidInput
from orchestrator.inbox import history, nonces, services
from orchestrator.inbox.models import HumanTask, TaskEvent
from tests.inbox.conftest import Ask


@pytest.fixture
def lived(ask: Ask, alice: User, bob: User) -> HumanTask:
    task = ask(assignees=["bob@example.com"], proposed={"amount": 1})
    services.record_view(task=task, by=bob)
    services.record_view(task=task, by=bob)
    services.comment(task_id=task.pk, text="calling her", by=alice)
    nonce = nonces.issue(task, bob.pk)
    services.decide(task_id=task.pk, outcome="rejected", comment="no", by=bob, nonce=nonce)
    return task


def test_everything_is_written_down_in_order(lived: HumanTask) -> None:
    events = list(lived.events.all())
    assert [event.kind for event in events] == ["opened", "viewed", "commented", "decided"]
    assert [event.by_name for event in events] == [
        "",
        "bob@example.com",
        "alice@example.com",
        "bob@example.com",
    ]
    assert events[0].data["asked"] == ["bob@example.com"]
    assert events[3].data["outcome"] == "rejected"
    assert events[3].data["shown"] == events[1].data["shown"] == history.shown_digest(lived)
    assert history.is_intact(lived)


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_changed_line_is_noticed(lived: HumanTask, number: int) -> None:
    TaskEvent.objects.filter(task=lived, number=number).update(by_name="eve@example.com")
    assert not history.is_intact(lived)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_missing_line_is_noticed(lived: HumanTask, number: int) -> None:
    TaskEvent.objects.filter(task=lived, number=number).delete()
    assert not history.is_intact(lived)


def test_a_rewritten_line_breaks_the_chain_after_it(lived: HumanTask) -> None:
    event = TaskEvent.objects.get(task=lived, number=3)
    event.data = {"text": "something else"}
    event.hash = history.event_hash(event)
    event.save()
    assert not history.is_intact(lived)


def test_it_outlives_the_account(lived: HumanTask, bob: User) -> None:
    bob.delete()
    assert lived.events.get(number=4).by_name == "bob@example.com"
    assert history.is_intact(lived)


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 10_001])
def test_an_empty_or_endless_comment_is_refused(ask: Ask, bob: User, text: str) -> None:
    task = ask()
    with pytest.raises(InvalidInput):
        services.comment(task_id=task.pk, text=text, by=bob)
    assert task.events.count() == 1
