"""Lineage: from an item back to the item of an earlier node that it was made from."""

from __future__ import annotations

from orchestrator.engine.chunks import origin as origin_of
from orchestrator.engine.state import Ref, RunState, Step


def batch_count(state: RunState, ref: Ref) -> int:
    """How many items a batch holds."""
    if len(ref) == 4:
        return ref[3] - ref[2]
    return int(state.steps[ref[0]].outputs[ref[1]]["count"])


def place_of(state: RunState, step: Step, index: int) -> tuple[Ref, int] | None:
    """The batch that input item `index` of `step` came in, and its place in that batch's port.
    Input items are counted over all ports, in port order."""
    for port in _ports(state, step):
        for ref in step.inputs.get(port, ()):
            count = batch_count(state, ref)
            if index < count:
                return ref, index + (ref[2] if len(ref) == 4 else 0)
            index -= count
    return None


def linked(state: RunState, step: Step, index: int, node: str) -> tuple[Step, str, int] | None:
    """The (step, port, place) of `node` that input item `index` of `step` descends from."""
    seen = 0
    while (found := place_of(state, step, index)) is not None:
        ref, place = found
        source = state.steps[ref[0]]
        if source.node == node:
            return source, ref[1], place
        if ref[1] == "in" and source.key in state.loops:
            step, index = source, place
        else:
            origin = origin_of(source.outputs[ref[1]], place)
            if isinstance(origin, list):
                if not origin:
                    return None
                origin = origin[0]
            step, index = source, origin
        seen += 1
        if seen > 100_000:
            return None
    return None


def _ports(state: RunState, step: Step) -> tuple[str, ...]:
    return state.plan.node(step.node).inputs or tuple(step.inputs)
