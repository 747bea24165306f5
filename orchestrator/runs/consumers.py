"""The websocket `/ws/live`: one per browser tab, any number of topics.

Client: `{"op":"subscribe","topic":"run:ID","after":0}`, `{"op":"unsubscribe","topic":…}`,
`{"op":"ping"}`. Topics: `run:ID` (a snapshot, then its events in order, none missing, none
twice), `workflow:ID` and `runs` (summaries of runs that change), `inbox` (open tasks),
`editing:ID` (who has the workflow open; `{"op":"present","topic":…,"state":{…}}` tells them).
Server: `snapshot`, `events`, `delta`, `run`, `inbox`, `presence`, `error`, `pong`; see
docs/live_events.md.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

import orjson
import structlog
from channels.generic.websocket import AsyncWebsocketConsumer

from orchestrator.errors import NotFound
from orchestrator.runs import queries
from orchestrator.runs.live import encode
from orchestrator.runs.live_feeds import (
    Cursor,
    InboxCursor,
    InboxFeed,
    ListCursor,
    ListFeed,
    RunCursor,
    RunFeed,
)
from orchestrator.runs.live_hub import UnknownTopic, live_hub
from orchestrator.runs.presence import PresenceCursor, PresenceFeed

log = structlog.get_logger(__name__)

MAX_TOPICS = 50
MAX_TOPIC_LENGTH = 100
MAX_MESSAGE_LENGTH = 10_000
MAX_ANSWERS = 200
"""Answers (pongs, errors) not yet taken by the client; beyond, it only sends and never reads."""
CLOSED_FLOODED = 4429
CLOSED_BUG = 1011


class LiveConsumer(AsyncWebsocketConsumer):
    """One socket. `receive` notes what is wanted; a task of its own does all the sending, at
    the client's speed: `send` waits for a slow client, and nobody else waits with it."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self._hub = live_hub()
        self._wake = asyncio.Event()
        self._cursors: dict[str, Cursor | PresenceCursor] = {}
        self._answers: deque[bytes] = deque()
        self._sender: asyncio.Task[None] | None = None
        try:
            await super().__call__(scope, receive, send)
        finally:
            if self._sender is not None:
                self._sender.cancel()
            for topic in list(self._cursors):
                self._unsubscribe(topic)

    async def connect(self) -> None:
        await self.accept()
        self._sender = asyncio.create_task(self._send_all())

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        message = _parse(text_data or bytes_data or "")
        topic = message.get("topic")
        match message.get("op"):
            case "ping":
                self._sign_of_life()
                self._answer({"op": "pong"})
            case "present" if isinstance(topic, str) and isinstance(message.get("state"), dict):
                self._present(topic, message["state"])
            case "subscribe" if isinstance(topic, str):
                await self._subscribe(topic, message.get("after", 0))
            case "unsubscribe" if isinstance(topic, str):
                self._unsubscribe(topic)
            case _:
                self._refuse(
                    topic, "live.message_invalid", "send subscribe, unsubscribe, present or ping, as JSON"
                )
        if len(self._answers) > MAX_ANSWERS:
            await self.close(CLOSED_FLOODED)

    def _answer(self, message: dict[str, Any]) -> None:
        self._answers.append(encode(message))
        self._wake.set()

    def _refuse(self, topic: Any, code: str, message: str) -> None:
        named = topic if isinstance(topic, str) else None
        self._answer({"op": "error", "topic": named, "code": code, "message": message})

    # -- topics ----------------------------------------------------------------------------

    async def _subscribe(self, topic: str, after: Any) -> None:
        if len(self._cursors) >= MAX_TOPICS and topic not in self._cursors:
            self._refuse(topic, "live.too_many_topics", f"a socket takes {MAX_TOPICS} topics at once")
            return
        if len(topic) > MAX_TOPIC_LENGTH or not _is_sequence_number(after):
            self._refuse(topic, "live.message_invalid", "topic or after does not fit")
            return
        try:
            cursor = await self._open(topic, after)
        except UnknownTopic:
            self._refuse(
                topic, "live.topic_unknown", "there are run:<id>, workflow:<id>, editing:<id>, runs and inbox"
            )
        except NotFound as error:
            self._refuse(topic, error.code, error.message)
        else:
            self._leave(self._cursors.get(topic))
            self._cursors[topic] = cursor
            self._wake.set()

    async def _open(self, topic: str, after: int) -> Cursor | PresenceCursor:
        feed = await self._hub.attach(topic, self._wake)
        if isinstance(feed, PresenceFeed):
            return PresenceCursor(feed, self.scope["user"])
        if isinstance(feed, ListFeed):
            return ListCursor(feed, asyncio.get_running_loop().time())
        if isinstance(feed, InboxFeed):
            return InboxCursor(feed)
        assert isinstance(feed, RunFeed)
        try:
            summary = await self._hub.read(queries.summary, feed.run_id)
        except BaseException:
            if topic not in self._cursors:
                self._hub.detach(feed, self._wake)
            raise
        cursor = RunCursor(feed, after)
        cursor.summary = encode(summary)
        return cursor

    def _unsubscribe(self, topic: str) -> None:
        cursor = self._cursors.pop(topic, None)
        if cursor is not None:
            self._leave(cursor)
            self._hub.detach(cursor.feed, self._wake)

    # -- people who edit -------------------------------------------------------------------

    def _present(self, topic: str, state: dict[str, Any]) -> None:
        """Without an answer: a pointer that moved before the subscription is nothing to complain of."""
        cursor = self._cursors.get(topic)
        if isinstance(cursor, PresenceCursor):
            cursor.show(state)

    def _sign_of_life(self) -> None:
        for cursor in self._cursors.values():
            if isinstance(cursor, PresenceCursor):
                cursor.feed.hear(cursor.id)

    @staticmethod
    def _leave(cursor: Cursor | PresenceCursor | None) -> None:
        if isinstance(cursor, PresenceCursor):
            cursor.leave()

    # -- sending ---------------------------------------------------------------------------

    async def _send_all(self) -> None:
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._answers:
                    await self._write(self._answers.popleft())
                for topic, cursor in list(self._cursors.items()):
                    if self._cursors.get(topic) is cursor and await self._serve(cursor):
                        self._wake.set()
        except Exception:
            log.exception("live.socket_failed")
            await self.close(CLOSED_BUG)

    async def _serve(self, cursor: Cursor | PresenceCursor) -> bool:
        """Send what is next of one topic; whether there was anything."""
        if isinstance(cursor, RunCursor) and cursor.is_behind:
            await self._hub.catch_up(cursor)
        if isinstance(cursor, RunCursor) and cursor.summary is not None:
            events = cursor.take_events()
            frames = [cursor.feed.snapshot_frame(cursor.summary, events, cursor.seq)]
            cursor.summary = None
        else:
            frames = cursor.take()
        for frame in frames:
            await self._write(frame)
        return bool(frames)

    async def _write(self, frame: bytes) -> None:
        await self.send(text_data=frame.decode())


def _parse(text: str | bytes) -> dict[str, Any]:
    """The message, empty when it is none."""
    if len(text) > MAX_MESSAGE_LENGTH:
        return {}
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return message if isinstance(message, dict) else {}


def _is_sequence_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31
