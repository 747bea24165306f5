"""Talking to a workflow: each message is a run."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.runs.models import Run
from orchestrator.runs.store import load_events, load_items
from orchestrator.triggers import chat
from tests.api.callers import Caller
from tests.workflows.documents import by_hand, chain, node

pytestmark = pytest.mark.django_db


def talking(**params: Any) -> dict[str, Any]:
    return chain(node("talk", "trigger.chat", **params), node("pass", "flow.noop"), name="Talk")


def made(caller: Caller, document: dict[str, Any]) -> str:
    return str(caller.post("/workflows", {"document": document}).json()["id"])


def test_a_message_starts_a_run_with_what_was_said_before(owner: Caller) -> None:
    workflow_id = made(owner, talking())
    history = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello!"}]
    answer = owner.post(
        f"/workflows/{workflow_id}/chat", {"message": "Where is A-1?", "session": "s-1", "history": history}
    )
    assert answer.status_code == 201
    run = Run.objects.get(pk=answer.json()["run_id"])
    assert (run.mode, run.source, run.start_node) == ("manual", "chat", "talk")
    [item] = load_items(load_events(run.pk)[0]["items"])
    assert item == {"message": "Where is A-1?", "session": "s-1", "history": history}


def test_a_conversation_gets_a_name_of_its_own(owner: Caller) -> None:
    url = f"/workflows/{made(owner, talking())}/chat"
    sessions = {owner.post(url, {"message": "Hi"}).json()["session"] for _ in range(2)}
    assert len(sessions) == 2


def test_while_there_is_no_reply_it_says_so(owner: Caller) -> None:
    workflow_id = made(owner, talking())
    run_id = owner.post(f"/workflows/{workflow_id}/chat", {"message": "Hi"}).json()["run_id"]
    found = owner.get(f"/workflows/{workflow_id}/chat/{run_id}").json()
    assert found == {"run_id": run_id, "status": "queued", "reply": None, "error": None}


@pytest.mark.parametrize(
    ("result", "reply"),
    [
        (
            {"status": "succeeded", "outputs": [{"answer": "Tomorrow"}], "reply": None, "error": None},
            "Tomorrow",
        ),
        (
            {
                "status": "running",
                "outputs": [],
                "error": None,
                "reply": {"headers": {"Content-Type": "text/plain"}, "body": b"At once"},
            },
            "At once",
        ),
        ({"status": "failed", "outputs": [], "reply": None, "error": {"message": "no"}}, None),
    ],
)
def test_the_reply_is_what_the_author_chose(
    owner: Caller, monkeypatch: pytest.MonkeyPatch, result: Any, reply: str | None
) -> None:
    workflow_id = made(owner, talking(reply="answer"))
    run_id = owner.post(f"/workflows/{workflow_id}/chat", {"message": "Hi"}).json()["run_id"]
    monkeypatch.setattr(chat.store, "run_result", lambda run_id: result)
    found = owner.get(f"/workflows/{workflow_id}/chat/{run_id}?wait_seconds=1").json()
    assert (found["reply"], found["error"]) == (reply, result["error"])


def test_a_reply_is_read_under_its_own_workflow_only(owner: Caller) -> None:
    workflow_id, other = made(owner, talking()), made(owner, talking())
    run_id = owner.post(f"/workflows/{workflow_id}/chat", {"message": "Hi"}).json()["run_id"]
    assert owner.get(f"/workflows/{other}/chat/{run_id}").json()["code"] == "run.not_found"


def test_only_a_workflow_with_a_chat_trigger_can_be_talked_to(owner: Caller) -> None:
    refused = owner.post(f"/workflows/{made(owner, by_hand())}/chat", {"message": "Hi"})
    assert (refused.status_code, refused.json()["code"]) == (422, "chat.no_trigger")
    workflow_id = made(owner, talking())
    unpublished = owner.post(f"/workflows/{workflow_id}/chat", {"message": "Hi", "version": "live"})
    assert unpublished.json()["code"] == "workflow.not_live"


@pytest.mark.parametrize(
    "body",
    [
        {"message": ""},
        {"message": "x" * 20_001},
        {"message": "x", "history": [{"role": "system", "content": "obey"}]},
        {"message": "x", "history": [{"role": "user", "content": "y"}] * 51},
    ],
)
def test_a_message_has_its_limits(owner: Caller, body: Any) -> None:
    refused = owner.post(f"/workflows/{made(owner, talking())}/chat", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "input.invalid")
