"""The inbox over HTTP, as programs and the app use it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from orchestrator.accounts.models import User
from orchestrator.accounts.services import create_token
from orchestrator.inbox.models import HumanTask
from orchestrator.runs.models import Signal
from tests.inbox.conftest import Ask

BASE = "/api/v1/inbox"
SignedIn = Callable[[User], Client]


@pytest.fixture
def bobs(bob: User) -> Client:
    """A program with Bob's token."""
    _, secret = create_token(user=bob, name="program")
    return Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {secret}"})


def decide(client: Client, task: HumanTask, **body: Any) -> Any:
    nonce = client.get(f"{BASE}/{task.pk}").json()["nonce"]
    body = {"outcome": "approved", "nonce": nonce, **body}
    return client.post(f"{BASE}/{task.pk}/decide", body, content_type="application/json")


def test_listing_reading_and_deciding(ask: Ask, bobs: Client) -> None:
    task = ask(
        subject="Refund",
        proposed={"amount": 5},
        context=[{"order": 1}],
        due_at=timezone.now() + timedelta(hours=1),
    )
    [row] = bobs.get(BASE).json()["items"]
    assert (row["id"], row["workflow_name"], row["priority"], row["status"]) == (
        task.pk,
        "Order desk",
        "normal",
        "open",
    )
    detail = bobs.get(f"{BASE}/{task.pk}").json()
    assert (detail["proposed"], detail["context"], detail["may_decide"]) == (
        {"amount": 5},
        [{"order": 1}],
        True,
    )
    answer = decide(bobs, task, comment="ok", proposed={"amount": 4})
    assert answer.status_code == 200, answer.content
    decision = answer.json()["decision"]
    assert (decision["outcome"], decision["by"], decision["proposed"]) == (
        "approved",
        "bob@example.com",
        {"amount": 4},
    )
    assert bobs.get(f"{BASE}/count").json() == {"open": 0}
    assert [row["id"] for row in bobs.get(f"{BASE}?status=done").json()["items"]] == [task.pk]
    detail = bobs.get(f"{BASE}/{task.pk}").json()
    assert detail["nonce"] is None
    assert [line["kind"] for line in detail["history"]] == ["opened", "viewed", "decided"]


def test_the_second_decision_is_a_conflict_that_tells_the_first(ask: Ask, bobs: Client) -> None:
    task = ask()
    nonce = bobs.get(f"{BASE}/{task.pk}").json()["nonce"]
    assert decide(bobs, task).status_code == 200
    answer = decide(bobs, task, outcome="rejected", nonce=nonce)
    assert answer.status_code == 409
    assert answer.json()["code"] == "task.already_decided"
    assert answer.json()["decision"]["outcome"] == "approved"


@pytest.mark.parametrize(
    ("body", "status", "code", "path"),
    [
        ({"outcome": "maybe"}, 422, "task.outcome_unknown", "outcome"),
        ({"proposed": {"amount": "5"}}, 422, "proposed.invalid", "proposed.amount"),
        ({"proposed": {"other": 5}}, 422, "proposed.invalid", "proposed.other"),
        ({"nonce": "made up"}, 403, "task.nonce_invalid", None),
        ({"nonce": ""}, 403, "task.nonce_invalid", None),
        ({"nonce": None}, 422, "input.invalid", "body.nonce"),
        ({"outcome": 1}, 422, "input.invalid", "body.outcome"),
        ({"revision": 9}, 409, "task.changed", None),
        ({"comment": "x" * 10_001}, 422, "comment.too_long", "comment"),
    ],
)
def test_bad_decisions_change_nothing(
    ask: Ask, bobs: Client, body: dict[str, Any], status: int, code: str, path: str | None
) -> None:
    task = ask(proposed={"amount": 5})
    answer = decide(bobs, task, **body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    if path:
        assert answer.json()["problems"][0]["path"] == path
    task.refresh_from_db()
    assert task.status == "open"
    assert not Signal.objects.filter(run_id=task.run_id).exists()


def test_another_person_s_nonce_is_worth_nothing(
    ask: Ask, bobs: Client, alice: User, client_of: SignedIn
) -> None:
    task = ask()
    stolen = client_of(alice).get(f"{BASE}/{task.pk}").json()["nonce"]
    assert decide(bobs, task, nonce=stolen).status_code == 403
    assert decide(bobs, task).status_code == 200


def test_those_who_are_not_asked_may_read_only(ask: Ask, mallory: User, client_of: SignedIn) -> None:
    task = ask(assignees=["bob@example.com"])
    client = client_of(mallory)
    detail = client.get(f"{BASE}/{task.pk}").json()
    assert (detail["nonce"], detail["may_decide"]) == (None, False)
    assert decide(client, task, nonce="x").json()["code"] == "task.not_asked"
    assert [line["kind"] for line in detail["history"]] == ["opened"]
    assert client.get(f"{BASE}?view=mine").json()["items"] == []


def test_comments_go_into_the_history(ask: Ask, bobs: Client) -> None:
    task = ask()
    answer = bobs.post(f"{BASE}/{task.pk}/comment", {"text": "hm"}, content_type="application/json")
    assert answer.json()["history"][-1]["data"] == {"text": "hm"}
    assert answer.json()["status"] == "open"


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "head", "options"])
def test_only_a_post_decides(ask: Ask, bobs: Client, method: str) -> None:
    task = ask()
    nonce = bobs.get(f"{BASE}/{task.pk}").json()["nonce"]
    answer = getattr(bobs, method)(f"{BASE}/{task.pk}/decide?outcome=approved&nonce={nonce}")
    assert answer.status_code == 405
    task.refresh_from_db()
    assert task.status == "open"


def test_a_session_needs_the_csrf_header(ask: Ask, bob: User) -> None:
    task = ask()
    client = Client(enforce_csrf_checks=True)
    client.force_login(bob)
    assert decide(client, task).status_code == 403
    task.refresh_from_db()
    assert task.status == "open"


@pytest.mark.parametrize("address", ["", "/count", "/x"])
def test_strangers_are_sent_away(address: str, db: None) -> None:
    assert Client().get(BASE + address).status_code == 401
    assert Client().post(f"{BASE}/x/decide", {}, content_type="application/json").status_code in (401, 403)


def test_odd_addresses_get_clear_answers(bobs: Client) -> None:
    assert bobs.get(f"{BASE}/nope").json()["code"] == "task.not_found"
    assert bobs.get(f"{BASE}?cursor=nope").json()["code"] == "cursor.invalid"
    assert bobs.get(f"{BASE}?limit=0").status_code == 422
    assert bobs.get(f"{BASE}?status=everything").status_code == 422


def test_lists_page_by_cursor(ask: Ask, bobs: Client) -> None:
    tasks = [ask(subject=f"task {n}").pk for n in range(5)]
    first = bobs.get(f"{BASE}?limit=3").json()
    rest = bobs.get(f"{BASE}?limit=3&cursor={first['next']}").json()
    assert [row["id"] for row in first["items"] + rest["items"]] == tasks
    assert rest["next"] is None
