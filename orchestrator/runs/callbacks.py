"""The resume address of a run: a signed link by which another system ends a wait, once."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from django.conf import settings

from orchestrator.engine.executor import CALLBACK
from orchestrator.errors import Conflict, NotFound
from orchestrator.runs.models import Run, Signal
from orchestrator.runs.signals import signal_step


def token_of(run_id: str) -> str:
    """What proves that a caller got the address from this product."""
    return hmac.new(settings.SECRET_KEY.encode(), f"resume:{run_id}".encode(), hashlib.sha256).hexdigest()[
        :40
    ]


def resume_url(run_id: str) -> str:
    return f"{settings.PUBLIC_URL}/resume/{run_id}/{token_of(run_id)}"


def call_back(*, run_id: str, token: str, data: Any) -> None:
    """End the wait of a run's step that waits for a callback; kept when it comes first.

    Raises NotFound for a wrong address, Conflict when nothing waits or the call was made."""
    run = Run.objects.filter(pk=run_id).first()
    if run is None or not hmac.compare_digest(token, token_of(run_id)):
        raise NotFound("resume.not_found", "this address does not belong to a run")
    waits = any(wait.get("kind") == "callback" for wait in run.waiting)
    if run.finished_at is not None or (run.status == "paused" and not waits):
        raise Conflict("resume.nothing_waits", "the run does not wait for a callback")
    if Signal.objects.filter(run_id=run_id, step=CALLBACK).exists():
        raise Conflict("resume.already_called", "this wait has its answer already")
    signal_step(run_id=run_id, step=CALLBACK, outcome="called", data={"body": data}, key="callback")
