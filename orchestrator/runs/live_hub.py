"""LiveHub: one per web process. One Redis reader and one journal watcher serve all sockets.

What a socket is sent never depends on Redis: events enter a feed only in unbroken order, and
what Redis does not bring is read from the journal: at once when an entry shows that something
is missing, and by a look every two seconds in any case.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import redis.asyncio
import structlog
from django.conf import settings
from django.db import close_old_connections
from redis.exceptions import RedisError

from orchestrator.errors import NotFound
from orchestrator.ids import new_id
from orchestrator.runs import queries
from orchestrator.runs.live import (
    INBOX,
    REFRESH_SECONDS,
    RUNS,
    STREAM_LENGTH,
    STREAM_SECONDS,
    TIMEOUT_SECONDS,
    WATCH,
    WATCH_SECONDS,
    WATCHED,
    connection_options,
    encode,
    is_wanted,
    stream_key,
)
from orchestrator.runs.live_feeds import Feed, InboxFeed, ListFeed, RunCursor, RunFeed
from orchestrator.runs.presence import PresenceFeed
from orchestrator.workflows.queries import revision_of

log = structlog.get_logger(__name__)

CHECK_SECONDS = 2.0
FIRST_CHECKS_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0)
"""A worker hears of a new watcher a moment later; what it commits until then is found by these."""
LIST_SECONDS = 0.1
LIST_RUNS = 100
BLOCK_MS = 5000
JOURNAL_THREADS = 3

T = TypeVar("T")

_inbox_counter: list[Callable[[], int]] = []


def count_inbox_with(counter: Callable[[], int]) -> None:
    """Let the inbox app say how many tasks are open: called in a thread, may use the ORM."""
    _inbox_counter[:] = [counter]


class UnknownTopic(Exception):
    """The topic's name has no known form."""


class LiveHub:
    """Feeds of all topics watched in this process. Its tasks run while there are any."""

    def __init__(self, redis_url: str) -> None:
        self._redis_url = redis_url
        self._id = new_id()
        self._nudge = f"live:nudge:{self._id}"
        self._feeds: dict[str, Feed] = {}
        self._ready: dict[str, asyncio.Task[None]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._telling: set[asyncio.Task[None]] = set()
        self._check = asyncio.Event()
        self._is_away = False
        self.is_closing = False
        """The process is about to end: what streams has to come to an end."""
        self._open()

    def _open(self) -> None:
        connect = redis.asyncio.Redis.from_url
        self._redis = connect(self._redis_url, **connection_options(TIMEOUT_SECONDS))
        self._reader = connect(self._redis_url, **connection_options(BLOCK_MS / 1000 + TIMEOUT_SECONDS))
        self._threads = ThreadPoolExecutor(JOURNAL_THREADS, thread_name_prefix="live")

    def close(self) -> None:
        """Let all that stream from here end: the server waits for them before it stops."""
        self.is_closing = True
        for feed in self._feeds.values():
            feed.wake()

    # -- watching --------------------------------------------------------------------------

    async def attach(self, topic: str, wake: asyncio.Event) -> Feed:
        """Watch a topic; `wake` is set when it has news. Raises UnknownTopic, NotFound."""
        feed = self._feeds.get(topic)
        if feed is None:
            feed = self._feeds[topic] = _make_feed(topic)
            if isinstance(feed, PresenceFeed):
                feed.told = self._teller(feed)
            self._ready[topic] = asyncio.create_task(self._prepare(feed))
            self._ready[topic].add_done_callback(lambda task: task.cancelled() or task.exception())
            self._start()
        feed.watchers.add(wake)
        try:
            if topic in self._ready:
                await asyncio.shield(self._ready[topic])
        except BaseException:
            self.detach(feed, wake)
            raise
        return feed

    def detach(self, feed: Feed, wake: asyncio.Event) -> None:
        feed.watchers.discard(wake)
        self._drop_unwatched(feed)

    def _drop_unwatched(self, feed: Feed) -> None:
        if feed.watchers or feed.topic in self._ready:
            return
        if self._feeds.get(feed.topic) is feed:
            del self._feeds[feed.topic]
        if not self._feeds:
            self._stop()

    async def _prepare(self, feed: Feed) -> None:
        """Order matters: tell the workers, note the place in the stream, then read the journal."""
        try:
            if not (isinstance(feed, RunFeed) and await self._is_finished(feed)):
                await self._announce_new(feed)
            await self._load(feed)
            self._schedule(feed)
        except BaseException:
            del self._feeds[feed.topic]
            raise
        finally:
            del self._ready[feed.topic]
            self._drop_unwatched(feed)

    async def _is_finished(self, feed: RunFeed) -> bool:
        head = (await self.read(queries.heads, [feed.run_id])).get(feed.run_id)
        if head is None:
            raise queries.run_not_found(feed.run_id)
        return head.is_finished

    async def _announce_new(self, feed: Feed) -> None:
        try:
            pipe = self._redis.pipeline(transaction=False)
            pipe.zadd(WATCHED, {feed.topic: time.time() + WATCH_SECONDS})
            pipe.publish(WATCH, feed.topic)
            pipe.xrevrange(stream_key(feed.topic), count=1)
            pipe.xadd(self._nudge, {"n": 1}, maxlen=1)
            pipe.expire(self._nudge, 60)
            newest = (await pipe.execute())[2]
            if newest:
                feed.position = newest[0][0]
        except (RedisError, OSError) as error:
            self._warn_once(error)

    async def _load(self, feed: Feed) -> None:
        if isinstance(feed, RunFeed):
            await self._read_run(feed)
        elif isinstance(feed, ListFeed):
            await self._read_list(feed)
        elif isinstance(feed, InboxFeed):
            await self._read_inbox(feed)
        elif isinstance(feed, PresenceFeed):
            await self._read_presence(feed)

    # -- people who edit -------------------------------------------------------------------

    async def _read_presence(self, feed: PresenceFeed) -> None:
        is_new = feed.topic in self._ready
        try:
            feed.set_revision(await self.read(revision_of, feed.workflow_id))
        except NotFound:
            if is_new:
                raise
            feed.is_finished = True  # Deleted while it was open.
            return
        if is_new:
            self._tell(feed, {"h": b"1"})
        feed.tell_again()

    def _teller(self, feed: PresenceFeed) -> Callable[[], None]:
        return lambda: self._tell(feed, feed.take_news())

    def _tell(self, feed: PresenceFeed, news: Mapping[str, bytes]) -> None:
        """To the other processes, without waiting; what does not arrive is told again."""
        if news:
            task = asyncio.create_task(self._add(self._redis, stream_key(feed.topic), news))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)

    async def _add(self, client: redis.asyncio.Redis, key: str, news: Mapping[str, bytes]) -> None:
        try:
            pipe = client.pipeline(transaction=False)
            pipe.xadd(key, {"o": self._id, **news}, maxlen=STREAM_LENGTH)
            pipe.expire(key, STREAM_SECONDS)
            await pipe.execute()
        except (RedisError, OSError) as error:
            self._warn_once(error)

    # -- the journal -----------------------------------------------------------------------

    async def read(self, query: Callable[..., T], *arguments: Any) -> T:
        """Perform a query in one of the hub's threads."""

        def perform() -> T:
            close_old_connections()
            try:
                return query(*arguments)
            finally:
                close_old_connections()

        return await asyncio.get_running_loop().run_in_executor(self._threads, perform)

    async def catch_up(self, cursor: RunCursor) -> None:
        """Give a cursor that fell behind its feed the events from the journal."""
        events = await self.read(_encoded_events, cursor.feed.run_id, cursor.seq)
        if events:
            cursor.fill(cursor.seq + 1, events)

    async def _read_run(self, feed: RunFeed) -> None:
        head = (await self.read(queries.heads, [feed.run_id])).get(feed.run_id)
        if head is None:
            feed.is_finished = True
            return
        if head.last_seq > feed.head:
            after = feed.head
            feed.offer(after + 1, await self.read(_encoded_events, feed.run_id, after))
        if head.is_finished and feed.head >= head.last_seq:
            feed.is_finished = True

    async def _read_list(self, feed: ListFeed) -> None:
        asked = list(feed.dirty)[:LIST_RUNS]
        for run_id in asked:
            del feed.dirty[run_id]
        if asked:
            found = await self.read(queries.summaries, asked)
        else:
            found = await self.read(queries.recent_summaries, feed.workflow_id)
        now, wall = asyncio.get_running_loop().time(), time.time()
        for summary in found:
            changed = summary["finished_at"] or summary["started_at"] or summary["created_at"]
            age = wall - _epoch(changed) if feed.topic in self._ready else 0.0
            feed.put(summary["id"], encode(summary), changed_at=now - age)

    async def _read_inbox(self, feed: InboxFeed) -> None:
        is_news, feed.is_dirty = feed.is_dirty, False
        if _inbox_counter:
            feed.put(await self.read(_inbox_counter[0]), is_news=is_news)

    # -- tasks -----------------------------------------------------------------------------

    def _start(self) -> None:
        if not self._tasks:
            work = (self._read_streams(), self._announce_all(), self._watch_journal())
            self._tasks = [asyncio.create_task(coroutine) for coroutine in work]

    def _stop(self) -> None:
        """Nobody watches: leave neither tasks nor connections behind."""
        for task in self._tasks:
            task.cancel()
        self._tasks = []
        closing = [self._redis, self._reader]
        self._threads.shutdown(wait=False)
        self._open()
        asyncio.get_running_loop().create_task(_close(closing, list(self._telling)))

    def _warn_once(self, error: Exception) -> None:
        if not self._is_away:
            log.warning("live.redis_away", error=str(error))
        self._is_away = True

    def _unfinished(self) -> list[Feed]:
        return [feed for feed in self._feeds.values() if not feed.is_finished]

    async def _announce_all(self) -> None:
        """Repeat what is watched: a flushed Redis or a new worker knows it again in 5 s."""
        while is_wanted():
            await asyncio.sleep(REFRESH_SECONDS)
            topics = [feed.topic for feed in self._unfinished()]
            if not topics:
                continue
            until = time.time() + WATCH_SECONDS
            try:
                pipe = self._redis.pipeline(transaction=False)
                pipe.zremrangebyscore(WATCHED, "-inf", time.time())
                pipe.zadd(WATCHED, dict.fromkeys(topics, until))
                pipe.publish(WATCH, "\n".join(topics))
                pipe.expire(self._nudge, 60)
                await pipe.execute()
            except (RedisError, OSError) as error:
                self._warn_once(error)

    async def _read_streams(self) -> None:
        nudged, pause_seconds = b"0-0", 0.1
        while is_wanted():
            feeds = {stream_key(feed.topic).encode(): feed for feed in self._unfinished()}
            wanted = {key: feed.position for key, feed in feeds.items()}
            try:
                found = await self._reader.xread({**wanted, self._nudge: nudged}, block=BLOCK_MS, count=200)
            except (RedisError, OSError) as error:
                self._warn_once(error)
                await asyncio.sleep(pause_seconds)
                pause_seconds = min(pause_seconds * 2, 2.0)
                continue
            if self._is_away:
                self._is_away, pause_seconds = False, 0.1
                log.info("live.redis_back")
                for feed in feeds.values():
                    self._look_now(feed)
            for key, entries in found:
                if key in feeds:
                    self._take(feeds[key], entries)
                else:
                    nudged = entries[-1][0]

    def _take(self, feed: Feed, entries: Iterable[tuple[bytes, dict[bytes, bytes]]]) -> None:
        is_missing = False
        for position, fields in entries:
            feed.position = position
            if isinstance(feed, RunFeed):
                if b"e" in fields:
                    is_missing |= not feed.offer(int(fields[b"f"]), fields[b"e"].split(b"\n"))
                elif b"d" in fields:
                    feed.offer_delta(fields[b"d"])
                else:
                    is_missing = True
            elif isinstance(feed, ListFeed) and b"r" in fields:
                feed.dirty[fields[b"r"].decode()] = None
            elif isinstance(feed, InboxFeed):
                feed.is_dirty = True
            elif isinstance(feed, PresenceFeed) and fields.get(b"o") != self._id.encode():
                feed.offer(fields)
        if isinstance(feed, PresenceFeed):
            return
        if is_missing or not isinstance(feed, RunFeed):
            self._look_now(feed, soon_seconds=LIST_SECONDS if isinstance(feed, ListFeed) else 0.0)

    def _look_now(self, feed: Feed, soon_seconds: float = 0.0) -> None:
        if feed.topic in self._ready:
            return
        now = asyncio.get_running_loop().time()
        feed.check_at = min(feed.check_at, now + soon_seconds)
        self._check.set()

    def _schedule(self, feed: Feed) -> None:
        pauses = FIRST_CHECKS_SECONDS if isinstance(feed, RunFeed) else ()
        pause = pauses[feed.checks] if feed.checks < len(pauses) else CHECK_SECONDS
        if (isinstance(feed, ListFeed) and feed.dirty) or (isinstance(feed, InboxFeed) and feed.is_dirty):
            pause = LIST_SECONDS
        feed.checks += 1
        feed.check_at = asyncio.get_running_loop().time() + pause
        self._check.set()

    async def _watch_journal(self) -> None:
        """Look into the database for each feed when its time has come."""
        while is_wanted():
            feeds = self._unfinished()
            next_at = min((feed.check_at for feed in feeds), default=math.inf)
            self._check.clear()
            pause = next_at - asyncio.get_running_loop().time()
            if pause > 0:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._check.wait(), None if pause == math.inf else pause)
                continue
            try:
                await self._look(asyncio.get_running_loop().time())
            except Exception:
                log.exception("live.journal_unreadable")
                await asyncio.sleep(1.0)

    async def _look(self, now: float) -> None:
        due = [feed for feed in self._unfinished() if feed.check_at <= now]
        runs = {feed.run_id: feed for feed in due if isinstance(feed, RunFeed)}
        for feed in runs.values():
            self._schedule(feed)
        heads = await self.read(queries.heads, list(runs)) if runs else {}
        for run_id, feed in runs.items():
            head = heads.get(run_id)
            if head is None or head.last_seq > feed.head or head.is_finished:
                await self._read_run(feed)
        for feed in due:
            if not isinstance(feed, RunFeed):
                await self._load(feed)
                self._schedule(feed)


def _make_feed(topic: str) -> Feed:
    kind, _, id = topic.partition(":")
    if kind == "run" and id:
        return RunFeed(topic, id)
    if kind == "workflow" and id:
        return ListFeed(topic, id)
    if kind == "editing" and id:
        return PresenceFeed(topic, id)
    if topic == RUNS:
        return ListFeed(topic, None)
    if topic == INBOX:
        return InboxFeed(topic)
    raise UnknownTopic(topic)


def _encoded_events(run_id: str, after: int) -> list[bytes]:
    """Trimmed events after a sequence number, as JSON, up to the first gap (there is none)."""
    events = queries.trimmed_events(run_id, after)
    return [encode(event) for place, event in enumerate(events, after + 1) if event["seq"] == place]


def _epoch(iso: str) -> float:
    return datetime.fromisoformat(iso).timestamp()


async def _close(connections: list[redis.asyncio.Redis], last_words: list[asyncio.Task[None]]) -> None:
    await asyncio.gather(*last_words, return_exceptions=True)
    for connection in connections:
        await connection.aclose()


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, LiveHub] = WeakKeyDictionary()


def live_hub() -> LiveHub:
    """The hub of the running event loop; made at first use."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = LiveHub(settings.REDIS_URL)
    return _hubs[loop]
