"""Who has a workflow open, where they point and what they selected; and the draft's revision.

The topic `editing:<workflow id>`: to subscribe is to be there, to unsubscribe or to close the
socket is to leave. Nothing of this is kept: people are told among the web processes through the
topic's stream in Redis (`o` the process that tells, `p` people one a line, `g` ids of those who
left, `h` "who is there?"), again with every look, and are forgotten when they are not heard of.
The revision is read from the database, so a draft saved by a program is noticed too.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import orjson

from orchestrator.ids import new_id
from orchestrator.runs.live_feeds import Feed

TELL_SECONDS = 0.05
"""Pointers move 60 times a second; others see them 20 times."""
FORGET_SECONDS = 7.0
"""People of a web process that is not heard of, as it was killed."""
SILENT_SECONDS = 100.0
"""Someone whose line is dead: a browser sends a ping every 20 s, a hidden tab every minute."""
MOST_SHOWN = 30
MOST_SELECTED = 100
FARTHEST = 1e7


class Person(NamedTuple):
    """One tab. `shown` is its JSON."""

    shown: bytes
    is_local: bool
    heard_at: float


class PresenceFeed(Feed):
    """The people of one workflow. `told` is called, on the loop, when others are to be told."""

    def __init__(self, topic: str, workflow_id: str) -> None:
        super().__init__(topic)
        self.workflow_id = workflow_id
        self.revision = 0
        self.version = 0
        self.told: Callable[[], None] = lambda: None
        self._people: dict[str, Person] = {}
        self._changed: set[str] = set()
        self._left: set[str] = set()
        self._ticking: asyncio.TimerHandle | None = None

    # People of this process

    def put(self, id: str, shown: Mapping[str, Any]) -> None:
        now = asyncio.get_running_loop().time()
        self._people[id] = Person(orjson.dumps({"id": id, **shown}), True, now)
        self._changed.add(id)
        self._tick()

    def hear(self, id: str) -> None:
        """A sign of life."""
        if known := self._people.get(id):
            self._people[id] = known._replace(heard_at=asyncio.get_running_loop().time())

    def leave(self, id: str) -> None:
        if self._people.pop(id, None):
            self._left.add(id)
            self._changed.discard(id)
            self._tick()
            # At once: with the last one here the feed goes too.
            self.told()

    # What other processes are told, and tell

    def take_news(self) -> dict[str, bytes]:
        """The fields of a stream entry; empty when there is nothing to tell."""
        people = [known.shown for id in self._changed if (known := self._people.get(id))]
        news = {"p": b"\n".join(people), "g": "\n".join(self._left).encode()}
        self._changed, self._left = set(), set()
        return {key: value for key, value in news.items() if value}

    def tell_again(self) -> None:
        """Those here are told once more; those not heard of are forgotten."""
        now = asyncio.get_running_loop().time()
        for id, known in list(self._people.items()):
            patience = SILENT_SECONDS if known.is_local else FORGET_SECONDS
            if now - known.heard_at > patience:
                del self._people[id]
                self._left |= {id} if known.is_local else set()
                self._tick()
        self._changed |= {id for id, known in self._people.items() if known.is_local}
        if self._changed or self._left:
            self.told()

    def offer(self, fields: Mapping[bytes, bytes]) -> None:
        """News from another process."""
        now = asyncio.get_running_loop().time()
        for line in filter(None, fields.get(b"p", b"").split(b"\n")):
            id = orjson.loads(line)["id"]
            known = self._people.get(id)
            self._people[id] = Person(line, False, now)
            if known is None or known.shown != line:
                self._tick()
        for id in filter(None, fields.get(b"g", b"").decode().split("\n")):
            if self._people.pop(id, None):
                self._tick()
        if b"h" in fields:
            self.tell_again()

    def set_revision(self, revision: int) -> None:
        if revision != self.revision:
            self.revision = revision
            self._tick()

    # Watchers

    def _tick(self) -> None:
        """Whatever changes within a moment is told at once."""
        if self._ticking is None:
            self._ticking = asyncio.get_running_loop().call_later(TELL_SECONDS, self._ticked)

    def _ticked(self) -> None:
        self._ticking = None
        self.version += 1
        self.wake()
        if self._changed or self._left:
            self.told()

    def frame(self, but: str) -> bytes:
        others = [known.shown for id, known in self._people.items() if id != but][:MOST_SHOWN]
        return b'{"op":"presence",%b,"revision":%d,"people":[%b]}' % (
            self._head,
            self.revision,
            b",".join(others),
        )


class PresenceCursor:
    """One socket's place in it: who is there is sent at once and after every change."""

    is_behind = False

    def __init__(self, feed: PresenceFeed, user: Any) -> None:
        self.feed = feed
        self.id = new_id()
        self._user = {"user": user.pk, "name": str(user)}
        self._version = -1
        self.show({})

    def show(self, state: Mapping[str, Any]) -> None:
        """Tell the others: the pointer's place, the selection, the open node."""
        self.feed.put(self.id, {**self._user, **read_state(state)})

    def leave(self) -> None:
        self.feed.leave(self.id)

    def take(self) -> list[bytes]:
        if self._version == self.feed.version:
            return []
        self._version = self.feed.version
        return [self.feed.frame(but=self.id)]


def read_state(state: Mapping[str, Any]) -> dict[str, Any]:
    """What of it fits; the rest is left out, as it comes from a browser."""
    selection = state.get("selection")
    chosen = selection if isinstance(selection, list) else []
    return {
        "cursor": _point(state.get("cursor")),
        "selection": [id for id in chosen[:MOST_SELECTED] if _is_id(id)],
        "opened": opened if _is_id(opened := state.get("opened")) else None,
    }


def _point(value: Any) -> list[float] | None:
    if not (isinstance(value, list) and len(value) == 2):
        return None
    if not all(isinstance(part, int | float) and not isinstance(part, bool) for part in value):
        return None
    x, y = value
    is_near = math.isfinite(x) and math.isfinite(y) and max(abs(x), abs(y)) <= FARTHEST
    return [round(x, 1), round(y, 1)] if is_near else None


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 100
