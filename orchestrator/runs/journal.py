"""The journal as the executor sees it: asynchronous, group-committed, announced after commit."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import InterfaceError, InternalError, OperationalError, close_old_connections, connection

from orchestrator.engine.ports import Flush, LeaseLost, Signal
from orchestrator.runs import failpoints, sinks, store
from orchestrator.runs.blob_uses import payloads_of
from orchestrator.runs.blobs import write_blob

log = logging.getLogger(__name__)

LARGEST_GROUP = 200
RETRY_SECONDS = 10.0

Committed = Callable[[Sequence[Flush]], Awaitable[None]]
_Queued = tuple[Flush, asyncio.Future[bool]]

AWAY = (OperationalError, InterfaceError, InternalError)
"""What is raised when the database went away or asks to try again. Anything else would be raised
again, so it must not hold up the other runs."""


class GroupJournal:
    """Flushes that arrive while a transaction is under way share the next one.

    All database work is done by one thread with one connection, so the event loop never waits
    for it. `on_commit` hears of every group after its commit, in order."""

    def __init__(self, on_commit: Committed) -> None:
        self._on_commit = on_commit
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._queue: list[_Queued] = []
        self._writer: asyncio.Task[None] | None = None
        self.transactions = 0

    async def in_thread(self, function: Callable[..., Any], *args: Any) -> Any:
        """Run a store function on the journal's thread; tried again while the database is away."""
        loop = asyncio.get_running_loop()
        self.transactions += 1
        return await loop.run_in_executor(self._thread, _persistently, function, *args)

    async def flush(self, flush: Flush) -> bool:
        for payload in _large_payloads(flush):
            for part in store.large_parts(payload):
                # The payload itself changes on this thread only: steps of the run look at it.
                store.put_in(part, await asyncio.to_thread(write_blob, part["data"]))
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._queue.append((flush, future))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        return await future

    async def _write(self) -> None:
        await asyncio.sleep(0)
        while self._queue:
            group = self._next_group()
            try:
                await self._write_group(group)
            except AWAY as error:
                _fail(group, error)
            except Exception as error:
                if len(group) == 1:
                    _fail(group, error)
                    continue
                log.exception("%d flushes cannot be written together; each is tried alone", len(group))
                for one in group:
                    try:
                        await self._write_group([one])
                    except Exception as own:
                        _fail([one], own)

    def _next_group(self) -> list[_Queued]:
        """What waits, one flush of a run at most: a claim that was lost may be writing beside the one
        that replaced it, and each must get its own answer."""
        group: dict[str, _Queued] = {}
        rest: list[_Queued] = []
        for queued in self._queue:
            run_id = queued[0].run_id
            if len(group) < LARGEST_GROUP and run_id not in group:
                group[run_id] = queued
            else:
                rest.append(queued)
        self._queue = rest
        return list(group.values())

    async def _write_group(self, group: list[_Queued]) -> None:
        results = await self.in_thread(flush_runs, [flush for flush, _ in group])
        try:
            await self._on_commit([flush for flush, _ in group if results[flush.run_id] is not None])
        except Exception:
            log.exception("what was committed could not be announced")
        for flush, future in group:
            if future.done():
                continue
            signalled = results[flush.run_id]
            if signalled is None:
                future.set_exception(LeaseLost(flush.run_id))
            else:
                future.set_result(signalled)

    async def load(self, payload: dict[str, Any]) -> dict[str, Any]:
        if "data" in payload:
            return payload
        loaded: dict[str, Any] = await asyncio.to_thread(store.load_payload, payload)
        return loaded

    def fetch(self, payload: dict[str, Any]) -> dict[str, Any]:
        return store.load_payload(payload)

    def spill(self, payload: dict[str, Any]) -> None:
        store.put_away(payload)

    async def result(self, run_id: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = await self.in_thread(store.run_result, run_id)
        return found

    async def signals(self, run_id: str) -> list[Signal]:
        found: list[Signal] = await self.in_thread(store.read_signals, run_id)
        return found

    def close(self) -> None:
        self._thread.submit(connection.close)
        self._thread.shutdown(wait=True)


def flush_runs(flushes: Sequence[Flush]) -> dict[str, bool | None]:
    """`store.flush_runs` with all that belongs into its transaction."""
    passed = failpoints.transitions(flushes) if failpoints.is_on() else ()
    failpoints.reach(*(f"before:{name}" for name in passed))
    results = store.flush_runs(flushes, sinks.apply)
    failpoints.reach(*(f"after:{name}" for name in passed))
    return results


def claim_runs(ids: Sequence[str], worker: str) -> list[store.Claim]:
    """`store.claim_runs` between its two points of failure."""
    failpoints.reach("claim.before_commit")
    claims = store.claim_runs(ids, worker)
    failpoints.reach("claim.after_commit")
    return claims


def _fail(group: list[_Queued], error: Exception) -> None:
    for _, future in group:
        if not future.done():
            future.set_exception(error)


def _large_payloads(flush: Flush) -> list[dict[str, Any]]:
    return [
        payload
        for event in flush.events
        for payload in payloads_of(event)
        if payload["bytes"] > store.INLINE_BYTES
    ]


def _persistently(function: Callable[..., Any], *args: Any) -> Any:
    """Call; when the database went away, reconnect and try the whole transaction again. Every
    store function is safe to repeat: each is one transaction guarded by the fencing token."""
    import time

    deadline = time.monotonic() + RETRY_SECONDS
    while True:
        try:
            return function(*args)
        except AWAY as error:
            connection.close()
            close_old_connections()
            if time.monotonic() > deadline:
                raise
            log.warning("database: %s; trying again", error)
            time.sleep(0.2)
