"""Perform one step: gather its items, resolve and validate its params, call the node."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from orchestrator.engine import payload as payloads
from orchestrator.engine.chunks import CHUNK_ITEMS, split
from orchestrator.engine.expressions import ExpressionError
from orchestrator.engine.graph import ERROR_PORT, Node
from orchestrator.engine.payload import Payload
from orchestrator.engine.ports import StepContext
from orchestrator.engine.typed import NotPlain, filler
from orchestrator.sdk import Answer, Item, NodeError, Params, Pause, Route

log = logging.getLogger(__name__)
ITEMS_AT_ONCE = 20
WORTH_A_FILLER = 10
"""Items from which on it pays to look for what the params of all have in common."""


@dataclass
class Done:
    """What a step sends: items by port (still at hand) and how they are recorded."""

    items: dict[str, list[Item]]
    outputs: dict[str, Payload]
    failed_items: int = 0


@dataclass
class Partial:
    """Results of the items of a `per="item"` step that succeeded in earlier tries."""

    results: dict[int, Any] = field(default_factory=dict)
    error: NodeError | None = None


Result = Done | Pause
Resolved = Sequence["dict[str, Any] | ExpressionError"]


def validate(node: Node, resolved: Resolved) -> list[Params | NodeError]:
    """Typed params for each item; an error in the place of an item whose params are wrong."""
    found: list[Params | NodeError] = []
    fill: Callable[[dict[str, Any]], Any] | None = None
    is_tried = len(resolved) < WORTH_A_FILLER
    for index, raw in enumerate(resolved):
        if isinstance(raw, ExpressionError):
            found.append(_expression_failed(raw, index))
            continue
        if fill is not None:
            try:
                found.append(fill(raw))
                continue
            except NotPlain:
                pass
        try:
            typed = node.type.params.model_validate(raw)
        except ValidationError as error:
            found.append(params_invalid(error, index))
            continue
        found.append(typed)
        if not is_tried:
            fill, is_tried = filler(typed, node.params), True
    return found


def _expression_failed(error: ExpressionError, index: int) -> NodeError:
    where = f"{error.path}: " if getattr(error, "path", "") else ""
    return NodeError(f"{where}{error.message}", hint=error.hint, item=index, code="expression.failed")


def params_invalid(error: ValidationError, index: int | None = None) -> NodeError:
    """The first few mistakes in words."""
    parts = [f"{'.'.join(str(p) for p in e['loc']) or 'params'}: {e['msg']}" for e in error.errors()[:3]]
    return NodeError(
        "; ".join(parts),
        hint="Open the node and correct the named params; an expression there may give another type.",
        item=index,
        code="params.invalid",
    )


def call_now(
    node: Node, params: Sequence[Params | NodeError], items: list[Item], arguments: Any,
    context: StepContext, *, is_recorded: bool = True,
) -> Result:  # fmt: skip
    """Perform a node whose function is a plain `def`. Raises NodeError. Unless `is_recorded`, the
    outputs are not made into payloads."""
    if node.type.per == "batch":
        return _collect_batch(node, node.type.function(sound(params[0]), arguments, context), items)
    function = node.type.function
    shared = params[0] if len(params) == 1 else None
    results: list[Any] = []
    for index, item in enumerate(items):
        try:
            results.append(function(sound(shared if shared is not None else params[index]), item, context))
        except NodeError as error:
            results.append(_tolerate(node, error, index if item.index is None else item.index))
    return collect_items(node, results, items, is_recorded=is_recorded)


async def call_later(
    node: Node, params: Sequence[Params | NodeError], items: list[Item], arguments: Any,
    contexts: Sequence[StepContext], partial: Partial,
) -> Result:  # fmt: skip
    """Perform a node whose function is `async def`; items that succeeded in an earlier try are
    not performed again. Raises NodeError (the first failing item's, when items fail)."""
    if node.type.per == "batch":
        return _collect_batch(node, await node.type.function(sound(params[0]), arguments, contexts[0]), items)
    gate = asyncio.Semaphore(ITEMS_AT_ONCE)

    async def one(index: int) -> None:
        async with gate:
            try:
                chosen = sound(params[index if len(params) > 1 else 0])
                partial.results[index] = await node.type.function(chosen, items[index], contexts[index])
            except NodeError as error:
                error.item = index
                if error.retry != "never" or partial.error is None:
                    partial.error = error
                failed[index] = error

    failed: dict[int, NodeError] = {}
    partial.error = None
    await asyncio.gather(*(one(i) for i in range(len(items)) if i not in partial.results))
    if partial.error is not None:
        raise partial.error
    return collect_items(node, [partial.results[i] for i in range(len(items))], items)


def settle_partial(node: Node, partial: Partial, items: list[Item], error: NodeError) -> Done:
    """The outcome of a per-item step whose node tolerates errors: good items go their way,
    bad ones carry the error."""
    results = [partial.results.get(i, error) for i in range(len(items))]
    done = collect_items(node, results, items)
    assert isinstance(done, Done)
    return done


def sound(params: Params | NodeError) -> Params:
    if isinstance(params, NodeError):
        raise params
    return params


def _tolerate(node: Node, error: NodeError, index: int) -> NodeError:
    error.item = index
    if node.on_error in ("continue", "error_output"):
        return error
    raise error


def collect_items(
    node: Node, results: Sequence[Any], items: list[Item], *, is_recorded: bool = True
) -> Result:
    """Outputs of a per-item node, lineage filled in. A Pause by one item pauses the step."""
    first = node.outputs[0] if node.outputs else "main"
    ports: dict[str, list[Item]] = {}
    failed = 0
    sent = ports[first] = []
    for source, result in zip(items, results, strict=True):
        if type(result) is dict:  # most nodes, most of the time
            sent.append(Item(result, source.files, source=source.index))
            continue
        if isinstance(result, Pause):
            return result
        if isinstance(result, NodeError):
            failed += 1
            port = ERROR_PORT if node.on_error == "error_output" else first
            ports.setdefault(port, []).append(with_error(source, result))
            continue
        for entry in result if isinstance(result, list) else (result,):
            port, item = (entry.port, entry.item) if isinstance(entry, Route) else (first, entry)
            if item is None:
                continue
            if isinstance(item, dict):
                item = Item(item, source.files)
            if item.source is None and item.index is None:
                item.source = source.index
            ports.setdefault(port, []).append(item)
    if not sent:
        del ports[first]
    if not is_recorded:
        return Done(ports, {}, failed)
    return _done(node, ports, len(items), failed)


def with_error(item: Item, error: NodeError) -> Item:
    return item.derive({**item.json, "error": {"code": error.code, "message": error.message}})


def _collect_batch(node: Node, result: Any, items: list[Item]) -> Result:
    if isinstance(result, Pause):
        return result
    if result is None:
        result = {}
    if node.type.streams and not isinstance(result, dict):
        result = routed(result, node.outputs[0])
    if isinstance(result, list):
        result = {node.outputs[0]: result}
    if not isinstance(result, dict):
        raise NodeError(f"the node returned {type(result).__name__}, not items", code="node.bug")
    ports = {port: [Item(i) if isinstance(i, dict) else i for i in found] for port, found in result.items()}
    return _done(node, ports, len(items))


def routed(entries: Iterable[Any], first: str) -> dict[str, list[Item]]:
    """What a node that streams yields, by port: items for its first one, or routes."""
    ports: dict[str, list[Item]] = {}
    for entry in entries:
        port, item = (entry.port, entry.item) if isinstance(entry, Route) else (first, entry)
        ports.setdefault(port, []).append(Item(item) if isinstance(item, dict) else item)
    return ports


def _done(node: Node, ports: dict[str, list[Item]], total: int, failed: int = 0) -> Done:
    for port in ports:
        if port not in node.outputs:
            raise unknown_output(node, port)
    outputs = {
        port: record(found, payloads.lineage_of(found, total) if total else None)
        for port, found in ports.items()
    }
    return Done(ports, outputs, failed)


def record(items: list[Item], lineage: list[Any] | None = None) -> Payload:
    """A payload of items, in pieces when there are many."""
    return split(items, lineage) if len(items) > CHUNK_ITEMS else payloads.encode(items, lineage)


def unknown_output(node: Node, port: str) -> NodeError:
    return NodeError(
        f"there is no output {port!r}",
        hint=f"The outputs of this node are {', '.join(node.outputs)}.",
        code="node.unknown_output",
    )


async def call_resume(
    node: Node,
    params: Params | NodeError,
    items: list[Item],
    arguments: Any,
    answer: Answer,
    context: StepContext,
) -> Result:
    """Go on after a pause. A node without a resume function passes its items on."""
    resume = node.type.resume_function
    if resume is None:
        return _done(node, {node.outputs[0]: items}, len(items))
    result = resume(sound(params), arguments, answer, context)
    if asyncio.iscoroutine(result):
        result = await result
    return _collect_batch(node, result, items)


def as_node_error(error: BaseException, node: Node, step: str) -> NodeError:
    """Any failure as one that a person can read; a bug is logged with its traceback."""
    if isinstance(error, NodeError):
        return error
    if isinstance(error, TimeoutError):
        return NodeError(
            "the step took longer than its time-out",
            hint="Raise timeout_seconds in the node's settings, or find out why the other side is slow.",
            retry="soon",
            code="step.timeout",
        )
    if isinstance(error, ValidationError):
        return params_invalid(error)
    code = getattr(error, "code", None)
    if isinstance(code, str) and code.startswith("sandbox."):
        return NodeError(getattr(error, "message", str(error)), hint=getattr(error, "hint", ""), code=code)
    log.error("node %s failed unexpectedly in step %s", node.type.key, step, exc_info=error)
    return NodeError(
        f"unexpected error in {node.type.title}: {type(error).__name__}: {error}",
        hint="This is a fault of the node, not of your workflow; the server log has the details.",
        code="node.bug",
    )
