"""What the executor relies on, the same of the journal in memory that simulations use and of the real
one, on the database of this test run (SQLite here; `make test` repeats it on PostgreSQL)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Protocol

import pytest
from asgiref.sync import sync_to_async
from django.db import DataError, OperationalError, connection

from orchestrator.engine.payload import from_json
from orchestrator.engine.ports import Flush, Journal, LeaseLost, Signal
from orchestrator.runs import journal as journal_module
from orchestrator.runs import services, store
from orchestrator.runs.journal import GroupJournal
from orchestrator.runs.models import Run
from tests.engine.world import FakeStore
from tests.runs.recording import new_workflow

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


class Bench(Protocol):
    """A journal with one queued run, and what other processes do to that run."""

    journal: Journal
    run_id: str

    async def claim(self) -> int:
        """By a new worker, whoever had the run before; the attempt."""
        ...

    async def signal(self, step: str, outcome: str) -> None: ...
    async def events(self) -> list[dict[str, Any]]: ...


class FakeBench:
    def __init__(self) -> None:
        self.run_id = "run"
        self.journal = self.fake = FakeStore(events=[{"seq": 1, "type": "run.queued"}])

    async def claim(self) -> int:
        self.fake.attempt += 1
        return self.fake.attempt

    async def signal(self, step: str, outcome: str) -> None:
        self.fake.signal(step, outcome)

    async def events(self) -> list[dict[str, Any]]:
        return self.fake.events


class RealBench:
    def __init__(self) -> None:
        self.announced: list[list[int]] = []
        self.journal = GroupJournal(self._announce)
        self.run_id = ""

    async def _announce(self, flushes: Sequence[Flush]) -> None:
        self.announced.append([event["seq"] for flush in flushes for event in flush.events])

    def start(self) -> str:
        version = new_workflow()
        return services.start_run(
            workflow_id=version.workflow_id, version_id=version.id, node_id="hook", items=[{}]
        )

    async def claim(self) -> int:
        def take() -> int:
            Run.objects.filter(id=self.run_id).update(lease_until=1.0)
            (claimed,) = store.claim_runs([self.run_id], "w")
            return claimed.attempt

        return int(await self.journal.in_thread(take))

    async def signal(self, step: str, outcome: str) -> None:
        await self.journal.in_thread(
            lambda: services.signal_step(
                run_id=self.run_id, step=step, outcome=outcome, data={}, key=f"{step}:{outcome}"
            )
        )

    async def events(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.journal.in_thread(store.load_events, self.run_id)
        return found


@pytest.fixture(params=["fake", "real"])
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    if request.param == "fake":
        yield FakeBench()
        return
    real = RealBench()
    real.run_id = await real.journal.in_thread(real.start)
    yield real
    await sync_to_async(real.journal.close, thread_sensitive=False)()


def flush(bench: Bench, attempt: int, after: int, *types: str, **fields: Any) -> Flush:
    events = [{"seq": after + n, "at": 5, "attempt": attempt, "type": t} for n, t in enumerate(types, 1)]
    options = {"status": "running", "releases": False} | fields
    return Flush(
        run_id=bench.run_id, workflow_id="w", attempt=attempt, after_seq=after, events=events, **options
    )


async def test_what_was_flushed_is_in_the_journal_in_order(bench: Bench) -> None:
    attempt = await bench.claim()
    assert not await bench.journal.flush(flush(bench, attempt, 1, "run.started", "a"))
    assert not await bench.journal.flush(flush(bench, attempt, 3, "b"))
    assert [(e["seq"], e["type"]) for e in await bench.events()] == [
        (1, "run.queued"), (2, "run.started"), (3, "a"), (4, "b"),
    ]  # fmt: skip


async def test_a_worker_that_lost_the_run_writes_nothing(bench: Bench) -> None:
    old = await bench.claim()
    new = await bench.claim()
    assert new == old + 1
    with pytest.raises(LeaseLost):
        await bench.journal.flush(flush(bench, old, 1, "run.started"))
    await bench.journal.flush(flush(bench, new, 1, "run.taken_over"))
    with pytest.raises(LeaseLost):
        await bench.journal.flush(flush(bench, old, 2, "late"))
    assert [e["type"] for e in await bench.events()] == ["run.queued", "run.taken_over"]


async def test_a_hole_is_refused(bench: Bench) -> None:
    attempt = await bench.claim()
    with pytest.raises(LeaseLost):
        await bench.journal.flush(flush(bench, attempt, 5, "x"))
    assert len(await bench.events()) == 1


async def test_a_flush_that_comes_again_is_written_once(bench: Bench) -> None:
    attempt = await bench.claim()
    one = flush(bench, attempt, 1, "run.started", "a")
    assert not await bench.journal.flush(one)
    assert not await bench.journal.flush(one)
    assert len(await bench.events()) == 3


async def test_signals_are_told_of_until_they_are_taken_up_or_kept(bench: Bench) -> None:
    attempt = await bench.claim()
    await bench.signal("a:1", "yes")
    await bench.signal("b:1", "no")
    first, second = await bench.journal.signals(bench.run_id)
    assert [(s.step, s.outcome) for s in (first, second)] == [("a:1", "yes"), ("b:1", "no")]
    assert isinstance(first, Signal)
    assert await bench.journal.flush(flush(bench, attempt, 1, "x", consumed_signals=[first.id]))
    kept = flush(bench, attempt, 2, "y", kept_signals=[second.id])
    assert not await bench.journal.flush(kept), "one that came too early calls for nothing"
    assert [s.id for s in await bench.journal.signals(bench.run_id)] == [second.id]
    last = flush(bench, attempt, 3, "z", consumed_signals=[second.id])
    assert not await bench.journal.flush(last)
    assert not await bench.journal.signals(bench.run_id)


async def test_a_pause_is_told_of_a_signal_that_came_before_it(bench: Bench) -> None:
    attempt = await bench.claim()
    await bench.signal("a:1", "yes")
    pause = flush(bench, attempt, 1, "run.paused", status="paused", releases=True)
    assert await bench.journal.flush(pause)
    await bench.journal.flush(flush(bench, attempt, 2, "run.resumed"))


async def test_a_payload_comes_back_as_it_was(bench: Bench) -> None:
    payload = from_json([{"text": "x" * 1000} for _ in range(1000)])
    wanted = payload["data"]
    bench.journal.spill(payload)
    assert (await bench.journal.load(payload))["data"] == wanted
    assert (await asyncio.to_thread(bench.journal.fetch, payload))["data"] == wanted


async def test_a_run_that_has_not_ended_has_no_result(bench: Bench) -> None:
    assert await bench.journal.result(bench.run_id) is None


# What only the real one does: share transactions, and bear a database that fails.


@pytest.fixture
async def real() -> AsyncIterator[RealBench]:
    bench = RealBench()
    bench.run_id = await bench.journal.in_thread(bench.start)
    yield bench
    await sync_to_async(bench.journal.close, thread_sensitive=False)()


def failing(
    monkeypatch: pytest.MonkeyPatch, error: Exception, *, after_commit: bool, when: Callable[[Any], bool]
) -> list[int]:
    """Make `flush_runs` fail; the sizes of the groups that failed."""
    original, failed = journal_module.flush_runs, []

    def flush_runs(flushes: Sequence[Flush]) -> dict[str, bool | None]:
        if when(flushes) and not (after_commit and failed):
            if after_commit:
                original(flushes)
            failed.append(len(flushes))
            raise error
        return original(flushes)

    monkeypatch.setattr(journal_module, "flush_runs", flush_runs)
    return failed


async def test_a_commit_whose_answer_was_lost_is_not_a_lost_lease(
    real: RealBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = await real.claim()
    failed = failing(monkeypatch, OperationalError("cut"), after_commit=True, when=lambda _: True)
    assert not await real.journal.flush(flush(real, attempt, 1, "run.started"))
    assert failed == [1]
    assert [e["type"] for e in await real.events()] == ["run.queued", "run.started"]
    assert real.announced == [[2]]


async def test_a_flush_that_cannot_be_written_harms_no_other(
    real: RealBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = await real.claim()
    other = RealBench()
    other.journal.close()
    other.journal, other.run_id = real.journal, await real.journal.in_thread(other.start)
    others_attempt = await other.claim()
    bad = real.run_id
    failed = failing(
        monkeypatch,
        DataError("no such character"),
        after_commit=False,
        when=lambda flushes: any(f.run_id == bad for f in flushes),
    )
    results = await asyncio.gather(
        real.journal.flush(flush(real, attempt, 1, "run.started")),
        real.journal.flush(flush(other, others_attempt, 1, "run.started")),
        return_exceptions=True,
    )
    assert isinstance(results[0], DataError)
    assert results[1] is False
    assert failed == [2, 1]
    assert len(await other.events()) == 2


async def test_two_claims_of_one_run_that_write_at_once_get_an_answer_each(real: RealBench) -> None:
    old = await real.claim()
    new = await real.claim()
    results = await asyncio.gather(
        real.journal.flush(flush(real, old, 1, "run.started", "late")),
        real.journal.flush(flush(real, new, 1, "run.taken_over")),
        return_exceptions=True,
    )
    assert isinstance(results[0], LeaseLost)
    assert results[1] is False
    assert [e["type"] for e in await real.events()] == ["run.queued", "run.taken_over"]


async def test_what_cannot_be_announced_is_committed_all_the_same(real: RealBench) -> None:
    attempt = await real.claim()

    async def no(flushes: Sequence[Flush]) -> None:
        raise ConnectionError("nobody listens")

    real.journal._on_commit = no
    assert not await asyncio.wait_for(real.journal.flush(flush(real, attempt, 1, "run.started")), 5)
    assert len(await real.events()) == 2
    assert connection.vendor in ("sqlite", "postgresql")
