"""Items put aside in a scratch file, because there are too many to hold: read again in order, or
sorted. Only as much as `HELD_BYTES` is in memory at a time."""

from __future__ import annotations

import heapq
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO

import msgspec

from orchestrator.sdk import Context, FileRef, Item

HELD_BYTES = 32 * 1024 * 1024
PIECE_BYTES = 256 * 1024
_LENGTH = 4

Record = tuple[int | None, dict[str, Any], dict[str, FileRef] | None]
Key = Callable[[Item, int], Any]
"""Something that can be compared, of an item and its place."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[int, Record]).decode


class Aside:
    """Use it inside `with`; the file has no name and is gone afterwards."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._size = 0

    def __enter__(self) -> Aside:
        self._file: BinaryIO = self._context.scratch()
        return self

    def __exit__(self, *error: Any) -> None:
        self._file.close()

    def put(self, items: Iterable[Item]) -> None:
        """Add items at the end."""
        for place, item in enumerate(items):
            self._size += self._file.write(_framed(place, item))

    def all(self) -> Iterator[Item]:
        """Everything that was put aside, in order."""
        self._file.flush()
        for _, item in self._between(0, self._size):
            yield item

    def sorted(self, items: Iterable[Item], key: Key) -> Iterator[Item]:
        """The items in the order of their keys: sorted in parts, which are then merged."""
        parts = list(self._sorted_parts(items, key))
        self._file.flush()
        readers = [((key(item, at), item) for at, item in self._between(*part)) for part in parts]
        for _, item in heapq.merge(*readers, key=_first):
            yield item

    def _sorted_parts(self, items: Iterable[Item], key: Key) -> Iterator[tuple[int, int]]:
        held: list[tuple[Any, bytes]] = []
        size = 0
        for place, item in enumerate(items):
            frame = _framed(place, item)
            held.append((key(item, place), frame))
            size += len(frame)
            if size >= HELD_BYTES:
                yield self._part(held)
                held, size = [], 0
        if held:
            yield self._part(held)

    def _part(self, held: list[tuple[Any, bytes]]) -> tuple[int, int]:
        held.sort(key=_first)
        start = self._size
        for _, frame in held:
            self._size += self._file.write(frame)
        return start, self._size

    def _between(self, start: int, stop: int) -> Iterator[tuple[int, Item]]:
        """Items with the places they had. Reads by position, so that many may read at once."""
        waiting = b""
        while start < stop:
            piece = os.pread(self._file.fileno(), min(PIECE_BYTES, stop - start), start)
            if not piece:
                raise EOFError("the scratch file is shorter than what was written")
            start += len(piece)
            waiting += piece
            at = 0
            while len(waiting) - at >= _LENGTH:
                end = at + _LENGTH + int.from_bytes(waiting[at : at + _LENGTH], "big")
                if end > len(waiting):
                    break
                place, (index, json, files) = _decode(waiting[at + _LENGTH : end])
                yield place, Item(json, files, index=index)
                at = end
            waiting = waiting[at:]


def _framed(place: int, item: Item) -> bytes:
    data = _encode((place, (item.index, item.json, item.files)))
    return len(data).to_bytes(_LENGTH, "big") + data


def _first(pair: tuple[Any, Any]) -> Any:
    return pair[0]
