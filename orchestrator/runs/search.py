"""Finding runs by a text in their data: the journals are read, newest runs first."""

from __future__ import annotations

import time
import zlib
from collections.abc import Sequence
from typing import Any

import orjson
from django.db.models import QuerySet

from orchestrator.pages import Page
from orchestrator.runs.models import Run, Segment
from orchestrator.runs.queries import summaries

SECONDS = 1.5
"""How long one request may look; the next page goes on from there."""
RUNS_AT_ONCE = 50


def find_runs(runs: QuerySet[Run], page: Page, text: str, *, seconds: float = SECONDS) -> dict[str, Any]:
    """One page of summaries of those of the runs in whose journals the text stands, whatever the case
    of its letters. `looked` says how many were read; `next` is where to go on."""
    if page.cursor:
        runs = runs.filter(id__lt=page.cursor)
    wanted = _as_recorded(text)
    deadline = time.monotonic() + seconds
    found: list[str] = []
    looked, last = 0, ""
    while ids := list(_older(runs, last).values_list("id", flat=True)[:RUNS_AT_ONCE]):
        hits = _holding(ids, wanted)
        for run_id in ids:
            looked, last = looked + 1, run_id
            if run_id in hits:
                found.append(run_id)
            if len(found) == page.limit:
                return _page(found, looked, last)
        if time.monotonic() > deadline:
            return _page(found, looked, last)
    return _page(found, looked, None)


def _older(runs: QuerySet[Run], than: str) -> QuerySet[Run]:
    return runs.filter(id__lt=than) if than else runs


def _page(found: list[str], looked: int, last: str | None) -> dict[str, Any]:
    return {"items": summaries(found)[::-1], "next": last, "looked": looked}


def _as_recorded(text: str) -> tuple[bytes, bytes]:
    """Items are recorded as JSON, everything else as plain text."""
    return orjson.dumps(text.lower())[1:-1], text.lower().encode()


def _holding(ids: Sequence[str], wanted: tuple[bytes, bytes]) -> set[str]:
    rows = Segment.objects.filter(run_id__in=ids).values_list("run_id", "events")
    return {run_id for run_id, events in rows.iterator(20) if _holds(bytes(events), wanted)}


def _holds(events: bytes, wanted: tuple[bytes, bytes]) -> bool:
    recorded = zlib.decompress(events)
    # bytes.lower() knows only ASCII; other letters are worth decoding for.
    lowered = recorded.lower() if recorded.isascii() else recorded.decode("utf-8", "replace").lower().encode()
    return wanted[0] in lowered or wanted[1] in lowered
