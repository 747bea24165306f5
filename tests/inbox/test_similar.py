"""A gate that lets pass what is much like what people approved before, and says so."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orchestrator.accounts.models import User
from orchestrator.inbox import nonces, services
from orchestrator.inbox.models import HumanTask
from orchestrator.inbox.similar import alike, likeness
from orchestrator.runs.models import Run, Signal
from tests.inbox.conftest import Ask

POST = {"text": "Our spring sale begins on Monday: 20 % off all shoes.", "budget": 100}
LIKE_IT = {"text": "Our spring sale begins on Friday: 20 % off all shoes.", "budget": 104}
RULE = {"outcome": "approved", "reason": "Small budget (autonomy 50)"}
GATE = RULE | {"similar": {"at_least": 0.9, "last": 20, "fields": []}}


@pytest.fixture
def again(ask: Ask) -> Any:
    """Ask at the same step of the same workflow, in a run of its own."""
    first = ask(proposed=POST)

    def ask_again(proposed: dict[str, Any], passes: Any = GATE) -> HumanTask:
        before = Run.objects.get(pk=first.run_id)
        run = Run.objects.create(
            workflow=before.workflow, version=before.version, start_node="hook", status="paused"
        )
        task_id = services.open_task(
            run_id=run.id,
            step="gate:1",
            node_id="gate",
            node_name="Post it?",
            workflow_id=before.workflow_id,
            data={"subject": "Post it?", "proposed": proposed, "passes": passes},
        )
        return HumanTask.objects.get(pk=task_id)

    ask_again.first = first  # type: ignore[attr-defined]
    return ask_again


def decide(task: HumanTask, outcome: str, by: User, **more: Any) -> None:
    nonce = nonces.issue(task, by.pk)
    services.decide(task_id=task.pk, outcome=outcome, by=by, nonce=nonce, **more)


def test_what_is_like_an_approved_one_passes_and_says_why(again: Any, bob: User) -> None:
    decide(again.first, "approved", bob)
    task = again(LIKE_IT)
    assert task.status == "done"
    reason = task.decision["automatic"]
    assert reason.startswith("Small budget (autonomy 50): 9")
    assert "% like what bob@example.com approved on " in reason
    assert task.decision["by"] == ""
    assert Signal.objects.get(run_id=task.run_id).data["automatic"] == reason
    same = again(POST)
    assert "100% like what" in same.decision["automatic"]


@pytest.mark.parametrize(
    "proposed",
    [
        {"text": "Everything must go, we close for ever!", "budget": 100},
        {**POST, "budget": 200},
        {**POST, "budget": "100"},
        {"text": POST["text"]},
        {**POST, "to": "everyone"},
        {},
    ],
)
def test_what_differs_is_asked_with_the_reason(again: Any, bob: User, proposed: dict[str, Any]) -> None:
    decide(again.first, "approved", bob)
    task = again(proposed)
    assert (task.status, task.decision) == ("open", None)
    assert "Not passed by itself: " in task.why
    assert not Signal.objects.filter(run_id=task.run_id).exists()


def test_nothing_passes_before_a_person_approved_something(again: Any, bob: User) -> None:
    task = again(POST)
    assert task.status == "open"
    assert task.why == "Not passed by itself: no person has approved anything here before."


def test_a_rejected_one_is_no_example_and_a_warning(again: Any, bob: User) -> None:
    decide(again.first, "rejected", bob)
    second = again(LIKE_IT)
    assert second.status == "open"
    decide(second, "approved", bob)
    task = again(POST)
    assert task.status == "open"
    assert "as much like one that was not approved" in task.why


def test_rules_do_not_learn_from_themselves(again: Any, bob: User) -> None:
    decide(again.first, "approved", bob)
    step = {**POST, "budget": 109}
    assert again(step).status == "done"
    assert again({**POST, "budget": 119}).status == "open", "only what a person approved counts"


def test_what_a_person_edited_is_what_they_approved(again: Any, bob: User) -> None:
    decide(again.first, "approved", bob, proposed={"budget": 50})
    assert again(POST).status == "open"
    assert again({**POST, "budget": 51}).status == "done"


def test_only_the_named_values_are_compared(again: Any, bob: User) -> None:
    decide(again.first, "approved", bob)
    named = {**RULE, "similar": {"at_least": 0.9, "last": 20, "fields": ["budget"]}}
    assert again({**POST, "text": "Something else"}, named).status == "done"
    unknown = {**RULE, "similar": {"at_least": 0.9, "last": 20, "fields": ["budget", "price"]}}
    assert again(POST, unknown).status == "open"


def test_only_the_latest_decisions_are_looked_at(again: Any, bob: User) -> None:
    decide(again.first, "approved", bob)
    other = {"text": "Nothing like it at all", "budget": 7}
    for _ in range(2):
        decide(again(other, passes=None), "approved", bob)
    narrow = {**RULE, "similar": {"at_least": 0.9, "last": 2, "fields": []}}
    assert again(POST, narrow).status == "open"
    assert again(POST).status == "done"


def test_looking_back_is_one_query_by_an_index(again: Any, bob: User) -> None:
    decide(again.first, "approved", bob)
    with CaptureQueriesContext(connection) as queries:
        again(POST)
    looked = [query["sql"] for query in queries.captured_queries if '"decided_at" DESC' in query["sql"]]
    assert len(looked) == 1
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {looked[0]}")
            assert "task_by_step_decided" in str(cursor.fetchall())


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        (100, 100.0, 1, 1),
        (100, 90, 0.9, 0.9),
        (100, -100, 0, 0),
        (0, 0, 1, 1),
        (0, 5, 0, 0),
        (True, 1, 0, 0),
        (None, None, 1, 1),
        ("a b c d", "a b c d", 1, 1),
        ("a b c d", "a b c x", 0.7, 0.8),
        ("a b", "b a", 0.4, 0.6),
        ("", "a", 0, 0),
        ("a  b", "a b", 0.99, 0.9999),
        ([1, 2, 3], [1, 2, 3], 1, 1),
        ({"a": 1}, [1], 0, 0),
    ],
)
def test_how_alike_two_values_are(one: Any, other: Any, least: float, most: float) -> None:
    assert least <= alike(one, other) <= most
    assert alike(one, other) == alike(other, one)


def test_the_least_alike_value_counts() -> None:
    found = likeness({"a": 1, "b": 2}, {"a": 1, "b": 4}, ["a", "b"])
    assert (found.degree, found.least) == (0.5, "b")
    assert likeness({"a": 1, "b": 2}, {"a": 1}, ["a", "b"]).degree == 0
