"""Batches: the items a step receives, kept at hand while they are fresh."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestrator.engine import payload as payloads
from orchestrator.engine.chunks import CHUNK_ITEMS
from orchestrator.engine.graph import Node
from orchestrator.engine.lineage import batch_count
from orchestrator.engine.ports import Journal
from orchestrator.engine.state import Ref, RunState, Step
from orchestrator.sdk import Inputs, Item

if TYPE_CHECKING:
    from orchestrator.engine.plan import Plan


class Batches:
    """Items of finished steps. Those just made are handed on without being decoded; they are
    dropped when every edge has taken them, so memory holds only what is under way."""

    def __init__(self, state: RunState, journal: Journal) -> None:
        self.state = state
        self.plan: Plan = state.plan
        self.journal = journal
        self._fresh: dict[tuple[str, str], tuple[list[Item], int]] = {}
        self._looped: dict[str, list[Item]] = {}
        """What open loops received: every turn takes a slice of it."""

    def keep(self, step: Step, node: Node, items: dict[str, list[Item]]) -> None:
        for port, found in items.items():
            edges = len(self.plan.edges_from(node.id, port))
            if edges and found and len(found) <= CHUNK_ITEMS:
                self._fresh[step.key, port] = (found, edges)

    def at_hand(self, step: Step) -> Inputs | None:
        """The step's inputs, None when one has to be fetched first."""
        if step.edited is not None:
            return None
        inputs: Inputs = {}
        for port, refs in self.arrivals(step):
            batch: list[Item] = []
            for ref in refs:
                found = self._take(ref)
                if found is None:
                    return None
                batch += found
            inputs[port] = batch
        if step.given is not None:
            if "data" not in step.given:
                return None
            inputs["main"] = payloads.decode(step.given)
        _number(inputs)
        return inputs

    async def load(self, step: Step) -> Inputs:
        """The step's inputs, by input port in port order, items numbered over all of them."""
        inputs: Inputs = {}
        for port, refs in self.arrivals(step):
            inputs[port] = [item for ref in refs for item in await self.of(ref)]
        if step.edited is not None:
            edited = payloads.decode(await self.journal.load(step.edited))
            all_of_them = _with_edits(self.flat(inputs), edited, step.edited_first)
            inputs = {port: [] for port in inputs}
            inputs[next(iter(inputs), "main")] = all_of_them
        if step.given is not None:
            inputs["main"] = payloads.decode(await self.journal.load(step.given))
        _number(inputs)
        return inputs

    async def of(self, ref: Ref) -> list[Item]:
        """The items of one batch."""
        found = self._take(ref)
        if found is not None:
            return found
        source = self.state.steps[ref[0]]
        if len(ref) == 4 and ref[1] == "in" and source.key in self.state.loops:
            self._looped[source.key] = self.flat(await self.load(source))
            return self._turn(ref)
        return payloads.decode(await self.journal.load(source.outputs[ref[1]]))

    def _turn(self, ref: Ref) -> list[Item]:
        items = self._looped[ref[0]]
        return [Item(item.json, item.files) for item in (items[ref[2] : ref[3]] if len(ref) == 4 else items)]

    def forget_loop(self, step: Step) -> None:
        """The loop is over: nothing takes a slice of its items any more."""
        self._looped.pop(step.key, None)

    def count(self, ref: Ref) -> int:
        return batch_count(self.state, ref)

    def arrivals(self, step: Step) -> list[tuple[str, list[Ref]]]:
        """Inputs in port order; a node with several ports gets every connected one."""
        ports = self.plan.node(step.node).inputs
        if len(ports) <= 1:
            return list(step.inputs.items())
        return [(port, step.inputs.get(port, [])) for port in ports]

    def _take(self, ref: Ref) -> list[Item] | None:
        key = (ref[0], ref[1])
        fresh = self._fresh.get(key)
        if fresh is not None:
            items, edges = fresh
            if edges > 1:
                self._fresh[key] = (items, edges - 1)
                return [Item(item.json, item.files) for item in items]
            del self._fresh[key]
            return items
        if len(ref) == 4 and ref[1] == "in" and ref[0] in self._looped:
            return self._turn(ref)
        source = self.state.steps[ref[0]]
        payload = source.outputs.get(ref[1])
        if len(ref) == 4 or payload is None or "data" not in payload:
            return None
        return payloads.decode(payload)

    @staticmethod
    def flat(inputs: Inputs) -> list[Item]:
        """All items in port order."""
        if len(inputs) == 1:
            return next(iter(inputs.values()))
        return [item for items in inputs.values() for item in items]


def _with_edits(given: list[Item], edited: list[Item], first: int | None) -> list[Item]:
    """The rest stays; where the number is the same, files stay with their item."""
    replaced = given[:first]
    if len(edited) == len(replaced):
        edited = [Item(new.json, new.files or old.files) for new, old in zip(edited, replaced, strict=True)]
    return edited + given[len(replaced) :]


def _number(inputs: Inputs) -> None:
    place = 0
    for items in inputs.values():
        for item in items:
            item.index = place
            item.source = None
            place += 1
