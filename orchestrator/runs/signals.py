"""Signals: answers for paused steps, stored once, then announced."""

from __future__ import annotations

from functools import cache
from typing import Any

import redis
from django.conf import settings
from django.db import transaction

from orchestrator.runs.actors import ring
from orchestrator.runs.models import Run, Signal

WAKE_CHANNEL = "orchestrator:wake"


def signal_step(*, run_id: str, step: str, outcome: str, data: dict[str, Any], key: str) -> bool:
    """Store an answer for a paused step and ring after commit. False when this key was stored
    before: an answer counts once. An answer that arrives before its pause is kept."""
    _, is_new = Signal.objects.get_or_create(
        run_id=run_id, key=key, defaults={"step": step, "outcome": outcome, "data": data}
    )
    if is_new:
        # After the insert, so that a worker which takes up signals meanwhile sees the flag again.
        Run.objects.filter(id=run_id).update(signalled=True)
        transaction.on_commit(lambda: wake([run_id]))
    return is_new


def cancel_signal(*, run_id: str, by: str) -> bool:
    """Ask a run to end."""
    return signal_step(run_id=run_id, step="", outcome="cancel", data={"by": by}, key="cancel")


def wake(run_ids: list[str]) -> None:
    """Have signals taken up: by the worker that holds the run, or by any that claims it."""
    ring(run_ids)
    try:
        _redis().publish(WAKE_CHANNEL, ",".join(run_ids))
    except redis.RedisError:
        return


@cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
