"""Events by name that steps wait for: sending them, subscribing, looking back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from orchestrator.runs.models import Happening, Subscription
from orchestrator.runs.signals import signal_step

MOST_LOOKED_BACK = 500


def send_event(*, name: str, data: dict[str, Any]) -> int:
    """Tell every step that waits for this event; keep it for those that look back. Returns how
    many steps it reached."""
    with transaction.atomic():
        happening = Happening.objects.create(name=name, data=data)
        waiting = list(Subscription.objects.filter(name=name))
        return sum(_answer(subscription, happening) for subscription in waiting)


def subscribe(*, run_id: str, step: str, pause: int, wait: dict[str, Any]) -> None:
    """Record, in the transaction of the pause, that a step waits for an event. `wait["data"]`:
    `name`, `match` (fields that must be equal), `look_back_seconds`."""
    wanted = wait["data"]
    subscription = Subscription.objects.create(
        run_id=run_id,
        step=step,
        pause=pause,
        name=str(wanted.get("name", "")),
        match=wanted.get("match") or {},
    )
    if seconds := wanted.get("look_back_seconds"):
        since = timezone.now() - timedelta(seconds=float(seconds))
        recent = Happening.objects.filter(name=subscription.name, at__gte=since).order_by("-id")
        for happening in recent[:MOST_LOOKED_BACK]:
            if _answer(subscription, happening):
                return


def nudge(name: str) -> None:
    """Have steps that wait for a condition look again, as when memory changed."""
    for subscription in Subscription.objects.filter(name=name):
        signal_step(
            run_id=subscription.run_id,
            step=subscription.step,
            outcome="due",
            data={"pause": subscription.pause},
            key=f"event:{subscription.step}:{subscription.pause}",
        )


def unsubscribe(*, run_id: str, step: str) -> None:
    Subscription.objects.filter(run_id=run_id, step=step).delete()


def _answer(subscription: Subscription, happening: Happening) -> bool:
    if any(happening.data.get(name) != value for name, value in subscription.match.items()):
        return False
    return signal_step(
        run_id=subscription.run_id,
        step=subscription.step,
        outcome="event",
        data={"pause": subscription.pause, "event": happening.data, "name": happening.name},
        key=f"event:{subscription.step}:{subscription.pause}",
    )
