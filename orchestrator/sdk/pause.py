"""Pause: what a node returns when its step has to wait without holding a worker."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

WaitKind = Literal["time", "person", "callback", "event", "condition", "child"]


@dataclass(frozen=True)
class Pause:
    """Stop here until an answer arrives; the node's `resume` function receives it.

    `until` is the latest moment (aware); at that time the step resumes with an `Answer`
    whose outcome is `due` for `kind="time"` and `timeout` otherwise. `reason` is shown on
    the canvas. `data` belongs to the kind: for a person it describes the task.
    """

    kind: WaitKind
    reason: str
    until: datetime | None = None
    data: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def until_time(cls, moment: datetime, *, reason: str) -> Pause:
        return cls("time", reason, until=moment)

    @classmethod
    def for_person(
        cls,
        *,
        subject: str,
        kind: Literal["approve", "choose", "edit", "answer", "repair", "acknowledge"] = "approve",
        description: str = "",
        why: str = "",
        outcomes: tuple[str, ...] = ("approved", "rejected"),
        proposed: dict[str, Any] | None = None,
        context: list[dict[str, Any]] | None = None,
        assignees: tuple[str, ...] = (),
        priority: Literal["low", "normal", "high", "urgent"] = "normal",
        until: datetime | None = None,
    ) -> Pause:
        """Ask people; `outcomes` are the answers they may give, `assignees` user names or
        `team:<name>` (empty: anyone who may decide)."""
        data = {
            "kind": kind,
            "subject": subject,
            "description": description,
            "why": why,
            "outcomes": list(outcomes),
            "proposed": proposed or {},
            "context": context or [],
            "assignees": list(assignees),
            "priority": priority,
        }
        return cls("person", f"waiting for a person: {subject}", until=until, data=data)


@dataclass(frozen=True)
class Answer:
    """What ended a pause. `outcome`: a task's outcome, `due`, `timeout`, `called`, `event`, or `done`
    when all child runs ended. `data`: the decision (`comment`, `by`, `at`, edited `proposed`), the
    callback's `body`, the `event`, or the `results` of the children, each `{"run", "status",
    "error", "items"}`. `asked` is the `data` of the Pause that it answers."""

    outcome: str
    data: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, Any] = field(default_factory=dict)
