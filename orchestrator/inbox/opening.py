"""Opening a task: who is asked, which round it is, what happens if nobody answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from orchestrator.inbox import history, notices, settle, similar
from orchestrator.inbox.models import LONGEST_WORDS, HumanTask, Priority, TaskTag, TaskTimer
from orchestrator.inbox.policies import SENT_BACK
from orchestrator.inbox.question import Question, storable
from orchestrator.runs.models import Run, Segment
from orchestrator.runs.store import decode_events
from orchestrator.workflows.models import Workflow

MOST_TIMERS = 50
MOST_PARENTS = 20


def create_task(
    *,
    run_id: str,
    step: str,
    node_id: str,
    node_name: str,
    workflow_id: str,
    data: Mapping[str, Any],
    due_at: datetime | None,
    at: datetime,
) -> HumanTask:
    """A new open task, those asked told of it, or decided at once where a rule lets it pass."""
    question = Question.read(data, otherwise=node_name)
    name = Workflow.objects.filter(pk=workflow_id).values_list("name", flat=True).first()
    task = HumanTask(
        run_id=run_id,
        step=step,
        node_id=node_id,
        node_name=storable(node_name, 200),
        workflow_id=workflow_id if name is not None else None,
        workflow_name=storable(name or "", 200),
        words=_words(question, name or "", node_name),
        for_anyone=not question.assignees,
        created_at=at,
        due_at=due_at,
        excluded=_excluded(data, run_id),
        **vars(question),
    )
    _count_rounds(task, data.get("rounds"))
    passes = _passes(task, data.get("passes"))
    task.save(force_insert=True)
    tags = dict.fromkeys(tag.casefold() for tag in task.tags)
    TaskTag.objects.bulk_create(TaskTag(task=task, name=tag) for tag in tags)
    settle.ask_people(task, first_asked(task))
    history.append(task, "opened", at=at, shown=history.shown_digest(task), asked=task.assignees)
    if passes is not None:
        _pass_by_rule(task, passes, at=at)
    else:
        _set_timers(task, data.get("timers"))
        notices.tell(task, "opened", at=at)
    return task


def _words(question: Question, workflow_name: str, node_name: str) -> str:
    told = " ".join([question.subject, workflow_name, node_name, *question.tags])
    return storable(told).casefold()[:LONGEST_WORDS]


def first_asked(task: HumanTask) -> list[str]:
    """Everyone named, or, one after another, whose turn it is."""
    if task.policy.get("kind") == "sequential":
        return task.assignees[task.stage : task.stage + 1]
    return list(task.assignees)


def starter_of(run_id: str) -> str:
    """The e-mail address of who started a run, or the run that led to it; empty for none."""
    for _ in range(MOST_PARENTS):
        segment = Segment.objects.filter(run_id=run_id).order_by("first_seq").values_list("events").first()
        by = decode_events(bytes(segment[0]))[0].get("by") if segment else None
        if by:
            return str(by).lower()
        parent = Run.objects.filter(pk=run_id).values_list("parent_run", flat=True).first()
        if not parent:
            break
        run_id = parent
    return ""


def _excluded(data: Mapping[str, Any], run_id: str) -> list[str]:
    policy = data.get("policy")
    if not isinstance(policy, Mapping) or policy.get("exclude_starter") is not True:
        return []
    starter = starter_of(run_id)
    return [starter] if starter else []


def _count_rounds(task: HumanTask, rounds: Any) -> None:
    """Number the round; after `most` of them ask those named in `then`, more urgently.

    The item says its round when the workflow carried it along; otherwise those sent back before
    from the same place of the run are counted."""
    rounds = rounds if isinstance(rounds, Mapping) else {}
    told = rounds.get("round")
    if type(told) is int and 0 < told < 10_000:
        task.round = told
    elif SENT_BACK in task.outcomes:
        before = HumanTask.objects.filter(run_id=task.run_id, node_id=task.node_id, scope=task.scope)
        task.round = 1 + sum(
            decision.get("outcome") == SENT_BACK
            for decision in before.exclude(decision=None).values_list("decision", flat=True)
        )
    most, then = rounds.get("most"), rounds.get("then")
    if type(most) is int and task.round > most:
        task.outcomes = [name for name in task.outcomes if name != SENT_BACK] or task.outcomes
        task.priority = max(task.priority, Priority.HIGH)
        task.why = f"{task.why}\n\nIt was sent back {task.round - 1} times.".strip()
        if isinstance(then, list) and then:
            task.assignees = [storable(name) for name in then]
            task.for_anyone = False


def _set_timers(task: HumanTask, timers: Any) -> None:
    rows = []
    for entry in (timers if isinstance(timers, list) else [])[:MOST_TIMERS]:
        if isinstance(entry, Mapping) and isinstance(entry.get("action"), Mapping):
            due = datetime.fromtimestamp(float(entry["due"]) / 1000, UTC)
            rows.append(TaskTimer(task=task, due_at=due, action=dict(entry["action"])))
    TaskTimer.objects.bulk_create(rows)


def _passes(task: HumanTask, rule: Any) -> Mapping[str, Any] | None:
    """By what the task passes without a person; None when somebody is to be asked. A rule that
    wants likeness to earlier decisions says in `why` what was missing."""
    if not isinstance(rule, Mapping):
        return None
    if not isinstance(wanted := rule.get("similar"), Mapping):
        return rule
    found = similar.verdict(task, wanted)
    if found.passes:
        return {**rule, "reason": f"{rule.get('reason') or 'a rule'}: {found.reason}"}
    task.why = f"{task.why}\n\nNot passed by itself: {found.reason}.".strip()
    return None


def _pass_by_rule(task: HumanTask, passes: Mapping[str, Any], *, at: datetime) -> None:
    """Nobody is asked: the rule's reason is recorded as the decision."""
    settle.settle(
        task,
        {
            "outcome": str(passes.get("outcome") or task.outcomes[0]),
            "comment": "",
            "by": "",
            "at": at.isoformat(),
            "proposed": task.proposed,
            "edited": [],
            "automatic": storable(passes.get("reason") or "a rule let it pass", 2000),
            "round": task.round,
        },
        at=at,
    )
