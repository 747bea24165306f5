"""Which run refers to which blob: recorded with the events that do, in their transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection

from orchestrator.engine.chunks import parts

INSERT = "INSERT INTO runs_blobuse (run_id, hash) VALUES (%s, %s) ON CONFLICT DO NOTHING"


def rows(runs: Iterable[tuple[str, list[dict[str, Any]]]]) -> list[tuple[str, str]]:
    """What `INSERT` has to note: the blobs that the events of each run name."""
    found: set[tuple[str, str]] = set()
    for run_id, events in runs:
        for event in events:
            if _may_name_some(event):
                found.update((run_id, hash) for hash in hashes_in(event))
    return sorted(found)


def _may_name_some(event: dict[str, Any]) -> bool:
    """A quick look: most events carry nothing, or small items without files."""
    if "items" in event or "wait" in event:
        return True
    if outputs := event.get("outputs"):
        for payload in outputs.values():
            if "data" not in payload or "files" in payload:
                return True
    return False


def used(hashes: Iterable[str]) -> set[str]:
    """Those of the blobs that some run refers to."""
    wanted = list(hashes)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT hash FROM runs_blobuse WHERE hash IN ({', '.join(['%s'] * len(wanted))})",
            wanted,
        )
        return {hash for (hash,) in cursor.fetchall()}


def hashes_in(event: dict[str, Any]) -> Iterator[str]:
    """The blobs of an event's payloads, and of the files on their items."""
    for payload in payloads_of(event):
        for part in parts(payload):
            if "blob" in part:
                yield part["blob"]
            for files in part.get("files") or ():
                yield from (file["hash"] for file in files.values())


def payloads_of(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every payload that an event carries."""
    if outputs := event.get("outputs"):
        yield from outputs.values()
    items = event.get("items")
    if isinstance(items, dict):
        yield items
    if wait := event.get("wait"):
        yield from (child["items"] for child in wait.get("children") or ())
    if event.get("type") == "run.queued":
        yield from (payload for ports in (event.get("reuse") or {}).values() for payload in ports.values())
        yield from (event.get("edits") or {}).values()
