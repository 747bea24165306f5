"""What must change in the same transaction as a step's pause: timers, and people's tasks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

OpenTask = Callable[..., str]
CloseTask = Callable[..., None]

_open_task: list[OpenTask] = []
_close_task: list[CloseTask] = []


def connect_people(*, open_task: OpenTask, close_task: CloseTask) -> None:
    """Tell where pauses for a person go. Called once, by wiring."""
    _open_task[:] = [open_task]
    _close_task[:] = [close_task]


def apply(
    cursor: Any, run_id: str, workflow_id: str, names: dict[str, str], events: list[dict[str, Any]]
) -> None:
    """Write the timers and tasks that these events ask for, inside the caller's transaction."""
    for event in events:
        match event["type"]:
            case "step.paused":
                _paused(cursor, run_id, workflow_id, names, event)
            case "step.resumed":
                _forget_timers(cursor, run_id, event["step"])
                _close(run_id, event["step"], "expired" if event["outcome"] == "timeout" else "cancelled")
            case "run.succeeded" | "run.failed" | "run.cancelled":
                _run_ended(cursor, run_id, event)


def _paused(cursor: Any, run_id: str, workflow_id: str, names: dict[str, str], event: dict[str, Any]) -> None:
    wait = event["wait"]
    key = f"timer:{event['step']}:{event['seq']}"
    if wait.get("until") is not None:
        outcome = "due" if wait["kind"] in ("time", "retry") else "timeout"
        cursor.execute(
            "INSERT INTO runs_timer (run_id, step, outcome, due_at, key) VALUES (%s, %s, %s, %s, %s)",
            [run_id, event["step"], outcome, wait["until"] / 1000, key],
        )
    if wait["kind"] == "person":
        for open_task in _open_task:
            until = wait.get("until")
            open_task(
                run_id=run_id,
                step=event["step"],
                node_id=event["node"],
                node_name=names.get(event["node"], event["node"]),
                workflow_id=workflow_id,
                data=wait["data"],
                due_at=datetime.fromtimestamp(until / 1000, UTC) if until is not None else None,
            )


def _forget_timers(cursor: Any, run_id: str, step: str) -> None:
    cursor.execute("DELETE FROM runs_timer WHERE run_id = %s AND step = %s", [run_id, step])


def _close(run_id: str, step: str, status: str) -> None:
    for close_task in _close_task:
        close_task(run_id=run_id, step=step, status=status)


def _run_ended(cursor: Any, run_id: str, event: dict[str, Any]) -> None:
    for step in event.get("open_steps", ()):
        _forget_timers(cursor, run_id, step)
        _close(run_id, step, "cancelled")
