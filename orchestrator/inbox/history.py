"""The history of a task: an append-only chain in which no line can be changed unnoticed."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from orchestrator.inbox.models import HumanTask, TaskEvent
from orchestrator.inbox.people import Person

SHOWN = ("subject", "description", "why", "outcomes", "proposed", "context")
"""What a person sees before deciding."""
SHOWN_IF_ANY = ("form", "tags")


def shown(task: HumanTask) -> dict[str, Any]:
    """All that `task` shows."""
    there = [name for name in SHOWN_IF_ANY if getattr(task, name)]
    return {name: getattr(task, name) for name in (*SHOWN, *there)}


def shown_first(task: HumanTask) -> dict[str, Any]:
    """What it showed when it was opened: only the proposal may have been changed since."""
    return shown(task) | ({"proposed": task.first_proposed} if task.first_proposed is not None else {})


def digest_of(shown: dict[str, Any]) -> str:
    """SHA-256 of the values in their order."""
    return _digest(list(shown.values()))


def shown_digest(task: HumanTask) -> str:
    """SHA-256 of all that `task` shows, so that a decision can be tied to it."""
    return digest_of(shown(task))


def append(task: HumanTask, kind: str, *, at: datetime, by: Person | None = None, **data: Any) -> TaskEvent:
    """Add a line. Call it in a transaction that holds the task's row, so that numbers follow."""
    last = task.events.order_by("-number").values_list("number", "hash").first()
    number, prev_hash = (last[0] + 1, last[1]) if last else (1, "")
    event = TaskEvent(
        task=task,
        number=number,
        kind=kind,
        at=at,
        by=by.user if by else None,
        by_name=by.email if by else "",
        data=data,
        prev_hash=prev_hash,
    )
    event.hash = event_hash(event)
    event.save(force_insert=True)
    return event


def event_hash(event: TaskEvent) -> str:
    """SHA-256 over the line and the hash before it."""
    return _digest(
        [
            event.task_id,
            event.number,
            event.kind,
            event.at.astimezone(UTC).isoformat(),
            event.by_name,
            event.data,
            event.prev_hash,
        ]
    )


def is_intact(task: HumanTask) -> bool:
    """Whether every line is as it was written, in order, with none missing before the last."""
    before = ""
    for number, event in enumerate(task.events.order_by("number"), start=1):
        if event.number != number or event.prev_hash != before or event.hash != event_hash(event):
            return False
        before = event.hash
    return True


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
