"""Is it up: `/healthz` for the process, `/readyz` for all of it, `/metrics` for Prometheus."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from orchestrator.accounts.authentication import signed_in_only

ALIVE_WORKERS = "orchestrator:alive:worker:*"
ALIVE_CLOCK = "orchestrator:alive:clock"

_client: redis.Redis | None = None


def _redis() -> redis.Redis:
    global _client
    if _client is None:
        _client = redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2, max_connections=4
        )
    return _client


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while this process answers at all."""
    return HttpResponse(b"ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when database, Redis, a worker and the clock are there; else 503 naming what is missing."""
    parts = {name: check() for name, check in CHECKS.items()}
    missing = [name for name, reason in parts.items() if reason]
    body = {
        "ready": not missing,
        "missing": missing,
        "parts": {name: reason or "ok" for name, reason in parts.items()},
    }
    response = HttpResponse(
        orjson.dumps(body) + b"\n", status=503 if missing else 200, content_type="application/json"
    )
    # Django would log each "not yet" as an error; whoever asks gets the reasons in the answer.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM runs_run WHERE id = ''")
    except DatabaseError as error:
        return f"the database does not answer: {type(error).__name__}"
    return ""


def _server() -> str:
    return _asked(lambda: "" if _redis().ping() else "no answer")


def _worker() -> str:
    found = lambda: next(iter(_redis().scan_iter(ALIVE_WORKERS, count=1000)), None)  # noqa: E731
    return _asked(lambda: "" if found() else "no worker is running")


def _clock() -> str:
    return _asked(lambda: "" if _redis().exists(ALIVE_CLOCK) else "no clock is running")


def _asked(question: Callable[[], str]) -> str:
    try:
        return question()
    except redis.RedisError as error:
        return f"Redis does not answer: {type(error).__name__}"


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "redis": _server,
    "worker": _worker,
    "clock": _clock,
}


@require_safe
@signed_in_only
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text: runs by status, and which parts answer. For who is signed in, or an API token."""
    lines = [line for family in FAMILIES for line in family()]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def _family(name: str, help_text: str, values: dict[str, Any]) -> list[str]:
    head = [f"# HELP {name} {help_text}", f"# TYPE {name} gauge"]
    return head + [f"{name}{labels} {value}" for labels, value in values.items()]


def _runs() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status, count(*) FROM runs_run GROUP BY status")
        counts = {f'{{status="{status}"}}': count for status, count in cursor.fetchall()}
    return _family("orchestrator_runs", "Runs by status.", counts)


def _parts() -> list[str]:
    up = {f'{{part="{name}"}}': int(not check()) for name, check in CHECKS.items()}
    return _family("orchestrator_up", "Whether a part of the system answers.", up)


FAMILIES: tuple[Callable[[], list[str]], ...] = (_runs, _parts)
