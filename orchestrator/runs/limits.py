"""Limits on a workflow's runs: how many at once, how many in a time, per workflow or per key.

They are the workflow's settings: `"concurrency": {"limit": 5, "key": "={{ $json.body.shop }}"}` and
`"rate": {"limit": 100, "per_seconds": 60}`. A run over the limit stays queued. Paused runs hold
no place.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

import orjson
from django.db import connection

from orchestrator.engine.expressions import ExpressionError, ParamsTemplate, Scope

PRIORITIES = {"low": -1, "normal": 0, "high": 1}


def of_settings(
    workflow_id: str, settings: dict[str, Any], items: list[dict[str, Any]]
) -> tuple[str, dict[str, Any] | None, int]:
    """(limit key, limits, priority) of a new run. A key that cannot be resolved counts as none."""
    priority = PRIORITIES.get(str(settings.get("priority", "normal")), 0)
    concurrency, rate = settings.get("concurrency") or {}, settings.get("rate") or {}
    if not (concurrency or rate):
        return "", None, priority
    limits = {
        "concurrency": concurrency.get("limit"),
        "rate": rate.get("limit"),
        "per_seconds": rate.get("per_seconds", 60),
    }
    key = _resolve(str(concurrency.get("key") or rate.get("key") or ""), items)
    return f"{workflow_id}:{key}", {name: n for name, n in limits.items() if n}, priority


def _resolve(key: str, items: list[dict[str, Any]]) -> str:
    if not key.startswith("="):
        return ""
    template = _template(key)
    if template.needs_javascript:
        return ""
    (resolved,) = template.resolve_plain(Scope(items=items or [{}]), range(1))
    if isinstance(resolved, ExpressionError):
        return ""
    return hashlib.sha256(orjson.dumps(resolved.get("key"))).hexdigest()[:32]


@lru_cache(maxsize=1000)
def _template(key: str) -> ParamsTemplate:
    return ParamsTemplate.compile({"key": key})


def admit(cursor: Any, rows: dict[str, tuple[Any, ...]]) -> dict[str, tuple[Any, ...]]:
    """Of claimable rows (…, status at 5, limit key at 9, limits at 10), those with a place under
    their limit. Two claims never count the same free place: claims under a key take turns."""
    keys = {row[9] for row in rows.values() if row[9]}
    if not keys:
        return rows
    admitted = dict(rows)
    for key in sorted(keys):
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [key])
        cursor.execute("SELECT count(*) FROM runs_run WHERE limit_key = %s AND status = 'running'", [key])
        (running,) = cursor.fetchone()
        mine = sorted((row for row in rows.values() if row[9] == key), key=_turn)
        running -= sum(row[5] == "running" for row in mine)
        started = None
        for row in mine:
            limits = orjson.loads(row[10]) if isinstance(row[10], str | bytes) else (row[10] or {})
            if row[5] == "queued" and limits.get("rate"):
                if started is None:
                    started = _started_since(cursor, key, float(limits["per_seconds"]))
                if started >= limits["rate"]:
                    del admitted[row[0]]
                    continue
                started += 1
            if limits.get("concurrency") and running >= limits["concurrency"]:
                del admitted[row[0]]
                continue
            running += 1
    return admitted


def _turn(row: tuple[Any, ...]) -> tuple[bool, bool, str]:
    """Who is admitted first: what a dead worker left has a place already and keeps it, then those that
    have begun, then those that wait the longest."""
    return row[5] != "running", row[5] != "paused", row[0]


def _started_since(cursor: Any, key: str, seconds: float) -> int:
    ago = f"now() - interval '{seconds} seconds'"
    if connection.vendor == "sqlite":
        ago = f"strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', '-{seconds} seconds')"
    cursor.execute(f"SELECT count(*) FROM runs_run WHERE limit_key = %s AND started_at > {ago}", [key])
    (count,) = cursor.fetchone()
    return int(count)
