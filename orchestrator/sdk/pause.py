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
        policy: dict[str, Any] | None = None,
        form: list[dict[str, Any]] | None = None,
        timers: list[dict[str, Any]] | None = None,
        severity: str = "",
        queue: str = "",
        tags: tuple[str, ...] = (),
        notify: bool = True,
        rounds: dict[str, Any] | None = None,
        passes: dict[str, Any] | None = None,
    ) -> Pause:
        """Ask people; `outcomes` are the answers they may give, `assignees` e-mail addresses or
        `team:<name>` (empty: anyone who may decide).

        `policy`: whose answers it takes, `{"kind": "any" | "all" | "k_of_n" | "sequential" |
        "veto", "needed", "vetoers", "exclude_starter", "reauthenticate", "public"}`. `form`:
        questions, each `{"name", "label", "kind", "help", "section", "is_required", "options",
        "default"}`. `timers`: each `{"due": epoch ms, "action": {"do": …}}`. `rounds`: `{"round":
        what the item says, "most", "then": who is asked beyond}`. `passes`: `{"outcome",
        "reason"}` when a rule decides and nobody is asked; it is recorded all the same."""
        data: dict[str, Any] = {
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
        more: dict[str, Any] = {
            "policy": policy,
            "form": form,
            "timers": timers,
            "severity": severity,
            "queue": queue,
            "tags": list(tags),
            "rounds": rounds,
            "passes": passes,
        }
        data |= {name: value for name, value in more.items() if value}
        if not notify:
            data |= {"notify": False}
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
