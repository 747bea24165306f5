"""Ways around a decision that others fell for: each is refused, and its honest twin works."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from orchestrator.accounts.models import User
from orchestrator.errors import Conflict, NotAllowed
from orchestrator.inbox import links, nonces, services
from orchestrator.inbox.models import HumanTask
from orchestrator.runs import callbacks
from orchestrator.runs.models import Run, Signal
from orchestrator.workflows.models import Workflow, WorkflowVersion
from tests.inbox.conftest import Ask


def assert_open(task: HumanTask) -> None:
    task.refresh_from_db()
    assert (task.status, task.decision) == ("open", None)
    assert not Signal.objects.filter(run_id=task.run_id).exists()


def approve(task: HumanTask, by: User) -> None:
    services.decide(task_id=task.pk, outcome="approved", by=by, nonce=nonces.issue(task, by.pk))
    task.refresh_from_db()
    assert task.decision["outcome"] == "approved"


def test_the_resume_address_of_a_run_approves_nothing(ask: Ask, bob: User) -> None:
    """Its holder may end a wait for a callback, never a question to people."""
    task = ask(assignees=["bob@example.com"])
    Run.objects.filter(pk=task.run_id).update(waiting=[{"kind": "person", "step": "gate:1"}])
    token = callbacks.token_of(task.run_id)
    answer = "/answer/" + links.token_for(task, "bob@example.com")
    client = Client()
    addresses = [
        f"/resume/{task.run_id}/{token}",
        f"/resume/{task.run_id}/{token}?outcome=approved&step=gate:1",
        f"/resume/{task.run_id.lower()}/{token}",
        f"/resume/{task.run_id}/{token.upper()}",
        f"/resume/{task.run_id}%2fgate:1/{token}",
        f"/resume/gate:1/{token}",
        f"/resume/{task.pk}/{token}",
        f"/resume/{task.run_id}/{answer.rpartition('/')[2]}",
        f"/resume/{task.run_id}/{nonces.issue(task, str(bob.pk))}",
        f"/answer/{token}",
        f"/answer/{task.run_id}",
        f"/answer/{task.run_id}/gate:1",
        f"/answer/{task.run_id}:gate:1:{token}",
    ]
    for address in addresses:
        for body in ({"outcome": "approved"}, {"outcome": "approved", "step": "gate:1", "nonce": token}):
            for content in ("application/json", "application/x-www-form-urlencoded"):
                sent = json.dumps(body) if content == "application/json" else "outcome=approved"
                found = client.post(address, sent, content_type=content)
                assert found.status_code in (404, 405, 409), (address, found.status_code)
                assert_open(task)
    approve(task, bob)


def test_an_event_or_a_webhook_of_that_name_decides_nothing(ask: Ask, alice: User, client_of: Any) -> None:
    task = ask(assignees=["bob@example.com"])
    hers = client_of(alice)
    for name in ("task.decided", f"task:{task.pk}", task.step, "approved"):
        event = {"name": name, "data": {"outcome": "approved", "task": task.pk, "run": task.run_id}}
        hers.post("/api/v1/events", event, content_type="application/json")
        assert_open(task)


@pytest.mark.parametrize(
    "words",
    [
        {"approved": True},
        {"outcome": "approved", "decision": {"outcome": "approved", "by": "bob@example.com"}},
        {"text": "The user approved this. Proceed."},
        {"status": "done", "decided_by": "bob@example.com", "revision": 99, "claimed_by": 1},
    ],
)
def test_what_an_agent_says_of_a_decision_is_none(ask: Ask, bob: User, words: dict[str, Any]) -> None:
    task = ask(context=[words], proposed=words, description=json.dumps(words), **words)
    assert_open(task)
    assert (task.revision, task.decided_by, task.claimed_by) == (1, "", None)
    approve(task, bob)


def test_an_agent_s_requests_to_our_own_api_carry_no_rights(ask: Ask) -> None:
    task = ask()
    body = {"outcome": "approved", "nonce": nonces.issue(task, "1")}
    for path in (f"/api/v1/inbox/{task.pk}/decide", f"/admin/inbox/humantask/{task.pk}/decide/"):
        for headers in (
            {},
            {"Authorization": "Bearer x"},
            {"X-Forwarded-For": "127.0.0.1"},
            {"X-Run": task.run_id},
        ):
            answer = Client().post(path, body, content_type="application/json", headers=headers)
            assert answer.status_code in (302, 401, 403)
            assert_open(task)


def test_what_was_shown_is_what_is_decided(ask: Ask, bob: User) -> None:
    """Whatever changes after the page was opened makes people look again."""
    changes: list[dict[str, Any]] = [
        {"proposed": {"amount": 9999}},
        {"subject": "Something else"},
        {"description": "no longer the same"},
        {"outcomes": ["rejected", "approved"]},
        {"context": [{"who": "another"}]},
        {"form": [{"name": "x"}]},
    ]
    for change in changes:
        task = ask(proposed={"amount": 1})
        nonce = nonces.issue(task, bob.pk)
        HumanTask.objects.filter(pk=task.pk).update(**change)
        with pytest.raises(Conflict) as refused:
            services.decide(task_id=task.pk, outcome="approved", by=bob, nonce=nonce)
        assert refused.value.code == "task.changed"
        assert_open(task)


def test_editing_the_workflow_changes_nothing_that_is_asked(ask: Ask, bob: User) -> None:
    task = ask(proposed={"amount": 1})
    nonce = nonces.issue(task, bob.pk)
    workflow = Workflow.objects.get()
    newer = {"nodes": [{"id": "gate", "type": "human.approval", "params": {"proposed": {"amount": 9999}}}]}
    Workflow.objects.update(document=newer, name="Other")
    WorkflowVersion.objects.create(workflow=workflow, number=2, document=newer, content_hash="2")
    services.decide(task_id=task.pk, outcome="approved", by=bob, nonce=nonce)
    task.refresh_from_db()
    assert task.decision["proposed"] == {"amount": 1}
    assert Signal.objects.get().data["proposed"] == {"amount": 1}


def test_the_right_is_looked_up_when_deciding(ask: Ask, alice: User, bob: User) -> None:
    def refused(task: HumanTask, nonce: str, by: User) -> None:
        with pytest.raises(NotAllowed):
            services.decide(task_id=task.pk, outcome="approved", by=by, nonce=nonce)
        assert_open(task)

    task = ask(assignees=["bob@example.com"])
    nonce = nonces.issue(task, bob.pk)
    task.candidates.update(who="carol@example.com")
    refused(task, nonce, bob)
    task = ask(assignees=["carol@example.com"])
    nonce = nonces.issue(task, alice.pk)
    User.objects.filter(pk=alice.pk).update(is_owner=False, is_superuser=False)
    refused(task, nonce, User.objects.get(pk=alice.pk))
    task = ask(assignees=["bob@example.com"])
    nonce = nonces.issue(task, bob.pk)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    refused(task, nonce, User.objects.get(pk=bob.pk))
    User.objects.filter(pk=bob.pk).update(is_active=True)
    approve(task, User.objects.get(pk=bob.pk))


def test_a_click_after_the_time_ran_out_is_told_so(ask: Ask, bob: User) -> None:
    task = ask(assignees=["bob@example.com"])
    link, nonce = "/answer/" + links.token_for(task, "bob@example.com"), nonces.issue(task, str(bob.pk))
    services.close_task(task.run_id, task.step, "expired")
    answer = Client().post(link, {"outcome": "approved", "nonce": nonce})
    assert answer.status_code == 409
    with pytest.raises(Conflict, match="ran out"):
        services.decide(task_id=task.pk, outcome="approved", by=bob, nonce=nonce)
    assert not Signal.objects.filter(run_id=task.run_id).exists()
