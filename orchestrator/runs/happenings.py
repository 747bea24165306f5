"""Events by name that steps wait for: sending them, subscribing, looking back."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from orchestrator.errors import InvalidInput
from orchestrator.runs.models import Happening, Subscription
from orchestrator.runs.signals import signal_step

MOST_LOOKED_BACK = 500
KEEP = timedelta(days=7)
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,149}")
"""What an event may be called; without a colon, which is for names of our own (`memory:…`)."""


def send_event(*, name: str, data: dict[str, Any]) -> int:
    """Tell every step that waits for this event; keep it for those that look back. Returns how
    many steps it reached. Raises InvalidInput `event.bad_name`."""
    if not NAME.fullmatch(name):
        message = "a name has up to 150 letters, digits, dots, dashes and underscores"
        raise InvalidInput("event.bad_name", message)
    with transaction.atomic():
        _take_turns(name)
        happening = Happening.objects.create(name=name, data=data)
        waiting = list(Subscription.objects.filter(name=name))
    # Signals are sent without the turn: a worker that holds their runs may be waiting for it.
    with transaction.atomic():
        return sum(_answer(subscription, happening) for subscription in waiting)


def subscribe(*, run_id: str, step: str, pause: int, wait: dict[str, Any]) -> None:
    """Record, in the transaction of the pause, that a step waits for an event. `wait["data"]`:
    `name` (or several `names`), `match` (values that must be equal), `look_back_seconds`."""
    wanted = wait["data"]
    names = wanted.get("names") or [str(wanted.get("name", ""))]
    for name in sorted(names):
        _take_turns(name)
    subscriptions = Subscription.objects.bulk_create(
        Subscription(run_id=run_id, step=step, pause=pause, name=name, match=wanted.get("match") or {})
        for name in names
    )
    if seconds := wanted.get("look_back_seconds"):
        since = timezone.now() - min(timedelta(seconds=float(seconds)), KEEP)
        recent = Happening.objects.filter(name__in=names, at__gte=since).order_by("-id")
        for happening in recent[:MOST_LOOKED_BACK]:
            if _answer(subscriptions[0], happening):
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


def forget_old(*, now: datetime) -> int:
    """Delete events nobody can look back to any more. Returns how many."""
    return Happening.objects.filter(at__lt=now - KEEP).delete()[0]


def _take_turns(name: str) -> None:
    """Until the end of this transaction, nobody else sends or awaits this event: otherwise one that
    is sent while a step begins to wait could be seen by neither side. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"event:{name}"])


def _answer(subscription: Subscription, happening: Happening) -> bool:
    if any(_value(happening.data, path) != value for path, value in subscription.match.items()):
        return False
    return signal_step(
        run_id=subscription.run_id,
        step=subscription.step,
        outcome="event",
        data={"pause": subscription.pause, "event": happening.data, "name": happening.name},
        key=f"event:{subscription.step}:{subscription.pause}",
    )


def _value(data: Any, path: str) -> Any:
    """The field of this name, else what the dotted path leads to."""
    if isinstance(data, dict) and path in data:
        return data[path]
    for part in path.split("."):
        data = data.get(part) if isinstance(data, dict) else None
    return data
