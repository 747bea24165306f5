"""What a task's run did before it asked, and since: a line a step, as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orchestrator.errors import NotFound
from orchestrator.inbox import present
from orchestrator.inbox.models import HumanTask, TaskStatus
from orchestrator.runs.course import latest_steps

MOST_STEPS = 12
LOOKS = {
    "queued": ("circle-dot", "quiet"),
    "running": ("play", "quiet"),
    "retrying": ("clock", "due"),
    "paused": ("clock", "due"),
    "succeeded": ("circle-check", "good"),
    "failed": ("circle-x", "bad"),
    "cancelled": ("circle-slash", "quiet"),
}
"""Icon and tone of each status of a step."""


@dataclass(frozen=True)
class TraceLine:
    icon: str
    tone: str
    status: str
    node_name: str
    words: str


@dataclass(frozen=True)
class Trace:
    lines: tuple[TraceLine, ...] = ()
    is_more: bool = False


def trace_of(task: HumanTask) -> Trace:
    """The latest steps of the run that asked; none where the run is gone."""
    try:
        found = latest_steps(task.run_id, MOST_STEPS)
    except NotFound:
        return Trace()
    for step in found["items"]:
        if step["step"] == task.step and step["status"] == "paused" and task.status != TaskStatus.OPEN:
            step |= {"status": "running", "wait": None}  # decided a moment ago; the worker is on its way
    return Trace(tuple(_line(step) for step in found["items"]), found["is_more"])


def _line(step: dict[str, Any]) -> TraceLine:
    icon, tone = LOOKS[step["status"]]
    return TraceLine(icon, tone, _word(step["status"]), step["node_name"], _words(step))


def _word(status: str) -> str:
    return "waiting" if status == "paused" else status


def _words(step: dict[str, Any]) -> str:
    if step["error"]:
        return str(step["error"]["message"])
    if step["wait"]:
        return str(step["wait"]["reason"])
    if step["status"] != "succeeded":
        return _word(step["status"])
    said, items, ms = [], step["items"], step["ms"]
    if items is not None:
        said.append(f"{items:,} item{'' if items == 1 else 's'}")
    if ms is not None and ms >= 1:
        said.append(f"{ms:.0f} ms" if ms < 1000 else present.duration(ms / 1000))
    if step["try"] > 1:
        said.append(f"try {step['try']}")
    return " · ".join(said)
