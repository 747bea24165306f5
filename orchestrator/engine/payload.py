"""Payloads: the items of one output port as they are recorded.

`{"count": n, "bytes": b, "data": <JSON array of the items' json>, "files": …, "lineage": …}`;
`data` may be replaced by `"blob": <hash>` by the store. `lineage` is None when output item i
came from input item i, else a list with, for each output item, an input index or a list of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import orjson

from orchestrator.sdk import FileRef, Item, NodeError

Payload = dict[str, Any]
WORTH_A_COPY = 2048
"""Bytes. orjson leaves up to 4 KB behind a short answer, and a run holds those of all its steps."""


def encode(items: Sequence[Item], lineage: list[Any] | None = None) -> Payload:
    """Record items. Raises NodeError `output.not_json` when one holds what JSON cannot."""
    try:
        data = orjson.dumps([item.json for item in items])
    except (TypeError, ValueError) as error:
        raise NodeError(
            f"the output cannot be stored as JSON: {error}",
            hint="Keep whole numbers within 64 bits and use text keys, numbers, lists and objects only.",
            code="output.not_json",
        ) from error
    if len(data) < WORTH_A_COPY:
        data = bytes(memoryview(data))
    payload: Payload = {"count": len(items), "bytes": len(data), "data": data}
    if lineage is not None:
        payload["lineage"] = lineage
    for item in items:
        if item.files:
            payload["files"] = [_plain(item.files) for item in items]
            break
    return payload


def _plain(files: dict[str, FileRef] | None) -> dict[str, Any]:
    return {name: msgspec.to_builtins(ref) for name, ref in (files or {}).items()}


def from_json(
    records: Sequence[dict[str, Any]], files: Sequence[dict[str, FileRef]] | None = None
) -> Payload:
    """A payload of plain records: a trigger's items, with their files if any, or pinned data."""
    if files is None:
        return encode([Item(record) for record in records])
    return encode([Item(record, refs) for record, refs in zip(records, files, strict=True)])


def decode(payload: Payload, start: int = 0, stop: int | None = None) -> list[Item]:
    """The items again, `index` not yet set. The payload's data must be at hand (not a blob)."""
    records = orjson.loads(payload["data"])
    if start or stop is not None:
        records = records[start:stop]
    files = payload.get("files")
    if not files:
        return [Item(record) for record in records]
    return [Item(record, _files(refs)) for record, refs in zip(records, files[start:stop], strict=False)]


def _files(refs: dict[str, Any]) -> dict[str, FileRef]:
    return {name: msgspec.convert(ref, FileRef) for name, ref in refs.items()}


def lineage_of(outputs: Sequence[Item], total_inputs: int) -> list[Any] | None:
    """Where each output item came from. A node that does not say (no `derive`) made its items
    from all of its input."""
    if len(outputs) == total_inputs:
        for place, item in enumerate(outputs):
            if item.source != place:
                break
        else:
            return None
    found: list[Any] = []
    everything = list(range(total_inputs)) if total_inputs <= 1000 else []
    is_identity = len(outputs) == total_inputs
    for place, item in enumerate(outputs):
        source: Any = item.source
        if source is None:
            source = item.index
        elif isinstance(source, tuple):
            source = list(source)
        if source is None:
            source = everything[0] if len(everything) == 1 else everything
        found.append(source)
        is_identity = is_identity and source == place
    return None if is_identity else found
