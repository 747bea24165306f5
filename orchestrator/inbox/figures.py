"""Figures: how much waits, how long people take, what they decide."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Count

from orchestrator.inbox.models import HumanTask, Priority, TaskStatus

PERIOD_DAYS = 30
MOST_TASKS = 20_000
"""Closed tasks that are looked at, the latest first."""
MOST_LINES = 50


@dataclass(frozen=True)
class Pace:
    """How long a person, or a workflow's tasks, took: seconds from asking to deciding."""

    name: str
    count: int
    median_seconds: float
    p90_seconds: float
    mix: list[tuple[str, int]]
    """Outcomes with their number, the most frequent first."""


@dataclass(frozen=True)
class Figures:
    open: int
    overdue: int
    claimed: int
    by_priority: list[tuple[str, int]]
    by_workflow_open: list[tuple[str, int]]
    decided: int
    automatic: int
    expired: int
    median_seconds: float
    edited: int
    mix: list[tuple[str, int]]
    by_person: list[Pace]
    by_workflow: list[Pace]
    since: datetime


def figures(*, now: datetime, days: int = PERIOD_DAYS) -> Figures:
    """All open tasks, and those closed within `days`."""
    since = now - timedelta(days=days)
    waiting = HumanTask.objects.filter(status=TaskStatus.OPEN)
    closed = list(
        HumanTask.objects.filter(decided_at__gte=since)
        .order_by("-decided_at")
        .values_list("status", "decided_by", "workflow_name", "created_at", "decided_at", "decision")[
            :MOST_TASKS
        ]
    )
    people: dict[str, list[tuple[float, str]]] = defaultdict(list)
    workflows: dict[str, list[tuple[float, str]]] = defaultdict(list)
    automatic = edited = 0
    for status, by, workflow, created_at, decided_at, decision in closed:
        if status != TaskStatus.DONE or not decision:
            continue
        edited += bool(decision.get("edited"))
        if not by:
            automatic += 1
            continue
        took = ((decided_at - created_at).total_seconds(), decision["outcome"])
        people[by].append(took)
        workflows[workflow].append(took)
    everyone = [took for listed in people.values() for took in listed]
    priorities = dict(waiting.values_list("priority").annotate(n=Count("pk")).order_by())
    return Figures(
        open=sum(priorities.values()),
        overdue=waiting.filter(due_at__lte=now).count(),
        claimed=waiting.filter(claimed_by__isnull=False).count(),
        by_priority=[(p.word, priorities.get(p.value, 0)) for p in sorted(Priority, reverse=True)],
        by_workflow_open=_most(waiting.values_list("workflow_name").annotate(n=Count("pk")).order_by("-n")),
        decided=len(everyone),
        automatic=automatic,
        expired=sum(row[0] == TaskStatus.EXPIRED for row in closed),
        median_seconds=median([seconds for seconds, _ in everyone]) if everyone else 0.0,
        edited=edited,
        mix=Counter(outcome for _, outcome in everyone).most_common(),
        by_person=_paces(people),
        by_workflow=_paces(workflows),
        since=since,
    )


def _most(rows: Any) -> list[tuple[str, int]]:
    return [(name, number) for name, number in rows[:MOST_LINES]]


def _paces(listed: dict[str, list[tuple[float, str]]]) -> list[Pace]:
    paces = []
    for name, took in listed.items():
        seconds = sorted(length for length, _ in took)
        ninth = seconds[min(len(seconds) - 1, int(len(seconds) * 0.9))]
        mix = Counter(outcome for _, outcome in took).most_common()
        paces.append(Pace(name, len(took), median(seconds), ninth, mix))
    return sorted(paces, key=lambda pace: (-pace.count, pace.name))[:MOST_LINES]
