"""The record of decisions, for auditors: every line of every history with its hashes, and a check."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from orchestrator.inbox import history
from orchestrator.inbox.models import HumanTask, TaskEvent, TaskStatus

COLUMNS = (
    "task", "number", "at", "kind", "by", "subject", "workflow", "step", "run", "outcome", "comment",
    "data", "prev_hash", "hash",
)  # fmt: skip
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BESIDES = ("shown", "via", "address")
"""What the line of a decision says besides the decision itself."""
CHUNK = 500
CLOSING = {
    TaskStatus.DONE.value: "decided",
    TaskStatus.EXPIRED.value: "expired",
    TaskStatus.CANCELLED.value: "cancelled",
}


def as_csv(tasks: QuerySet[HumanTask]) -> Iterator[str]:
    """A header and a line for each event. A cell that a spreadsheet would take for a formula is
    marked as text (`'=…`)."""
    yield _csv_line(COLUMNS)
    for event in _events(tasks):
        yield _csv_line([_safe(value) for value in _record(event).values()])


def as_json(tasks: QuerySet[HumanTask]) -> Iterator[str]:
    """One JSON object a line for each event, all that was hashed among it; the first line of a
    task brings what it showed, as `content`."""
    for event in _events(tasks):
        record = _record(event)
        if event.kind == "opened":
            record["content"] = history.shown_first(event.task)
        yield json.dumps(record, ensure_ascii=False, default=str) + "\n"


def faults(tasks: QuerySet[HumanTask]) -> Iterator[tuple[HumanTask, str]]:
    """Tasks whose history was changed, cut off, or does not say what the task says."""
    for task in tasks.order_by("pk").iterator(CHUNK):
        if reason := _fault(task):
            yield task, reason


def _fault(task: HumanTask) -> str:
    events = list(task.events.order_by("number"))
    if not events or events[0].kind != "opened":
        return "its history does not begin with the question"
    if not history.is_intact(task):
        return "a line of its history was changed or removed"
    if events[0].data.get("shown") != history.digest_of(history.shown_first(task)):
        return "what it shows is not what was asked"
    ends = [event for event in events if event.kind in CLOSING.values()]
    if task.status == TaskStatus.OPEN:
        return "it is open, and its history says it is closed" if ends else ""
    if [event.kind for event in ends] != [CLOSING[task.status]]:
        return f"it is {task.status}, and its history does not say so"
    if task.status == TaskStatus.DONE:
        return _decision_fault(task, ends[0])
    return ""


def _decision_fault(task: HumanTask, event: TaskEvent) -> str:
    decision = task.decision or {}
    told = {name: value for name, value in decision.items() if name not in ("by", "at")}
    recorded = {name: value for name, value in event.data.items() if name not in BESIDES}
    if told != recorded or (decision.get("by") or "") != event.by_name:
        return "its decision is not the one in its history"
    if event.data.get("shown") != history.shown_digest(task):
        return "what it shows is not what was decided on"
    return ""


def _events(tasks: QuerySet[HumanTask]) -> Iterator[TaskEvent]:
    found = TaskEvent.objects.filter(task__in=tasks).select_related("task").order_by("task_id", "number")
    return found.iterator(CHUNK)


def _record(event: TaskEvent) -> dict[str, Any]:
    task = event.task
    values = (
        task.pk, event.number, event.at.isoformat(), event.kind, event.by_name, task.subject,
        task.workflow_name, task.step, task.run_id, event.data.get("outcome", ""),
        event.data.get("comment") or event.data.get("text") or "", event.data, event.prev_hash, event.hash,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _safe(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _csv_line(values: Any) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()
