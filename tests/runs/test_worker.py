"""The worker against a database and a bell that fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import redis
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import OperationalError, connection

from orchestrator.engine.plan import Plan
from orchestrator.runs import services, store
from orchestrator.runs import worker as worker_module
from orchestrator.runs.context import Services
from orchestrator.runs.leases import Leases
from orchestrator.runs.models import Run
from orchestrator.runs.worker import Worker
from orchestrator.workflows.library import library
from tests.engine.world import NoJavaScript
from tests.runs.recording import DOCUMENT, new_workflow

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
in_thread = sync_to_async(thread_sensitive=False)


class NoMemory:
    async def everything(self) -> dict[str, Any]:
        return {}


def start_run() -> str:
    version = new_workflow()
    return services.start_run(
        workflow_id=version.workflow_id, version_id=version.id, node_id="hook", items=[{}]
    )


def status_of(run_id: str) -> str:
    return str(Run.objects.values_list("status", flat=True).get(pk=run_id))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while True:
            if await in_thread(condition)():
                return
            await asyncio.sleep(0.02)


async def until_succeeded(run_id: str) -> None:
    await until(lambda: status_of(run_id) == "succeeded")


@asynccontextmanager
async def working(**options: Any) -> AsyncIterator[Worker]:
    nothing: Any = None
    services_ = Services(http=nothing, credential=nothing, memory=lambda _: NoMemory(), run_code=nothing)
    options = {"compile_plan": lambda _: Plan.compile(DOCUMENT, library())} | options
    worker = Worker(services=services_, evaluator=NoJavaScript(), **options)
    task = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        worker._stopping.set()
        await asyncio.wait_for(task, 10)


async def test_a_database_that_was_away_does_not_fail_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestrator.runs.journal.RETRY_SECONDS", 0.0)
    tries = []

    def compile_plan(version_id: str) -> Plan:
        tries.append(version_id)
        if len(tries) == 1:
            raise OperationalError("the server is starting up")
        return Plan.compile(DOCUMENT, library())

    run_id = await in_thread(start_run)()
    async with working(compile_plan=compile_plan) as worker:
        worker._note([run_id])
        await until(lambda: bool(tries) and not worker._leases._held)
        assert await in_thread(status_of)(run_id) == "running", "it waits for its lease to end"
        await in_thread(lambda: Run.objects.filter(id=run_id).update(lease_until=1.0))()
        worker._note([run_id])
        await until_succeeded(run_id)


async def test_a_run_that_is_claimed_but_not_at_work_yet_is_not_claimed_again() -> None:
    run_id = await in_thread(start_run)()
    async with working() as worker:
        (claim,) = await in_thread(store.claim_runs)([run_id], worker.id)
        worker._leases.hold(claim)
        worker._note([run_id])
        assert run_id not in worker._rung
        await worker._perform(claim)
        worker._note([run_id])
        assert run_id in worker._rung
    assert await in_thread(status_of)(run_id) == "succeeded"


async def test_a_worker_claims_again_after_the_database_was_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestrator.runs.journal.RETRY_SECONDS", 0.0)
    monkeypatch.setattr(worker_module, "BACKLOG", 0)
    fair_queue, failures = store.fair_queue, [OperationalError("gone"), OperationalError("gone")]

    def failing(limit: int) -> list[str]:
        if failures:
            raise failures.pop()
        return fair_queue(limit)

    monkeypatch.setattr(store, "fair_queue", failing)
    monkeypatch.setattr(worker_module, "CLAIM_AT_ONCE", 1)
    runs = [await in_thread(start_run)() for _ in range(5)]
    async with working() as worker:
        worker._note(runs)
        await until(lambda: not failures)
        worker._note(runs)
        for run_id in runs:
            await until_succeeded(run_id)


async def test_runs_go_on_while_redis_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """As far as this worker can tell: it cannot say that it is alive, and hears no bell."""
    run_id = await in_thread(start_run)()
    await in_thread(lambda: redis.Redis.from_url(settings.REDIS_URL).flushall())()
    await in_thread(lambda: Run.objects.update(bell_at=0))()

    async def no_answer(*_: Any, **__: Any) -> None:
        raise redis.ConnectionError("gone")

    async with working() as worker:
        monkeypatch.setattr(worker._redis, "set", no_answer)
        await until_succeeded(run_id)


async def test_a_worker_that_lost_one_of_its_jobs_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_: Worker) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(Worker, "_hear_wakes", broken)
    async with working() as worker:
        await asyncio.wait_for(worker._stopping.wait(), 10)


def test_leases_tell_of_loss_and_of_signals_and_forget_what_was_let_go() -> None:
    lost: list[str] = []
    signalled: list[str] = []
    times: list[float] = []
    leases = Leases("w", on_lost=lost.append, on_signalled=signalled.append, on_time=times.append)
    gone, called, done = [store.claim_runs([start_run()], "w")[0] for _ in range(3)]
    for claim in (gone, called, done):
        leases.hold(claim)
    Run.objects.filter(id=gone.id).update(lease_until=1.0)
    store.claim_runs([gone.id], "other")
    services.signal_step(run_id=called.id, step="s:1", outcome="yes", data={}, key="k")
    leases.let_go(done)
    Run.objects.filter(id=done.id).update(lease_until=5.0)
    leases.renew()
    assert (lost, signalled, times) == ([gone.id], [called.id], [0.0])
    assert Run.objects.get(id=done.id).lease_until == 5.0
    connection.close()


def test_letting_an_old_claim_go_keeps_the_newer_one() -> None:
    leases = Leases("w", on_lost=print, on_signalled=print, on_time=print)
    run_id = start_run()
    (old,) = store.claim_runs([run_id], "w")
    Run.objects.update(lease_until=1.0)
    (new,) = store.claim_runs([run_id], "w")
    leases.hold(old)
    leases.hold(new)
    leases.let_go(old)
    Run.objects.update(lease_until=5.0)
    leases.renew()
    assert Run.objects.get(id=run_id).lease_until > 1e9
