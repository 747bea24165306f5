"""Named points at which a fault can be made to happen, for `make faults`.

Off unless the variable FAILPOINT_FILE names a file. While that file holds `name:n:action`, the n-th
time any process reaches the point it does the action: `kill` (SIGKILL to itself) or `stop`
(SIGSTOP). A fault happens once: the process that strikes renames the file to `<file>.fired`.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from orchestrator.engine.ports import Flush

_file = os.environ.get("FAILPOINT_FILE", "")
_hits: Counter[str] = Counter()
_ACTIONS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}

TRANSITIONS = (
    "run.started",
    "run.resumed",
    "run.taken_over",
    "run.paused",
    "run.succeeded",
    "run.failed",
    "run.cancelled",
    "run.replied",
    "step.started",
    "step.retrying",
    "step.paused",
    "step.resumed",
    "step.succeeded",
    "step.failed",
    "step.child",
    "loop.opened",
    "loop.turn",
    "nodes.skipped",
)
"""Journal transitions; each has a point before and after the commit that records it, and one more for
each node: `before:step.paused@ask`."""

POINTS = (
    *("intake.before_commit", "intake.after_commit", "intake.after_ring"),
    *("claim.before_commit", "claim.after_commit"),
    *("timer.before_commit", "timer.after_commit"),
    *(f"{when}:{name}" for name in TRANSITIONS for when in ("before", "after")),
)


def transitions(flushes: Sequence[Flush]) -> set[str]:
    """What these flushes record: `step.paused`, and `step.paused@ask` for the node `ask`."""
    events = [event for flush in flushes for event in flush.events]
    return {event["type"] for event in events} | {
        f"{event['type']}@{event['node']}" for event in events if "node" in event
    }


def is_on() -> bool:
    return bool(_file)


def reach(*names: str) -> None:
    """Say that the process is at these points."""
    if not _file:
        return
    try:
        armed = Path(_file).read_text()
    except OSError:
        return
    point, _, rest = armed.strip().rpartition(":")
    point, _, count = point.rpartition(":")
    if point not in names:
        return
    _hits[armed] += 1
    if _hits[armed] < int(count):
        return
    try:
        Path(_file).rename(f"{_file}.fired")
    except OSError:
        return
    os.kill(os.getpid(), _ACTIONS[rest])
