"""Live events, the writing side: what a worker tells the browsers that watch a run.

Redis carries hints, never truth. Only committed events are published, and a reader that
misses one finds it in the journal, so anything here may be lost, repeated or late.

Keys: `live:watched` (sorted set: topic -> epoch second until which someone watches it),
`live:watch` (pub/sub: topics just watched, one a line) and one stream `live:<topic>` per
watched topic. Entries of a run's stream: `f` first sequence number, `e` one event a line;
or `d` a delta. Entries of the other streams: `r` the run that changed; none for the inbox.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import orjson
import redis
import redis.asyncio
import structlog
from django.conf import settings
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = structlog.get_logger(__name__)

WATCHED = "live:watched"
WATCH = "live:watch"
REFRESH_SECONDS = 5.0
WATCH_SECONDS = 15.0
STREAM_LENGTH = 2000
STREAM_SECONDS = 120
BATCH_SECONDS = 0.01
ENTRY_EVENTS = 500
OUTBOX_EVENTS = 20_000
TIMEOUT_SECONDS = 2.0

RUNS = "runs"
INBOX = "inbox"


def run_topic(run_id: str) -> str:
    return f"run:{run_id}"


def workflow_topic(workflow_id: str) -> str:
    return f"workflow:{workflow_id}"


def stream_key(topic: str) -> str:
    return f"live:{topic}"


def connection_options(timeout_seconds: float) -> dict[str, Any]:
    """No retries inside the client: a hint that comes seconds late is worth less than none."""
    return {
        "socket_timeout": timeout_seconds,
        "socket_connect_timeout": TIMEOUT_SECONDS,
        "retry": AsyncRetry(NoBackoff(), 1),
    }


def is_wanted() -> bool:
    """For loops of tasks that talk to Redis: false once the task was cancelled. The client may
    swallow a cancellation that meets it in the middle of a reply."""
    task = asyncio.current_task()
    return task is None or not task.cancelling()


_ALWAYS = ("seq", "at", "attempt", "type", "step", "node")
_SHOWN: dict[str, tuple[str, ...]] = {
    "run.queued": ("workflow_id", "version_id", "mode", "by", "source", "until"),
    "run.started": ("worker",),
    "run.taken_over": ("worker", "reason"),
    "run.resumed": ("worker",),
    "run.handed_back": ("worker",),
    "run.cancelling": ("by",),
    "step.started": ("try", "inputs", "scope"),
    "step.retrying": ("try", "error", "due_at", "logs", "usage"),
    "step.paused": ("wait", "error", "logs", "usage"),
    "step.resumed": ("outcome", "by"),
    "step.succeeded": (
        *("outputs", "ms", "logs", "usage", "pinned", "disabled"),
        *("failed_items", "error", "turns"),
    ),
    "step.failed": ("error", "tries", "handled", "outputs", "ms", "logs", "usage"),
    "step.child": ("index", "child", "status", "error"),
    "loop.opened": ("total", "size", "concurrency"),
    "loop.turn": ("turn",),
    "nodes.skipped": ("nodes",),
    "run.replied": ("status",),
    "run.failing": ("error",),
    "run.failed": ("error",),
    "run.cancelled": ("by",),
}
_WAIT = ("kind", "reason", "until", "task")
_ERROR = ("code", "message", "hint", "item", "node", "step")
_RUN_STATES = ("queued", "started", "paused", "resumed", "succeeded", "failed", "cancelled")
_SUMMARY_CHANGES = frozenset(["step.paused", "step.resumed", *(f"run.{state}" for state in _RUN_STATES)])


def trim(event: Mapping[str, Any]) -> dict[str, Any]:
    """What the API and the websocket show of a journal event: everything but the data.

    Items, lineage, parameters, replies and decisions are left out, counts stay. Fields are
    let through by name, so a new one stays private until it is listed here.
    """
    shown = {key: event[key] for key in _ALWAYS if key in event}
    for key in _SHOWN.get(event["type"], ()):
        if key in event and event[key] is not None:
            shown[key] = _shorten(key, event[key])
    return shown


def _shorten(key: str, value: Any) -> Any:
    if key == "outputs":
        return {port: {"count": sent["count"], "bytes": sent.get("bytes", 0)} for port, sent in value.items()}
    if key == "wait":
        return {name: value[name] for name in _WAIT if value.get(name) is not None}
    if key == "error":
        return {name: value[name] for name in _ERROR if value.get(name) is not None}
    if key == "logs" and isinstance(value, list):
        return len(value)
    return value


def encode(event: Mapping[str, Any]) -> bytes:
    """One event, or any JSON object, as one line of JSON."""
    try:
        return orjson.dumps(event)
    except TypeError:  # half a surrogate pair or a very long integer in someone's error message
        return json.dumps(event, default=str).encode()


class LivePublisher:
    """A worker's voice to the browsers. Create it on the worker's event loop, `start`, `close`.

    The `publish_*` methods never wait for Redis and never raise for it: they fill an outbox
    that a task empties, one pipeline per 10 ms. When Redis is away the outbox is dropped;
    watchers read the journal. `on_watched` hears the ids of runs that are watched from now on.
    """

    def __init__(self, redis_url: str, on_watched: Callable[[set[str]], None] | None = None) -> None:
        self._on_watched = on_watched
        self._redis = redis.asyncio.Redis.from_url(redis_url, **connection_options(TIMEOUT_SECONDS))
        self._watched: dict[str, float] = {}
        self._runs: set[str] = set()
        self._workflows: set[str] = set()
        self._all_runs = False
        self._is_away = False
        self._events: dict[str, list[Mapping[str, Any]]] = {}
        self._events_held = 0
        self._deltas: dict[tuple[str, str, str], list[str]] = {}
        self._hints: dict[tuple[str, str], None] = {}
        self._filled = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._send())]

    async def close(self) -> None:
        """Send what is in the outbox, if Redis takes it, and stop."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._flush()
        await self._redis.aclose()

    def is_watched(self, run_id: str, workflow_id: str) -> bool:
        """Whether publishing anything about this run can reach anyone. Three look-ups."""
        return run_id in self._runs or workflow_id in self._workflows or self._all_runs

    def is_followed(self, run_id: str, workflow_id: str) -> bool:
        """Whether somebody looks at this very run or its workflow, not only at lists of runs:
        then it is worth committing, and so publishing, its events quickly."""
        return run_id in self._runs or workflow_id in self._workflows

    async def publish_events(
        self, run_id: str, workflow_id: str, events: Iterable[Mapping[str, Any]]
    ) -> None:
        """Publish committed, trimmed events, and the change of the run's summary they make."""
        if not self.is_watched(run_id, workflow_id):
            return
        events = list(events)
        if run_id in self._runs:
            self._events.setdefault(run_id, []).extend(events)
            self._events_held += len(events)
            if self._events_held > OUTBOX_EVENTS:
                self._drop_outbox()
        if any(event["type"] in _SUMMARY_CHANGES for event in events):
            self._hint(run_id, workflow_id)
        self._filled.set()

    async def publish_many(self, batches: Iterable[tuple[str, str, Iterable[Mapping[str, Any]]]]) -> None:
        """`publish_events` for several runs: (run id, workflow id, trimmed events)."""
        for run_id, workflow_id, events in batches:
            await self.publish_events(run_id, workflow_id, events)

    async def publish_run(self, summary: Mapping[str, Any]) -> None:
        """Tell the lists that a run changed. Needs `id` and `workflow_id`; the readers take
        the rest from the database."""
        self._hint(summary["id"], summary["workflow_id"])
        self._filled.set()

    async def publish_delta(self, run_id: str, step: str, node: str, text: str) -> None:
        """Show partial output of a step to those who watch its run; kept nowhere."""
        if run_id in self._runs:
            self._deltas.setdefault((run_id, step, node), []).append(text)
            self._filled.set()

    def _hint(self, run_id: str, workflow_id: str) -> None:
        if workflow_id in self._workflows:
            self._hints[workflow_topic(workflow_id), run_id] = None
        if self._all_runs:
            self._hints[RUNS, run_id] = None

    def _drop_outbox(self) -> None:
        self._events, self._events_held = {}, 0
        self._deltas, self._hints = {}, {}

    async def _send(self) -> None:
        while is_wanted():
            await self._filled.wait()
            self._filled.clear()
            await self._flush()
            await asyncio.sleep(BATCH_SECONDS)

    async def _flush(self) -> None:
        events, deltas, hints = self._events, self._deltas, self._hints
        self._drop_outbox()
        if not (events or deltas or hints):
            return
        pipe = self._redis.pipeline(transaction=False)
        for run_id, batch in events.items():
            for fields in _entries(batch):
                _add(pipe, run_topic(run_id), fields)
        for (run_id, step, node), texts in deltas.items():
            delta = {"step": step, "node": node, "text": "".join(texts)}
            _add(pipe, run_topic(run_id), {"d": encode(delta)})
        for topic, run_id in hints:
            _add(pipe, topic, {"r": run_id})
        try:
            await pipe.execute()
            self._is_away = False
        except (RedisError, OSError) as error:
            self._warn_once(error)

    def _warn_once(self, error: Exception) -> None:
        if not self._is_away:
            log.warning("live.redis_away", error=str(error))
        self._is_away = True

    async def _listen(self) -> None:
        """Keep the set of watched topics: all of them at each (re)connection, then by pub/sub."""
        pause_seconds = 0.1
        while is_wanted():
            pubsub = self._redis.pubsub()
            try:
                await pubsub.subscribe(WATCH)
                topics = await self._redis.zrangebyscore(WATCHED, time.time(), "+inf")
                self._watch(topics)
                pause_seconds = 0.1
                while is_wanted():
                    message = await pubsub.get_message(timeout=1.0)
                    self._forget_old()
                    if message and message["type"] == "message":
                        self._watch(message["data"].split(b"\n"))
            except (RedisError, OSError) as error:
                self._warn_once(error)
                self._forget_old()
                await asyncio.sleep(pause_seconds)
                pause_seconds = min(pause_seconds * 2, 2.0)
            finally:
                await pubsub.aclose()

    def _watch(self, topics: Iterable[bytes]) -> None:
        until = time.monotonic() + WATCH_SECONDS
        for topic in topics:
            self._watched[topic.decode()] = until
        self._index()

    def _forget_old(self) -> None:
        now = time.monotonic()
        old = [topic for topic, until in self._watched.items() if until < now]
        for topic in old:
            del self._watched[topic]
        if old:
            self._index()

    def _index(self) -> None:
        known = self._runs
        self._runs = {topic[4:] for topic in self._watched if topic.startswith("run:")}
        self._workflows = {topic[9:] for topic in self._watched if topic.startswith("workflow:")}
        self._all_runs = RUNS in self._watched
        if self._on_watched is not None and (fresh := self._runs - known):
            self._on_watched(fresh)


def _entries(events: list[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    """Stream entries for the events of one run; each holds consecutive sequence numbers."""
    start = 0
    for end in range(1, len(events) + 1):
        is_last = end == len(events)
        if is_last or end - start == ENTRY_EVENTS or events[end]["seq"] != events[end - 1]["seq"] + 1:
            yield {"f": events[start]["seq"], "e": b"\n".join(map(encode, events[start:end]))}
            start = end


def _add(pipe: Any, topic: str, fields: dict[str, Any]) -> None:
    key = stream_key(topic)
    pipe.xadd(key, fields, maxlen=STREAM_LENGTH, approximate=True)
    pipe.expire(key, STREAM_SECONDS)


@cache
def _sync_redis(redis_url: str) -> redis.Redis:
    return redis.Redis.from_url(
        redis_url, socket_timeout=0.5, socket_connect_timeout=0.5, retry=Retry(NoBackoff(), 1)
    )


def publish_inbox_sync() -> None:
    """Call after commit where a human task was opened, decided or closed. Never raises for Redis."""
    pipe = _sync_redis(settings.REDIS_URL).pipeline(transaction=False)
    _add(pipe, INBOX, {"c": 1})
    try:
        pipe.execute()
    except (RedisError, OSError) as error:
        log.warning("live.redis_away", error=str(error))
