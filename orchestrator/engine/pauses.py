"""Pausing and resuming steps: timers, people, callbacks, child runs, repairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orchestrator.engine import payload as payloads
from orchestrator.engine.state import Step, StepStatus
from orchestrator.sdk import Answer, Pause

if TYPE_CHECKING:
    from orchestrator.engine.ports import Signal
    from orchestrator.engine.steps import StepWork

USE_AS_OUTPUT = "use_as_output"


def waits_for_children(step: Step) -> bool:
    return (step.wait or {}).get("kind") == "child"


class Pauses:
    def __init__(self, work: StepWork) -> None:
        self.work = work
        self.executor = work.executor
        self.state = work.state

    def pause(self, step: Step, pause: Pause, **left: Any) -> None:
        """Record that a step waits, for what, and what it logged and used until then."""
        wait: dict[str, Any] = {"kind": pause.kind, "reason": pause.reason, "data": pause.data}
        if pause.until is not None:
            wait["until"] = int(pause.until.timestamp() * 1000)
        if pause.kind == "person" and step.scope:
            wait["data"] = {**pause.data, "scope": [list(turn) for turn in step.scope]}
        if pause.kind == "child":
            batches = pause.data.get("batches") or [[]]
            wait["children"] = [{"items": payloads.from_json(batch)} for batch in batches]
            wait["data"] = {name: value for name, value in pause.data.items() if name != "batches"}
        self.emit(step, wait, **left)

    def emit(self, step: Step, wait: dict[str, Any], **fields: Any) -> None:
        self.executor.emit("step.paused", step=step.key, node=step.node, wait=wait, **fields)

    def is_repair(self, step: Step) -> bool:
        """Whether what the step waited for last was a person to repair it."""
        return ((step.wait or {}).get("data") or {}).get("kind") == "repair"

    def waiting_for_callback(self) -> Step | None:
        """The first step that a callback of the run's resume address is for."""
        for step in self.state.active.values():
            if step.status is StepStatus.PAUSED and step.wait and step.wait["kind"] == "callback":
                return step
        return None

    def signalled(self, step: Step, outcome: str, data: dict[str, Any], child_outputs: list[Any]) -> None:
        """An answer arrived for a paused step."""
        wait = step.wait or {}
        if waits_for_children(step) and outcome == "child":
            self._child_ended(step, data, child_outputs)
            if len(step.children) < len(wait["children"]):
                return
            outcome, data = "done", {}
        self.executor.emit(
            "step.resumed", step=step.key, node=step.node, outcome=outcome, data=data, by=data.get("by")
        )
        if wait.get("kind") == "retry" or self.is_repair(step):
            self._repair(step, wait, outcome, data.get("proposed") or {})
        else:
            self.work.resume_again(step)

    def use_as_output(self, step: Step) -> None:
        """Send on what the step was given, with a person's edits, as if it had made it."""
        self.executor.spawn(self._use_as_output(step))

    async def _use_as_output(self, step: Step) -> None:
        inputs = await self.work.batches.load(step)
        items = [item for found in inputs.values() for item in found]
        port = self.work.plan.node(step.node).outputs[0]
        self.work.succeed(step, {port: payloads.encode(items)} if items else {}, repaired=True)
        self.executor.wake()

    async def outputs_of_child(self, step: Step, signal: Signal) -> list[Any]:
        """What the child run made whose end the signal tells; empty for any other signal."""
        child = signal.data.get("child")
        if signal.outcome != "child" or not child or not waits_for_children(step):
            return []
        result = await self.executor.world.journal.result(child)
        return (result or {}).get("outputs") or []

    def _child_ended(self, step: Step, data: dict[str, Any], outputs: list[Any]) -> None:
        records = [record if isinstance(record, dict) else {"value": record} for record in outputs]
        self.executor.emit(
            "step.child",
            step=step.key,
            node=step.node,
            index=data["index"],
            child=data.get("child"),
            status=data["status"],
            error=data.get("error"),
            items=payloads.from_json(records),
        )

    async def answer(self, step: Step) -> Answer:
        """What the node's resume function gets."""
        recorded = step.answer or {"outcome": "due", "data": {}}
        asked = (step.wait or {}).get("data") or {}
        if not step.children:
            return Answer(recorded["outcome"], recorded["data"], asked)
        results = []
        for index in sorted(step.children):
            child = step.children[index]
            payload = await self.executor.world.journal.load(child["items"])
            items = [item.json for item in payloads.decode(payload)]
            results.append(
                {"run": child["child"], "status": child["status"], "error": child["error"], "items": items}
            )
        return Answer(recorded["outcome"], {"results": results}, asked)

    def _repair(self, step: Step, wait: dict[str, Any], outcome: str, proposed: dict[str, Any]) -> None:
        asked = wait.get("data") or {}
        shown = (asked.get("proposed") or {}).get("items")
        items = proposed.get("items", shown)
        if items is not None and items != shown and outcome != "skip":
            first = {"first": asked["first"]} if "first" in asked else {}
            made = payloads.from_json(items)
            self.executor.emit("step.edited", step=step.key, node=step.node, items=made, **first)
        if outcome in ("retry", "due"):
            self.work.again(step)
        elif outcome == USE_AS_OUTPUT:
            self.use_as_output(step)
        elif outcome == "skip":
            self.work.succeed(step, {}, repaired=True)
        else:
            message = "a person chose to fail this step"
            error = step.error or {"code": "step.failed_by_person", "message": message, "hint": ""}
            self.executor.emit("step.failed", step=step.key, node=step.node, error=error, tries=step.tries)
