"""StepWork: performing single steps inside an executor, from the first try to the end."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from orchestrator.engine import payload as payloads
from orchestrator.engine.batches import Batches
from orchestrator.engine.failures import Failures
from orchestrator.engine.graph import Node
from orchestrator.engine.large import LargeStep, can_be_held, check_held, goes_in_pieces
from orchestrator.engine.loops import finish_loop, open_loop
from orchestrator.engine.pauses import Pauses
from orchestrator.engine.perform import (
    Partial,
    Result,
    as_node_error,
    call_later,
    call_now,
    call_resume,
    validate,
)
from orchestrator.engine.ports import LeaseLost, StepContext
from orchestrator.engine.scope import make_scope
from orchestrator.engine.state import Step
from orchestrator.sdk import Item, NodeError, Params, Pause

if TYPE_CHECKING:
    from orchestrator.engine.executor import Executor

PARAMS_SHOWN_BYTES = 8_000
MOST_LOG_LINES = 1000
MOST_LOG_TEXT = 1_000_000
"""Characters in the log of one try."""
WRITES = ("write", "idempotent_write")


class StepWork:
    def __init__(self, executor: Executor) -> None:
        self.executor = executor
        self.state = executor.state
        self.plan = executor.state.plan
        self.batches = Batches(executor.state, executor.world.journal)
        self.failures = Failures(self)
        self.pauses = Pauses(self)
        self.partial: dict[str, Partial] = {}
        self._started: dict[str, float] = {}

    # -- starting --------------------------------------------------------------------------

    async def start(self, step: Step) -> None:
        """Begin the first try. A quick, pure node is performed at once, without a task."""
        node = self.plan.node(step.node)
        self._emit_started(step, 1)
        if (reused := self.state.reused(step)) is not None:
            self.succeed(step, reused, reused=True)
        elif node.is_disabled:
            await self._pass_through(step, node)
        elif self._is_pinned(step) and node.outputs:
            payload = payloads.from_json(self.plan.graph.pins[step.node])
            self.succeed(step, {node.outputs[0]: payload}, pinned=True)
        elif node.type.control == "loop":
            await open_loop(self, step, node)
        elif node.type.control == "break":
            self.succeed(step, {})
        elif not self._perform_now(step, node):
            self.executor.spawn(self._try(step, node))

    def _is_pinned(self, step: Step) -> bool:
        is_given = self.state.is_given and not step.inputs
        return self.state.mode == "manual" and step.node in self.plan.graph.pins and not is_given

    def again(self, step: Step) -> None:
        """Another try, after a failure or a dead worker."""
        self._emit_started(step, step.tries + 1)
        self.executor.spawn(self._try(step, self.plan.node(step.node)))

    async def finish_loop(self, step: Step) -> None:
        await finish_loop(self, step)

    def _emit_started(self, step: Step, tries: int) -> None:
        self._started[step.key] = time.perf_counter()
        fields: dict[str, Any] = {"scope": [list(turn) for turn in step.scope]} if step.scope else {}
        inputs = {port: [list(ref) for ref in refs] for port, refs in step.inputs.items()}
        fields["try"] = tries
        self.executor.emit("step.started", step=step.key, node=step.node, inputs=inputs, **fields)

    # -- one try ---------------------------------------------------------------------------

    def _perform_now(self, step: Step, node: Node) -> bool:
        """The short way for a plain function whose items and params need no waiting."""
        if node.type.is_async or goes_in_pieces(self, step, node):
            return False
        template = self.plan.templates[node.id]
        if template.needs_javascript or template.node_names or template.uses_memory:
            return False
        inputs = self.batches.at_hand(step)
        if inputs is None:
            return False
        items = Batches.flat(inputs)
        resolved = None
        if template.is_constant:
            params = self.constant(node)
        else:
            scope, _ = make_scope(self.executor, step, items)
            resolved = template.resolve_plain(scope, _indexes(node, items))
            params = validate(node, resolved)
        context = self._context(step, node)
        try:
            result = call_now(node, params, items, _arguments(node, inputs, items), context)
        except Exception as error:
            self._fail(step, node, error, items, [context], resolved)
        else:
            self._end(step, node, result, [context], resolved)
        return True

    async def _try(self, step: Step, node: Node) -> None:
        partial = self.partial.setdefault(step.key, Partial())
        await self._commit_before(node)
        if goes_in_pieces(self, step, node):
            await self._try_in_pieces(step, node)
            await self._commit_result(node)
            return
        try:
            check_held(self, step)
        except NodeError as error:
            self.failures.fail(step, node, error, [])
            return
        inputs = await self.batches.load(step)
        items = Batches.flat(inputs)
        contexts: list[StepContext] = []
        resolved = None
        try:
            async with asyncio.timeout(_timeout_of(node)):
                resolved, params = await self.resolve(step, node, items)
                contexts = self._contexts(step, node, items)
                arguments = _arguments(node, inputs, items)
                if node.type.is_async:
                    result = await call_later(node, params, items, arguments, contexts, partial)
                else:
                    result = call_now(node, params, items, arguments, contexts[0])
        except (asyncio.CancelledError, LeaseLost):
            raise
        except Exception as error:
            self._fail(step, node, error, items, contexts, resolved)
        else:
            self._end(step, node, result, contexts, resolved)
        await self._commit_result(node)

    async def _try_in_pieces(self, step: Step, node: Node) -> None:
        context = self._context(step, node)
        large = LargeStep(self, step, node, context)
        try:
            async with asyncio.timeout(_timeout_of(node)):
                result = await large.perform()
        except (asyncio.CancelledError, LeaseLost):
            raise
        except Exception as error:
            shows = node.on_error != "stop" and can_be_held(self, step)
            items = Batches.flat(await self.batches.load(step)) if shows else []
            self._fail(step, node, error, items, [context], [large.shown])
        else:
            self._end(step, node, result, [context], [large.shown])

    async def _commit_before(self, node: Node) -> None:
        """Before a write, all before it and that it starts is made durable. A read that follows a
        write waits for that write's result: the outside world must not see it happen earlier than
        it is recorded. A journal that fails ends the claim, not the step."""
        effect = node.type.effect_of(node.params)
        if effect in WRITES or (effect == "read" and self.executor.results_under_way):
            await self.executor.flush()

    async def _commit_result(self, node: Node) -> None:
        """The other side of the barrier: a write's result is durable before anything that asks or
        changes the world depends on it."""
        if node.type.effect_of(node.params) not in WRITES:
            return
        self.executor.results_under_way += 1
        try:
            await self.executor.flush()
        finally:
            self.executor.results_under_way -= 1

    async def resolve(
        self, step: Step, node: Node, items: list[Item]
    ) -> tuple[Any, list[Params | NodeError]]:
        """The params for each item: as resolved (None when they are constant) and as typed."""
        template = self.plan.templates[node.id]
        if template.is_constant:
            return None, self.constant(node)
        memory = await self.executor.world.memory() if template.uses_memory else None
        scope, node_items = make_scope(self.executor, step, items, memory)
        await node_items.fetch(template, self.executor.world.journal)
        resolved = await template.resolve(scope, _indexes(node, items), self.executor.world.evaluator)
        return resolved, validate(node, resolved)

    def constant(self, node: Node) -> list[Params | NodeError]:
        """The typed params of a node without templates."""
        cached = self.plan.validated.get(node.id)
        if cached is None:
            cached = self.plan.validated[node.id] = validate(node, [self.plan.templates[node.id].constant()])
        return cached

    def _context(self, step: Step, node: Node, suffix: str = "") -> StepContext:
        return self.executor.world.contexts(
            step=step.key,
            node_id=node.id,
            node_name=node.name,
            try_number=step.tries,
            key=f"{self.executor.run.id}:{step.key}{suffix}",
        )

    def _contexts(self, step: Step, node: Node, items: list[Item]) -> list[StepContext]:
        if node.type.per == "item" and node.type.is_async and len(items) > 1:
            return [self._context(step, node, f":{index}") for index in range(len(items))]
        return [self._context(step, node)]

    # -- resuming --------------------------------------------------------------------------

    def resume_again(self, step: Step) -> None:
        """Perform the resume function for the recorded answer."""
        self._started[step.key] = time.perf_counter()
        self.executor.spawn(self._resume(step, self.plan.node(step.node)))

    async def _resume(self, step: Step, node: Node) -> None:
        inputs = await self.batches.load(step)
        items = Batches.flat(inputs)
        answer = await self.pauses.answer(step)
        context = self._context(step, node)
        resolved = None
        try:
            resolved, params = await self.resolve(step, node, items)
            arguments = _arguments(node, inputs, items)
            result = await call_resume(node, params[0], items, arguments, answer, context)
        except (asyncio.CancelledError, LeaseLost):
            raise
        except Exception as error:
            self._fail(step, node, error, items, [context], resolved)
        else:
            self._end(step, node, result, [context], resolved)

    # -- ending ----------------------------------------------------------------------------

    def succeed(self, step: Step, outputs: dict[str, Any], **fields: Any) -> None:
        """Record the end of a step and what it sends."""
        self.executor.emit(
            "step.succeeded", step=step.key, node=step.node, outputs=outputs, ms=self.ms(step), **fields
        )

    def ms(self, step: Step) -> float:
        """How long the present try has been at work."""
        now = time.perf_counter()
        return round((now - self._started.get(step.key, now)) * 1000, 3)

    def _end(
        self, step: Step, node: Node, result: Result, contexts: list[StepContext], resolved: Any
    ) -> None:
        self.partial.pop(step.key, None)
        fields = _left_behind(contexts, resolved)
        if isinstance(result, Pause):
            self.pauses.pause(step, result, **fields)
        else:
            if result.failed_items:
                fields["failed_items"] = result.failed_items
            for context in contexts:
                for reply in context.replies:
                    self.executor.emit("run.replied", step=step.key, node=step.node, **reply)
            self.batches.keep(step, node, result.items)
            self.succeed(step, result.outputs, **fields)
        self.executor.wake()

    def _fail(
        self,
        step: Step,
        node: Node,
        error: Exception,
        items: list[Item],
        contexts: list[StepContext],
        resolved: Any,
    ) -> None:
        known = as_node_error(error, node, step.key)
        self.failures.fail(step, node, known, items, **_left_behind(contexts, resolved))

    async def _pass_through(self, step: Step, node: Node) -> None:
        items = Batches.flat(await self.batches.load(step))
        port = "done" if node.type.control == "loop" else next(iter(node.outputs), "")
        self.succeed(step, {port: payloads.encode(items)} if items and port else {}, disabled=True)


def _timeout_of(node: Node) -> float | None:
    timeout = node.settings.get("timeout_seconds")
    return timeout if isinstance(timeout, int | float) and timeout > 0 else None


def _arguments(node: Node, inputs: dict[str, list[Item]], items: list[Item]) -> Any:
    return inputs if len(node.inputs) > 1 else items


def _indexes(node: Node, items: list[Item]) -> range:
    return range(len(items) if node.type.per == "item" else 1)


def _left_behind(contexts: list[StepContext], resolved: Any) -> dict[str, Any]:
    """Log lines, usage and the first item's params of a try, for its event."""
    fields: dict[str, Any] = {}
    logs: list[dict[str, Any]] = []
    used: dict[str, float] = {}
    for context in contexts:
        if context.logs:
            logs += context.logs
        for name, amount in context.used.items():
            used[name] = used.get(name, 0) + amount
    if logs:
        fields["logs"] = _within_bounds(logs)
    if used:
        fields["usage"] = used
    shown = resolved[0] if resolved else None
    if isinstance(shown, dict) and len(repr(shown)) < PARAMS_SHOWN_BYTES:
        fields["params"] = shown
    return fields


def _within_bounds(logs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first lines. Those beyond the room for text keep their place, without their fields."""
    room, kept = MOST_LOG_TEXT, []
    for line in logs[:MOST_LOG_LINES]:
        fields = line.get("fields")
        room -= len(line["message"]) + (len(repr(fields)) if fields else 0)
        kept.append(line if room >= 0 else {**line, "message": line["message"][:200], "fields": {}})
    return kept
