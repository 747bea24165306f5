"""Reading runs: lists, summaries, events. What a step received and made is in `step_detail`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet

from orchestrator.errors import InvalidInput, NotFound, Problem
from orchestrator.ids import first_id_at
from orchestrator.pages import Page
from orchestrator.runs.live import trim
from orchestrator.runs.models import Run, RunStatus
from orchestrator.runs.store import load_events

FINAL = frozenset({RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.CANCELLED})

_COLUMNS = (
    *("id", "workflow_id", "workflow__name", "version_id", "version__number", "status", "mode", "source"),
    *("created_at", "started_at", "finished_at", "error", "waiting", "last_seq"),
)
_WAIT = ("step", "node", "node_name", "kind", "reason", "until")


@dataclass(frozen=True)
class RunHead:
    """How far a run has come."""

    last_seq: int
    is_finished: bool


def run_not_found(run_id: str) -> NotFound:
    return NotFound("run.not_found", f"there is no run {run_id}")


def filtered(
    *, workflow: str = "", status: str = "", since: datetime | None = None, until: datetime | None = None
) -> QuerySet[Run]:
    """Runs, newest first. `status`: one or several, separated by commas. Raises InvalidInput for an
    unknown status."""
    runs = Run.objects.order_by("-id")
    if workflow:
        runs = runs.filter(workflow_id=workflow)
    if status:
        runs = runs.filter(status__in=_statuses(status))
    # Ids begin with the time of creation: bounds on them need no other index.
    if since is not None:
        runs = runs.filter(id__gte=first_id_at(since))
    if until is not None:
        runs = runs.filter(id__lt=first_id_at(until))
    return runs


def list_runs(page: Page, runs: QuerySet[Run]) -> dict[str, Any]:
    """One page of summaries of these runs."""
    if page.cursor:
        runs = runs.filter(id__lt=page.cursor)
    found = _summaries(runs[: page.limit + 1])
    is_more = len(found) > page.limit
    return {"items": found[: page.limit], "next": found[page.limit - 1]["id"] if is_more else None}


def _statuses(listed: str) -> list[str]:
    names = listed.split(",")
    if unknown := [name for name in names if name not in RunStatus.values]:
        message = f"there is no status {unknown[0]!r}; there are {', '.join(RunStatus.values)}"
        raise InvalidInput("input.invalid", message, [Problem("query.status", "run.status_unknown", message)])
    return names


def summary(run_id: str) -> dict[str, Any]:
    """One run's summary. Raises NotFound."""
    found = summaries([run_id])
    if not found:
        raise run_not_found(run_id)
    return found[0]


def summaries(run_ids: Collection[str]) -> list[dict[str, Any]]:
    """Summaries of those of the runs that exist, in one query, oldest first."""
    return _summaries(Run.objects.filter(id__in=run_ids).order_by("id"))


def recent_summaries(workflow_id: str | None, limit: int = 20) -> list[dict[str, Any]]:
    """The newest runs of a workflow, or of all; oldest first."""
    runs = Run.objects.filter(workflow_id=workflow_id) if workflow_id else Run.objects.all()
    return _summaries(runs.order_by("-id")[:limit])[::-1]


def _summaries(runs: QuerySet[Run]) -> list[dict[str, Any]]:
    return [_summary(row) for row in runs.values(*_COLUMNS)]


def _summary(row: dict[str, Any]) -> dict[str, Any]:
    started, finished = row["started_at"], row["finished_at"]
    return {
        "id": row["id"],
        "workflow_id": row["workflow_id"],
        "workflow_name": row["workflow__name"],
        "version_id": row["version_id"],
        "version_number": row["version__number"],
        "status": row["status"],
        "mode": row["mode"],
        "source": row["source"],
        "created_at": _iso(row["created_at"]),
        "started_at": _iso(started),
        "finished_at": _iso(finished),
        "duration_ms": round((finished - started).total_seconds() * 1000) if started and finished else None,
        "error": row["error"],
        "waiting": [{name: wait.get(name) for name in _WAIT} for wait in row["waiting"]],
        "last_seq": row["last_seq"],
    }


def _iso(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def heads(run_ids: Iterable[str]) -> dict[str, RunHead]:
    """How far each of the runs has come, in one query; missing ones are left out."""
    rows = Run.objects.filter(id__in=list(run_ids)).values_list("id", "last_seq", "status")
    return {run_id: RunHead(last_seq, status in FINAL) for run_id, last_seq, status in rows}


def trimmed_events(run_id: str, after: int = 0) -> list[dict[str, Any]]:
    """The run's events after a sequence number, without the items: what the browser gets."""
    return [trim(event) for event in load_events(run_id, after)]


def events_after(run_id: str, after: int) -> list[dict[str, Any]]:
    """`trimmed_events` of a run that exists. Raises NotFound."""
    if not Run.objects.filter(id=run_id).exists():
        raise run_not_found(run_id)
    return trimmed_events(run_id, after)


def run_with_events(run_id: str) -> dict[str, Any]:
    """Summary, frozen document and all trimmed events. Raises NotFound."""
    run = summary(run_id)
    document = Run.objects.values_list("version__document", flat=True).get(id=run_id)
    return {**run, "document": document, "events": trimmed_events(run_id)}
