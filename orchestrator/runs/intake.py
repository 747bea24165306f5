"""Intake: starts runs from the hot paths (webhooks) and waits for their answers.

Requests that arrive while a transaction is under way share the next one. Once `start` returns,
the run is committed: it cannot be lost any more.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import msgspec
import redis.asyncio
from django.conf import settings
from django.db import IntegrityError, connection

from orchestrator.runs import failpoints, store
from orchestrator.runs.actors import ring
from orchestrator.runs.starting import knows_settings, new_run, version_settings
from orchestrator.runs.store import NewRun
from orchestrator.sdk import FileRef

log = logging.getLogger(__name__)

REPLY_CHANNEL = "orchestrator:reply:"
LOOK_SECONDS = 2.0
"""How long to trust the channel before looking into the database."""


@dataclass(frozen=True)
class Reply:
    """What an `http.respond` step answered."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class RunEnd:
    """How a run ended: `outputs` are the items of its last step."""

    status: str
    outputs: list[Any]
    error: dict[str, Any] | None


class Intake:
    """One for each web process; bound to the event loop of its first use."""

    def __init__(self) -> None:
        self.id = uuid4().hex[:12]
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="intake")
        self._queue: list[tuple[NewRun, asyncio.Future[str]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._listener: asyncio.Task[None] | None = None
        self._waiting: dict[str, asyncio.Future[Reply | RunEnd]] = {}
        self._subscribed = asyncio.Event()

    async def start(
        self,
        *,
        workflow_id: str,
        version_id: str,
        node_id: str,
        items: Sequence[dict[str, Any]],
        files: Sequence[dict[str, FileRef]] | None = None,
        source: str = "webhook",
        wants_reply: bool = False,
        dedupe_key: str = "",
    ) -> str:
        """Commit a run and ring for it. Returns its id, or that of the run which an earlier message
        with the same key started. Raises django.db.Error when the database cannot take it: nothing
        was started then."""
        loop = asyncio.get_running_loop()
        if wants_reply:
            await self._listen()
        if not knows_settings(version_id):
            await loop.run_in_executor(self._thread, version_settings, version_id)
        run = new_run(
            workflow_id=workflow_id, version_id=version_id, node_id=node_id, items=items, files=files,
            source=source,
            reply_to=self.id if wants_reply else "", dedupe_key=dedupe_key,
        )  # fmt: skip
        if wants_reply:
            self._waiting[run.id] = loop.create_future()
        future: asyncio.Future[str] = loop.create_future()
        self._queue.append((run, future))
        if self._writer is None or self._writer.done():
            self._writer = loop.create_task(self._write())
        try:
            started = await future
        except BaseException:
            self._waiting.pop(run.id, None)
            raise
        if started != run.id and wants_reply:
            # Whoever sent the message before may be waiting still: both get the one answer.
            self._waiting.setdefault(started, self._waiting.pop(run.id))
        return started

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while self._queue:
            group, self._queue = self._queue[:200], self._queue[200:]
            try:
                started = await loop.run_in_executor(
                    self._thread, _insert_and_ring, [run for run, _ in group]
                )
            except Exception as error:
                for _, future in group:
                    if not future.done():
                        future.set_exception(error)
            else:
                for (_, future), run_id in zip(group, started, strict=True):
                    if not future.done():
                        future.set_result(run_id)

    async def reply(self, run_id: str, timeout_seconds: float) -> Reply | RunEnd:
        """The answer of a run started with `wants_reply`. Raises TimeoutError; the run goes on."""
        future = self._waiting.setdefault(run_id, asyncio.get_running_loop().create_future())
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_seconds
        try:
            while (left := deadline - loop.time()) > 0:
                done, _ = await asyncio.wait([future], timeout=min(left, LOOK_SECONDS))
                if done:
                    return future.result()
                result = await loop.run_in_executor(self._thread, store.run_result, run_id)
                if result is not None:
                    return _as_answer(result)
            raise TimeoutError
        finally:
            self._waiting.pop(run_id, None)

    async def listen(self) -> str:
        """Hear answers from now on; the name to start runs with, as their `reply_to`."""
        await self._listen()
        return self.id

    async def _listen(self) -> None:
        if self._listener is None or self._listener.done():
            self._subscribed.clear()
            self._listener = asyncio.create_task(self._receive())
        if not self._subscribed.is_set():
            try:
                await asyncio.wait_for(self._subscribed.wait(), 1)
            except TimeoutError:
                log.warning("redis is away; answers are read from the database")

    async def _receive(self) -> None:
        while True:
            client = redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2)
            try:
                async with client.pubsub() as pubsub:
                    await pubsub.subscribe(REPLY_CHANNEL + self.id)
                    self._subscribed.set()
                    async for message in pubsub.listen():
                        if message["type"] == "message":
                            self._received(message["data"])
            except redis.RedisError as error:
                log.warning("replies: %s; connecting again", error)
                await asyncio.sleep(0.2)
            finally:
                await client.aclose()

    def _received(self, data: bytes) -> None:
        answer = msgspec.msgpack.decode(data)
        future = self._waiting.get(answer["run"])
        if future is not None and not future.done():
            future.set_result(_as_answer(answer))

    async def close(self) -> None:
        if self._listener is not None:
            self._listener.cancel()
        self._thread.submit(connection.close)
        await asyncio.to_thread(self._thread.shutdown)


def _as_answer(answer: dict[str, Any]) -> Reply | RunEnd:
    if reply := answer.get("reply"):
        return Reply(reply["status"], reply["headers"], reply["body"])
    return RunEnd(answer["status"], answer["outputs"], answer.get("error"))


def _insert_and_ring(runs: list[NewRun]) -> list[str]:
    """Insert and ring; the ids of the runs, or of those that the same messages started before."""
    failpoints.reach("intake.before_commit")
    try:
        try:
            new, started = _without_repeats(runs)
            store.insert_runs(new)
        except IntegrityError:
            # Another process took the same message in this very moment: now it is known.
            new, started = _without_repeats(runs)
            store.insert_runs(new)
    except Exception:
        connection.close()
        raise
    failpoints.reach("intake.after_commit")
    if new:
        ring([run.id for run in new])
    failpoints.reach("intake.after_ring")
    return started


def _without_repeats(runs: list[NewRun]) -> tuple[list[NewRun], list[str]]:
    keys = [(run.workflow_id, run.dedupe_key) for run in runs if run.dedupe_key]
    if not keys:
        return runs, [run.id for run in runs]
    known = store.known_runs(keys)
    new, started = [], []
    for run in runs:
        key = (run.workflow_id, run.dedupe_key)
        if run.dedupe_key and key in known:
            started.append(known[key])
            continue
        known[key] = run.id
        new.append(run)
        started.append(run.id)
    return new, started
