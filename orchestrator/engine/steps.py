"""StepWork: the life of single steps inside an executor: start, try, retry, pause, resume, end."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from orchestrator.engine import payload as payloads
from orchestrator.engine.batches import Batches
from orchestrator.engine.graph import ERROR_PORT, Node
from orchestrator.engine.perform import (
    Partial,
    Result,
    as_node_error,
    call_later,
    call_now,
    call_resume,
    settle_partial,
    validate,
    with_error,
)
from orchestrator.engine.ports import LeaseLost, StepContext
from orchestrator.engine.retry import RetryPolicy
from orchestrator.engine.scope import make_scope
from orchestrator.engine.state import Step
from orchestrator.sdk import Answer, Item, NodeError, Params, Pause

if TYPE_CHECKING:
    from orchestrator.engine.executor import Executor

SHORT_RETRY_SECONDS = 10.0
PARAMS_SHOWN_BYTES = 8_000
REPAIR_OUTCOMES = ("retry", "skip", "fail")


class StepWork:
    def __init__(self, executor: Executor) -> None:
        self.executor = executor
        self.state = executor.state
        self.plan = executor.state.plan
        self.batches = Batches(executor.state, executor.world.journal)
        self._partial: dict[str, Partial] = {}
        self._started: dict[str, float] = {}

    # -- starting --------------------------------------------------------------------------

    async def start(self, step: Step) -> None:
        """Begin the first try. A quick, pure node is performed at once, without a task."""
        node = self.plan.node(step.node)
        self._emit_started(step, 1)
        if node.is_disabled:
            await self._pass_through(step, node)
        elif self.state.mode == "manual" and step.node in self.plan.graph.pins:
            payload = payloads.from_json(self.plan.graph.pins[step.node])
            self.executor.emit(
                "step.succeeded",
                step=step.key,
                node=step.node,
                outputs={node.outputs[0]: payload},
                ms=0,
                pinned=True,
            )
        elif node.type.control == "loop":
            await self._open_loop(step, node)
        elif not self._perform_now(step, node):
            self.executor.spawn(self._try(step, node))

    def again(self, step: Step) -> None:
        """Another try, after a failure or a dead worker."""
        node = self.plan.node(step.node)
        self._emit_started(step, step.tries + 1)
        self.executor.spawn(self._try(step, node))

    def retry(self, step: Step) -> None:
        """Wait for the retry's moment, then try again."""
        self.executor.spawn(self._retry_later(step))

    def _emit_started(self, step: Step, tries: int) -> None:
        self._started[step.key] = time.perf_counter()
        fields: dict[str, Any] = {"scope": [list(turn) for turn in step.scope]} if step.scope else {}
        inputs = {port: [list(ref) for ref in refs] for port, refs in step.inputs.items()}
        self.executor.emit(
            "step.started", step=step.key, node=step.node, **{"try": tries}, inputs=inputs, **fields
        )

    async def _retry_later(self, step: Step) -> None:
        delay = ((step.due_at or 0) - self.executor.world.clock.now_ms()) / 1000
        await asyncio.sleep(max(delay, 0))
        self.again(step)

    # -- one try ---------------------------------------------------------------------------

    def _perform_now(self, step: Step, node: Node) -> bool:
        """The short way for a plain function whose items and params need no waiting."""
        if node.type.is_async:
            return False
        inputs = self.batches.at_hand(step)
        if inputs is None:
            return False
        items = Batches.flat(inputs)
        template = self.plan.templates[node.id]
        if not template.is_constant:
            if template.needs_javascript or template.node_names:
                return False
            resolved = template.resolve_plain(
                make_scope(self.executor, step, items)[0], _indexes(node, items)
            )
            params = validate(node, resolved)
        else:
            resolved = None
            params = self._constant(node)
        context = self._context(step, node)
        try:
            result = call_now(node, params, items, self._arguments(node, inputs, items), context)
        except Exception as error:
            self._fail(step, node, as_node_error(error, node, step.key), items)
        else:
            self._end(step, node, result, [context], resolved)
        return True

    async def _try(self, step: Step, node: Node) -> None:
        partial = self._partial.setdefault(step.key, Partial())
        await self._commit_write(node)
        inputs = await self.batches.load(step)
        items = Batches.flat(inputs)
        try:
            timeout = node.settings.get("timeout_seconds")
            async with asyncio.timeout(timeout if isinstance(timeout, int | float) and timeout > 0 else None):
                resolved, params = await self._resolve(step, node, items)
                contexts = self._contexts(step, node, items)
                arguments = self._arguments(node, inputs, items)
                if node.type.is_async:
                    result = await call_later(node, params, items, arguments, contexts, partial)
                else:
                    result = call_now(node, params, items, arguments, contexts[0])
        except (asyncio.CancelledError, LeaseLost):
            raise
        except Exception as error:
            self._fail(step, node, as_node_error(error, node, step.key), items)
        else:
            self._end(step, node, result, contexts, resolved)
        await self._commit_write(node)

    async def _commit_write(self, node: Node) -> None:
        """The barrier on both sides of a write: that it starts is durable before it does, its
        result before anything depends on it. A journal that fails ends the claim, not the step."""
        if node.type.effect_of(node.params) in ("write", "idempotent_write"):
            await self.executor.flush()

    async def _resolve(
        self, step: Step, node: Node, items: list[Item]
    ) -> tuple[Any, list[Params | NodeError]]:
        template = self.plan.templates[node.id]
        if template.is_constant:
            return None, self._constant(node)
        scope, node_items = make_scope(self.executor, step, items)
        await node_items.fetch(template.node_names, self.executor.world.journal)
        resolved = await template.resolve(scope, _indexes(node, items), self.executor.world.evaluator)
        return resolved, validate(node, resolved)

    def _constant(self, node: Node) -> list[Params | NodeError]:
        cached = self.plan.validated.get(node.id)
        if cached is None:
            cached = self.plan.validated[node.id] = validate(node, [self.plan.templates[node.id].constant()])
        return cached

    def _arguments(self, node: Node, inputs: dict[str, list[Item]], items: list[Item]) -> Any:
        return inputs if len(node.inputs) > 1 else items

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

    # -- pausing and resuming --------------------------------------------------------------

    def resume(self, step: Step, outcome: str, data: dict[str, Any]) -> None:
        """An answer arrived for a paused step."""
        wait = step.wait or {}
        is_repair = wait.get("kind") == "retry" or (wait.get("data") or {}).get("kind") == "repair"
        self.executor.emit(
            "step.resumed", step=step.key, node=step.node, outcome=outcome, data=data, by=data.get("by")
        )
        node = self.plan.node(step.node)
        if is_repair:
            self._repair(step, node, outcome)
        else:
            self.resume_again(step)

    def resume_again(self, step: Step) -> None:
        """Perform the resume function for the recorded answer."""
        self._started[step.key] = time.perf_counter()
        self.executor.spawn(self._resume(step, self.plan.node(step.node)))

    def _repair(self, step: Step, node: Node, outcome: str) -> None:
        if outcome in ("retry", "due"):
            step.answer = None
            self.again(step)
        elif outcome == "skip":
            self.executor.emit("step.succeeded", step=step.key, node=step.node, outputs={}, ms=0)
        else:
            error = step.error or {
                "code": "step.failed_by_person",
                "message": "a person chose to fail this step",
                "hint": "",
            }
            self.executor.emit("step.failed", step=step.key, node=step.node, error=error, tries=step.tries)

    async def _resume(self, step: Step, node: Node) -> None:
        inputs = await self.batches.load(step)
        items = Batches.flat(inputs)
        try:
            resolved, params = await self._resolve(step, node, items)
            context = self._context(step, node)
            answer = Answer(step.answer["outcome"], step.answer["data"]) if step.answer else Answer("due")
            result = await call_resume(
                node, params[0], items, self._arguments(node, inputs, items), answer, context
            )
        except (asyncio.CancelledError, LeaseLost):
            raise
        except Exception as error:
            self._fail(step, node, as_node_error(error, node, step.key), items)
        else:
            self._end(step, node, result, [context], resolved)

    def _pause(self, step: Step, pause: Pause) -> None:
        wait: dict[str, Any] = {"kind": pause.kind, "reason": pause.reason, "data": pause.data}
        if pause.until is not None:
            wait["until"] = int(pause.until.timestamp() * 1000)
        self.executor.emit("step.paused", step=step.key, node=step.node, wait=wait)

    # -- ending ----------------------------------------------------------------------------

    def _end(
        self, step: Step, node: Node, result: Result, contexts: list[StepContext], resolved: Any
    ) -> None:
        self._partial.pop(step.key, None)
        if isinstance(result, Pause):
            self._pause(step, result)
            return
        fields = _left_behind(contexts)
        if resolved:
            shown = resolved[0]
            if isinstance(shown, dict) and len(repr(shown)) < PARAMS_SHOWN_BYTES:
                fields["params"] = shown
        if result.failed_items:
            fields["failed_items"] = result.failed_items
        for reply in (reply for context in contexts for reply in context.replies):
            self.executor.emit("run.replied", step=step.key, node=step.node, **reply)
        self.batches.keep(step, node, result.items)
        self.executor.emit(
            "step.succeeded",
            step=step.key,
            node=step.node,
            outputs=result.outputs,
            ms=self._ms(step),
            **fields,
        )
        self.executor.wake()

    def _ms(self, step: Step) -> float:
        return round((time.perf_counter() - self._started.get(step.key, time.perf_counter())) * 1000, 3)

    def _fail(self, step: Step, node: Node, error: NodeError, items: list[Item]) -> None:
        described: dict[str, Any] = {"code": error.code, "message": error.message, "hint": error.hint}
        if error.item is not None:
            described["item"] = error.item
        delay = RetryPolicy.from_settings(node.settings).delay(
            error, step.tries, self.executor.world.clock.random()
        )
        if delay is not None:
            self._schedule_retry(step, described, delay)
        elif node.on_error in ("continue", "error_output"):
            self._tolerate(step, node, error, described, items)
        elif node.on_error == "escalate":
            self._escalate(step, node, described, items)
        else:
            self.executor.emit(
                "step.failed",
                step=step.key,
                node=step.node,
                error=described,
                tries=step.tries,
                ms=self._ms(step),
            )
        self.executor.wake()

    def _schedule_retry(self, step: Step, error: dict[str, Any], delay: float) -> None:
        due_at = self.executor.world.clock.now_ms() + int(delay * 1000)
        self.executor.emit(
            "step.retrying", step=step.key, node=step.node, error=error, due_at=due_at, **{"try": step.tries}
        )
        if delay <= SHORT_RETRY_SECONDS:
            self.retry(step)
        else:
            wait = {
                "kind": "retry",
                "reason": f"trying again: {error['message']}",
                "until": due_at,
                "data": {},
            }
            self.executor.emit("step.paused", step=step.key, node=step.node, wait=wait)

    def _tolerate(
        self, step: Step, node: Node, error: NodeError, described: dict[str, Any], items: list[Item]
    ) -> None:
        partial = self._partial.pop(step.key, None)
        if node.type.per == "item" and partial is not None and partial.results:
            done = settle_partial(node, partial, items, error)
            self.executor.emit(
                "step.succeeded",
                step=step.key,
                node=step.node,
                outputs=done.outputs,
                ms=self._ms(step),
                failed_items=done.failed_items,
                error=described,
            )
            return
        port = ERROR_PORT if node.on_error == "error_output" else node.outputs[0]
        bad = [with_error(item, error) for item in items] or [Item({"error": described})]
        outputs = {port: payloads.encode(bad)}
        self.executor.emit(
            "step.failed",
            step=step.key,
            node=step.node,
            error=described,
            tries=step.tries,
            handled=node.on_error,
            outputs=outputs,
            ms=self._ms(step),
        )

    def _escalate(self, step: Step, node: Node, error: dict[str, Any], items: list[Item]) -> None:
        step.error = error
        data = {
            "kind": "repair",
            "subject": f"“{node.name}” failed: {error['message']}",
            "why": error.get("hint", ""),
            "description": "",
            "outcomes": list(REPAIR_OUTCOMES),
            "proposed": {},
            "context": [item.json for item in items[:10]],
            "assignees": [],
            "priority": "high",
        }
        wait = {"kind": "person", "reason": data["subject"], "data": data}
        self.executor.emit("step.paused", step=step.key, node=step.node, wait=wait, error=error)

    async def _pass_through(self, step: Step, node: Node) -> None:
        items = Batches.flat(await self.batches.load(step))
        outputs = {_through_port(node): payloads.encode(items)} if items and node.outputs else {}
        self.executor.emit(
            "step.succeeded", step=step.key, node=step.node, outputs=outputs, ms=0, disabled=True
        )

    # -- loops -----------------------------------------------------------------------------

    async def _open_loop(self, step: Step, node: Node) -> None:
        items = Batches.flat(await self.batches.load(step))
        try:
            _, params = await self._resolve(step, node, items)
            settings = params[0]
            if isinstance(settings, NodeError):
                raise settings
        except NodeError as error:
            self._fail(step, node, error, items)
            return
        self.executor.emit(
            "loop.opened",
            step=step.key,
            node=step.node,
            total=len(items),
            size=settings.size,
            concurrency=settings.concurrency,
        )  # type: ignore[attr-defined]

    async def finish_loop(self, step: Step) -> None:
        """All turns are over: send what came back, in the order of the turns."""
        loop = self.state.loops[step.key]
        if self.plan.graph.incoming[step.node].get("back"):
            back = [(turn, ref) for turn in sorted(loop.back) for ref in loop.back[turn]]
            items = [item for _, ref in back for item in await self.batches.of(ref)]
            lineage = [loop.places(turn) for turn, ref in back for _ in range(self.batches.count(ref))]
        else:
            items, lineage = Batches.flat(await self.batches.load(step)), None
        outputs = {"done": payloads.encode(items, lineage)} if items else {}
        self.executor.emit(
            "step.succeeded",
            step=step.key,
            node=step.node,
            outputs=outputs,
            ms=self._ms(step),
            turns=loop.turns,
        )


def _through_port(node: Node) -> str:
    return "done" if node.type.control == "loop" else node.outputs[0]


def _indexes(node: Node, items: list[Item]) -> range:
    return range(len(items) if node.type.per == "item" else min(len(items), 1) or 1)


def _left_behind(contexts: list[StepContext]) -> dict[str, Any]:
    """Log lines and usage of a try, for its event."""
    fields: dict[str, Any] = {}
    logs = [line for context in contexts for line in context.logs]
    if logs:
        fields["logs"] = logs[:1000]
    used: dict[str, float] = {}
    for context in contexts:
        for name, amount in context.used.items():
            used[name] = used.get(name, 0) + amount
    if used:
        fields["usage"] = used
    return fields
