"""The resume address of a run: a signed link by which another system ends a wait, once."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from django.conf import settings
from django.db import transaction

from orchestrator.engine.executor import CALLBACK
from orchestrator.errors import Conflict, NotFound
from orchestrator.runs import store
from orchestrator.runs.models import Run, Signal
from orchestrator.runs.signals import signal_step


def token_of(run_id: str) -> str:
    """What proves that a caller got the address from this product."""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"resume:{run_id}".encode(), hashlib.sha256).hexdigest()[:40]


def resume_url(run_id: str) -> str:
    return f"{settings.PUBLIC_URL}/resume/{run_id}/{token_of(run_id)}"


def look_up(*, run_id: str, token: str) -> str:
    """The name of the workflow that a call to this address would help. Raises as `call_back`."""
    return str(_expecting(run_id, token).workflow.name)


def call_back(*, run_id: str, token: str, data: Any) -> None:
    """End the wait of a run's step that waits for a callback; kept when it comes first.

    Raises NotFound for a wrong address, Conflict when nothing waits or the call was made."""
    with transaction.atomic():
        # While the row is held no worker takes a call up, so what is seen of it fits together.
        Run.objects.select_for_update().filter(pk=run_id).first()
        _expecting(run_id, token)
        if not signal_step(
            run_id=run_id, step=CALLBACK, outcome="called", data={"body": data}, key="callback"
        ):
            raise _called()


def _expecting(run_id: str, token: str) -> Run:
    run = Run.objects.select_related("workflow").filter(pk=run_id).first()
    # Compared as bytes: text from an address may hold what `compare_digest` does not take.
    if run is None or not hmac.compare_digest(token.encode(), token_of(run_id).encode()):
        raise NotFound("resume.not_found", "this address does not belong to a run")
    waits = any(wait.get("kind") == "callback" for wait in run.waiting)
    if run.finished_at is not None or (run.status == "paused" and not waits):
        raise Conflict("resume.nothing_waits", "the run does not wait for a callback")
    if Signal.objects.filter(run_id=run_id, step=CALLBACK).exists() or (not waits and _was_called(run_id)):
        raise _called()
    return run


def _was_called(run_id: str) -> bool:
    """Whether a wait has had its call: what comes while no other waits is that call again."""
    events = store.load_events(run_id)
    return any(event["type"] == "step.resumed" and event["outcome"] == "called" for event in events)


def _called() -> Conflict:
    return Conflict("resume.already_called", "this wait has its answer already")
