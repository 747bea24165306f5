"""The worker: claims runs, performs many of them on one event loop, keeps their leases."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import signal
import socket
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import dramatiq
import msgspec
import redis.asyncio
from django.conf import settings
from django.db import Error as DatabaseError

from orchestrator.engine.executor import Executor, RunInfo, World
from orchestrator.engine.expressions import Evaluator
from orchestrator.engine.plan import Plan
from orchestrator.engine.ports import Flush, LeaseLost
from orchestrator.engine.state import RunState
from orchestrator.runs import actors, store
from orchestrator.runs.broker import QUEUE
from orchestrator.runs.callbacks import resume_url
from orchestrator.runs.context import NodeContext, RunFacts, Services
from orchestrator.runs.intake import REPLY_CHANNEL
from orchestrator.runs.journal import GroupJournal, claim_runs
from orchestrator.runs.leases import Leases, clock_difference_ms
from orchestrator.runs.live import LivePublisher, trim
from orchestrator.runs.services import sweep
from orchestrator.runs.signals import WAKE_CHANNEL
from orchestrator.runs.store import Claim

log = logging.getLogger(__name__)

MOST_RUNS = 1000
CLAIM_AT_ONCE = 100
BACKLOG = 200
"""Runs rung for but not claimed, above which the queue is no longer taken in order."""
PLANS_KEPT = 200
ALIVE_SECONDS = 10
LOOK_SECONDS = 1.0
"""How often to look for runs in the database while Redis is away."""
GRACE_SECONDS = 20.0


@dataclass
class SystemClock:
    """The database's time, which is the same for all workers, and real chance."""

    ahead_ms: float = 0.0
    """By how much the database's clock is ahead of this machine's."""

    def now_ms(self) -> int:
        return int(time.time() * 1000 + self.ahead_ms)

    def random(self) -> float:
        return random.random()


class Worker:
    """One for each process. `compile_plan` turns a version id into its Plan (blocking)."""

    def __init__(
        self, *, services: Services, evaluator: Evaluator, compile_plan: Callable[[str], Plan]
    ) -> None:
        self.id = f"{socket.gethostname()}:{os.getpid()}:{random.randrange(16**4):04x}"
        self._services = services
        self._evaluator = evaluator
        self._compile_plan = compile_plan
        self._clock = SystemClock()
        self._journal = GroupJournal(self._committed)
        self._publisher = LivePublisher(settings.REDIS_URL, on_watched=self._show_watched)
        self._redis = redis.asyncio.Redis.from_url(
            settings.REDIS_URL, socket_timeout=5, socket_connect_timeout=2
        )
        self._plans: OrderedDict[str, Plan] = OrderedDict()
        self._rung: dict[str, None] = {}
        self._called: set[str] = set()
        """Runs that were rung for between their claim and their start."""
        self._has_rung = asyncio.Event()
        self._running: dict[str, tuple[Claim, Executor]] = {}
        self._performing: set[asyncio.Task[None]] = set()
        self._room = threading.Event()
        self._room.set()
        self._stopping = asyncio.Event()
        self._loop = loop = asyncio.get_running_loop()
        self._leases = Leases(
            self.id,
            on_lost=lambda run_id: loop.call_soon_threadsafe(self._lost, run_id),
            on_signalled=lambda run_id: loop.call_soon_threadsafe(self._wake, [run_id]),
            on_time=self._set_clock,
        )

    # -- life ------------------------------------------------------------------------------

    async def run(self) -> None:
        """Work until SIGTERM or SIGINT; then let steps reach a boundary and hand runs back."""
        for name in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(name, self._stopping.set)
        await self._publisher.start()
        self._set_clock(await self._journal.in_thread(clock_difference_ms))
        actors.connect_worker(self._take)
        consumer = dramatiq.Worker(actors.broker, queues={QUEUE}, worker_threads=1, worker_timeout=1000)
        await asyncio.to_thread(consumer.start)
        self._leases.start()
        tasks = [asyncio.create_task(job()) for job in (self._claim_rung, self._hear_wakes, self._show_alive)]
        for task in tasks:
            task.add_done_callback(self._job_ended)
        log.info("worker %s is ready", self.id)
        await self._stopping.wait()
        log.info("stopping: %d runs at work", len(self._running))
        self._room.set()
        await asyncio.to_thread(consumer.stop, 5000)
        await self._wind_down(tasks)

    def _job_ended(self, task: asyncio.Task[None]) -> None:
        """A worker without one of its jobs would only look alive: it ends, to be started again."""
        if not task.cancelled() and not self._stopping.is_set():
            log.critical("a job of the worker ended", exc_info=task.exception())
            self._stopping.set()

    async def _wind_down(self, tasks: list[asyncio.Task[None]]) -> None:
        tasks[0].cancel()
        for _, executor in self._running.values():
            executor.stop()
        if self._performing:
            _, late = await asyncio.wait(self._performing, timeout=GRACE_SECONDS)
            for task in late:
                task.cancel()
        for task in tasks:
            task.cancel()
        # Bounded: redis-py may swallow a cancellation in the middle of a reply.
        await asyncio.wait([*tasks, *self._performing], timeout=2)
        await self._publisher.close()
        self._leases.stop()
        with suppress(redis.RedisError):
            await self._redis.delete(f"orchestrator:alive:worker:{self.id}")
        await self._redis.aclose()
        self._journal.close()

    # -- claiming --------------------------------------------------------------------------

    def _take(self, run_ids: list[str]) -> None:
        """From dramatiq's thread: note the ids; wait while this process is full."""
        self._room.wait()
        self._loop.call_soon_threadsafe(self._note, run_ids)

    def _note(self, run_ids: list[str]) -> None:
        for run_id in run_ids:
            if run_id in self._running:
                self._running[run_id][1].notify()
            elif self._leases.holds(run_id):
                # Claimed, but not at work yet. Claiming it once more would set two executors to work.
                self._called.add(run_id)
            else:
                self._rung[run_id] = None
        if len(self._rung) > MOST_RUNS:
            self._room.clear()
        self._has_rung.set()

    async def _claim_rung(self) -> None:
        while True:
            await self._has_rung.wait()
            room = MOST_RUNS - len(self._running)
            ids = [run_id for run_id, _ in zip(self._rung, range(min(room, CLAIM_AT_ONCE)), strict=False)]
            if not ids:
                self._has_rung.clear()
                self._room.set()
                if self._rung:
                    await asyncio.sleep(0.05)
                    self._has_rung.set()
                continue
            for run_id in ids:
                del self._rung[run_id]
            try:
                if len(self._rung) > BACKLOG:
                    # Queued runs are taken fairly from now on; those that wait for an answer are
                    # only in the bells.
                    ids = list({*ids, *await self._journal.in_thread(store.fair_queue, CLAIM_AT_ONCE)})
                claims = await self._journal.in_thread(claim_runs, ids, self.id)
            except Exception:
                log.exception("could not claim runs; the sweeper rings again")
                continue
            for claim in claims:
                self._leases.hold(claim)
                task = asyncio.create_task(self._perform(claim))
                self._performing.add(task)
                task.add_done_callback(self._performing.discard)

    # -- performing ------------------------------------------------------------------------

    async def _perform(self, claim: Claim) -> None:
        try:
            await self._go_on(claim)
        except LeaseLost:
            log.warning("run %s: another worker has taken over", claim.id)
        except asyncio.CancelledError:
            log.warning("run %s: stopped in the middle; another worker takes over", claim.id)
        except Exception:
            log.exception("run %s: the engine failed; it is tried again when its lease ends", claim.id)
        finally:
            self._leases.let_go(claim)
            self._called.discard(claim.id)
        if claim.limit_key:
            self._note(await self._journal.in_thread(store.next_limited, claim.limit_key))

    async def _go_on(self, claim: Claim) -> None:
        try:
            plan = await self._plan(claim.version_id)
            state = RunState(plan)
            for event in claim.events:
                state.apply(event)
        except DatabaseError:
            raise
        except Exception as error:
            log.exception("run %s cannot be read", claim.id)
            await self._refuse(claim, error)
            return
        executor = Executor(self._info(claim), state, self._world(claim, plan))
        self._running[claim.id] = mine = (claim, executor)
        if claim.id in self._called:
            executor.notify()
        try:
            await executor.perform()
        finally:
            if self._running.get(claim.id) is mine:
                del self._running[claim.id]

    async def _plan(self, version_id: str) -> Plan:
        plan = self._plans.get(version_id)
        if plan is None:
            plan = await self._journal.in_thread(self._compile_plan, version_id)
            self._plans[version_id] = plan
            if len(self._plans) > PLANS_KEPT:
                self._plans.popitem(last=False)
        else:
            self._plans.move_to_end(version_id)
        return plan

    async def _refuse(self, claim: Claim, error: Exception) -> None:
        """End a run whose version cannot be compiled, such as one with an unknown node type."""
        seq = claim.events[-1]["seq"] + 1
        described = {
            "code": "workflow.not_runnable",
            "message": f"this version of the workflow cannot be run: {error}",
            "hint": "Open the workflow, mend the problems it lists, and publish it again.",
        }
        event = {
            "seq": seq,
            "at": self._clock.now_ms(),
            "attempt": claim.attempt,
            "type": "run.failed",
            "error": described,
        }
        await self._journal.flush(
            Flush(
                run_id=claim.id,
                workflow_id=claim.workflow_id,
                attempt=claim.attempt,
                after_seq=seq - 1,
                events=[event],
                status="failed",
                releases=True,
                error=described,
                result={"status": "failed", "outputs": [], "error": described} if claim.reply_to else None,
            )
        )

    def _info(self, claim: Claim) -> RunInfo:
        return RunInfo(
            id=claim.id,
            attempt=claim.attempt,
            workflow_id=claim.workflow_id,
            workflow_name=claim.workflow_name,
            worker=self.id,
            was_taken_over=claim.was_taken_over,
            wants_result=bool(claim.reply_to),
            has_signals=claim.has_signals,
            poison_deaths=settings.RUN_POISON_DEATHS,
            url=f"{settings.PUBLIC_URL}/runs/{claim.id}",
            resume_url=resume_url(claim.id),
        )

    def _show_watched(self, run_ids: set[str]) -> None:
        """Somebody began to watch: let what these runs hold back be committed soon."""
        for run_id in run_ids & self._running.keys():
            self._running[run_id][1].wake()

    def _world(self, claim: Claim, plan: Plan) -> World:
        facts = RunFacts(
            run_id=claim.id,
            workflow_id=claim.workflow_id,
            workflow_name=claim.workflow_name,
            timezone=str(plan.graph.settings.get("timezone") or "UTC"),
            autonomy=_autonomy(plan.graph.settings.get("autonomy")),
            now_ms=self._clock.now_ms,
            stream=lambda step, node, text: self._stream(claim.id, step, node, text),
        )

        def make_context(
            *, step: str, node_id: str, node_name: str, try_number: int, key: str
        ) -> NodeContext:
            return NodeContext(self._services, facts, step, node_id, node_name, try_number, key)

        return World(
            journal=self._journal,
            contexts=make_context,
            evaluator=self._evaluator,
            clock=self._clock,
            is_watched=lambda: self._publisher.is_followed(claim.id, claim.workflow_id),
            memory=self._services.memory(claim.workflow_id).everything,
        )

    def _stream(self, run_id: str, step: str, node: str, text: str) -> None:
        self._loop.create_task(self._publisher.publish_delta(run_id, step, node, text))

    # -- after commit ----------------------------------------------------------------------

    async def _committed(self, flushes: Sequence[Flush]) -> None:
        """Answer callers that wait, then tell those who watch."""
        answers: list[tuple[str, dict[str, Any]]] = []
        for flush in flushes:
            found = self._running.get(flush.run_id)
            if found is not None and found[0].reply_to:
                answers += [(found[0].reply_to, answer) for answer in _answers(flush)]
        if answers:
            try:
                pipeline = self._redis.pipeline(transaction=False)
                for web, answer in answers:
                    pipeline.publish(REPLY_CHANNEL + web, msgspec.msgpack.encode(answer))
                await pipeline.execute()
            except redis.RedisError as error:
                log.warning(
                    "could not send %d answers: %s; callers read them from the database", len(answers), error
                )
        for flush in flushes:
            if flush.events and self._publisher.is_watched(flush.run_id, flush.workflow_id):
                await self._publisher.publish_events(
                    flush.run_id, flush.workflow_id, [trim(e) for e in flush.events]
                )

    # -- staying alive ---------------------------------------------------------------------

    def _set_clock(self, ahead_ms: float) -> None:
        self._clock.ahead_ms = ahead_ms

    def _lost(self, run_id: str) -> None:
        found = self._running.get(run_id)
        if found is not None:
            found[1].check_lease()

    async def _hear_wakes(self) -> None:
        while True:
            client = redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2)
            try:
                async with client.pubsub() as pubsub:
                    await pubsub.subscribe(WAKE_CHANNEL)
                    async for message in pubsub.listen():
                        if message["type"] == "message":
                            self._wake(message["data"].decode().split(","))
            except redis.RedisError as error:
                log.warning("wake channel: %s; connecting again", error)
                await asyncio.sleep(0.5)
            finally:
                await client.aclose()

    def _wake(self, run_ids: list[str]) -> None:
        for run_id in run_ids:
            if run_id in self._running:
                self._running[run_id][1].notify()

    async def _show_alive(self) -> None:
        while True:
            pause = ALIVE_SECONDS / 4
            try:
                await self._redis.set(
                    f"orchestrator:alive:worker:{self.id}", len(self._running), ex=ALIVE_SECONDS
                )
            except redis.RedisError as error:
                log.warning("no bell is heard: %s; looking into the database", error)
                await self._look_for_runs()
                pause = LOOK_SECONDS
            await asyncio.sleep(pause)

    async def _look_for_runs(self) -> None:
        """What the clock's sweep and a bell would bring."""
        try:
            self._note(await self._journal.in_thread(_left_behind))
        except Exception:
            log.exception("could not look for runs")


def _left_behind() -> list[str]:
    return sweep(stale_seconds=LOOK_SECONDS, limit=CLAIM_AT_ONCE)


def _answers(flush: Flush) -> list[dict[str, Any]]:
    replies = [
        {"run": flush.run_id, "reply": {name: event[name] for name in ("status", "headers", "body")}}
        for event in flush.events
        if event["type"] == "run.replied"
    ]
    return replies + ([{"run": flush.run_id, **flush.result}] if flush.result is not None else [])


def _autonomy(setting: Any) -> int:
    """0 to 100; 50 where a document says nothing or nonsense."""
    is_number = isinstance(setting, int) and not isinstance(setting, bool)
    return min(max(setting, 0), 100) if is_number else 50
