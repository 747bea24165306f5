"""The executor: carries out what `decide` commands, on one asyncio loop, and writes the journal.

One Executor performs one claim of one run: from the claim to the moment the run pauses, ends,
or the lease is lost. Events are buffered and flushed together; a step with an outside effect is
a barrier (see the blueprint, "Effects decide what must be durable").
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from orchestrator.engine import payload as payloads
from orchestrator.engine.decide import (
    Command,
    FinishLoop,
    FinishRun,
    PauseRun,
    StartStep,
    StartTurn,
    decide,
    skipped_nodes,
    unreached_nodes,
)
from orchestrator.engine.expressions import Evaluator
from orchestrator.engine.ports import Clock, ContextFactory, Flush, Journal, LeaseLost, Signal
from orchestrator.engine.recover import recover
from orchestrator.engine.state import RunState, RunStatus, Step, StepStatus
from orchestrator.engine.steps import StepWork

log = logging.getLogger(__name__)

FLUSH_SECONDS = 1.0
WATCHED_FLUSH_SECONDS = 0.025
INLINE_SECONDS = 0.01
POISON_DEATHS = 5
CALLBACK = "*callback"
"""A signal for whichever step waits for a callback."""


@dataclass(frozen=True)
class RunInfo:
    """What a claim brings: whose run it is, and the fencing token."""

    id: str
    attempt: int
    workflow_id: str
    workflow_name: str
    worker: str
    was_taken_over: bool = False
    wants_result: bool = False
    has_signals: bool = False
    url: str = ""
    """Where people look at this run."""
    resume_url: str = ""
    """The address by which another system ends a wait of this run."""
    poison_deaths: int = POISON_DEATHS
    """After how many workers died in a row, with no step ended between, the run is failed."""


async def _nothing() -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class World:
    """The ports of one run."""

    journal: Journal
    contexts: ContextFactory
    evaluator: Evaluator
    clock: Clock
    is_watched: Callable[[], bool]
    memory: Callable[[], Awaitable[dict[str, Any]]] = _nothing
    """All that the workflow remembers, for `$memory`."""


class Executor:
    def __init__(self, run: RunInfo, state: RunState, world: World) -> None:
        self.run = run
        self.state = state
        self.world = world
        self.work = StepWork(self)
        self.tasks: set[asyncio.Task[None]] = set()
        self._pending: list[dict[str, Any]] = []
        self._consumed: list[int] = []
        self._taken: set[int] = set()
        """Signals taken up in this claim; the journal may still show those of a flush under way."""
        self._kept: set[int] = set()
        """Signals whose step has not paused yet."""
        self._flushing = asyncio.Lock()
        self.results_under_way = 0
        """Results of writes that are emitted and not durable yet."""
        self._wake = asyncio.Event()
        self._has_signals = run.has_signals or run.attempt > 1
        self._is_stopping = False
        self._failure: BaseException | None = None
        self._began = self._last_flush = asyncio.get_running_loop().time()
        self._deadline: asyncio.TimerHandle | None = None

    # -- events ----------------------------------------------------------------------------

    def emit(self, type: str, **fields: Any) -> None:
        """Append one event to the run: folded now, durable with the next flush."""
        event = {
            "seq": self.state.seq + 1,
            "at": self.world.clock.now_ms(),
            "attempt": self.run.attempt,
            "type": type,
            **fields,
        }
        self.state.apply(event)
        self._pending.append(event)
        if type == "step.paused" and self._kept:
            self.notify()

    async def flush(self, *, releases: bool = False) -> bool:
        """Make everything emitted so far durable. Returns whether signals wait for the run.
        Raises LeaseLost when another worker owns it.

        A step that is cancelled while it waits here must not leave a hole in the journal, so the
        append itself goes on."""
        append = asyncio.ensure_future(self._append(releases))
        append.add_done_callback(_retrieve)
        return await asyncio.shield(append)

    async def _append(self, releases: bool) -> bool:
        async with self._flushing:
            if self._failure is not None:
                raise self._failure
            if not self._pending and not releases:
                return False
            events, self._pending = self._pending, []
            consumed, self._consumed = self._consumed, []
            self._last_flush = asyncio.get_running_loop().time()
            flush = Flush(
                run_id=self.run.id,
                workflow_id=self.run.workflow_id,
                attempt=self.run.attempt,
                after_seq=(events[0]["seq"] if events else self.state.seq + 1) - 1,
                events=events,
                status=str(self.state.status),
                releases=releases,
                waiting=self._waiting(),
                error=self.state.error,
                names=self._names(events),
                consumed_signals=consumed,
                kept_signals=list(self._kept),
                parent=self.state.parent,
                depth=self.state.depth,
                result=await self._result() if releases and self.run.wants_result else None,
            )
            try:
                return await self.world.journal.flush(flush)
            except BaseException as error:
                # What was to be written is gone from the buffer: nothing may follow it.
                self.failed(error)
                raise

    def _waiting(self) -> list[dict[str, Any]]:
        steps = self.state.active.values() if self.state.paused else ()
        return [
            {"step": step.key, "node": step.node, "node_name": self.state.plan.node(step.node).name,
             **{k: step.wait[k] for k in ("kind", "reason", "until") if k in step.wait}}
            for step in steps if step.status is StepStatus.PAUSED and step.wait is not None
        ]  # fmt: skip

    def _names(self, events: list[dict[str, Any]]) -> dict[str, str]:
        paused = [event["node"] for event in events if event["type"] == "step.paused"]
        failed = [event["error"].get("node") for event in events if event["type"] == "run.failed"]
        return {id: self.state.plan.node(id).name for id in (*paused, *failed) if id}

    async def _result(self) -> dict[str, Any] | None:
        if not self.state.status.is_final:
            return None
        outputs: list[Any] = []
        for ref in self.state.last_outputs:
            payload = await self.world.journal.load(self.state.steps[ref[0]].outputs[ref[1]])
            outputs += [item.json for item in payloads.decode(payload)]
        return {"status": str(self.state.status), "outputs": outputs, "error": self.state.error}

    # -- the loop --------------------------------------------------------------------------

    async def perform(self) -> RunStatus:
        """Go on until the run pauses or ends; returns its status then.
        Raises LeaseLost; any other exception is a fault of the engine."""
        try:
            await self._begin()
            while not self.state.status.is_final:
                if self._failure is not None:
                    raise self._failure
                if self._is_stopping and await self._hand_back():
                    break
                if self._has_signals:
                    await self._take_signals()
                commands = [] if self._is_stopping else decide(self.state)
                if not commands:
                    await self._wait()
                elif await self._carry_out(commands):
                    break
            return self.state.status
        finally:
            if self._deadline is not None:
                self._deadline.cancel()
            await self._cancel_tasks()

    def notify(self) -> None:
        """A signal for this run was stored."""
        self._has_signals = True
        self._wake.set()

    def check_lease(self) -> None:
        """The lease may be lost: end this claim unless the run has just ended anyway."""
        if not self.state.status.is_final and self.state.status is not RunStatus.PAUSED:
            self.failed(LeaseLost(self.run.id))

    def stop(self) -> None:
        """Let steps reach a boundary, then hand the run back for another worker."""
        self._is_stopping = True
        self._wake.set()

    def failed(self, error: BaseException) -> None:
        """A background task met a failure that ends this claim."""
        self._failure = error
        self._wake.set()

    def wake(self) -> None:
        self._wake.set()

    def spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._task_done)

    def _task_done(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        self._wake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            self.failed(error)

    async def _begin(self) -> None:
        if self.run.was_taken_over:
            self.emit("run.taken_over", worker=self.run.worker, reason="the worker before stopped answering")
        if self.state.status is RunStatus.QUEUED:
            self.emit("run.started", worker=self.run.worker)
        elif self.state.status is RunStatus.PAUSED:
            self.emit("run.resumed", worker=self.run.worker)
        if self.run.was_taken_over:
            await self.flush()  # a worker that dies of the run must leave its mark
            if self.state.takeovers >= self.run.poison_deaths:
                self._poisoned()
                return
        self._limit_time()
        recover(self)

    def _limit_time(self) -> None:
        """Fail the run when it has been at work for longer than its settings allow."""
        allowed = self.state.plan.graph.settings.get("timeout_seconds")
        if not isinstance(allowed, int | float) or allowed <= 0:
            return
        left = max(allowed - self.state.worked_ms / 1000, 0)
        self._deadline = asyncio.get_running_loop().call_later(left, self._out_of_time, allowed)

    def _out_of_time(self, allowed: float) -> None:
        if not self.state.status.is_final and self.state.failing is None:
            self.fail_run(
                "run.timeout",
                f"the run was at work for longer than {allowed:g} s",
                "Raise the time-out in the workflow's settings, or find the slow step in the waterfall.",
            )

    def worked_ms(self) -> int:
        """Time at work so far, over all claims."""
        return self.state.worked_ms + int((asyncio.get_running_loop().time() - self._began) * 1000)

    def _poisoned(self) -> None:
        steps = [step for step in self.state.active.values() if step.status is StepStatus.RUNNING]
        where = {"node": steps[0].node, "step": steps[0].key} if steps else {}
        self.fail_run(
            "run.poisoned",
            f"{self.state.takeovers} workers died while they performed this step",
            "Look for a step that takes too much memory or crashes the process; then retry the run.",
            **where,
        )

    def fail_run(self, code: str, message: str, hint: str, **where: str) -> None:
        """End the run as failed, whatever its steps do."""
        self.emit("run.failing", error={"code": code, "message": message, "hint": hint, **where})
        self._wake.set()

    async def _wait(self) -> None:
        """Until a step answers, a signal comes, or it is time to flush."""
        self._wake.clear()
        if self._has_signals or self._failure is not None:
            return
        timer = None
        if self._pending:
            loop = asyncio.get_running_loop()
            timer = loop.call_later(max(self._flush_due() - loop.time(), 0), self._wake.set)
        await self._wake.wait()
        if timer is not None:
            timer.cancel()
            await self._flush_if_due()

    def _flush_due(self) -> float:
        pause = WATCHED_FLUSH_SECONDS if self.world.is_watched() else FLUSH_SECONDS
        return self._last_flush + pause

    async def _flush_if_due(self) -> None:
        if self._pending and asyncio.get_running_loop().time() >= self._flush_due():
            await self.flush()

    async def _carry_out(self, commands: list[Command]) -> bool:
        """Perform the commands; True when the run has let go of its worker."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        for command in commands:
            match command:
                case StartStep(step):
                    await self.work.start(self.state.steps[step])
                    if loop.time() - started > INLINE_SECONDS:
                        await asyncio.sleep(0)
                        await self._flush_if_due()
                        started = loop.time()
                    if self.state.failing is not None:
                        return False
                case StartTurn(step, turn):
                    self.emit("loop.turn", step=step, node=self.state.steps[step].node, turn=turn)
                case FinishLoop(step):
                    await self.work.finish_loop(self.state.steps[step])
                case PauseRun():
                    return await self._pause()
                case FinishRun(status, error):
                    await self._finish(status, error)
        return False

    async def _pause(self) -> bool:
        if skipped := skipped_nodes(self.state):
            self.emit("nodes.skipped", nodes=skipped)
        self.emit("run.paused", worked_ms=self.worked_ms())
        if await self.flush(releases=True):
            self.emit("run.resumed", worker=self.run.worker)
            self._has_signals = True
            return False
        return True

    async def _finish(self, status: RunStatus, error: dict[str, Any] | None) -> None:
        await self._cancel_tasks()
        if skipped := self._left_out(status):
            self.emit("nodes.skipped", nodes=skipped)
        fields: dict[str, Any] = {} if error is None else {"error": error}
        if status is RunStatus.SUCCEEDED:
            fields["result"] = [list(ref) for ref in self.state.last_outputs]
        if error is not None and self._reports_failures():
            fields["error_workflow"] = self.state.plan.graph.settings.get("error_workflow")
        if waiting := [step.key for step in self.state.active.values() if step.wait is not None]:
            fields["open_steps"] = waiting
        if self.state.mode != "manual" and self.state.plan.graph.settings.get("unusual"):
            fields |= {"is_judged": True, "worked_ms": self.worked_ms()}
        self.emit(f"run.{status}", **fields)
        await self.flush(releases=True)

    def _left_out(self, status: RunStatus) -> dict[str, str]:
        if status is RunStatus.SUCCEEDED:
            return skipped_nodes(self.state)
        words = "the run failed" if status is RunStatus.FAILED else "the run was stopped"
        return unreached_nodes(self.state, words)

    def _reports_failures(self) -> bool:
        """Whether nobody else hears of a failure: no person who started it, no waiting parent."""
        mode = self.state.mode
        return mode == "production" or (mode == "child" and self.state.parent is None)

    async def _hand_back(self) -> bool:
        """On shutdown: once nothing is at work in this process, give the run back."""
        if self.tasks:
            return False
        if not self.state.status.is_final:
            self.emit("run.handed_back", worker=self.run.worker, worked_ms=self.worked_ms())
            await self.flush(releases=True)
        return True

    async def _cancel_tasks(self) -> None:
        tasks = list(self.tasks)
        for task in tasks:
            task.remove_done_callback(self._task_done)
            task.cancel()
        if tasks:
            await asyncio.gather(*tasks, return_exceptions=True)
        self.tasks.clear()

    # -- signals ---------------------------------------------------------------------------

    async def _take_signals(self) -> None:
        self._has_signals = False
        for signal in await self.world.journal.signals(self.run.id):
            if signal.id in self._taken:
                continue
            if signal.step == "":
                self._take(signal)
                if signal.outcome == "cancel":
                    self.emit("run.cancelling", by=signal.data.get("by"))
                continue
            is_callback = signal.step == CALLBACK
            pauses = self.work.pauses
            step = pauses.waiting_for_callback() if is_callback else self.state.steps.get(signal.step)
            if step is None or (step.status not in _ENDED and step.status is not StepStatus.PAUSED):
                self._kept.add(signal.id)
                continue
            # Nothing may be awaited between taking a signal and recording what it says: a flush for
            # a parallel branch would make the one durable without the other.
            child_outputs = await pauses.outputs_of_child(step, signal)
            self._take(signal)
            if step.status is StepStatus.PAUSED and self._is_meant_for(step, signal.data):
                pauses.signalled(step, signal.outcome, signal.data, child_outputs)

    def _take(self, signal: Signal) -> None:
        self._kept.discard(signal.id)
        self._taken.add(signal.id)
        self._consumed.append(signal.id)

    def _is_meant_for(self, step: Step, data: dict[str, Any]) -> bool:
        pause = data.get("pause")
        return pause is None or step.wait is None or pause == step.wait["seq"]


def _retrieve(task: asyncio.Future[bool]) -> None:
    """Look at the outcome, so that one nobody waits for any more is not reported as forgotten;
    a lost lease shows again at the next append."""
    if not task.cancelled():
        task.exception()


_ENDED = frozenset({StepStatus.SUCCEEDED, StepStatus.FAILED, StepStatus.CANCELLED, StepStatus.SKIPPED})

__all__ = ["Executor", "LeaseLost", "RunInfo", "World"]
