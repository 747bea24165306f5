"""How far a run has come: how each of its steps went."""

from __future__ import annotations

from typing import Any

from orchestrator.runs.live import trim
from orchestrator.runs.models import Run
from orchestrator.runs.queries import FINAL, run_not_found
from orchestrator.runs.store import load_events

Event = dict[str, Any]

MOST_EVENTS = 2000
"""The latest so many events of a run are looked at for a list of its steps."""

STATUSES = {
    "step.started": "running",
    "step.retrying": "retrying",
    "step.paused": "paused",
    "step.resumed": "running",
    "step.succeeded": "succeeded",
    "step.failed": "failed",
}


def latest_steps(run_id: str, most: int) -> dict[str, Any]:
    """The run's last `most` steps, in the order they became ready, and whether there are more before
    them. Raises NotFound."""
    run = Run.objects.filter(id=run_id).values("status", "last_seq", "version__document").first()
    if run is None:
        raise run_not_found(run_id)
    before = max(run["last_seq"] - MOST_EVENTS, 0)
    by_step: dict[str, list[Event]] = {}
    for event in load_events(run_id, before):
        if "step" in event:
            by_step.setdefault(event["step"], []).append(event)
    is_over = run["status"] in FINAL
    shown = list(by_step.items())[-most:]
    return {
        "items": [_line(step, events, run["version__document"], is_over) for step, events in shown],
        "is_more": bool(before) or len(by_step) > most,
    }


def _line(step: str, events: list[Event], document: dict[str, Any], is_over: bool) -> dict[str, Any]:
    went = course(events, is_over=is_over)
    sent = next((event["outputs"] for event in reversed(events) if event.get("outputs")), None)
    node = events[0].get("node", "")
    return {
        "step": step,
        "node": node,
        "node_name": node_of(document, node).get("name", node),
        "items": sum(part["count"] for part in sent.values()) if sent else None,
        **{name: went[name] for name in ("status", "try", "started_at", "ms", "error", "wait")},
    }


def node_of(document: dict[str, Any], node_id: str) -> dict[str, Any]:
    return next((node for node in document["nodes"] if node["id"] == node_id), {})


def course(events: list[Event], *, is_over: bool) -> dict[str, Any]:
    """How it went: status, times, tries, what it waits for, what it said."""
    course = [event for event in events if event["type"] in STATUSES]
    status = STATUSES[course[-1]["type"]] if course else "queued"
    is_ended = status in ("succeeded", "failed")
    started = [event for event in course if event["type"] == "step.started"]
    shown = [trim(event) for event in course]
    return {
        "status": "cancelled" if is_over and not is_ended else status,
        "try": started[-1]["try"] if started else 0,
        "started_at": started[0]["at"] if started else None,
        "finished_at": course[-1]["at"] if is_ended else None,
        "ms": shown[-1].get("ms") if is_ended else None,
        "error": shown[-1].get("error") if shown else None,
        "wait": shown[-1].get("wait") if status == "paused" and not is_over else None,
        "logs": [line for event in course for line in event.get("logs") or ()],
        "usage": _summed(events),
    }


def _summed(events: list[Event]) -> dict[str, float] | None:
    """Tokens and cost of all tries."""
    total: dict[str, float] = {}
    for event in events:
        for name, amount in (event.get("usage") or {}).items():
            total[name] = total.get(name, 0) + amount
    return total or None
