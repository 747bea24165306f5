"""Steps whose items do not fit into memory: they go through a chunk at a time, on a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from orchestrator.engine import payload as payloads
from orchestrator.engine.batches import Batches
from orchestrator.engine.chunks import CHUNK_ITEMS, ChunkedOutput, is_chunked, parts
from orchestrator.engine.graph import Node
from orchestrator.engine.payload import Payload
from orchestrator.engine.perform import Done, call_now, routed, sound, unknown_output, validate
from orchestrator.engine.ports import Journal, StepContext
from orchestrator.engine.scope import Shifted, make_scope
from orchestrator.engine.state import Step
from orchestrator.sdk import Item, NodeError, Params, Pause

if TYPE_CHECKING:
    from orchestrator.engine.steps import StepWork

MOST_HELD_BYTES = 128 * 1024 * 1024
"""As JSON; in memory several times that."""
JAVASCRIPT_ITEMS = 5_000
"""Items of one call into the sandbox, which has a time limit."""


def goes_in_pieces(work: StepWork, step: Step, node: Node) -> bool:
    """Whether the step is performed here: its node can work in pieces and its input is large, or
    it may make a large output of a small input."""
    if not node.inputs or node.type.control:
        return False
    if node.type.streams and node.type.effect_of(node.params) != "pure":
        return True
    may = node.type.streaming(node.params) is not None or (
        node.type.per == "item" and not node.type.is_async and len(node.inputs) == 1
    )
    return may and not work.plan.templates[node.id].needs_all_items and _is_large(work, step)


def _is_large(work: StepWork, step: Step) -> bool:
    if step.edited is not None or step.given is not None:
        return False
    is_large = False
    for refs in step.inputs.values():
        for ref in refs:
            if len(ref) != 2:
                return False
            is_large = is_large or is_chunked(work.state.steps[ref[0]].outputs[ref[1]])
    return is_large


def can_be_held(work: StepWork, step: Step) -> bool:
    """Whether all of the step's input may be in memory at once."""
    return _size(work, step) <= MOST_HELD_BYTES


def _size(work: StepWork, step: Step) -> int:
    return sum(payload["bytes"] for arrived in (_arrived(work, step) or {}).values() for payload in arrived)


def check_held(work: StepWork, step: Step) -> None:
    """For a step that takes all of its input at once. Raises NodeError `step.too_large`."""
    if (size := _size(work, step)) > MOST_HELD_BYTES:
        raise NodeError(
            f"{size // 1_000_000:,} MB of items are too much for a node that takes all at once",
            hint="Filter, limit or summarize them first, or send them through a loop in portions.",
            code="step.too_large",
        )


def _arrived(work: StepWork, step: Step) -> dict[str, list[Payload]] | None:
    """The recorded payloads of the step's input, by port; None when they are not recorded as such."""
    if step.edited is not None or step.given is not None:
        return None
    if any(len(ref) != 2 for refs in step.inputs.values() for ref in refs):
        return None
    return {
        port: [work.state.steps[ref[0]].outputs[ref[1]] for ref in refs]
        for port, refs in work.batches.arrivals(step)
    }


class LargeStep:
    """One try of such a step."""

    def __init__(self, work: StepWork, step: Step, node: Node, context: StepContext) -> None:
        self.work, self.step, self.node, self.context = work, step, node, context
        self.journal: Journal = work.executor.world.journal
        self.template = work.plan.templates[node.id]
        self.total = 0
        self.failed = 0
        self.shown: Any = None
        self._outputs: dict[str, ChunkedOutput] = {}

    async def perform(self) -> Done:
        """Raises NodeError."""
        inputs = await self._inputs()
        streaming = self.node.type.streaming(self.node.params)
        if streaming is not None:
            await self._stream(streaming, inputs)
        else:
            [pieces] = inputs.values()
            while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
                await self._each(piece)
        outputs = await asyncio.to_thread(self._finish)
        return Done({}, {port: made for port, made in outputs.items() if made["count"]}, self.failed)

    async def _inputs(self) -> dict[str, Iterator[list[Item]]]:
        """What came to each port, a piece at a time."""
        if not _is_large(self.work, self.step):
            held = await self.work.batches.load(self.step)
            self.total = len(Batches.flat(held))
            return {port: iter([items]) for port, items in held.items()}
        inputs: dict[str, Iterator[list[Item]]] = {}
        for port, arrived in (_arrived(self.work, self.step) or {}).items():
            inputs[port] = self._pieces(arrived, self.total)
            self.total += sum(payload["count"] for payload in arrived)
        return inputs

    def _pieces(self, arrived: list[Payload], place: int) -> Iterator[list[Item]]:
        """The input of one port, numbered from `place`. Blocking."""
        for payload in arrived:
            for chunk in parts(payload):
                items = payloads.decode(self.journal.fetch(chunk))
                for item in items:
                    item.index = place
                    place += 1
                yield items

    # -- nodes that take one item ------------------------------------------------------------

    async def _each(self, items: list[Item]) -> None:
        if self.template.is_constant:
            await asyncio.to_thread(self._perform, self.work.constant(self.node), items)
            return
        size = JAVASCRIPT_ITEMS if self.template.needs_javascript else len(items)
        for start in range(0, len(items), size):
            await self._each_by_template(items[start : start + size])

    async def _each_by_template(self, items: list[Item]) -> None:
        start = items[0].index or 0
        world = self.work.executor.world
        memory = await world.memory() if self.template.uses_memory else None
        scope, node_items = make_scope(self.work.executor, self.step, items, memory)
        scope = replace(scope, items=Shifted(scope.items, start), files=Shifted(scope.files, start))
        await node_items.fetch(self.template, self.journal)
        indexes = range(start, start + len(items))
        if self.template.needs_javascript:
            resolved = await self.template.resolve(scope, indexes, world.evaluator)
        else:
            resolved = await asyncio.to_thread(self.template.resolve_plain, scope, indexes)
        self.shown = self.shown or resolved[0]
        params = await asyncio.to_thread(validate, self.node, resolved)
        await asyncio.to_thread(self._perform, params, items)

    def _perform(self, params: Any, items: list[Item]) -> None:
        result = call_now(self.node, params, items, items, self.context, is_recorded=False)
        if isinstance(result, Pause):
            raise NodeError("so many items cannot wait one by one", code="step.too_many_items")
        self.failed += result.failed_items
        for port, found in result.items.items():
            self._add(port, found)

    # -- nodes that take any number ------------------------------------------------------------

    async def _stream(self, streaming: Callable[..., Any], inputs: dict[str, Iterator[list[Item]]]) -> None:
        first: list[Item] = []
        chained: dict[str, Iterator[Item]] = {}
        for port, pieces in inputs.items():
            head: list[Item] = [] if first else await asyncio.to_thread(next, pieces, [])
            first = first or head
            chained[port] = _chained(head, pieces)
        resolved, params = await self.work.resolve(self.step, self.node, first)
        self.shown = resolved[0] if resolved else None
        items = next(iter(chained.values())) if len(self.node.inputs) == 1 else chained
        chosen: Params = sound(params[0])
        made = iter(await asyncio.to_thread(streaming, chosen, items, self.context))
        while await asyncio.to_thread(self._take, self.node.outputs[0], made):
            pass

    def _take(self, port: str, made: Iterator[Item]) -> bool:
        found = list(islice(made, CHUNK_ITEMS))
        for named, items in routed(found, port).items():
            self._add(named, items)
        return len(found) == CHUNK_ITEMS

    def _add(self, port: str, items: list[Item]) -> None:
        if port not in self.node.outputs:
            raise unknown_output(self.node, port)
        output = self._outputs.setdefault(port, ChunkedOutput())
        output.add(items, self.total)
        for chunk in output.ready():
            self.journal.spill(chunk)

    def _finish(self) -> dict[str, Payload]:
        made = {port: output.finish(self.total) for port, output in self._outputs.items()}
        for payload in made.values():
            if is_chunked(payload):
                for chunk in payload["chunks"]:
                    self.journal.spill(chunk)
        return made


def _chained(first: list[Item], pieces: Iterable[list[Item]]) -> Iterator[Item]:
    yield from first
    for piece in pieces:
        yield from piece
