"""All that the inbox can do, over HTTP."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from orchestrator.accounts.models import User
from orchestrator.accounts.services import create_token
from orchestrator.inbox.models import HumanTask
from tests.inbox.conftest import Ask

BASE = "/api/v1/inbox"


class Program:
    """Somebody's program, with a token."""

    def __init__(self, user: User) -> None:
        _, secret = create_token(user=user, name="program")
        self.client = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {secret}"})

    def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        answer = getattr(self.client, method)(BASE + path, body or {}, content_type="application/json") if (
            method != "get"
        ) else self.client.get(BASE + path)  # fmt: skip
        return answer.status_code, json.loads(answer.content) if answer.content else None

    def nonce(self, task: HumanTask) -> str:
        return str(self("get", f"/{task.pk}")[1]["nonce"])


@pytest.fixture
def hers(alice: User) -> Program:
    return Program(alice)


@pytest.fixture
def his(bob: User) -> Program:
    return Program(bob)


def test_a_vote_of_several(ask: Ask, hers: Program, his: Program) -> None:
    task = ask(assignees=["alice@example.com", "bob@example.com"], policy={"kind": "all"})
    body = {"outcome": "approved", "nonce": his.nonce(task), "comment": "fine"}
    status, voted = his("post", f"/{task.pk}/decide", body)
    assert (status, voted["status"], voted["decision"]) == (200, "open", None)
    assert his("post", f"/{task.pk}/decide", body)[1]["code"] == "task.already_voted"
    detail = hers("get", f"/{task.pk}")[1]
    assert [vote["by"] for vote in detail["votes"]] == ["bob@example.com"]
    assert detail["policy"] == "everyone who is asked must agree"
    status, done = hers("post", f"/{task.pk}/decide", {"outcome": "approved", "nonce": hers.nonce(task)})
    assert (status, done["status"], len(done["decision"]["votes"])) == (200, "done", 2)


def test_handling_a_task(ask: Ask, hers: Program, his: Program) -> None:
    task = ask()
    assert his("post", f"/{task.pk}/claim")[1]["claimed_by"] == "bob@example.com"
    assert hers("post", f"/{task.pk}/claim")[0] == 409
    assert hers("post", f"/{task.pk}/claim", {"take_over": True})[1]["claimed_by"] == "alice@example.com"
    assert hers("post", f"/{task.pk}/release")[1]["claimed_by"] is None
    until = timezone.now() + timedelta(days=1)
    assert his("post", f"/{task.pk}/snooze", {"until": until.isoformat()})[1]["snoozed_until"]
    assert his("get", "?view=mine")[1]["items"] == []
    assert his("post", f"/{task.pk}/snooze", {"until": None})[1]["snoozed_until"] is None
    assert his("post", f"/{task.pk}/watch")[1]["is_watching"]
    assert not his("delete", f"/{task.pk}/watch")[1]["is_watching"]
    status, given = his("post", f"/{task.pk}/reassign", {"to": ["alice@example.com"], "note": "yours"})
    assert (status, given["assignees"], given["may_decide"], given["nonce"]) == (
        200,
        ["alice@example.com"],
        False,
        None,
    )
    assert his("post", f"/{task.pk}/reassign", {"to": ["bob@example.com"]})[0] == 403
    assert his("post", f"/{task.pk}/claim")[0] == 403
    assert his("post", f"/{task.pk}/reassign", {"to": "bob"})[0] == 422


def test_a_form_and_a_password(ask: Ask, his: Program) -> None:
    form = [{"name": "stars", "kind": "number", "is_required": True}]
    task = ask(kind="answer", outcomes=["answered"], form=form, policy={"reauthenticate": True})
    detail = his("get", f"/{task.pk}")[1]
    assert (detail["form"][0]["kind"], detail["needs_password"]) == ("number", True)
    body: dict[str, Any] = {"outcome": "answered", "nonce": detail["nonce"]}
    assert his("post", f"/{task.pk}/decide", body)[1]["code"] == "task.password_needed"
    body["password"] = "a long passphrase"
    status, refused = his("post", f"/{task.pk}/decide", body)
    assert (status, refused["problems"][0]["path"]) == (422, "answer.stars")
    body["answer"] = {"stars": 4, "other": 1}
    assert his("post", f"/{task.pk}/decide", body)[1]["problems"][0]["code"] == "answer.unknown"
    body["answer"] = {"stars": 4}
    assert his("post", f"/{task.pk}/decide", body)[1]["decision"]["answer"] == {"stars": 4}


def test_several_at_once(ask: Ask, hers: Program, his: Program) -> None:
    tasks = [ask(subject=f"task {n}") for n in range(3)]
    named = [{"id": task.pk, "nonce": his.nonce(task)} for task in tasks[:2]]
    named.append({"id": tasks[2].pk, "nonce": hers.nonce(tasks[2])})
    status, done = his("post", "/decide", {"tasks": named, "outcome": "approved", "comment": "ok"})
    assert status == 200
    assert [result["is_decided"] for result in done["results"]] == [True, True, False]
    assert hers("get", "/figures")[1]["decided"] == 2
    assert hers("get", "/figures?days=0")[0] == 422


def test_saved_lists_are_one_s_own(hers: Program, his: Program) -> None:
    status, kept = hers("post", "/filters", {"name": "Refunds", "queue": "refunds", "view": "mine"})
    assert (status, kept["wanted"]) == (201, {"view": "mine", "queue": "refunds"})
    assert hers("get", "/filters")[1]["items"] == [kept]
    assert his("get", "/filters")[1]["items"] == []
    assert his("delete", f"/filters/{kept['id']}")[0] == 404
    assert hers("delete", f"/filters/{kept['id']}")[0] == 204


def test_being_away(hers: Program, his: Program) -> None:
    now = timezone.now()
    body = {
        "deputy": "bob@example.com",
        "begins_at": now.isoformat(),
        "ends_at": (now + timedelta(days=2)).isoformat(),
    }
    assert hers("get", "/absence")[1]["deputy"] is None
    assert hers("put", "/absence", body)[1]["deputy"] == "bob@example.com"
    assert hers("put", "/absence", {**body, "deputy": "alice@example.com"})[1]["code"] == "absence.deputy"
    assert hers("get", "/absence")[1]["deputy"] == "bob@example.com"
    assert hers("delete", "/absence")[0] == 204
    assert hers("delete", "/absence")[0] == 404


def test_channels_and_the_record_are_for_administrators(ask: Ask, hers: Program, his: Program) -> None:
    ask()
    body = {"name": "chat", "kind": "slack", "url": "https://hooks.example/T0/very-secret"}
    assert his("post", "/channels", body)[1]["code"] == "auth.administrators_only"
    status, made = hers("post", "/channels", body)
    assert status == 201
    assert "very-secret" not in json.dumps([made, his("get", "/channels")[1]])
    assert hers("post", "/channels", body)[0] == 409
    assert his("delete", f"/channels/{made['id']}")[0] == 403
    assert hers("delete", f"/channels/{made['id']}")[0] == 204
    assert his.client.get(f"{BASE}/record").status_code == 403
    lines = b"".join(hers.client.get(f"{BASE}/record").streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert json.loads(lines[0])["kind"] == "opened"


def test_whom_to_ask(his: Program, alice: User) -> None:
    assert his("get", "/people")[1]["items"] == ["alice@example.com", "bob@example.com"]


def test_each_list_is_counted_as_the_person_sees_it(ask: Ask, bob: User, hers: Program) -> None:
    ask()
    ask(assignees=["bob@example.com"])
    ask(assignees=["team:finance"], due_at=timezone.now() - timedelta(hours=1))
    expected = {"mine": 1, "teams": 0, "unassigned": 1, "overdue": 1, "everything": 3}
    assert hers("get", "/views") == (200, expected)
    assert Program(bob)("get", "/views")[1]["mine"] == 2


def test_several_are_summed_up_with_what_it_takes_to_decide_them(ask: Ask, bob: User) -> None:
    ready, choice = ask(subject="Ready", proposed={"amount": 3}), ask(outcomes=["rejected", "later"])
    other, form = ask(assignees=["alice@example.com"]), ask(form=[{"name": "why"}])
    his = Program(bob)
    wanted = [task.pk for task in (ready, choice, other, form)]
    status, summary = his("post", "/summary", {"ids": [*wanted, "unknown"]})
    assert (status, summary["outcomes"]) == (200, ["rejected"])
    assert [entry["id"] for entry in summary["items"]] == wanted
    assert [entry["why_not"] for entry in summary["items"]] == [
        "",
        "",
        "it was asked of other people",
        "it has a form to fill in",
    ]
    assert summary["items"][0]["proposed"] == {"amount": 3}
    named = [{"id": entry["id"], "nonce": entry["nonce"]} for entry in summary["items"] if entry["nonce"]]
    results = his("post", "/decide", {"tasks": named, "outcome": "rejected"})[1]["results"]
    assert [done["is_decided"] for done in results] == [True, True]


def test_a_task_tells_what_happens_while_nobody_answers(ask: Ask, hers: Program) -> None:
    due = timezone.now() + timedelta(hours=9)
    actions: list[dict[str, Any]] = [
        {"do": "remind"},
        {"do": "raise_priority", "to": "urgent"},
        {"do": "reassign", "to": ["bob@example.com"]},
        {"do": "reassign", "to": ["team:leads", "team:directors"], "keep": True},
        {"do": "decide", "outcome": "rejected"},
    ]
    timers = [
        {"due": (due - timedelta(hours=8 - place)).timestamp() * 1000, "action": action}
        for place, action in enumerate(actions)
    ]
    task = ask(due_at=due, timers=timers)
    told = hers("get", f"/{task.pk}")[1]["timers"]
    assert [timer["words"] for timer in told] == [
        "those asked are reminded",
        "the priority rises to urgent",
        "bob@example.com is asked instead",
        "team:leads, team:directors are asked as well",
        "it is answered “Rejected”",
        "the run goes on without an answer",
    ]
