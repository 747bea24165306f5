"""What was met: each thing is new once, also when a step is repeated."""

from __future__ import annotations

import random
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from orchestrator.errors import InvalidInput
from orchestrator.memory import seen
from orchestrator.memory.models import SeenKey

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def met(*keys: str, owner: str = "run1:node:1", **changes: Any) -> set[str]:
    asked = {"name": "orders", "scope": "workflow", "workflow_id": "w", "most": 1000, "now": NOW} | changes
    return seen.first_seen(keys=keys, owner=owner, **asked)


def test_a_thing_is_new_once() -> None:
    assert met("a", "b", "a") == {"a", "b"}
    assert met("b", "c", owner="run2:node:1") == {"c"}


def test_a_repeated_step_gets_the_same_answer() -> None:
    met("a", owner="before")
    first = met("a", "b", "c")
    assert first == {"b", "c"}
    assert met("a", "b", "c") == first


def test_lists_do_not_see_each_other() -> None:
    met("a")
    assert met("a", owner="o", name="mails") == {"a"}
    assert met("a", owner="o", workflow_id="other") == {"a"}
    assert met("a", owner="o", scope="shared") == {"a"}
    assert met("a", owner="p", scope="shared", workflow_id="any") == set()


def test_what_was_not_met_for_the_longest_time_is_forgotten_first() -> None:
    for hour, key in enumerate("abcd"):
        met(key, owner=key, most=3, now=NOW + timedelta(hours=hour))
    assert met("b", owner="again", most=3, now=NOW + timedelta(hours=5)) == set()
    met("e", owner="e", most=3, now=NOW + timedelta(hours=6))
    assert set(SeenKey.objects.values_list("key", flat=True)) == {"b", "d", "e"}


def test_a_step_keeps_all_it_has_met_until_the_next_one() -> None:
    assert len(met(*"abcdef", most=2)) == 6
    assert met(*"abcdef", most=2) == set("abcdef")
    met("g", owner="later", most=2, now=NOW + timedelta(hours=1))
    assert SeenKey.objects.count() == 2


def test_what_was_not_met_for_long_is_forgotten() -> None:
    met("a")
    day = timedelta(days=1)
    assert met("a", owner="o", ttl_seconds=86_400, now=NOW + day) == set()
    assert met("a", owner="p", ttl_seconds=86_400, now=NOW + 2 * day + timedelta(seconds=1)) == {"a"}


def test_a_list_can_be_forgotten() -> None:
    met("a", "b")
    assert seen.forget_seen(name="orders", scope="workflow", workflow_id="w") == 2
    assert met("a", owner="later") == {"a"}


def test_many_keys_are_asked_in_portions() -> None:
    keys = [f"key {n}" for n in range(1_700)]
    assert met(*keys, most=2000) == set(keys)
    assert met(*keys, most=2000, owner="later") == set()


@pytest.mark.parametrize("name", ["", "x" * 101, "a\0b"])
def test_a_bad_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput):
        met("a", name=name)


@pytest.mark.django_db(transaction=True)
def test_of_runs_that_meet_a_thing_at_once_one_takes_it_for_new() -> None:
    keys = [f"key {n}" for n in range(300)]
    won: list[set[str]] = []

    def run(owner: str) -> None:
        try:
            won.append(met(*random.sample(keys, 200), owner=owner))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(f"run {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 4
    taken = [key for found in won for key in found]
    assert len(taken) == len(set(taken)) == SeenKey.objects.count()
