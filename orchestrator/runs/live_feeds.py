"""Live events, the reading side: what one web process knows of each watched topic.

A feed is a log in memory shared by all who watch its topic here. Each of them holds a cursor
into it and takes what follows at their own speed, so a slow one delays nobody and costs no
memory; who falls behind the start of the log reads the journal.
"""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence
from typing import NamedTuple

KEPT_EVENTS = 10_000
KEPT_DELTAS = 500
KEPT_RUNS = 500
FRAME_EVENTS = 1_000
RECENT_SECONDS = 5.0


class Feed:
    """What all topics share: their watchers (one wake-up per socket) and their place in Redis."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.watchers: set[asyncio.Event] = set()
        self.position = b"0-0"
        """The last entry of the topic's stream that was read."""
        self.check_at = math.inf
        """Loop time of the next look into the database; infinite when none is needed."""
        self.checks = 0
        self.is_finished = False
        """Nothing more will come: neither Redis nor the database need be asked."""
        self._head = b'"topic":"' + topic.encode() + b'"'

    def wake(self) -> None:
        for event in self.watchers:
            event.set()


class _Delta(NamedTuple):
    number: int
    after_seq: int
    body: bytes


class RunFeed(Feed):
    """The events of one run, without gaps: `head` is the last sequence number known."""

    def __init__(self, topic: str, run_id: str) -> None:
        super().__init__(topic)
        self.run_id = run_id
        self.head = 0
        self._events: deque[bytes] = deque(maxlen=KEPT_EVENTS)
        self._deltas: deque[_Delta] = deque(maxlen=KEPT_DELTAS)
        self._last_delta = 0

    @property
    def first(self) -> int:
        """Sequence number of the oldest event held."""
        return self.head - len(self._events) + 1

    def offer(self, first_seq: int, events: Sequence[bytes]) -> bool:
        """Take consecutive committed events, from whatever source, known ones among them.
        False when events before them are missing here; then nothing is taken."""
        if first_seq > self.head + 1:
            return False
        fresh = events[self.head + 1 - first_seq :]
        if fresh:
            self._events.extend(fresh)
            self.head += len(fresh)
            self.wake()
        return True

    def offer_delta(self, body: bytes) -> None:
        """`body`: a JSON object with step, node and text."""
        self._last_delta += 1
        self._deltas.append(_Delta(self._last_delta, self.head, body))
        self.wake()

    def between(self, after: int, until: int) -> list[bytes]:
        """Events with `after < seq <= until`; the caller checks that `first` covers them."""
        start = after + 1 - self.first
        return [self._events[index] for index in range(start, min(until, self.head) + 1 - self.first)]

    def deltas_after(self, number: int) -> list[_Delta]:
        if number >= self._last_delta:
            return []
        return [delta for delta in self._deltas if delta.number > number]

    def events_frame(self, events: Iterable[bytes]) -> bytes:
        return b'{"op":"events",' + self._head + b',"events":[' + b",".join(events) + b"]}"

    def delta_frame(self, body: bytes) -> bytes:
        return b'{"op":"delta",' + self._head + b"," + body[1:]

    def snapshot_frame(self, summary: bytes, events: Iterable[bytes], seq: int) -> bytes:
        return b'{"op":"snapshot",%b,"run":%b,"events":[%b],"seq":%d}' % (
            self._head,
            summary,
            b",".join(events),
            seq,
        )


class RunCursor:
    """How far one socket has come in a run."""

    def __init__(self, feed: RunFeed, after: int) -> None:
        self.feed = feed
        self.seq = after
        self.summary: bytes | None = None
        """Set until the snapshot was sent."""
        self._backlog: deque[bytes] = deque()
        self._delta = feed._last_delta

    @property
    def is_behind(self) -> bool:
        """The feed no longer holds what comes next: call `fill` with the journal's events."""
        return not self._backlog and self.seq + 1 < self.feed.first

    def fill(self, first_seq: int, events: Sequence[bytes]) -> None:
        """Events after `seq` from the journal; `first_seq` is the first one's number."""
        if first_seq == self.seq + 1:
            self._backlog.extend(events)

    def take_events(self, limit: int = FRAME_EVENTS, until: int | None = None) -> list[bytes]:
        """The next events, at most `limit`; moves the cursor."""
        if self._backlog:
            taken = [self._backlog.popleft() for _ in range(min(limit, len(self._backlog)))]
        elif self.is_behind:
            return []
        else:
            last = self.feed.head if until is None else until
            taken = self.feed.between(self.seq, min(self.seq + limit, last))
        self.seq += len(taken)
        return taken

    def take(self) -> list[bytes]:
        """The next frames to send; empty when there is nothing new."""
        frames = []
        if not self._backlog and not self.is_behind:
            for delta in self.feed.deltas_after(self._delta):
                if events := self.take_events(until=delta.after_seq):
                    frames.append(self.feed.events_frame(events))
                frames.append(self.feed.delta_frame(delta.body))
                self._delta = delta.number
        if events := self.take_events():
            frames.append(self.feed.events_frame(events))
        return frames


class ListFeed(Feed):
    """The latest summary of each run that changed, of one workflow or of all."""

    def __init__(self, topic: str, workflow_id: str | None) -> None:
        super().__init__(topic)
        self.workflow_id = workflow_id
        self.dirty: dict[str, None] = {}
        """Runs said to have changed, oldest first."""
        self.version = 0
        self._latest: OrderedDict[str, tuple[int, float, bytes]] = OrderedDict()

    def put(self, run_id: str, summary: bytes, *, changed_at: float) -> None:
        """Take a run's summary (JSON); ignored when it is the one known. `changed_at`: loop time."""
        known = self._latest.get(run_id)
        if known and known[2] == summary:
            return
        self.version += 1
        self._latest[run_id] = (self.version, changed_at, summary)
        self._latest.move_to_end(run_id)
        if len(self._latest) > KEPT_RUNS:
            self._latest.popitem(last=False)
        self.wake()

    def frames_after(self, version: int) -> list[bytes]:
        found = []
        for known_version, _, summary in reversed(self._latest.values()):
            if known_version <= version:
                break
            found.append(b'{"op":"run",' + self._head + b',"run":' + summary + b"}")
        return found[::-1]

    def version_before(self, moment: float) -> int:
        """The version such that what follows changed after `moment`, loop time."""
        version = self.version
        for known_version, changed_at, _ in reversed(self._latest.values()):
            if changed_at < moment:
                break
            version = known_version - 1
        return version


class ListCursor:
    """How far one socket has come in a list of runs. It starts a little in the past, as the
    browser may have fetched its list just before a change and subscribed just after."""

    is_behind = False

    def __init__(self, feed: ListFeed, now: float) -> None:
        self.feed = feed
        self._version = feed.version_before(now - RECENT_SECONDS)

    def take(self) -> list[bytes]:
        frames = self.feed.frames_after(self._version)
        self._version = self.feed.version
        return frames


class InboxFeed(Feed):
    """The number of open tasks."""

    def __init__(self, topic: str) -> None:
        super().__init__(topic)
        self.version = 0
        self.is_dirty = False
        """Some task changed since the count was read."""
        self.open: int | None = None

    def put(self, count: int, *, is_news: bool) -> None:
        """`is_news`: some task changed, so tell it even if the number is the same."""
        if is_news or count != self.open:
            self.open = count
            self.version += 1
            self.wake()

    def frame(self) -> bytes:
        return b'{"op":"inbox",%b,"open":%d}' % (self._head, self.open or 0)


class InboxCursor:
    is_behind = False

    def __init__(self, feed: InboxFeed) -> None:
        self.feed = feed
        self._version = -1

    def take(self) -> list[bytes]:
        if self._version == self.feed.version:
            return []
        self._version = self.feed.version
        return [self.feed.frame()]


Cursor = RunCursor | ListCursor | InboxCursor
