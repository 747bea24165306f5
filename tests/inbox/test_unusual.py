"""Unusual runs are handed to people, each once, with its reason."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from orchestrator.accounts.models import User
from orchestrator.engine.payload import from_json
from orchestrator.inbox import nonces, services, unusual
from orchestrator.inbox.models import EndedRun, HumanTask, Measure
from orchestrator.runs.models import Run, Segment, Signal
from orchestrator.runs.store import encode_events
from orchestrator.workflows.models import Workflow, WorkflowVersion

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
RULES = [
    {
        "kind": "value",
        "node": "sum",
        "field": "total",
        "at_least": 5,
        "queue": "figures",
        "severity": "high",
        "tags": ["daily"],
    },
    {"kind": "confidence", "node": "classify", "below": 0.6, "assignees": ["bob@example.com"]},
    {"kind": "cost", "above": 1.0, "name": "Too dear"},
    {"kind": "slow", "at_least": 5, "times": 3},
]
Ended = Callable[..., str]


def live_workflow(rules: list[dict[str, Any]], **settings: Any) -> Workflow:
    named = {"sum": "Sum up", "classify": "Classify"}
    nodes = [{"id": id, "type": "data.set", "version": 1, "name": name} for id, name in named.items()]
    document = {"nodes": nodes, "settings": {"unusual": rules, **settings}}
    workflow = Workflow.objects.create(name="Morning figures", document=document)
    version = WorkflowVersion.objects.create(
        workflow=workflow, document=document, content_hash="live", created_at=NOW - timedelta(days=30)
    )
    workflow.live = version
    workflow.save()
    return workflow


@pytest.fixture
def ended(db: None) -> Ended:
    """A run that has ended, as the worker leaves it."""
    workflow = live_workflow(RULES)

    def end(
        *,
        total: float = 100,
        confidence: float = 0.9,
        cost: float = 0.1,
        seconds: float = 2,
        status: str = "succeeded",
    ) -> str:
        run = Run.objects.create(
            workflow=workflow, version=workflow.live, start_node="sum", status=status, created_at=NOW
        )
        outputs = {"sum": {"total": total}, "classify": {"confidence": confidence}}
        steps = [
            {
                "type": "step.succeeded",
                "step": f"{node}:1",
                "node": node,
                "outputs": {"main": from_json([made])},
                "usage": {"cost": cost / 2},
            }
            for node, made in outputs.items()
        ]
        last = {"type": f"run.{status}", "is_judged": True, "worked_ms": int(seconds * 1000)}
        events = [{"seq": seq, "at": 0, **event} for seq, event in enumerate([*steps, last], start=1)]
        data = encode_events(events)
        Segment.objects.create(run=run, first_seq=1, last_seq=len(events), attempt=1, events=data)
        unusual.note_end(run_id=run.id, workflow_id=workflow.pk)
        return run.id

    return end


def judge() -> list[HumanTask]:
    before = set(HumanTask.objects.values_list("pk", flat=True))
    while unusual.judge_ended(NOW):
        continue
    return list(HumanTask.objects.exclude(pk__in=before).order_by("pk"))


def test_usual_runs_raise_nothing_and_are_remembered(ended: Ended) -> None:
    for _ in range(8):
        ended()
    assert judge() == []
    assert Measure.objects.count() == 16
    assert EndedRun.objects.count() == 0


@pytest.mark.parametrize(
    ("odd", "subject", "reason"),
    [
        ({"total": 9800}, "Unusual total in “Sum up”", "Total is 9,800; in the 6 runs before"),
        ({"confidence": 0.41}, "“Classify” is not sure", "Confidence is 0.41, below 0.6."),
        ({"cost": 1.5}, "Too dear", "It cost $1.5, more than $1."),
        ({"seconds": 30}, "A run was slow", "It worked for 30 s; 2 s is usual."),
    ],
)
def test_each_rule_raises_an_escalation_with_its_reason(
    ended: Ended, odd: dict[str, float], subject: str, reason: str
) -> None:
    for _ in range(6):
        ended()
    assert judge() == []
    run_id = ended(**odd)
    [task] = judge()
    assert (task.subject, task.run_id, task.status) == (subject, run_id, "open")
    assert task.why.startswith(reason)
    assert task.outcomes == ["handled", "dismissed"]
    assert judge() == []


def test_a_rule_says_who_is_asked_and_how_urgently(ended: Ended, bob: User) -> None:
    for _ in range(6):
        ended()
    judge()
    ended(total=9800, confidence=0.1)
    value, sure = sorted(judge(), key=lambda task: task.node_id, reverse=True)
    assert (value.queue, value.severity, value.get_priority_display()) == ("figures", "high", "High")
    assert (value.tags, sure.tags) == (["daily"], [])
    assert value.for_anyone
    assert [candidate.who for candidate in sure.candidates.all()] == ["bob@example.com"]


def test_people_deal_with_it_though_no_step_waits(ended: Ended, bob: User) -> None:
    ended(cost=5)
    [task] = judge()
    nonce = nonces.issue(task, bob.pk)
    done = services.decide(task_id=task.pk, outcome="handled", comment="a test", by=bob, nonce=nonce)
    assert (done.status, done.decision["by"]) == ("done", "bob@example.com")
    assert Signal.objects.count() == 0


def test_a_failed_run_is_not_slow_but_may_be_dear(ended: Ended) -> None:
    for _ in range(6):
        ended()
    judge()
    ended(status="failed", seconds=500, cost=3)
    assert [task.subject for task in judge()] == ["Too dear"]


def test_a_rule_that_finds_something_in_every_run_fills_no_inbox(ended: Ended) -> None:
    for _ in range(unusual.MOST_OPEN + 3):
        ended(cost=5)
    assert len(judge()) == unusual.MOST_OPEN
    assert HumanTask.objects.order_by("-pk")[0].events.filter(kind="again").count() == 3


def test_what_is_remembered_stays_bounded(ended: Ended) -> None:
    for _ in range(40):
        ended()
    judge()
    key = Measure.objects.values_list("rule", flat=True)[0]
    assert Measure.objects.filter(rule=key).count() <= 31


@pytest.mark.django_db(transaction=True)
def test_many_clocks_judge_each_run_once(ended: Ended) -> None:
    for _ in range(5):
        ended(cost=5)

    def work() -> None:
        try:
            unusual.judge_ended(NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    unusual.judge_ended(NOW)
    assert HumanTask.objects.count() == 5


def test_a_run_that_is_gone_or_broken_holds_up_none(ended: Ended) -> None:
    unusual.note_end(run_id="01GONE", workflow_id=Workflow.objects.get().pk)
    broken = ended()
    Segment.objects.filter(run_id=broken).update(events=b"broken")
    ended(cost=5)
    assert [task.subject for task in judge()] == ["Too dear"]
    assert EndedRun.objects.count() == 0


HOURLY = {"kind": "missing", "every": {"amount": 1, "unit": "hours"}}


def test_an_expected_run_that_does_not_come_is_raised_once(db: None) -> None:
    workflow = live_workflow([HOURLY])
    watcher = unusual.Watcher()
    assert watcher.find_missing(NOW) == 0
    assert watcher.find_missing(NOW + timedelta(minutes=59)) == 0
    assert watcher.find_missing(NOW + timedelta(minutes=60)) == 1
    assert watcher.find_missing(NOW + timedelta(minutes=61)) == 0
    assert unusual.Watcher().find_missing(NOW + timedelta(days=1)) == 0, "nor after a restart"
    [task] = HumanTask.objects.all()
    assert (task.subject, task.run_id, task.workflow_name) == ("A run is missing", "", "Morning figures")
    assert task.why == "No run came for 1 hour."
    came_at = NOW + timedelta(days=2)
    Run.objects.create(
        workflow=workflow, version=workflow.live, start_node="sum", status="succeeded", created_at=came_at
    )
    assert watcher.find_missing(came_at + timedelta(minutes=30)) == 0
    assert watcher.find_missing(came_at + timedelta(minutes=61)) == 1
    assert HumanTask.objects.count() == 1, "while the first is open, the next is added to it"
    assert task.events.filter(kind="again").count() == 1


def test_a_day_without_its_run(db: None, bob: User) -> None:
    live_workflow([{"kind": "missing", "by": "08:30", "days": "weekdays"}], timezone="Europe/Berlin")
    watcher = unusual.Watcher()
    friday = datetime(2026, 3, 6, 7, tzinfo=UTC)
    assert watcher.find_missing(friday) == 0
    assert watcher.find_missing(friday + timedelta(minutes=31)) == 1
    assert watcher.find_missing(friday + timedelta(days=2)) == 0, "nobody expects a run on Sunday"
    [task] = HumanTask.objects.all()
    services.decide(task_id=task.pk, outcome="dismissed", by=bob, nonce=nonces.issue(task, bob.pk))
    assert watcher.find_missing(friday + timedelta(days=3, minutes=31)) == 1
    assert HumanTask.objects.filter(status="open").count() == 1


def test_a_workflow_that_is_not_live_owes_no_run(db: None) -> None:
    workflow = live_workflow([HOURLY])
    watcher = unusual.Watcher()
    watcher.find_missing(NOW)
    workflow.live = None
    workflow.save()
    assert watcher.find_missing(NOW + timedelta(days=1)) == 0
    again = NOW + timedelta(days=60)
    workflow.live = WorkflowVersion.objects.create(
        workflow=workflow, number=2, document=workflow.document, content_hash="2", created_at=again
    )
    workflow.save()
    assert watcher.find_missing(again + timedelta(minutes=5)) == 0, "it begins anew when published again"
    assert watcher.find_missing(again + timedelta(minutes=61)) == 1
