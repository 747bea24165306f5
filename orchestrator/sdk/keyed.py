"""Items found by a key: in memory, or on disk when there may be too many to hold."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import msgspec

from orchestrator.sdk.context import Context
from orchestrator.sdk.items import FileRef, Item

Key = bytes | None
KeyOf = Callable[[dict[str, Any]], Key]
"""The key of a record; None: it has none, and is never found."""

_CACHE_KB = 32 * 1024
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[int | None, dict[str, Any], dict[str, FileRef] | None]).decode


class Keyed(Protocol):
    def __iter__(self) -> Iterator[tuple[Key, Item]]:
        """All that are there, in the order in which they came."""
        ...

    def count(self, key: bytes) -> int:
        """How many have this key."""
        ...

    def find(self, key: bytes) -> Iterator[Item]:
        """Those with this key, in order."""
        ...

    def take(self, key: bytes) -> Item | None:
        """The first with this key, which is not there any more afterwards."""
        ...


@contextmanager
def keyed(context: Context, items: Iterable[Item], key_of: KeyOf) -> Iterator[Keyed]:
    """The items by their keys: in memory when they are a list, else in a database on disk of which
    32 MB at most are in memory."""
    pairs = ((key_of(item.json), item) for item in items)
    if isinstance(items, list):
        yield _Held(pairs)
        return
    base = context.scratch_database()
    try:
        yield _OnDisk(base, pairs)
    finally:
        base.close()


class _Held:
    def __init__(self, pairs: Iterable[tuple[Key, Item]]) -> None:
        self._pairs = dict(enumerate(pairs))
        self._places: dict[bytes, deque[int]] = {}
        for place, (key, _) in self._pairs.items():
            if key is not None:
                self._places.setdefault(key, deque()).append(place)

    def __iter__(self) -> Iterator[tuple[Key, Item]]:
        return iter(self._pairs.values())

    def count(self, key: bytes) -> int:
        return len(self._places.get(key, ()))

    def find(self, key: bytes) -> Iterator[Item]:
        return (self._pairs[place][1] for place in self._places.get(key, ()))

    def take(self, key: bytes) -> Item | None:
        places = self._places.get(key)
        return self._pairs.pop(places.popleft())[1] if places else None


class _OnDisk:
    def __init__(self, base: sqlite3.Connection, pairs: Iterable[tuple[Key, Item]]) -> None:
        self._base = base
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE"):
            base.execute(f"PRAGMA {pragma}")
        base.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
        base.execute("CREATE TABLE items (place INTEGER PRIMARY KEY, key BLOB, data BLOB)")
        base.execute("BEGIN")
        rows = ((key, _encode((item.index, item.json, item.files))) for key, item in pairs)
        base.executemany("INSERT INTO items (key, data) VALUES (?, ?)", rows)
        base.execute("CREATE INDEX by_key ON items (key)")

    def __iter__(self) -> Iterator[tuple[Key, Item]]:
        for key, data in self._base.execute("SELECT key, data FROM items ORDER BY place"):
            yield key, _item(data)

    def count(self, key: bytes) -> int:
        [[count]] = self._base.execute("SELECT count(*) FROM items WHERE key = ?", [key])
        return int(count)

    def find(self, key: bytes) -> Iterator[Item]:
        for [data] in self._base.execute("SELECT data FROM items WHERE key = ? ORDER BY place", [key]):
            yield _item(data)

    def take(self, key: bytes) -> Item | None:
        found = self._base.execute(
            "DELETE FROM items WHERE place = (SELECT min(place) FROM items WHERE key = ?) RETURNING data",
            [key],
        ).fetchone()
        return _item(found[0]) if found else None


def _item(data: bytes) -> Item:
    index, json, files = _decode(data)
    return Item(json, files, index=index)
