"""The journal's tables, by raw SQL: insert, claim, flush, renew. Same statements for SQLite and
PostgreSQL; all work on many runs at once, in one transaction a call. No Redis, no asyncio here."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
import orjson
from django.conf import settings
from django.db import connection, transaction

from orchestrator.engine.chunks import between, joined, parts
from orchestrator.engine.ports import Flush, Signal
from orchestrator.runs import blob_uses, limits
from orchestrator.runs.blobs import INLINE_BYTES, read_blob, write_blob

LEASE_SECONDS: float = settings.RUN_LEASE_SECONDS

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder()


@dataclass(frozen=True)
class NewRun:
    """A run to be inserted, queued."""

    id: str
    workflow_id: str
    version_id: str
    start_node: str
    mode: str
    source: str
    first_event: dict[str, Any]
    reply_to: str = ""
    priority: int = 0
    limit_key: str = ""
    limits: dict[str, Any] | None = None
    dedupe_key: str = ""
    parent_run: str = ""
    parent_step: str = ""


@dataclass(frozen=True)
class Claim:
    """A run that this worker now owns, with its journal so far."""

    id: str
    attempt: int
    workflow_id: str
    workflow_name: str
    version_id: str
    was_taken_over: bool
    has_signals: bool
    reply_to: str
    limit_key: str
    events: list[dict[str, Any]]


def now_sql() -> str:
    """The database's clock in epoch seconds: leases must not depend on a worker's own."""
    if connection.vendor == "sqlite":
        return "((julianday('now') - 2440587.5) * 86400.0)"
    return "extract(epoch from clock_timestamp())"


def encode_events(events: list[dict[str, Any]]) -> bytes:
    return zlib.compress(_encoder.encode(events), 1)


def decode_events(data: bytes | memoryview) -> list[dict[str, Any]]:
    decoded: list[dict[str, Any]] = _decoder.decode(zlib.decompress(data))
    return decoded


def spill(payload: dict[str, Any]) -> None:
    """Move a large payload's data to the blob store, in place."""
    for part in large_parts(payload):
        put_away(part)


def large_parts(payload: dict[str, Any]) -> list[dict[str, Any]]:
    """What of a payload belongs into the blob store and is not there yet."""
    found = parts(payload) if payload["bytes"] > INLINE_BYTES else []
    return [part for part in found if "data" in part]


def put_away(payload: dict[str, Any]) -> None:
    """Move a payload's data to the blob store, in place, whatever its size."""
    if "data" in payload:
        put_in(payload, write_blob(payload["data"]))


def put_in(payload: dict[str, Any], blob: str) -> None:
    """The data lies in that blob now."""
    payload["blob"] = blob
    del payload["data"]


def load_payload(payload: dict[str, Any]) -> dict[str, Any]:
    """The payload with its `data`, in one piece. Raises FileNotFoundError when a blob is gone."""
    if "chunks" in payload:
        return joined(payload, (load_payload(chunk)["data"] for chunk in payload["chunks"]))
    data = payload.get("data")  # one look: another thread may put it away meanwhile
    return {**payload, "data": read_blob(payload["blob"]) if data is None else data}


def load_items(payload: dict[str, Any], start: int = 0, stop: int | None = None) -> list[dict[str, Any]]:
    """The items' json of a recorded payload."""
    count = payload["count"]
    stop = count if stop is None else min(stop, count)
    records: list[dict[str, Any]] = []
    for chunk, low, high in between(payload, start, stop):
        records += orjson.loads(load_payload(chunk)["data"])[low:high]
    return records


def insert_runs(runs: Sequence[NewRun]) -> None:
    """Commit new runs with their first event. All or none."""
    now = _timestamp(datetime.now(UTC))
    keyed = [run for run in runs if run.dedupe_key]
    # What PostgreSQL gets as one text is one transaction by itself.
    is_whole = connection.vendor == "postgresql" and not connection.in_atomic_block
    with nullcontext() if is_whole else transaction.atomic(), connection.cursor() as cursor:
        _execute_all(
            cursor,
            (
                "INSERT INTO runs_run (id, workflow_id, version_id, status, mode, source, start_node,"
                " priority, created_at, reply_to, limit_key, limits, parent_run, parent_step, last_seq,"
                " waiting, attempt, worker, signalled, bell_at)"
                " VALUES (%s, %s, %s, 'queued', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 1, '[]', 0, '',"
                f" {_false()}, {now_sql()})",
                [_new_row(run, now) for run in runs],
            ),
            (
                "INSERT INTO runs_dedupe (workflow_id, key, run_id) VALUES (%s, %s, %s)",
                [(run.workflow_id, run.dedupe_key, run.id) for run in keyed],
            ),
            (_INSERT_SEGMENT, [(run.id, 1, 1, 0, encode_events([run.first_event])) for run in runs]),
            (blob_uses.INSERT, blob_uses.rows((run.id, [run.first_event]) for run in runs)),
        )


def _new_row(run: NewRun, now: Any) -> tuple[Any, ...]:
    limits = orjson.dumps(run.limits).decode() if run.limits else None
    return (
        run.id, run.workflow_id, run.version_id, run.mode, run.source, run.start_node, run.priority, now,
        run.reply_to, run.limit_key, limits, run.parent_run, run.parent_step,
    )  # fmt: skip


def known_runs(keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The runs that earlier messages started, by (workflow id, dedupe key)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT workflow_id, key, run_id FROM runs_dedupe"
            f" WHERE (workflow_id, key) IN (VALUES {', '.join(['(%s, %s)'] * len(keys))})",
            [part for key in keys for part in key],
        )
        return {(workflow_id, key): run_id for workflow_id, key, run_id in cursor.fetchall()}


def claim_runs(ids: Sequence[str], worker: str) -> list[Claim]:
    """Take the runs that are free: queued, paused with a signal, handed back, or left by a dead
    worker. Raises each one's fencing token and starts its lease."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.id, r.attempt, r.workflow_id, w.name, r.version_id, r.status, r.lease_until,"
            " r.signalled, r.reply_to, r.limit_key, r.limits"
            " FROM runs_run r JOIN workflows_workflow w ON w.id = r.workflow_id"
            f" WHERE r.id IN ({_marks(ids)})"
            " AND (r.status = 'queued' OR (r.status = 'paused' AND r.signalled)"
            f" OR (r.status = 'running' AND (r.lease_until IS NULL OR r.lease_until < {now_sql()})))"
            f"{_for_update('r')}",
            list(ids),
        )
        rows = limits.admit(cursor, {row[0]: row for row in cursor.fetchall()})
        if not rows:
            return []
        _execute_all(
            cursor,
            (
                "UPDATE runs_run SET attempt = attempt + 1, status = 'running', worker = %s,"
                f" started_at = COALESCE(started_at, %s), lease_until = {now_sql()} + {LEASE_SECONDS}"
                f" WHERE id IN ({_marks(rows)})",
                [(worker, _timestamp(datetime.now(UTC)), *rows)],
            ),
            (
                f"SELECT run_id, events FROM runs_segment WHERE run_id IN ({_marks(rows)})"
                " ORDER BY run_id, first_seq",
                [tuple(rows)],
            ),
        )
        journals: dict[str, list[dict[str, Any]]] = {id: [] for id in rows}
        for run_id, data in cursor.fetchall():
            journals[run_id] += decode_events(data)
    return [
        Claim(
            id=row[0], attempt=row[1] + 1, workflow_id=row[2], workflow_name=row[3], version_id=row[4],
            was_taken_over=row[5] == "running" and row[6] is not None, has_signals=bool(row[7]),
            reply_to=row[8], limit_key=row[9], events=journals[row[0]],
        )
        for row in rows.values()
    ]  # fmt: skip


def load_events(run_id: str, after: int = 0) -> list[dict[str, Any]]:
    """The run's events with a sequence number above `after`, payloads as recorded."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT events FROM runs_segment WHERE run_id = %s AND last_seq > %s ORDER BY first_seq",
            [run_id, after],
        )
        rows = cursor.fetchall()
    return [event for (data,) in rows for event in decode_events(data) if event["seq"] > after]


def run_result(run_id: str) -> dict[str, Any] | None:
    """`{"status", "outputs", "error", "reply"}` of an ended run, else None; `reply` is what an
    `http.respond` step answered, if one did."""
    reply = outputs = end = None
    steps: dict[str, dict[str, Any]] = {}
    for event in load_events(run_id):
        if event["type"] in ("step.succeeded", "step.failed"):
            steps[event["step"]] = event.get("outputs") or {}
        elif event["type"] == "run.replied":
            reply = reply or event
        elif event["type"] in ("run.succeeded", "run.failed", "run.cancelled"):
            end = event
    if end is not None:
        outputs = [item for step, port in end.get("result", ()) for item in load_items(steps[step][port])]
    if end is None and reply is None:
        return None
    status = end["type"].removeprefix("run.") if end else "running"
    return {"status": status, "outputs": outputs or [], "error": (end or {}).get("error"), "reply": reply}


def flush_runs(
    flushes: Sequence[Flush], also: Callable[[Any, Flush], None] | None = None
) -> dict[str, bool | None]:
    """Append to many journals in one transaction, in which `also(cursor, flush)` takes part. By run:
    whether signals wait for it, or None when a newer attempt owns the run (nothing of that flush
    was written then). A flush that was committed before, its answer lost, counts as written."""
    by_id = {flush.run_id: flush for flush in flushes}
    results: dict[str, bool | None] = dict.fromkeys(by_id)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, signalled FROM runs_run"
            f" WHERE (id, attempt, last_seq) IN (VALUES {', '.join(['(%s, %s, %s)'] * len(by_id))})"
            f"{_for_update('runs_run')}",
            [value for f in by_id.values() for value in (f.run_id, f.attempt, f.after_seq)],
        )
        rows = dict(cursor.fetchall())
        results.update(_written_before(cursor, [f for f in by_id.values() if f.run_id not in rows]))
        owned = [by_id[id] for id in rows]
        if not owned:
            return results
        signalled = _remaining_signals(cursor, [f for f in owned if rows[f.run_id] or f.consumed_signals])
        results.update({f.run_id: f.run_id in signalled for f in owned})
        _write(cursor, owned, signalled)
        if also is not None:
            for flush in owned:
                also(cursor, flush)
    return results


def _written_before(cursor: Any, flushes: list[Flush]) -> dict[str, bool]:
    """Of flushes that do not fit any more, those whose very events end the journal of the very same
    attempt: an attempt belongs to one worker, so nobody else can have written them."""
    repeated = [f for f in flushes if f.events]
    if not repeated:
        return {}
    cursor.execute(
        "SELECT r.id, r.signalled FROM runs_run r JOIN runs_segment s ON s.run_id = r.id"
        " WHERE (r.id, r.attempt, r.last_seq, s.attempt, s.first_seq, s.last_seq)"
        f" IN (VALUES {', '.join(['(%s, %s, %s, %s, %s, %s)'] * len(repeated))})",
        [
            value
            for f in repeated
            for value in (
                f.run_id, f.attempt, f.events[-1]["seq"], f.attempt, f.events[0]["seq"], f.events[-1]["seq"],
            )
        ],
    )  # fmt: skip
    return {id: bool(signalled) for id, signalled in cursor.fetchall()}


def _remaining_signals(cursor: Any, flushes: list[Flush]) -> set[str]:
    """Delete what was taken up; the runs that still have signals to look at. The rows are locked, so a
    signal stored meanwhile raises the flag again after this transaction."""
    if not flushes:
        return set()
    if consumed := [id for flush in flushes for id in flush.consumed_signals]:
        cursor.execute(f"DELETE FROM runs_signal WHERE id IN ({_marks(consumed)})", consumed)
    ids = [flush.run_id for flush in flushes]
    kept = [id for flush in flushes for id in flush.kept_signals]
    but = f" AND id NOT IN ({_marks(kept)})" if kept else ""
    cursor.execute(
        f"SELECT DISTINCT run_id FROM runs_signal WHERE run_id IN ({_marks(ids)}){but}", [*ids, *kept]
    )
    return {run_id for (run_id,) in cursor.fetchall()}


def _write(cursor: Any, flushes: list[Flush], signalled: set[str]) -> None:
    now = _timestamp(datetime.now(UTC))
    _execute_all(
        cursor,
        (
            "UPDATE runs_run SET status = %s, last_seq = %s, waiting = %s, error = %s, signalled = %s,"
            " started_at = COALESCE(started_at, %s), finished_at = %s,"
            " lease_until = CASE WHEN %s THEN NULL ELSE lease_until END WHERE id = %s",
            [_row(flush, flush.run_id in signalled, now) for flush in flushes],
        ),
        (
            _INSERT_SEGMENT,
            [
                (f.run_id, f.events[0]["seq"], f.events[-1]["seq"], f.attempt, encode_events(f.events))
                for f in flushes
                if f.events
            ],
        ),
        (blob_uses.INSERT, blob_uses.rows((f.run_id, f.events) for f in flushes)),
    )


_INSERT_SEGMENT = (
    "INSERT INTO runs_segment (run_id, first_seq, last_seq, attempt, events) VALUES (%s, %s, %s, %s, %s)"
)


def _row(flush: Flush, is_signalled: bool, now: Any) -> tuple[Any, ...]:
    is_final = flush.status in ("succeeded", "failed", "cancelled")
    releases = flush.releases and (is_final or not is_signalled)
    status = "running" if flush.status == "paused" and is_signalled else flush.status
    last_seq = flush.events[-1]["seq"] if flush.events else flush.after_seq
    error = orjson.dumps(flush.error).decode() if flush.error else None
    return (
        status, last_seq, orjson.dumps(flush.waiting).decode(), error, is_signalled and not is_final, now,
        now if is_final else None, releases, flush.run_id,
    )  # fmt: skip


def fair_queue(limit: int) -> list[str]:
    """Queued runs to claim next, when more wait than can be performed: the first of each workflow
    in turn, by priority, so that nobody starves behind another's backlog."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE w(id) AS ("
            " SELECT min(workflow_id) FROM runs_run WHERE status = 'queued'"
            " UNION ALL SELECT (SELECT min(workflow_id) FROM runs_run"
            " WHERE status = 'queued' AND workflow_id > w.id) FROM w WHERE w.id IS NOT NULL"
            ") SELECT id FROM w WHERE id IS NOT NULL"
        )
        workflows = [id for (id,) in cursor.fetchall()]
        share = max(limit // max(len(workflows), 1), 1)
        found: list[str] = []
        for workflow_id in workflows:
            cursor.execute(
                "SELECT id FROM runs_run WHERE status = 'queued' AND workflow_id = %s"
                f" ORDER BY priority DESC, id LIMIT {share}",
                [workflow_id],
            )
            found += [id for (id,) in cursor.fetchall()]
        return found


def next_limited(limit_key: str, count: int = 5) -> list[str]:
    """Runs that may have waited for a place under this limit: those with an answer to go on with
    first, since they have begun, then queued ones."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM runs_run WHERE limit_key = %s"
            " AND (status = 'queued' OR (status = 'paused' AND signalled))"
            f" ORDER BY CASE status WHEN 'paused' THEN 0 ELSE 1 END, priority DESC, id LIMIT {count}",
            [limit_key],
        )
        return [id for (id,) in cursor.fetchall()]


def renew_leases(worker: str, ids: Sequence[str]) -> dict[str, bool]:
    """Extend the leases of these runs; of those that are still this worker's, whether signals wait.

    Only runs the worker knows of: one whose claim was committed but never heard of, or whose
    executor failed, has to lapse, or nobody would ever go on with it."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE runs_run SET lease_until = {now_sql()} + {LEASE_SECONDS}"
            f" WHERE id IN ({_marks(ids)}) AND worker = %s AND status = 'running'"
            " AND lease_until IS NOT NULL RETURNING id, signalled",
            [*ids, worker],
        )
        return {id: bool(signalled) for id, signalled in cursor.fetchall()}


def database_time() -> float:
    """Epoch seconds by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {now_sql()}")
        return float(cursor.fetchone()[0])


def read_signals(run_id: str) -> list[Signal]:
    """The run's stored signals, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, step, outcome, data FROM runs_signal WHERE run_id = %s ORDER BY id", [run_id]
        )
        return [
            Signal(id, step, outcome, orjson.loads(data) if isinstance(data, str | bytes) else data)
            for id, step, outcome, data in cursor.fetchall()
        ]


def _execute_all(cursor: Any, *statements: tuple[str, Sequence[tuple[Any, ...]]]) -> None:
    """Each statement with each of its rows, in that order; the cursor is left at the last one's
    result. PostgreSQL gets them as one text: there a way to the server and back costs more than
    most of them."""
    statements = tuple((statement, rows) for statement, rows in statements if rows)
    if connection.vendor == "postgresql":
        text = "; ".join(statement for statement, rows in statements for _ in rows)
        cursor.execute(text, [value for _, rows in statements for row in rows for value in row])
        while cursor.nextset():
            pass
        return
    for statement, rows in statements:
        if len(rows) == 1:
            cursor.execute(statement, rows[0])
        else:
            cursor.executemany(statement, rows)


def _timestamp(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


def _false() -> str:
    return "false" if connection.vendor == "postgresql" else "0"


def _for_update(table: str) -> str:
    return f" FOR UPDATE OF {table}" if connection.vendor == "postgresql" else ""


def _marks(values: Any) -> str:
    return ", ".join(["%s"] * len(values))
