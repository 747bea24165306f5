"""RunState: what a run's events say, folded one at a time.

Folding is deterministic: the same events give the same state in any process. Everything that
follows from an event without asking the outside world (which steps become ready, which joins
close, which loop turn ends) happens here; `decide` only reads.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from orchestrator.engine.plan import Plan

Event = dict[str, Any]
Ref = tuple[str, str] | tuple[str, str, int, int]
"""A batch: (step, output port), or a slice of it: (step, port, start, stop)."""
Scope = tuple[tuple[str, int], ...]
"""The loop turns around a step, outermost first: ((loop step, turn), …)."""


class RunStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        return self in FINAL


FINAL = frozenset({RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.CANCELLED})


class StepStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    RETRYING = "retrying"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


@dataclass(slots=True)
class Step:
    """One activation of a node. `inputs` maps an input port to the batches that arrived."""

    key: str
    node: str
    scope: Scope
    inputs: dict[str, list[Ref]]
    born: int
    """Sequence number of the event that opened it."""
    status: StepStatus = StepStatus.QUEUED
    tries: int = 0
    failures: int = 0
    """Tries that failed and were followed by another: one that died with its worker is not among them."""
    given: dict[str, Any] | None = None
    """The start's items (a payload), on the step of the trigger."""
    outputs: dict[str, Any] = field(default_factory=dict)
    """Payloads by port, as recorded; see `payload.py`."""
    wait: dict[str, Any] | None = None
    due_at: int | None = None
    answer: dict[str, Any] | None = None
    edited: dict[str, Any] | None = None
    """Items that a person put in the place of the input (a payload)."""
    edited_first: int | None = None
    """How many of the first input items they replace; None: all of them."""
    children: dict[int, dict[str, Any]] = field(default_factory=dict)
    """What child runs of the present pause came to, by their number."""
    error: dict[str, Any] | None = None
    origin: str | None = None
    """The step of an earlier run, when this one goes on from it, that got the same batches."""


@dataclass(slots=True)
class Loop:
    """An open loop step: which turns run, and what each sent back."""

    total: int
    size: int
    concurrency: int
    next_turn: int = 0
    open_turns: set[int] = field(default_factory=set)
    back: dict[int, list[Ref]] = field(default_factory=dict)

    @property
    def turns(self) -> int:
        return -(-self.total // self.size)

    def places(self, turn: int) -> list[int]:
        """The places, in the loop's input, of the items that this turn gets."""
        return list(range(turn * self.size, min((turn + 1) * self.size, self.total)))

    @property
    def is_done(self) -> bool:
        return self.next_turn >= self.turns and not self.open_turns


class RunState:
    """Mutable; `apply` is its only writer."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.status = RunStatus.QUEUED
        self.seq = 0
        self.mode = "production"
        self.is_given = False
        """Whether the items it starts with were given, and so replace what is pinned to the trigger."""
        self.steps: dict[str, Step] = {}
        self.ready: deque[str] = deque()
        self.active: dict[str, Step] = {}
        """Steps that started and have not ended, paused and retrying ones included."""
        self.paused = 0
        self.counts: dict[str, int] = {}
        self.joins: dict[tuple[str, Scope], list[dict[str, Ref]]] = {}
        self.loops: dict[str, Loop] = {}
        self.live: dict[Scope, dict[str, int]] = {}
        """By scope: how many queued or unfinished steps each node has."""
        self.skipped: dict[str, str] = {}
        self.error: dict[str, Any] | None = None
        self.failing: dict[str, Any] | None = None
        """Set when a step's failure stops the run."""
        self.is_cancelling = False
        self.allowed: frozenset[str] | None = None
        self.reuse: dict[str, dict[str, Any]] = {}
        """Recorded outputs, by step of the earlier run, that take the place of performing it."""
        self.edits: dict[str, dict[str, Any]] = {}
        """Payloads that take the place of a step's input, by step of the earlier run."""
        self.earlier: dict[Any, str] = {}
        """The steps of the earlier run, by node and the batches they got."""
        self.parent: dict[str, Any] | None = None
        self.depth = 0
        """How many runs up the chain of parents."""
        self.worked_ms = 0
        """Time under a worker, over all claims; waiting does not count."""
        self.joined: set[tuple[str, Scope]] = set()
        """Joins for any input that have started."""
        self.last_outputs: list[Ref] = []
        self.takeovers = 0
        """Claims from a dead worker since a step last ended or paused."""

    # -- folding ---------------------------------------------------------------------------

    def apply(self, event: Event) -> None:
        """Fold one event. Raises ValueError when its sequence number does not follow."""
        if event["seq"] != self.seq + 1:
            raise ValueError(f"event {event['seq']} does not follow {self.seq}")
        self.seq = event["seq"]
        handler = _HANDLERS.get(event["type"])
        if handler is not None:
            handler(self, event)

    def _queued(self, event: Event) -> None:
        self.mode = event.get("mode", "production")
        self.is_given = event.get("given", False)
        self.reuse = event.get("reuse") or {}
        self.edits = event.get("edits") or {}
        for key, inputs in (event.get("earlier") or {}).items():
            self.earlier[key.rpartition(":")[0], _batches(inputs, lambda step: step)] = key
        self.parent = event.get("parent")
        self.depth = event.get("depth", 0)
        if until := event.get("until"):
            self.allowed = frozenset(self.plan.graph.upstream(until))
        if (only := event.get("only")) is not None:
            self.allowed = frozenset(only) if self.allowed is None else self.allowed & frozenset(only)
        self._activate(event["node"], (), {})
        self.steps[self.ready[0]].given = event["items"]

    def _run_started(self, event: Event) -> None:
        self.status = RunStatus.RUNNING

    def _taken_over(self, event: Event) -> None:
        self.takeovers += 1

    def _run_paused(self, event: Event) -> None:
        self.status = RunStatus.PAUSED
        self._let_go(event)

    def _let_go(self, event: Event) -> None:
        self.worked_ms = event.get("worked_ms", self.worked_ms)

    def _run_failing(self, event: Event) -> None:
        self.failing = event["error"]

    def _cancelling(self, event: Event) -> None:
        self.is_cancelling = True

    def _ended(self, event: Event) -> None:
        self.status = RunStatus(event["type"].removeprefix("run."))
        self.error = event.get("error")
        for step in list(self.active.values()):
            step.status = StepStatus.CANCELLED
        self.active.clear()
        self.ready.clear()
        self.paused = 0

    def _step_started(self, event: Event) -> None:
        step = self.steps[event["step"]]
        if step.status is StepStatus.QUEUED:
            if self.ready and self.ready[0] == step.key:
                self.ready.popleft()
            else:
                self.ready.remove(step.key)
            self.active[step.key] = step
        self._set_status(step, StepStatus.RUNNING)
        step.tries = event["try"]
        step.due_at = None
        step.answer = None

    def _step_retrying(self, event: Event) -> None:
        step = self.steps[event["step"]]
        self._set_status(step, StepStatus.RETRYING)
        step.failures += 1
        step.due_at = event["due_at"]
        step.error = event["error"]

    def _step_paused(self, event: Event) -> None:
        step = self.steps[event["step"]]
        self._set_status(step, StepStatus.PAUSED)
        step.wait = {**event["wait"], "seq": event["seq"]}
        step.answer = None
        step.children = {}
        self.takeovers = 0

    def _step_resumed(self, event: Event) -> None:
        step = self.steps[event["step"]]
        self._set_status(step, StepStatus.RUNNING)
        step.answer = {"outcome": event["outcome"], "data": event.get("data") or {}}

    def _child_ended(self, event: Event) -> None:
        self.steps[event["step"]].children[event["index"]] = event

    def _step_edited(self, event: Event) -> None:
        step = self.steps[event["step"]]
        step.edited, step.edited_first = event["items"], event.get("first")

    def _set_status(self, step: Step, status: StepStatus) -> None:
        self.paused += (status is StepStatus.PAUSED) - (step.status is StepStatus.PAUSED)
        step.status = status

    def _loop_opened(self, event: Event) -> None:
        self.loops[event["step"]] = Loop(event["total"], event["size"], event["concurrency"])

    def _turn_started(self, event: Event) -> None:
        step, turn = self.steps[event["step"]], event["turn"]
        loop = self.loops[step.key]
        loop.next_turn = turn + 1
        loop.open_turns.add(turn)
        scope = (*step.scope, (step.key, turn))
        ref: Ref = (step.key, "in", turn * loop.size, min((turn + 1) * loop.size, loop.total))
        for edge in self.plan.edges_from(step.node, "each"):
            self._deliver(edge.target, edge.input, scope, ref)
        self._settle(scope)

    def _step_succeeded(self, event: Event) -> None:
        step = self.steps[event["step"]]
        step.outputs = event["outputs"]
        if step.scope and self.plan.node(step.node).type.control == "break" and not event.get("disabled"):
            self._leave_loop(step)
        self._finish(step, StepStatus.SUCCEEDED)

    def _leave_loop(self, step: Step) -> None:
        """No further turn begins; what the step received counts as sent back."""
        key, turn = step.scope[-1]
        loop = self.loops[key]
        loop.next_turn = loop.turns
        loop.back.setdefault(turn, []).extend(ref for refs in step.inputs.values() for ref in refs)

    def _step_failed(self, event: Event) -> None:
        step = self.steps[event["step"]]
        step.error = event["error"]
        step.outputs = event.get("outputs") or {}
        if not event.get("handled"):
            self.failing = {**event["error"], "node": step.node, "step": step.key}
        self._finish(step, StepStatus.FAILED)

    def _skipped(self, event: Event) -> None:
        self.skipped.update(event["nodes"])

    # -- what follows ----------------------------------------------------------------------

    def _finish(self, step: Step, status: StepStatus) -> None:
        self.takeovers = 0
        self._set_status(step, status)
        step.wait = None
        self.active.pop(step.key, None)
        is_last = True
        for port, payload in step.outputs.items():
            if payload["count"]:
                for edge in self.plan.edges_from(step.node, port):
                    is_last = False
                    self._deliver(edge.target, edge.input, step.scope, (step.key, port))
        if is_last and status is StepStatus.SUCCEEDED:
            self.last_outputs = [(step.key, port) for port, p in step.outputs.items() if p["count"]]
        self._count(step.scope, step.node, -1)
        self._settle(step.scope)

    def _deliver(self, target: str, port: str, scope: Scope, ref: Ref) -> None:
        if self.allowed is not None and target not in self.allowed:
            return
        node = self.plan.node(target)
        if node.type.control == "loop" and port == "back":
            if scope and scope[-1][0] in self.loops and self.steps[scope[-1][0]].node == target:
                loop_step, turn = scope[-1]
                self.loops[loop_step].back.setdefault(turn, []).append(ref)
            return
        ports = self.plan.join_ports(target)
        if len(ports) <= 1:
            self._activate(target, scope, {port: [ref]})
            return
        if node.settings.get("join") == "any":
            if (target, scope) not in self.joined:
                self.joined.add((target, scope))
                self._activate(target, scope, {port: [ref]})
            return
        waiting = self.joins.setdefault((target, scope), [])
        for slots in waiting:
            if port not in slots:
                slots[port] = ref
                break
        else:
            slots = {port: ref}
            waiting.append(slots)
        if len(slots) == len(ports):
            self._close_join(target, scope, slots)

    def _close_join(self, target: str, scope: Scope, slots: dict[str, Ref]) -> None:
        waiting = self.joins[target, scope]
        waiting.remove(slots)
        if not waiting:
            del self.joins[target, scope]
        self._activate(target, scope, {port: [ref] for port, ref in slots.items()})

    def _activate(self, node: str, scope: Scope, inputs: dict[str, list[Ref]]) -> None:
        n = self.counts.get(node, 0) + 1
        self.counts[node] = n
        key = f"{node}:{n}"
        origin = self._origin_of(node, inputs) if self.earlier else None
        edited = self.edits.get(origin) if origin else None
        self.steps[key] = Step(key, node, scope, inputs, self.seq, edited=edited, origin=origin)
        self.ready.append(key)
        self._count(scope, node, 1)

    def _origin_of(self, node: str, inputs: dict[str, list[Ref]]) -> str | None:
        """The n-th step of a node may be another than it was: what it got tells which it is."""
        return self.earlier.get((node, _batches(inputs, lambda step: self.steps[step].origin)))

    def reused(self, step: Step) -> dict[str, Any] | None:
        """Recorded outputs that take the place of performing this step."""
        return self.reuse.get(step.origin) if step.origin else None

    def _count(self, scope: Scope, node: str, change: int) -> None:
        nodes = self.live.setdefault(scope, {})
        nodes[node] = nodes.get(node, 0) + change
        if not nodes[node]:
            del nodes[node]
            if not nodes:
                del self.live[scope]

    def _settle(self, scope: Scope) -> None:
        """Close joins that nothing can complete any more; end the loop turn that is over."""
        if self.joins:
            self._close_starved(scope)
        if scope and scope not in self.live and not any(waiting == scope for _, waiting in self.joins):
            loop_step, turn = scope[-1]
            self.loops[loop_step].open_turns.discard(turn)

    def _close_starved(self, scope: Scope) -> None:
        while here := [node for node, where in self.joins if where == scope]:
            alive = 0
            for node in self.live.get(scope, ()):
                alive |= self.plan.bits[node]
            for join in sorted(here, key=self.plan.join_order.__getitem__):
                others = alive
                for other in here:
                    if other != join:
                        others |= self.plan.bits[other]
                slots = self.joins[join, scope][0]
                missing = [port for port in self.plan.join_ports(join) if port not in slots]
                if not any(self.plan.reach[join, port] & others for port in missing):
                    self._close_join(join, scope, slots)
                    break
            else:
                return


def _batches(inputs: dict[str, Any], named: Callable[[str], str | None]) -> Any:
    """The batches that a step got, comparable; `named` translates the steps they came from."""
    return tuple(
        sorted((port, tuple((named(ref[0]), *ref[1:]) for ref in refs)) for port, refs in inputs.items())
    )


_HANDLERS: dict[str, Callable[[RunState, Event], None]] = {
    "run.queued": RunState._queued,
    "run.started": RunState._run_started,
    "run.resumed": RunState._run_started,
    "run.taken_over": RunState._taken_over,
    "run.paused": RunState._run_paused,
    "run.handed_back": RunState._let_go,
    "run.failing": RunState._run_failing,
    "run.cancelling": RunState._cancelling,
    "run.succeeded": RunState._ended,
    "run.failed": RunState._ended,
    "run.cancelled": RunState._ended,
    "step.started": RunState._step_started,
    "step.retrying": RunState._step_retrying,
    "step.paused": RunState._step_paused,
    "step.resumed": RunState._step_resumed,
    "step.child": RunState._child_ended,
    "step.edited": RunState._step_edited,
    "step.succeeded": RunState._step_succeeded,
    "step.failed": RunState._step_failed,
    "loop.opened": RunState._loop_opened,
    "loop.turn": RunState._turn_started,
    "nodes.skipped": RunState._skipped,
}
