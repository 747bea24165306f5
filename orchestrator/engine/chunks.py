"""Large payloads: many items in pieces that are stored, loaded and shown one at a time.

A chunked payload is `{"count", "bytes", "chunks": [chunk, …]}` instead of one with `data`; a chunk is
itself a payload of the items `start` to `start + count`, with `data` or `blob`, perhaps `files`. Its
`lineage` is None where output item i came from input item i, a list, or packed bytes (see `_pack`)."""

from __future__ import annotations

import zlib
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from orchestrator.engine import payload as payloads
from orchestrator.engine.payload import Payload
from orchestrator.sdk import Item

CHUNK_ITEMS = 20_000
CHUNK_BYTES = 8 * 1024 * 1024


def is_chunked(payload: Payload) -> bool:
    return "chunks" in payload


def parts(payload: Payload) -> list[Payload]:
    """The pieces of a payload; a small one is its own only piece."""
    found: list[Payload] = payload.get("chunks") or [payload]
    return found


def between(payload: Payload, start: int, stop: int) -> Iterator[tuple[Payload, int, int]]:
    """The chunks that hold items `start` to `stop`, each with the places within it."""
    for chunk in parts(payload):
        first = chunk.get("start", 0)
        low, high = max(start - first, 0), min(stop - first, chunk["count"])
        if low < high:
            yield chunk, low, high


def joined(payload: Payload, data: Iterable[bytes]) -> Payload:
    """A chunked payload as one in a single piece, `data` being that of its chunks in order."""
    inner = b",".join(text.strip()[1:-1] for text in data)
    whole = {key: value for key, value in payload.items() if key != "chunks"}
    whole["data"] = b"[" + inner + b"]"
    whole["lineage"] = origins(payload, 0, payload["count"])
    if any(chunk.get("files") for chunk in payload["chunks"]):
        whole["files"] = [
            refs for chunk in payload["chunks"] for refs in chunk.get("files") or [{}] * chunk["count"]
        ]
    return whole


def origin(payload: Payload, place: int) -> Any:
    """Where output item `place` came from: an input place, a list of them."""
    if not is_chunked(payload):
        lineage = payload.get("lineage")
        return place if lineage is None else lineage[place]
    chunks = payload["chunks"]
    chunk = chunks[bisect_right(chunks, place, key=lambda chunk: chunk["start"]) - 1]
    lineage = _unpacked(chunk.get("lineage"))
    return place if lineage is None else lineage[place - chunk["start"]]


def origins(payload: Payload, start: int, stop: int) -> list[Any]:
    """The same for output items `start` to `stop`."""
    if not is_chunked(payload):
        lineage = payload.get("lineage")
        return list(range(start, stop)) if lineage is None else list(lineage[start:stop])
    found: list[Any] = []
    for chunk, low, high in between(payload, start, stop):
        lineage = _unpacked(chunk.get("lineage"))
        first = chunk["start"]
        found += range(first + low, first + high) if lineage is None else lineage[low:high]
    return found


class ChunkedOutput:
    """Collects the items of one port and turns them into chunks when there are enough."""

    def __init__(self) -> None:
        self.payload: Payload = {"count": 0, "bytes": 0, "chunks": []}
        self._items: list[Item] = []

    def add(self, items: Sequence[Item], most_sources: int) -> None:
        """`most_sources`: of the items in the step's input, of which one came that says nothing."""
        self._items += items
        while len(self._items) >= CHUNK_ITEMS:
            head, self._items = self._items[:CHUNK_ITEMS], self._items[CHUNK_ITEMS:]
            self._cut(head, most_sources)

    def ready(self) -> list[Payload]:
        """Chunks whose data is still at hand."""
        return [chunk for chunk in self.payload["chunks"] if "data" in chunk]

    def finish(self, most_sources: int) -> Payload:
        """The payload; one in a single piece when it is small."""
        if self._items:
            self._cut(self._items, most_sources)
            self._items = []
        chunks = self.payload["chunks"]
        if len(chunks) != 1:
            return self.payload
        whole = {key: value for key, value in chunks[0].items() if key != "start"}
        whole["lineage"] = _listed(whole.get("lineage"))
        if whole["lineage"] is None:
            del whole["lineage"]
        return whole

    def _cut(self, items: list[Item], total: int) -> None:
        lineage = _sources(items, self.payload["count"], total)
        for start, chunk in _encoded(items):
            count = chunk["count"]
            chunk["start"] = self.payload["count"]
            if lineage is not None:
                chunk["lineage"] = _pack(lineage[start : start + count])
            self.payload["count"] += count
            self.payload["bytes"] += chunk["bytes"]
            self.payload["chunks"].append(chunk)


def _encoded(items: list[Item]) -> Iterator[tuple[int, Payload]]:
    """Payloads of at most CHUNK_BYTES, more only for a single item."""
    whole = payloads.encode(items)
    pieces = min(-(-whole["bytes"] // CHUNK_BYTES), len(items))
    if pieces <= 1:
        yield 0, whole
        return
    size = -(-len(items) // pieces)
    for start in range(0, len(items), size):
        yield start, payloads.encode(items[start : start + size])


def split(items: list[Item], lineage: list[Any] | None) -> Payload:
    """A chunked payload of items that are at hand."""
    payload: Payload = {"count": 0, "bytes": 0, "chunks": []}
    for place in range(0, len(items), CHUNK_ITEMS):
        for start, chunk in _encoded(items[place : place + CHUNK_ITEMS]):
            chunk["start"] = first = place + start
            if lineage is not None:
                chunk["lineage"] = _pack(lineage[first : first + chunk["count"]])
            payload["count"] += chunk["count"]
            payload["bytes"] += chunk["bytes"]
            payload["chunks"].append(chunk)
    return payload


def _sources(items: list[Item], first: int, total: int) -> list[Any] | None:
    """Where the items came from; None when item i came from input item i."""
    found: list[Any] = []
    is_identity = True
    for place, item in enumerate(items, start=first):
        source: Any = item.source if item.source is not None else item.index
        if source is None:
            source = list(range(total)) if 1 < total <= 1000 else ([] if total != 1 else 0)
        elif isinstance(source, tuple):
            source = list(source)
        found.append(source)
        is_identity = is_identity and source == place
    return None if is_identity else found


def _pack(lineage: list[Any]) -> list[Any] | bytes:
    """Input places as compressed differences of 64 bits: neighbours mostly have the same. Lists
    of places stay as they are."""
    if any(type(source) is not int for source in lineage):
        return lineage
    before = 0
    steps = array("q")
    for source in lineage:
        steps.append(source - before)
        before = source
    return zlib.compress(steps.tobytes(), 1)


def _unpacked(lineage: Any) -> Sequence[Any] | None:
    return _places(lineage) if isinstance(lineage, bytes) else lineage


def _listed(lineage: Any) -> list[Any] | None:
    found = _unpacked(lineage)
    return None if found is None else list(found)


@lru_cache(maxsize=16)
def _places(packed: bytes) -> array[int]:
    steps = array("q")
    steps.frombytes(zlib.decompress(packed))
    place = 0
    for at, step in enumerate(steps):
        place += step
        steps[at] = place
    return steps
