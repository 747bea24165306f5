"""What may be done to runs, from the API, the clock and the inbox. Synchronous, transactional."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cache
from typing import Any

import redis
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from orchestrator.engine.payload import from_json
from orchestrator.errors import Conflict, NotFound
from orchestrator.ids import new_id
from orchestrator.runs import store
from orchestrator.runs.actors import ring
from orchestrator.runs.models import Run, Signal
from orchestrator.runs.store import NewRun

WAKE_CHANNEL = "orchestrator:wake"


def new_run(
    *,
    workflow_id: str,
    version_id: str,
    node_id: str,
    items: Sequence[dict[str, Any]],
    mode: str = "production",
    source: str = "manual",
    by: str | None = None,
    until: str | None = None,
    reply_to: str = "",
) -> NewRun:
    """A run ready to be inserted, with its first event. Raises NodeError when items are not JSON."""
    payload = from_json(list(items))
    store.spill(payload)
    event: dict[str, Any] = {
        "seq": 1,
        "at": int(time.time() * 1000),
        "attempt": 0,
        "type": "run.queued",
        "workflow_id": workflow_id,
        "version_id": version_id,
        "node": node_id,
        "mode": mode,
        "source": source,
        "items": payload,
    }
    if by:
        event["by"] = by
    if until:
        event["until"] = until
    return NewRun(
        id=new_id(), workflow_id=workflow_id, version_id=version_id, start_node=node_id, mode=mode,
        source=source, first_event=event, reply_to=reply_to,
    )  # fmt: skip


def start_run(**wanted: Any) -> str:
    """Queue a run (arguments as `new_run`) and ring for it after commit. Returns its id."""
    run = new_run(**wanted)
    store.insert_runs([run])
    transaction.on_commit(lambda: announce_start([run.id]))
    return run.id


def announce_start(run_ids: list[str]) -> None:
    ring(run_ids)


def signal_step(*, run_id: str, step: str, outcome: str, data: dict[str, Any], key: str) -> bool:
    """Store an answer for a paused step and ring after commit. False when this key was stored
    before: an answer counts once. An answer that arrives before its pause is kept."""
    _, is_new = Signal.objects.get_or_create(
        run_id=run_id, key=key, defaults={"step": step, "outcome": outcome, "data": data}
    )
    if is_new:
        Run.objects.filter(id=run_id).update(signalled=True)
        transaction.on_commit(lambda: wake([run_id]))
    return is_new


def wake(run_ids: list[str]) -> None:
    """Have signals taken up: by the worker that holds the run, or by any that claims it."""
    ring(run_ids)
    try:
        _redis().publish(WAKE_CHANNEL, ",".join(run_ids))
    except redis.RedisError:
        return


def cancel_run(*, run_id: str, by: str) -> None:
    """Ask for the end of a run, at whatever point it is. Raises NotFound, Conflict `run.ended`."""
    with transaction.atomic():
        run = _run(run_id)
        if run.finished_at is not None:
            raise Conflict("run.ended", "The run has already ended.")
        signal_step(run_id=run_id, step="", outcome="cancel", data={"by": by}, key="cancel")


def retry_run(*, run_id: str, by: str) -> str:
    """Start the same version again with the same items. Returns the new run's id."""
    run = _run(run_id)
    first = store.load_events(run_id)[0]
    return start_run(
        workflow_id=run.workflow_id, version_id=run.version_id, node_id=run.start_node,
        items=store.load_items(first["items"]), mode="retry", source=run.source, by=by,
    )  # fmt: skip


def cancel_runs_of(*, workflow_id: str, by: str) -> int:
    """Cancel every unfinished run of a workflow, as when it is deleted. Returns how many."""
    ids = list(Run.objects.filter(workflow_id=workflow_id, finished_at=None).values_list("id", flat=True))
    for run_id in ids:
        signal_step(run_id=run_id, step="", outcome="cancel", data={"by": by}, key="cancel")
    return len(ids)


def _run(run_id: str) -> Run:
    run = Run.objects.filter(id=run_id).first()
    if run is None:
        raise NotFound("run.not_found", f"There is no run {run_id}.")
    return run


def fire_timers(limit: int = 500) -> list[str]:
    """Turn due timers into signals, each exactly once. Returns the runs to wake."""
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


@cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
