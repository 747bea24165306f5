"""What a failed try leads to: another try, a tolerated error, a person's decision, the end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from orchestrator.engine.graph import ERROR_PORT, Graph, Node
from orchestrator.engine.perform import record, settle_partial, with_error
from orchestrator.engine.retry import RetryPolicy
from orchestrator.engine.state import Step
from orchestrator.sdk import Item, NodeError

if TYPE_CHECKING:
    from orchestrator.engine.steps import StepWork

SHORT_RETRY_SECONDS = 10.0
REPAIR_OUTCOMES = ("retry", "use_as_output", "skip", "fail")
ITEMS_SHOWN = 50


class Failures:
    def __init__(self, work: StepWork) -> None:
        self.work = work
        self.executor = work.executor

    def fail(self, step: Step, node: Node, error: NodeError, items: list[Item], **left: Any) -> None:
        """Apply the node's policy to a failed try. `left`: its log lines and usage, for its event."""
        described: dict[str, Any] = {"code": error.code, "message": error.message, "hint": error.hint}
        if error.item is not None:
            described["item"] = error.item
        policy = RetryPolicy.from_settings(node.settings)
        delay = policy.delay(error, step.failures + 1, self.executor.world.clock.random())
        if delay is not None:
            self._schedule_retry(step, described, delay, left)
        elif node.on_error in ("continue", "error_output"):
            self._tolerate(step, node, error, described, items, left)
        elif node.on_error == "escalate":
            self._escalate(step, node, described, items, left)
        else:
            self._emit_failed(step, described, **left)
        self.executor.wake()

    def retry(self, step: Step) -> None:
        """Wait for the retry's moment, then try again."""
        self.executor.spawn(self._retry_later(step))

    async def _retry_later(self, step: Step) -> None:
        delay = ((step.due_at or 0) - self.executor.world.clock.now_ms()) / 1000
        await asyncio.sleep(max(delay, 0))
        self.work.again(step)

    def _emit_failed(self, step: Step, error: dict[str, Any], **fields: Any) -> None:
        self.executor.emit(
            "step.failed",
            step=step.key,
            node=step.node,
            error=error,
            tries=step.tries,
            ms=self.work.ms(step),
            **fields,
        )

    def _schedule_retry(self, step: Step, error: dict[str, Any], delay: float, left: dict[str, Any]) -> None:
        due_at = self.executor.world.clock.now_ms() + int(delay * 1000)
        self.executor.emit(
            "step.retrying",
            step=step.key,
            node=step.node,
            error=error,
            due_at=due_at,
            **{"try": step.tries},
            **left,
        )
        if delay <= SHORT_RETRY_SECONDS:
            self.retry(step)
        else:
            reason = f"trying again: {error['message']}"
            self.work.pauses.emit(step, {"kind": "retry", "reason": reason, "until": due_at, "data": {}})

    def _tolerate(
        self,
        step: Step,
        node: Node,
        error: NodeError,
        described: dict[str, Any],
        items: list[Item],
        left: dict[str, Any],
    ) -> None:
        partial = self.work.partial.pop(step.key, None)
        if node.type.per == "item" and partial is not None and partial.results:
            done = settle_partial(node, partial, items, error)
            self.work.succeed(step, done.outputs, failed_items=done.failed_items, error=described, **left)
            return
        port = ERROR_PORT if node.on_error == "error_output" else node.outputs[0]
        bad = [with_error(item, error) for item in items] or [Item({"error": described})]
        self._emit_failed(step, described, handled=node.on_error, outputs={port: record(bad)}, **left)

    def _escalate(
        self, step: Step, node: Node, error: dict[str, Any], items: list[Item], left: dict[str, Any]
    ) -> None:
        step.error = error
        subject = f"“{node.name}” failed: {error['message']}"
        data = repair_task(
            self.executor.state.plan.graph,
            subject,
            why=error.get("hint", ""),
            items=items,
            outcomes=REPAIR_OUTCOMES,
        )
        tried = f"{step.tries} times" if step.tries > 1 else "once"
        data["context"] = [{"title": "What went wrong", "data": {**error, "tried": tried}}]
        if len(items) > ITEMS_SHOWN:
            data["description"] = (
                f"The first {ITEMS_SHOWN} of {len(items)} items are shown. Whatever you choose is done "
                "with all of them: those that are not shown stay as they are."
            )
            data["first"] = ITEMS_SHOWN
        self.work.pauses.emit(step, {"kind": "person", "reason": subject, "data": data}, error=error, **left)


def repair_task(
    graph: Graph, subject: str, *, why: str, items: list[Item], outcomes: tuple[str, ...]
) -> dict[str, Any]:
    """The data of a task that asks a person to repair a step. Its proposed action is the input,
    which may be edited before `retry`, or turned into the output with `use_as_output`. The
    workflow's settings say who is asked."""
    return {
        "kind": "repair",
        "subject": subject,
        "why": why,
        "description": "",
        "outcomes": list(outcomes),
        "proposed": {"items": [item.json for item in items[:ITEMS_SHOWN]]} if items else {},
        "context": [],
        "assignees": [],
        "priority": "high",
        **(graph.settings.get("repairs") or {}),
    }
