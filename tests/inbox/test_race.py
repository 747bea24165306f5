"""A hundred people click at once: one decision, one answer to the run, on SQLite and PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from orchestrator.accounts.models import User
from orchestrator.errors import Conflict
from orchestrator.inbox import history, nonces, services
from orchestrator.runs.models import Signal
from tests.inbox.conftest import Ask

PEOPLE = 100
AT_ONCE = PEOPLE if connection.vendor == "sqlite" else PEOPLE // 2
"""A usual PostgreSQL takes 100 connections, some of them its own: there they come in two waves."""


@pytest.mark.django_db(transaction=True)
def test_one_of_a_hundred_wins(ask: Ask) -> None:
    task = ask()
    people = [User.objects.create_user(f"person{n}@example.com") for n in range(PEOPLE)]
    line = Barrier(AT_ONCE)

    def click(number: int) -> str:
        nonce = nonces.issue(task, people[number].pk)
        outcome = ("approved", "rejected")[number % 2]
        line.wait()
        try:
            services.decide(task_id=task.pk, outcome=outcome, by=people[number], nonce=nonce)
        except Conflict as error:
            return error.code
        finally:
            connection.close()
        return f"won {outcome}"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(click, range(PEOPLE)))
    won = [answer for answer in answers if answer.startswith("won")]
    assert len(won) == 1, answers
    assert answers.count("task.already_decided") == PEOPLE - 1, answers
    task.refresh_from_db()
    assert won == [f"won {task.decision['outcome']}"]
    assert Signal.objects.get(run_id=task.run_id).outcome == task.decision["outcome"]
    assert [event.kind for event in task.events.all()] == ["opened", "decided"]
    assert history.is_intact(task)


@pytest.mark.django_db(transaction=True)
def test_comments_at_once_all_stand_in_one_chain(ask: Ask) -> None:
    task = ask()
    people = [User.objects.create_user(f"person{n}@example.com") for n in range(PEOPLE)]

    def remark(number: int) -> None:
        try:
            services.comment(task_id=task.pk, text=f"remark {number}", by=people[number])
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(remark, range(PEOPLE)))
    assert sorted(e.data["text"] for e in task.events.filter(kind="commented")) == sorted(
        f"remark {number}" for number in range(PEOPLE)
    )
    assert history.is_intact(task)
