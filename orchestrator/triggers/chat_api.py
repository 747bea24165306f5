"""Talking to a workflow over the API."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from orchestrator.accounts.api import user_of
from orchestrator.accounts.schemas import Input
from orchestrator.ids import new_id
from orchestrator.rest import answer
from orchestrator.triggers import chat

router = Router(tags=["workflows"])

LONGEST_MESSAGE = 20_000
LONGEST_REPLY = 100_000
LONGEST_WAIT_SECONDS = 60


class Said(Input):
    """A message of the conversation so far."""

    role: Literal["user", "assistant"]
    content: str = Field(max_length=LONGEST_REPLY)


class ChatMessage(Input):
    message: str = Field(min_length=1, max_length=LONGEST_MESSAGE)
    session: str = Field("", max_length=100)
    """The same for all messages of a conversation; left out: a new one."""
    history: list[Said] = Field(default_factory=list, max_length=50)
    """What was said before, oldest first."""
    version: Literal["draft", "live"] = "draft"
    node: str | None = Field(None, max_length=100)
    """Id of the Chat trigger; left out: the first."""


class ChatStarted(Schema):
    run_id: str
    session: str


class ReplyWait(Schema):
    wait_seconds: float = Field(0, ge=0, le=LONGEST_WAIT_SECONDS)
    """How long to wait for the reply."""


class ChatReply(Schema):
    run_id: str
    status: str
    reply: str | None
    """None while there is none."""
    error: dict[str, Any] | None


@router.post("/{workflow_id}/chat", response={201: ChatStarted}, operation_id="send_chat_message")
def post_message(request: HttpRequest, workflow_id: str, payload: ChatMessage) -> HttpResponse:
    """Say something to a workflow: starts a run at its Chat trigger. 422 `chat.no_trigger`."""
    session = payload.session or new_id()
    run_id = chat.say(
        workflow_id=workflow_id,
        by=user_of(request),
        message=payload.message,
        session=session,
        history=[entry.model_dump() for entry in payload.history],
        which=payload.version,
        node_id=payload.node,
    )
    return answer({"run_id": run_id, "session": session}, status=201)


@router.get("/{workflow_id}/chat/{run_id}", response=ChatReply, operation_id="get_chat_reply")
def get_reply(request: HttpRequest, workflow_id: str, run_id: str, query: Query[ReplyWait]) -> HttpResponse:
    """The reply to a message: what a Respond node said, else the last item's field."""
    return answer(chat.reply_of(workflow_id=workflow_id, run_id=run_id, seconds=query.wait_seconds))
