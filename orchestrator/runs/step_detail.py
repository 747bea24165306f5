"""What one step received and made: items in pages, from the journal and the blob store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from orchestrator.engine.chunks import between, origins, parts
from orchestrator.errors import NotFound
from orchestrator.runs.course import course, node_of
from orchestrator.runs.models import Run
from orchestrator.runs.queries import FINAL, run_not_found
from orchestrator.runs.store import load_events, load_payload

Event = dict[str, Any]
Payload = dict[str, Any]


@dataclass(frozen=True)
class Slice:
    """Items `start` to `stop` of one recorded payload."""

    payload: Payload
    start: int
    stop: int

    @property
    def count(self) -> int:
        return self.stop - self.start

    def part(self, start: int, stop: int) -> Slice:
        return Slice(self.payload, self.start + start, min(self.start + stop, self.stop))


@dataclass(frozen=True)
class Window:
    """Which items are wanted. `side` in, out or empty for both; `port` empty for all."""

    side: str = ""
    port: str = ""
    offset: int = 0
    limit: int = 100

    def takes(self, side: str, port: str) -> bool:
        return self.side in ("", side) and self.port in ("", port)


def step_detail(run_id: str, step: str, window: Window) -> dict[str, Any]:
    """One step with a page of its items. Raises NotFound for run or step."""
    run = Run.objects.filter(id=run_id).values("status", "version__document").first()
    if run is None:
        raise run_not_found(run_id)
    journal = load_events(run_id)
    events = [event for event in journal if event.get("step") == step]
    if not events:
        raise NotFound("step.not_found", f"run {run_id} has no step {step}")
    node = node_of(run["version__document"], step.rpartition(":")[0])
    outputs = _outputs(events)
    arrived = _Recorded(journal).inputs(step)
    return {
        "step": step,
        "node": events[0].get("node"),
        "node_name": node.get("name", events[0].get("node")),
        **course(events, is_over=run["status"] in FINAL),
        "params": _params(events, node),
        "inputs": {port: _page(parts, window) for port, parts in arrived.items() if window.takes("in", port)},
        "outputs": {
            port: _page(parts, window) for port, parts in outputs.items() if window.takes("out", port)
        },
        "lineage": {
            port: _lineage(parts, window) for port, parts in outputs.items() if window.takes("out", port)
        },
    }


def _last(events: list[Event], field: str) -> Any:
    return next((event[field] for event in reversed(events) if field in event), None)


def _params(events: list[Event], node: dict[str, Any]) -> list[Any]:
    """Resolved params, the first item's, as recorded; those of the document where they hold no
    template. Secrets are in neither: a document names credentials by id only."""
    recorded = _last(events, "params")
    if recorded is not None:
        return [recorded]
    params = node.get("params") or {}
    return [] if _has_template(params) else [params]


def _has_template(value: Any) -> bool:
    if isinstance(value, str):
        return value.startswith("=")
    if isinstance(value, dict):
        value = value.values()
    return isinstance(value, Iterable) and any(_has_template(part) for part in value)


def _outputs(events: list[Event]) -> dict[str, list[Slice]]:
    sent = _last(events, "outputs") or {}
    return {port: [Slice(payload, 0, payload["count"])] for port, payload in sent.items()}


class _Recorded:
    """The batches of a run, found through the references that steps keep to each other."""

    def __init__(self, journal: list[Event]) -> None:
        self._refs: dict[str, dict[str, list[list[Any]]]] = {}
        self._outputs: dict[str, dict[str, Payload]] = {}
        self._given: dict[str, Payload] = {}
        for event in journal:
            if event["type"] == "run.queued":
                self._given[f"{event['node']}:1"] = event["items"]
            elif event["type"] == "step.started":
                self._refs[event["step"]] = event["inputs"]
            elif event["type"] in ("step.succeeded", "step.failed"):
                self._outputs[event["step"]] = event.get("outputs") or {}

    def inputs(self, step: str) -> dict[str, list[Slice]]:
        if step in self._given:
            given = self._given[step]
            return {"main": [Slice(given, 0, given["count"])]}
        arrived = self._refs.get(step, {})
        return {port: [part for ref in refs for part in self._batch(ref)] for port, refs in arrived.items()}

    def _batch(self, ref: list[Any]) -> list[Slice]:
        """[step, port], or [loop step, "in", start, stop]: a turn's share of the loop's input."""
        step, port, *bounds = ref
        if not bounds:
            payload = self._outputs.get(step, {}).get(port)
            return [Slice(payload, 0, payload["count"])] if payload else []
        whole = [part for parts in self.inputs(step).values() for part in parts]
        return _cut(whole, bounds[0], bounds[1])


def _cut(parts: list[Slice], start: int, stop: int) -> list[Slice]:
    """Items `start` to `stop`, counted over all parts."""
    found, before = [], 0
    for part in parts:
        first, last = max(start - before, 0), min(stop - before, part.count)
        if first < last:
            found.append(part.part(first, last))
        before += part.count
    return found


def _page(parts: list[Slice], window: Window) -> dict[str, Any]:
    wanted = _cut(parts, window.offset, window.offset + window.limit)
    page: dict[str, Any] = {"count": sum(part.count for part in parts)}
    try:
        page["items"] = orjson.Fragment(b"[" + b",".join(filter(None, map(_items_json, wanted))) + b"]")
    except FileNotFoundError:
        page |= {"items": [], "is_gone": True}
    page["files"] = [files for part in wanted for files in _files(part)]
    return page


def _items_json(part: Slice) -> bytes:
    """The items, without the brackets. Whole payloads are passed on as they were recorded."""
    found = []
    for chunk, low, high in between(part.payload, part.start, part.stop):
        data: bytes = load_payload(chunk)["data"]
        if high - low < chunk["count"]:
            data = orjson.dumps(orjson.loads(data)[low:high])
        found.append(data.strip()[1:-1])
    return b",".join(found)


def _files(part: Slice) -> list[Any]:
    """One object of files by name for each item; nothing when no item has any."""
    if not any(chunk.get("files") for chunk in parts(part.payload)):
        return []
    return [
        refs
        for chunk, low, high in between(part.payload, part.start, part.stop)
        for refs in (chunk.get("files") or [{}] * chunk["count"])[low:high]
    ]


def _lineage(parts: list[Slice], window: Window) -> list[Any]:
    """For each output item on the page, the input item or items it came from."""
    found: list[Any] = []
    for part in _cut(parts, window.offset, window.offset + window.limit):
        found += origins(part.payload, part.start, part.stop)
    return found
