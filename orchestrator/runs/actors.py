"""Dramatiq actors: what a bell's message does in a worker."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import dramatiq
from django.conf import settings

from orchestrator.runs.broker import QUEUE, make_broker

broker = make_broker(settings.REDIS_URL)
_take: list[Callable[[list[str]], None]] = []


def connect_worker(take: Callable[[list[str]], None]) -> None:
    """Say who takes the runs that are rung for. Called once, by the worker process."""
    _take[:] = [take]


@dramatiq.actor(queue_name=QUEUE)
def advance(run_ids: list[str]) -> None:
    """Hand the ids to this process's event loop, which claims the runs; returns at once."""
    for take in _take:
        take(run_ids)


def ring(run_ids: Sequence[str]) -> bool:
    """Ring for committed runs. False when Redis is away: the sweeper rings later."""
    try:
        advance.send(list(run_ids))
    except Exception:  # dramatiq wraps redis errors in several types; none of them loses a run
        return False
    return True
