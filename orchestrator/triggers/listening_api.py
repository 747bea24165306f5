"""Listening for a test request over the API."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from orchestrator.accounts.api import user_of
from orchestrator.accounts.schemas import Input
from orchestrator.rest import answer
from orchestrator.triggers import listening

router = Router(tags=["workflows"])


class Listen(Input):
    node: str | None = Field(None, max_length=100)
    """Id of the Webhook node; left out: the first."""
    seconds: int = Field(listening.LISTEN_SECONDS, ge=1, le=listening.LISTEN_SECONDS)


class ListeningOut(Schema):
    status: Literal["listening", "received", "expired"]
    node: str
    method: str
    address: str
    """Where to send the request, on this server."""
    started_at: datetime
    expires_at: datetime
    run_id: str | None
    """The run of the draft with the request that came."""


@router.post("/{workflow_id}/listen", response={201: ListeningOut}, operation_id="listen_for_test_request")
def post_listen(request: HttpRequest, workflow_id: str, payload: Listen | None = None) -> HttpResponse:
    """Wait for one request to the draft's webhook, at an address of its own; it starts a run of the draft."""
    wanted = payload or Listen()
    found = listening.listen(
        workflow_id=workflow_id, by=user_of(request), node_id=wanted.node, seconds=wanted.seconds
    )
    return answer(found, status=201)


@router.get("/{workflow_id}/listen", response=ListeningOut | None, operation_id="get_listening")
def get_listening(request: HttpRequest, workflow_id: str) -> HttpResponse:
    """Whether the request has come, and the run it started; null when nobody listens."""
    return answer(listening.listening_of(workflow_id))


@router.delete("/{workflow_id}/listen", response={204: None}, operation_id="stop_listening")
def delete_listening(request: HttpRequest, workflow_id: str) -> HttpResponse:
    """Take no request any more."""
    listening.stop_listening(workflow_id=workflow_id)
    return HttpResponse(status=204)
