"""decide(state) -> commands: the whole policy of a run, pure and repeatable.

No I/O, no clock, no randomness: everything it needs is in the state. The executor performs the
commands and appends the events that answer them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

from orchestrator.engine.state import RunState, RunStatus, Step, StepStatus

MAX_PARALLEL = 50


@dataclass(frozen=True, slots=True)
class StartStep:
    """Perform this step: its first try."""

    step: str


@dataclass(frozen=True, slots=True)
class StartTurn:
    """Begin the next turn of this loop step."""

    step: str
    turn: int


@dataclass(frozen=True, slots=True)
class FinishLoop:
    """All turns are over: the loop step succeeds with what came back."""

    step: str


@dataclass(frozen=True, slots=True)
class PauseRun:
    """Nothing can go on before an answer or a moment: let go of the worker."""


@dataclass(frozen=True, slots=True)
class FinishRun:
    status: RunStatus
    error: dict[str, Any] | None = None


Command = StartStep | StartTurn | FinishLoop | PauseRun | FinishRun


def decide(state: RunState) -> list[Command]:
    """The next commands; an empty list means: steps are at work, wait for them.

    Rules: blueprint "Dataflow rules", drawn in docs/state_machine.md."""
    if state.status.is_final:
        return []
    if state.is_cancelling:
        return [FinishRun(RunStatus.CANCELLED)]
    if state.failing is not None:
        return [FinishRun(RunStatus.FAILED, state.failing)]
    commands = _loop_commands(state) if state.loops else []
    if state.ready:
        commands += _starts(state)
    if commands:
        return commands
    if not state.active:
        return [FinishRun(RunStatus.SUCCEEDED)]
    if state.paused and all(_is_at_rest(state, step) for step in state.active.values()):
        return [PauseRun()]
    return []


def _is_at_rest(state: RunState, step: Step) -> bool:
    return step.status is StepStatus.PAUSED or step.key in state.loops


def _starts(state: RunState) -> list[Command]:
    if state.plan.is_sequential:
        if any(step.key not in state.loops for step in state.active.values()):
            return []
        return [StartStep(min(state.ready, key=lambda key: _depth_first(state, key)))]
    working = len(state.active) - state.paused - len(state.loops)
    return [StartStep(key) for key in islice(state.ready, max(MAX_PARALLEL - working, 0))]


def _depth_first(state: RunState, key: str) -> tuple[float, ...]:
    """The branch opened last goes on first; within it the top-most node, then the left-most."""
    step = state.steps[key]
    x, y = state.plan.node(step.node).position
    return (-step.born, y, x)


def _loop_commands(state: RunState) -> list[Command]:
    commands: list[Command] = []
    for key, loop in state.loops.items():
        if key not in state.active:
            continue
        if loop.is_done:
            commands.append(FinishLoop(key))
            continue
        room = loop.concurrency - len(loop.open_turns)
        last = min(loop.next_turn + room, loop.turns)
        commands += [StartTurn(key, turn) for turn in range(loop.next_turn, last)]
    return commands


def skipped_nodes(state: RunState) -> dict[str, str]:
    """Nodes that can no longer get items, each with the reason, not yet reported."""
    plan = state.plan
    if len(state.counts) + len(state.skipped) >= len(plan.graph.nodes):
        return {}
    start = next(iter(state.steps.values())).node
    candidates = plan.downstream(start) - state.counts.keys() - state.skipped.keys()
    if state.allowed is not None:
        candidates &= state.allowed
    for key in (*state.ready, *state.active):
        candidates -= plan.downstream(state.steps[key].node)
    return {id: _reason(state, id) for id in plan.graph.nodes if id in candidates}


def unreached_nodes(state: RunState, words: str) -> dict[str, str]:
    """Nodes that a run did not come to before it ended early, each with the reason, not yet
    reported. `words` say how it ended: "the run failed"."""
    plan = state.plan
    if not state.steps:
        return {}
    begun: set[str] = set()
    ready: set[str] = set()
    failed: set[str] = set()
    for step in state.steps.values():
        (begun if step.tries else ready).add(step.node)
        if step.status is StepStatus.FAILED:
            failed.add(step.node)
    candidates = plan.downstream(next(iter(state.steps.values())).node) - begun - state.skipped.keys()
    if state.allowed is not None:
        candidates &= state.allowed
    at_work = {step.node for step in state.active.values()}

    def reason(id: str) -> str:
        if id in ready:
            return f"{words} before it came here"
        before = [edge.source for edges in plan.graph.incoming[id].values() for edge in edges]
        for source in before:
            if source in failed:
                return f"{plan.node(source).name} failed"
            if source in at_work:
                return f"{words} while {plan.node(source).name} was not done"
        return _reason(state, id)

    return {id: reason(id) for id in plan.graph.nodes if id in candidates}


def _reason(state: RunState, id: str) -> str:
    for edges in state.plan.graph.incoming[id].values():
        for edge in edges:
            if edge.source in state.counts:
                source = state.plan.node(edge.source)
                port = f" → {edge.output}" if len(source.outputs) > 1 else ""
                return f"no items from {source.name}{port}"
    for edges in state.plan.graph.incoming[id].values():
        for edge in edges:
            return f"{state.plan.node(edge.source).name} did not run"
    return "nothing is connected to it"
