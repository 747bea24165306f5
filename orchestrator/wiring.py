"""The one place that joins nodes, engine, stores, queue and clock."""

from __future__ import annotations

import gc
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.contrib.sessions.models import Session

from orchestrator.accounts import services as accounts
from orchestrator.credentials import services as credentials
from orchestrator.engine.plan import Plan
from orchestrator.inbox import arrivals, digests, outbox, unusual
from orchestrator.inbox import services as inbox
from orchestrator.memory import seen
from orchestrator.memory import services as memory
from orchestrator.runs import blob_uses, blobs, happenings, sinks
from orchestrator.runs.context import BlockingMemory, Services
from orchestrator.runs.worker import Worker
from orchestrator.sandbox import SandboxPool
from orchestrator.sdk.egress import EgressPolicy
from orchestrator.sdk.http import open_client
from orchestrator.triggers import services as triggers
from orchestrator.workflows.library import library
from orchestrator.workflows.models import WorkflowVersion

log = structlog.get_logger(__name__)

TIDY_EVERY = timedelta(hours=1)
postman = outbox.Postman()
collector = arrivals.Collector()
watcher = unusual.Watcher()
TIDY_BLOBS_EVERY = timedelta(seconds=15)
_tidied_at: datetime | None = None
_blobs_tidied_at = datetime.min.replace(tzinfo=UTC)
_blob_folder = 0


def compile_plan(version_id: str) -> Plan:
    """The plan of a frozen version. Raises KeyError for a node type that is not installed."""
    return Plan.compile(
        WorkflowVersion.objects.values_list("document", flat=True).get(pk=version_id), library()
    )


def connect() -> None:
    """Join the apps that speak to each other through ports. Once in each process."""
    sinks.connect_people(open_task=inbox.open_task, close_task=inbox.close_task, note_end=unusual.note_end)


def spare_the_collector() -> None:
    """Look for cycles of garbage rarely, and never in what was loaded at the start: items are plain
    trees, and a search after each few hundred of them takes as long as the work on them."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


async def run_worker() -> None:
    """A worker process's whole life."""
    connect()
    spare_the_collector()
    pool = SandboxPool(warm=1, packages=settings.PYTHON_PACKAGES if settings.FULL_PYTHON else None)
    await pool.start()
    http = open_client(EgressPolicy(settings.EGRESS_ALLOW))
    services = Services(
        http=http,
        credential=credentials.credential_for_step,
        memory=lambda workflow_id: BlockingMemory(memory, seen, workflow_id),
        run_code=pool.run_code,
    )
    worker = Worker(services=services, evaluator=pool, compile_plan=compile_plan)
    try:
        await worker.run()
    finally:
        await pool.close()
        await http.aclose()


def fire_schedules(now: datetime) -> list[str]:
    """Start the runs whose schedules are due. Returns their ids."""
    _tidy(now)
    _tidy_blobs(now)
    _watch_over_tasks(now)
    fired: list[Any] = triggers.fire_due(now)
    return fired


def _watch_over_tasks(now: datetime) -> None:
    """Remind, escalate and end what waits for people. A fault there must not hold up schedules."""
    try:
        inbox.fire_due(now)
        digests.fire_due(now)
        watcher.look(now)
        postman.nudge(now)
        collector.nudge(now)
    except Exception:
        log.exception("the timers of tasks could not fire")


def _tidy_blobs(now: datetime) -> None:
    """Look for blobs that nobody refers to, a folder at a time: all of them in about an hour. A fault
    there must not hold up schedules."""
    global _blobs_tidied_at, _blob_folder
    if now - _blobs_tidied_at < TIDY_BLOBS_EVERY:
        return
    _blobs_tidied_at = now
    try:
        keep_seconds = settings.BLOB_KEEP_HOURS * 3600
        if removed := blobs.remove_unused(_blob_folder, blob_uses.used, keep_seconds=keep_seconds):
            log.info("removed blobs that no run refers to", count=removed)
    except Exception:
        log.exception("blobs could not be tidied")
    _blob_folder = (_blob_folder + 1) % blobs.FOLDERS


def _tidy(now: datetime) -> None:
    """Once an hour, delete what is past its time: memory, events, sessions, failed sign-ins."""
    global _tidied_at
    if _tidied_at is not None and now - _tidied_at < TIDY_EVERY:
        return
    _tidied_at = now
    memory.forget_expired(now=now)
    happenings.forget_old(now=now)
    accounts.forget_old_attempts(now=now)
    outbox.forget_old(now=now)
    Session.objects.filter(expire_date__lt=now).delete()
