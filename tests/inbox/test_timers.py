"""Timers of tasks: each thing happens once, at its time, and never to a task that is closed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from orchestrator.accounts.models import User
from orchestrator.errors import Conflict
from orchestrator.inbox import handling, history, nonces, queries, services
from orchestrator.inbox.models import HumanTask, TaskTimer
from orchestrator.runs.models import Signal, Timer
from tests.inbox.conftest import Ask

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def at(minutes: float, **action: Any) -> dict[str, Any]:
    return {"due": (NOW + timedelta(minutes=minutes)).timestamp() * 1000, "action": action}


def fire(minutes: float) -> int:
    return services.fire_due(NOW + timedelta(minutes=minutes))


def kinds(task: HumanTask) -> list[str]:
    return [event.kind for event in task.events.all()]


def test_a_chain_of_escalation_over_three_months(ask: Ask, alice: User, bob: User) -> None:
    month = 30 * 24 * 60
    task = ask(
        assignees=["bob@example.com"],
        now=NOW,
        timers=[
            at(month, do="remind"),
            at(month + 1, do="raise_priority", to="urgent"),
            at(2 * month, do="reassign", to=["alice@example.com"]),
            at(3 * month, do="decide", outcome="rejected"),
        ],
    )
    assert fire(month - 1) == 0
    assert fire(month) == 1
    assert fire(month) == 0
    assert fire(month + 1) == 1
    assert HumanTask.objects.get().priority == 3
    stale = nonces.issue(HumanTask.objects.get(), bob.pk)
    assert fire(2 * month) == 1
    with pytest.raises(Exception, match="other people"):
        services.decide(task_id=task.pk, outcome="approved", by=bob, nonce=stale)
    assert fire(3 * month) == 1
    task.refresh_from_db()
    assert (task.status, task.decision["outcome"], task.decision["by"]) == ("done", "rejected", "")
    assert "in time" in task.decision["automatic"]
    assert Signal.objects.get(run_id=task.run_id).outcome == "rejected"
    assert kinds(task) == ["opened", "reminded", "raised", "reassigned", "decided"]
    assert history.is_intact(task)


def test_missed_timers_fire_in_their_order(ask: Ask) -> None:
    task = ask(timers=[at(20, do="decide", outcome="approved"), at(10, do="remind")])
    assert fire(60) == 2
    assert kinds(task) == ["opened", "reminded", "decided"]


def test_a_decision_ends_the_timers(ask: Ask, bob: User) -> None:
    task = ask(timers=[at(10, do="decide", outcome="rejected")])
    services.decide(task_id=task.pk, outcome="approved", by=bob, nonce=nonces.issue(task, bob.pk))
    assert fire(60) == 0
    assert Signal.objects.get().outcome == "approved"


def test_a_closed_task_is_left_alone(ask: Ask) -> None:
    task = ask(timers=[at(10, do="decide", outcome="rejected")])
    services.close_task(task.run_id, task.step)
    assert fire(60) == 0
    assert not TaskTimer.objects.exists()


@pytest.mark.parametrize(
    "action",
    [
        {"do": "decide", "outcome": "nonsense"},
        {"do": "explode"},
        {"do": "reassign", "to": []},
        {"do": "reassign", "to": 5},
        {"do": "raise_priority", "to": "low"},
    ],
)
def test_an_action_that_makes_no_sense_harms_nothing(ask: Ask, action: dict[str, Any]) -> None:
    task = ask(timers=[{"due": NOW.timestamp() * 1000, "action": action}])
    fire(1)
    assert fire(2) == 0
    task.refresh_from_db()
    assert task.status == "open"


def test_the_time_out_branch_comes_before_an_automatic_outcome(ask: Ask) -> None:
    task = ask(timers=[at(10, do="decide", outcome="approved")])
    Signal.objects.create(run_id=task.run_id, step=task.step, outcome="timeout", key="timer:1")
    fire(10)
    assert HumanTask.objects.get().status == "open"
    assert Signal.objects.count() == 1


def test_an_automatic_outcome_disarms_the_time_out(ask: Ask) -> None:
    task = ask(timers=[at(10, do="decide", outcome="approved")])
    Timer.objects.create(
        run_id=task.run_id, step=task.step, outcome="timeout", due_at=0, key="timer:gate:1:5"
    )
    fire(10)
    assert not Timer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_clocks_fire_each_once(ask: Ask) -> None:
    tasks = [ask(timers=[at(n, do="remind") for n in range(3)]) for _ in range(4)]

    def tick(_: int) -> int:
        try:
            return fire(60)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        fired = list(pool.map(tick, range(6)))
    assert sum(fired) == 12, fired
    assert all(kinds(task) == ["opened", "reminded", "reminded", "reminded"] for task in tasks)
    assert all(history.is_intact(task) for task in tasks)


def test_snoozing_hides_a_task_from_its_person_alone(ask: Ask, alice: User, bob: User) -> None:
    task = ask()

    def sees(user: User, hours: float = 0) -> bool:
        return bool(queries.page(user, view="mine", now=NOW + timedelta(hours=hours)).tasks)

    handling.snooze(task_id=task.pk, until=NOW + timedelta(hours=2), by=bob, now=NOW)
    assert (sees(bob), sees(bob, 2), sees(alice)) == (False, True, True)
    handling.snooze(task_id=task.pk, until=None, by=bob, now=NOW)
    assert sees(bob)
    for moment in (NOW, NOW - timedelta(1), NOW + timedelta(400)):
        with pytest.raises(Exception, match="moment"):
            handling.snooze(task_id=task.pk, until=moment, by=bob, now=NOW)
    services.close_task(task.run_id, task.step)
    with pytest.raises(Conflict):
        handling.snooze(task_id=task.pk, until=NOW + timedelta(hours=2), by=bob, now=NOW)
