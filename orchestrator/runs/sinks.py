"""What must change in the same transaction as the events that ask for it: timers, people's tasks,
subscriptions, child runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from orchestrator.engine.ports import Flush
from orchestrator.runs import happenings, kin

OpenTask = Callable[..., str]
CloseTask = Callable[..., Any]
NoteEnd = Callable[..., Any]

_open_task: list[OpenTask] = []
_close_task: list[CloseTask] = []
_note_end: list[NoteEnd] = []


def connect_people(*, open_task: OpenTask, close_task: CloseTask, note_end: NoteEnd) -> None:
    """Tell where pauses for a person go, and who hears of ended runs that have rules of what is
    unusual. Called once, by wiring."""
    _open_task[:] = [open_task]
    _close_task[:] = [close_task]
    _note_end[:] = [note_end]


def apply(cursor: Any, flush: Flush) -> None:
    """Do what a flush's events ask for, inside the caller's transaction."""
    for event in flush.events:
        match event["type"]:
            case "step.paused":
                _paused(cursor, flush, event)
            case "step.resumed":
                _leave(
                    cursor,
                    flush.run_id,
                    event["step"],
                    "expired" if event["outcome"] == "timeout" else "cancelled",
                )
            case "run.succeeded" | "run.failed" | "run.cancelled":
                for step in event.get("open_steps", ()):
                    _leave(cursor, flush.run_id, step, "cancelled")
                kin.run_ended(flush, event)
                if event.get("is_judged"):
                    for note_end in _note_end:
                        note_end(run_id=flush.run_id, workflow_id=flush.workflow_id)


def _paused(cursor: Any, flush: Flush, event: dict[str, Any]) -> None:
    wait, step = event["wait"], event["step"]
    until = wait.get("until")
    if until is not None:
        outcome = "due" if wait["kind"] in ("time", "retry", "condition") else "timeout"
        cursor.execute(
            "INSERT INTO runs_timer (run_id, step, outcome, due_at, key) VALUES (%s, %s, %s, %s, %s)",
            [flush.run_id, step, outcome, until / 1000, f"timer:{step}:{event['seq']}"],
        )
    if wait["kind"] == "person":
        for open_task in _open_task:
            open_task(
                run_id=flush.run_id,
                step=step,
                node_id=event["node"],
                node_name=flush.names.get(event["node"], event["node"]),
                workflow_id=flush.workflow_id,
                data=wait["data"],
                due_at=datetime.fromtimestamp(until / 1000, UTC) if until is not None else None,
            )
    elif wait["kind"] in ("event", "condition"):
        happenings.subscribe(run_id=flush.run_id, step=step, pause=event["seq"], wait=wait)
    elif wait["kind"] == "child":
        kin.start_children(flush, event)


def _leave(cursor: Any, run_id: str, step: str, status: str) -> None:
    """The wait of a step is over, however it ended."""
    cursor.execute("DELETE FROM runs_timer WHERE run_id = %s AND step = %s", [run_id, step])
    happenings.unsubscribe(run_id=run_id, step=step)
    for close_task in _close_task:
        close_task(run_id=run_id, step=step, status=status)
