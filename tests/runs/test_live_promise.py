"""The promise: whoever watches a run sees each of its events once, in order, whatever happens
to Redis, to messages and to connections in between."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

import pytest
import redis.asyncio
from asgiref.sync import sync_to_async

from orchestrator.runs import live_feeds
from orchestrator.runs.consumers import LiveConsumer
from orchestrator.runs.live import LivePublisher, trim
from tests.runs.recording import RecordedRun, new_workflow
from tests.runs.sockets import Socket

pytestmark = pytest.mark.django_db(transaction=True)
in_thread = sync_to_async(thread_sensitive=False)


class Watcher:
    """A browser tab that follows one run to its end, reconnecting now and then."""

    def __init__(self, run_id: str, seed: int, reconnects: int = 0, reads_slowly: bool = False) -> None:
        self.topic = f"run:{run_id}"
        self.random = random.Random(seed)
        self.reconnects = reconnects
        self.reads_slowly = reads_slowly
        self.seen: list[int] = []
        self.is_over = False

    async def follow(self) -> list[int]:
        await asyncio.sleep(self.random.random() * 0.5)
        while not self.is_over:
            async with Socket(LiveConsumer.as_asgi()) as socket:
                await socket.subscribe(self.topic, after=self.seen[-1] if self.seen else 0)
                await self._listen(socket)
        return self.seen

    async def _listen(self, socket: Socket) -> None:
        patience = self.random.randint(1, 6) if self.reconnects > 0 else 10**9
        self.reconnects -= 1
        while not self.is_over and patience > 0:
            message = await socket.receive(30)
            self._note(message)
            patience -= 1
            if self.reads_slowly:
                await asyncio.sleep(self.random.random() * 0.1)

    def _note(self, message: dict[str, Any]) -> None:
        assert message["op"] in ("snapshot", "events"), message
        for event in message["events"]:
            self.seen.append(event["seq"])
            self.is_over |= event["type"] == "run.succeeded"
        if message["op"] == "snapshot":
            assert message["seq"] == (self.seen[-1] if self.seen else 0)


class FaultyPublisher:
    """Publishes as a worker does, but messages are dropped, doubled, late, or Redis is emptied."""

    def __init__(self, url: str, run: RecordedRun, seed: int, faults: tuple[str, ...]) -> None:
        self.publisher = LivePublisher(url)
        self.redis = redis.asyncio.Redis.from_url(url)
        self.run = run
        self.random = random.Random(seed)
        self.faults = faults
        self.late: list[asyncio.Task[None]] = []

    async def publish(self, events: list[dict[str, Any]]) -> None:
        trimmed = [trim(event) for event in events]
        match self.random.choice(self.faults):
            case "drop":
                return
            case "double":
                await self._send(trimmed)
                await asyncio.sleep(0.03)
            case "late":
                self.late.append(asyncio.create_task(self._send(trimmed, after=self.random.random() * 0.3)))
                return
            case "flush":
                await self.redis.flushall()
            case "cut":
                await self.redis.execute_command("CLIENT", "KILL", "TYPE", "normal")
        await self._send(trimmed)

    async def _send(self, events: list[dict[str, Any]], after: float = 0) -> None:
        await asyncio.sleep(after)
        await self.publisher.publish_events(self.run.id, self.run.workflow_id, events)

    async def close(self) -> None:
        await asyncio.gather(*self.late)
        await self.publisher.close()
        await self.redis.aclose()


async def perform(
    url: str, watchers: list[Watcher], run: RecordedRun, seed: int, faults: tuple[str, ...]
) -> None:
    chance = random.Random(seed)
    publisher = FaultyPublisher(url, run, seed, faults)
    await publisher.publisher.start()
    following = [asyncio.create_task(watcher.follow()) for watcher in watchers]
    for _ in range(40):
        await publisher.publish(await in_thread(run.chatter)(chance.randint(1, 12)))
        await asyncio.sleep(chance.random() * 0.06)
    await publisher.publish(await in_thread(run.chatter)(1, ends=True))
    await asyncio.wait_for(asyncio.gather(*following), 40)
    await publisher.close()


ALL_FAULTS = ("none", "none", "drop", "double", "late", "flush", "cut")


@pytest.mark.parametrize("seed", range(4))
async def test_every_watcher_sees_each_event_once_and_in_order(valkey: str, seed: int) -> None:
    run = await in_thread(lambda: RecordedRun(new_workflow()))()
    watchers = [
        Watcher(run.id, seed * 1000 + n, reconnects=n % 4, reads_slowly=n % 7 == 0) for n in range(30)
    ]
    await perform(valkey, watchers, run, seed, ALL_FAULTS)
    for watcher in watchers:
        assert watcher.seen == list(range(1, run.seq + 1))


async def test_two_hundred_watchers_of_one_run(valkey: str) -> None:
    run = await in_thread(lambda: RecordedRun(new_workflow()))()
    watchers = [Watcher(run.id, n, reconnects=n % 2) for n in range(200)]
    await perform(valkey, watchers, run, 99, ("none", "none", "none", "drop"))
    assert all(watcher.seen == list(range(1, run.seq + 1)) for watcher in watchers)


async def test_nothing_is_missed_when_memory_holds_only_the_last_events(
    valkey: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_feeds, "KEPT_EVENTS", 8)
    run = await in_thread(lambda: RecordedRun(new_workflow()))()
    watchers = [Watcher(run.id, n, reconnects=n % 3, reads_slowly=n % 2 == 0) for n in range(10)]
    await perform(valkey, watchers, run, 7, ALL_FAULTS)
    for watcher in watchers:
        assert watcher.seen == list(range(1, run.seq + 1))


async def test_a_run_that_nobody_publishes_is_followed_from_the_journal(valkey: str) -> None:
    run = await in_thread(lambda: RecordedRun(new_workflow()))()
    watcher = Watcher(run.id, 1)
    await perform(valkey, [watcher], run, 3, ("drop",))
    assert watcher.seen == list(range(1, run.seq + 1))


def test_events_are_json_lines_without_items() -> None:
    event = {
        "seq": 3, "at": 1, "attempt": 1, "type": "step.succeeded", "step": "a:1", "node": "a", "ms": 2.0,
        "outputs": {"main": {"count": 1, "bytes": 9, "data": b'[{"a":1}]', "lineage": [0]}},
        "logs": [{"message": "hello"}], "params": {"secretive": True}, "usage": {"tokens_in": 3},
    }  # fmt: skip
    shown = json.loads(json.dumps(trim(event)))
    assert shown["outputs"] == {"main": {"count": 1, "bytes": 9}}
    assert shown["logs"] == 1
    assert "params" not in shown
