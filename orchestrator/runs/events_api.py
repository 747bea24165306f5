"""Events over the API."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from orchestrator.accounts.schemas import Input
from orchestrator.runs import happenings

router = Router(tags=["events"])


class NewEvent(Input):
    name: str = Field(min_length=1, max_length=150)
    data: dict[str, Any] = Field(default_factory=dict)


class EventSent(Schema):
    reached: int
    """How many waiting steps the event reached."""


@router.post("", response=EventSent, operation_id="send_event")
def post_event(request: HttpRequest, payload: NewEvent) -> dict[str, Any]:
    """Tell every step that waits for this event. It is kept for seven days for those that look back."""
    return {"reached": happenings.send_event(name=payload.name, data=payload.data)}
