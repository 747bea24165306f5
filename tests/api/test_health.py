"""Is it up, the app's page, the exported API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client

from orchestrator import health
from tests.api.callers import Caller

WORKER = "orchestrator:alive:worker:test"


@pytest.fixture
def server() -> Iterator[redis.Redis]:
    client = redis.Redis.from_url(django_settings.REDIS_URL)
    client.delete(WORKER, health.ALIVE_CLOCK)
    yield client
    client.delete(WORKER, health.ALIVE_CLOCK)
    client.close()


def test_a_living_process_says_ok() -> None:
    assert Client().get("/healthz").content == b"ok\n"


@pytest.mark.django_db
def test_ready_only_with_all_parts(server: redis.Redis) -> None:
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["missing"]) == (503, ["worker", "clock"])
    server.set(WORKER, "1", ex=10)
    assert Client().get("/readyz").json()["missing"] == ["clock"]
    server.set(health.ALIVE_CLOCK, "1", ex=10)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)


@pytest.mark.django_db
def test_a_missing_redis_is_named(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(health, "_client", None)
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert "redis" in answer.json()["missing"]


def test_metrics_count_runs_by_status(program: Caller) -> None:
    workflow = program.post("/workflows", {"name": "x", "document": None}).json()
    assert workflow["id"]
    text = Client().get("/metrics", headers=program.headers).content.decode()
    assert "# TYPE orchestrator_runs gauge" in text
    assert 'orchestrator_up{part="database"} 1' in text


@pytest.mark.parametrize(
    "path", ["/", "/workflows", "/workflows/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/runs/x", "/inbox"]
)
def test_all_routes_of_the_app_are_one_page(path: str, settings: Any, tmp_path: Path) -> None:
    settings.FRONTEND_DIST = tmp_path
    missing = Client().get(path)
    assert missing.status_code == 503
    assert b"make run" in missing.content
    (tmp_path / "index.html").write_text("<title>app</title>")
    found = Client().get(path)
    assert (found.status_code, found.content) == (200, b"<title>app</title>")
    assert found["Cache-Control"] == "no-cache"
    assert "csrftoken" in found.cookies


def test_other_addresses_are_not_the_app(db: None) -> None:
    assert Client().get("/wp-login.php").status_code == 404


def test_the_exported_api_is_complete_and_stable(tmp_path: Path) -> None:
    out, file = StringIO(), tmp_path / "openapi.json"
    call_command("export_openapi", stdout=out)
    call_command("export_openapi", output=file)
    assert out.getvalue() == file.read_text()
    assert "/api/v1/workflows/{workflow_id}/publish" in json.loads(out.getvalue())["paths"]


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_told_from_a_bug(
    owner: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: Any, **__: Any) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr("orchestrator.runs.queries.list_runs", gone)
    answer = owner.get("/runs")
    assert (answer.status_code, answer.json()["code"]) == (503, "database.unavailable")
    assert answer["Retry-After"] == "2"
