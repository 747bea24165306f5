"""Talking to a workflow: each message is a run, whose answer is the reply."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from orchestrator.accounts.models import User
from orchestrator.errors import InvalidInput
from orchestrator.runs import store
from orchestrator.runs.queries import run_not_found
from orchestrator.runs.services import get_run
from orchestrator.triggers.manual import Which, run_workflow
from orchestrator.triggers.pages import said
from orchestrator.workflows.library import library
from orchestrator.workflows.services import get_workflow

POLL_SECONDS = 0.1


def say(
    *,
    workflow_id: str,
    by: User,
    message: str,
    session: str,
    history: list[dict[str, str]],
    which: Which = "draft",
    node_id: str | None = None,
) -> str:
    """Start a run with a message, at the chat trigger `node_id` or the first. Returns the run's id.
    Raises InvalidInput `chat.no_trigger` and what `run_workflow` raises."""
    workflow = get_workflow(workflow_id)
    live = workflow.live.document if which == "live" and workflow.live else workflow.document
    node = _chat_node(live, node_id)
    return run_workflow(
        workflow_id=workflow_id,
        by=by,
        items=[{"message": message, "session": session, "history": history}],
        node_id=node["id"],
        which=which,
        source="chat",
    )


def reply_of(
    *, workflow_id: str, run_id: str, seconds: float = 0, sleep: Callable[[float], None] = time.sleep
) -> dict[str, Any]:
    """`{"run_id", "status", "reply", "error"}`: the reply is None while there is none, for which it
    waits up to `seconds`. Raises NotFound for a run of another workflow."""
    run = get_run(run_id)
    if run.workflow_id != workflow_id:
        raise run_not_found(run_id)
    deadline = time.monotonic() + seconds
    while True:
        result = store.run_result(run_id)
        is_said = result is not None and (result["reply"] is not None or result["status"] == "succeeded")
        if is_said or (result is not None and result["status"] != "running"):
            break
        if time.monotonic() >= deadline:
            break
        sleep(POLL_SECONDS)
    return {
        "run_id": run_id,
        "status": get_run(run_id).status,
        "reply": said(result, _reply_field(run)) if result is not None and is_said else None,
        "error": result["error"] if result is not None else None,
    }


def _reply_field(run: Any) -> str:
    nodes = run.version.document["nodes"]
    params = next((node["params"] for node in nodes if node["id"] == run.start_node), {})
    return str(params.get("reply") or "text")


def _chat_node(document: dict[str, Any], node_id: str | None) -> dict[str, Any]:
    for node in document["nodes"]:
        node_type = library().get(node["type"])
        is_chat = node_type is not None and node_type.source == "chat"
        if is_chat and (node["id"] == node_id or (node_id is None and not node["disabled"])):
            return dict(node)
    message = f"{node_id!r} is not a chat trigger of it" if node_id else "it has no chat trigger"
    raise InvalidInput("chat.no_trigger", message)
