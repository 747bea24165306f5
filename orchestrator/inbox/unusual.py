"""Unusual runs: what the rules in a workflow's settings find is handed to people, once each.

A run that ends leaves a row in the transaction of its last event, if its workflow has rules. The
clock judges it: nothing of that is on the way of a run. Missing runs are found by the clock alone."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction

from orchestrator.engine import unusual
from orchestrator.engine.unusual import ConfidenceRule, CostRule, MissingRule, Rule, SlowRule, ValueRule
from orchestrator.inbox import history, services
from orchestrator.inbox.models import EndedRun, Expectation, HumanTask, Measure, TaskStatus
from orchestrator.inbox.settle import UNUSUAL
from orchestrator.runs import store
from orchestrator.runs.models import Run
from orchestrator.workflows.models import Workflow, WorkflowVersion

JUDGED_AT_ONCE = 50
LOOK_EVERY = timedelta(seconds=15)
MOST_ITEMS = 1000
MOST_VALUES = 50
"""Of one run that later runs are compared with."""
MOST_OPEN = 20
"""Open tasks of one rule; what it finds beyond is added to the latest of them."""
VERSIONS_KEPT = 500
PRIORITIES = {"low": "low", "medium": "normal", "high": "high", "critical": "urgent"}
log = structlog.get_logger(__name__)


def note_end(*, run_id: str, workflow_id: str) -> None:
    """A run whose workflow has rules has ended. Call it in the transaction of its last event."""
    EndedRun.objects.create(run_id=run_id, workflow_id=workflow_id)


def judge_ended(now: datetime) -> int:
    """Judge the runs that have ended, each once whoever else does the same. Returns how many."""
    waiting = list(EndedRun.objects.order_by("pk").values_list("pk", "run_id")[:JUDGED_AT_ONCE])
    for row, run_id in waiting:
        try:
            with transaction.atomic():
                if EndedRun.objects.filter(pk=row).delete()[0]:
                    _judge(run_id, now)
        except Exception:
            log.exception("a run could not be judged", run=run_id)
            EndedRun.objects.filter(pk=row).delete()
    return len(waiting)


def _judge(run_id: str, now: datetime) -> None:
    run = Run.objects.select_related("version", "workflow").filter(pk=run_id).first()
    if run is None:
        return
    events = store.load_events(run_id)
    names = {node["id"]: node.get("name") or node["id"] for node in run.version.document["nodes"]}
    for rule in unusual.read_rules(run.version.document.get("settings") or {}):
        values = _MEASURES.get(type(rule), _nothing)(rule, events)
        if not values:
            continue
        reason = unusual.judge(rule, values, _before(run.workflow_id, rule))
        _remember(run, rule, values)
        if reason is not None:
            _raise(rule, reason, workflow_id=run.workflow_id, run_id=run_id, names=names, now=now)


def _before(workflow_id: str, rule: Rule) -> list[list[float]]:
    if not isinstance(rule, unusual.Learned):
        return []
    known = Measure.objects.filter(workflow_id=workflow_id, rule=rule.key()).order_by("-id")
    return list(known.values_list("values", flat=True)[: rule.last])


def _remember(run: Run, rule: Rule, values: list[float]) -> None:
    """Keep what was seen, and no more of what was seen before than rules look at."""
    if not isinstance(rule, unusual.Learned):
        return
    Measure.objects.create(
        workflow_id=run.workflow_id, rule=rule.key(), run_id=run.id, values=values[:MOST_VALUES]
    )
    known = Measure.objects.filter(workflow_id=run.workflow_id, rule=rule.key()).order_by("-id")
    if (oldest := known.values_list("pk", flat=True)[rule.last : rule.last + 1]) and oldest[0]:
        known.filter(pk__lte=oldest[0]).delete()


def _numbers(rule: ValueRule | ConfidenceRule, events: list[dict[str, Any]]) -> list[float]:
    found: list[float] = []
    for event in events:
        if event["type"] == "step.succeeded" and event.get("node") == rule.node:
            for payload in (event.get("outputs") or {}).values():
                items = store.load_items(payload, 0, MOST_ITEMS)
                found += [number for item in items for number in unusual.numbers_at(item, rule.field)]
    return found[:MOST_ITEMS]


def _cost(rule: CostRule, events: list[dict[str, Any]]) -> list[float]:
    return [float((event.get("usage") or {}).get("cost") or 0) for event in events if event.get("usage")]


def _seconds(rule: SlowRule, events: list[dict[str, Any]]) -> list[float]:
    """Of a run that succeeded: others end early, or late, for reasons that are told anyway."""
    last = events[-1]
    return [last["worked_ms"] / 1000] if last["type"] == "run.succeeded" and "worked_ms" in last else []


def _nothing(rule: Rule, events: list[dict[str, Any]]) -> list[float]:
    return []


_MEASURES: dict[type[Rule], Callable[[Any, list[dict[str, Any]]], list[float]]] = {
    ValueRule: _numbers,
    ConfidenceRule: _numbers,
    CostRule: _cost,
    SlowRule: _seconds,
}


def _raise(
    rule: Rule, reason: str, *, workflow_id: str, run_id: str, names: dict[str, str], now: datetime
) -> None:
    """Hand it to people. The caller holds a transaction that lets this happen once."""
    node = getattr(rule, "node", "")
    step = f"{UNUSUAL}{rule.key()}" if run_id else f"{UNUSUAL}{rule.key()}:{workflow_id}"
    still = HumanTask.objects.filter(workflow_id=workflow_id, step=step, status=TaskStatus.OPEN)
    if still.count() >= (MOST_OPEN if run_id else 1):
        latest = still.select_for_update().order_by("-id").first()
        if latest is not None:
            history.append(latest, "again", at=now, reason=reason, run=run_id)
            return
    kind = getattr(rule, "kind", "")
    services.open_task(
        run_id=run_id,
        step=step,
        node_id=node,
        node_name=names.get(node, node),
        workflow_id=workflow_id,
        data={
            "subject": rule.name or _SUBJECTS[kind](rule, names.get(node, node)),
            "why": reason[:1].upper() + reason[1:] + ".",
            "outcomes": ["handled", "dismissed"],
            "severity": rule.severity,
            "priority": PRIORITIES[rule.severity],
            "queue": rule.queue,
            "tags": rule.tags,
            "assignees": rule.assignees,
            "context": [{"title": "The rule", "data": rule.model_dump(exclude_defaults=True)}],
        },
        now=now,
    )


_SUBJECTS: dict[str, Callable[[Any, str], str]] = {
    "value": lambda rule, node: f"Unusual {rule.field} in “{node}”",
    "confidence": lambda rule, node: f"“{node}” is not sure",
    "cost": lambda rule, node: "A run cost too much",
    "slow": lambda rule, node: "A run was slow",
    "missing": lambda rule, node: "A run is missing",
}


@dataclass(frozen=True)
class Expected:
    """What a version says of runs that should come."""

    rules: list[MissingRule]
    timezone: str
    published_at: datetime

    @classmethod
    def of(cls, version_id: str) -> Expected:
        document, at = WorkflowVersion.objects.values_list("document", "created_at").get(pk=version_id)
        settings = document.get("settings") or {}
        rules = [rule for rule in unusual.read_rules(settings) if isinstance(rule, MissingRule)]
        return cls(rules, str(settings.get("timezone") or "UTC"), at)


class Watcher:
    """The clock's look at all of it. Remembers the rules of versions, which never change."""

    def __init__(self) -> None:
        self._next: datetime | None = None
        self._known: OrderedDict[str, Expected] = OrderedDict()

    def look(self, now: datetime) -> None:
        """Judge what has ended; every 15 seconds, see whether runs are missing."""
        judge_ended(now)
        if self._next is None or now >= self._next:
            self._next = now + LOOK_EVERY
            self.find_missing(now)

    def find_missing(self, now: datetime) -> int:
        """Raise each absence of an expected run once. Returns how many."""
        live = Workflow.objects.filter(deleted_at=None, live__isnull=False).values_list("pk", "live_id")
        raised = 0
        for workflow_id, version_id in list(live):
            expected = self._expected(version_id)
            raised += sum(_expect(workflow_id, rule, expected, now) for rule in expected.rules)
        return raised

    def _expected(self, version_id: str) -> Expected:
        found = self._known.get(version_id)
        if found is None:
            found = self._known[version_id] = Expected.of(version_id)
            if len(self._known) > VERSIONS_KEPT:
                self._known.popitem(last=False)
        return found


@transaction.atomic
def _expect(workflow_id: str, rule: MissingRule, expected: Expected, now: datetime) -> bool:
    row, _ = Expectation.objects.get_or_create(
        workflow_id=workflow_id, rule=rule.key(), defaults={"since": now}
    )
    runs = Run.objects.filter(workflow_id=workflow_id).exclude(mode="manual").order_by("-id")
    found = unusual.missed(
        rule,
        last_run=runs.values_list("created_at", flat=True).first(),
        since=max(row.since, expected.published_at),
        now=now,
        timezone=expected.timezone,
    )
    if found is None or found[0] == row.missed:
        return False
    due, reason = found
    if Expectation.objects.filter(pk=row.pk, missed=row.missed).update(missed=due) != 1:
        return False
    _raise(rule, reason, workflow_id=workflow_id, run_id="", names={}, now=now)
    return True
