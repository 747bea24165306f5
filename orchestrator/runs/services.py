"""What may be done to runs, from the API, the clock and the inbox. Synchronous, transactional."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from orchestrator.errors import Conflict, NotFound
from orchestrator.runs import failpoints, store
from orchestrator.runs.actors import ring
from orchestrator.runs.models import Run, Signal
from orchestrator.runs.signals import cancel_signal, signal_step, wake
from orchestrator.runs.starting import new_run

__all__ = [
    "cancel_run",
    "cancel_runs_of",
    "fire_timers",
    "get_run",
    "new_run",
    "signal_step",
    "start_run",
    "sweep",
    "wake",
]


def start_run(**wanted: Any) -> str:
    """Queue a run (arguments as `new_run`) and ring for it after commit. Returns its id."""
    run = new_run(**wanted)
    store.insert_runs([run])
    transaction.on_commit(lambda: ring([run.id]))
    return run.id


def cancel_run(*, run_id: str, by: str) -> None:
    """Ask for the end of a run, at whatever point it is. Raises NotFound, Conflict `run.ended`."""
    with transaction.atomic():
        run = get_run(run_id)
        if run.finished_at is not None:
            raise Conflict("run.ended", "the run has already ended")
        cancel_signal(run_id=run_id, by=by)


def get_run(run_id: str) -> Run:
    """Raises NotFound `run.not_found`."""
    run = Run.objects.filter(id=run_id).first()
    if run is None:
        raise NotFound("run.not_found", f"there is no run {run_id}")
    return run


def cancel_runs_of(*, workflow_id: str, by: str) -> int:
    """Cancel every unfinished run of a workflow, as when it is deleted. Returns how many."""
    ids = list(Run.objects.filter(workflow_id=workflow_id, finished_at=None).values_list("id", flat=True))
    for run_id in ids:
        cancel_signal(run_id=run_id, by=by)
    return len(ids)


def fire_timers(limit: int = 500) -> list[str]:
    """Turn due timers into signals, each exactly once. Returns the runs to wake."""
    failpoints.reach("timer.before_commit")
    runs = _fire_timers(limit)
    if runs:
        failpoints.reach("timer.after_commit")
    return runs


def _fire_timers(limit: int) -> list[str]:
    with transaction.atomic(), connection.cursor() as cursor:
        skip = " FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
        cursor.execute(
            "SELECT id, run_id, step, outcome, key FROM runs_timer"
            f" WHERE due_at <= {store.now_sql()} ORDER BY due_at LIMIT {limit}{skip}"
        )
        due = cursor.fetchall()
        if not due:
            return []
        Signal.objects.bulk_create(
            [
                Signal(run_id=run_id, step=step, outcome=outcome, key=key, created_at=timezone.now(),
                       data={"pause": int(key.rpartition(":")[2])})
                for _, run_id, step, outcome, key in due
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        runs = list({row[1] for row in due})
        marks = ", ".join(["%s"] * len(runs))
        cursor.execute(f"UPDATE runs_run SET signalled = %s WHERE id IN ({marks})", [True, *runs])
        cursor.execute(
            f"DELETE FROM runs_timer WHERE id IN ({', '.join(['%s'] * len(due))})", [row[0] for row in due]
        )
    return runs


def sweep(*, stale_seconds: float = 5.0, limit: int = 1000) -> list[str]:
    """Runs that should be at work but whose bell was rung a while ago: lost messages, dead
    workers. Marks them rung; the caller rings."""
    now = store.now_sql()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM runs_run"
            " WHERE (status IN ('queued', 'running') OR (status = 'paused' AND signalled))"
            f" AND (status <> 'running' OR lease_until IS NULL OR lease_until < {now})"
            f" AND bell_at < {now} - %s ORDER BY bell_at LIMIT {limit}",
            [stale_seconds],
        )
        ids = [id for (id,) in cursor.fetchall()]
        if ids:
            marks = ", ".join(["%s"] * len(ids))
            cursor.execute(f"UPDATE runs_run SET bell_at = {now} WHERE id IN ({marks})", ids)
    return ids
