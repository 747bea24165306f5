"""The names that expressions of a step may use, taken from the run's state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from orchestrator.engine import payload as payloads
from orchestrator.engine.expressions import NodeData, ParamsTemplate, Scope
from orchestrator.engine.expressions.scope import Turns
from orchestrator.engine.lineage import linked
from orchestrator.engine.ports import Journal
from orchestrator.engine.state import RunState, Step, StepStatus
from orchestrator.sdk import Item

if TYPE_CHECKING:
    from orchestrator.engine.executor import Executor


class NodeItems(Mapping[str, NodeData]):
    """Recorded data of other nodes by name, looked up only when an expression asks."""

    def __init__(self, state: RunState, step: Step) -> None:
        self._state = state
        self._step = step
        self._found: dict[str, NodeData] = {}
        self._fetched: dict[int, payloads.Payload] = {}

    def __getitem__(self, name: str) -> NodeData:
        if name not in self._found:
            self._found[name] = self._load(name)
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._state.plan.ids_by_name)

    def __len__(self) -> int:
        return len(self._state.plan.ids_by_name)

    async def fetch(self, template: ParamsTemplate, journal: Journal) -> None:
        """Bring in payloads that lie in the blob store, for the look-ups that follow."""
        for name in template.node_names:
            node = self._state.plan.ids_by_name.get(name, "")
            source, port = self._source(node)
            wanted = [source.outputs[port]] if source is not None and port is not None else []
            if name in template.far_names:
                wanted = [payload for step in self._steps(node) for payload in step.outputs.values()]
            for payload in wanted:
                if "data" not in payload:
                    self._fetched[id(payload)] = await journal.load(payload)

    def _load(self, name: str) -> NodeData:
        node = self._state.plan.ids_by_name[name]
        source, port = self._source(node)
        if source is None or port is None:
            raise KeyError(name)
        records = self._records(source, port)

        def paired(index: int) -> int | None:
            found = linked(self._state, self._step, index, node)
            if found is not None and found[0] is source and found[1] == port:
                return found[2]
            return None

        ports = self._state.plan.node(node).outputs

        def turns() -> Turns:
            return [[self._records(step, name) for name in ports] for step in self._steps(node)]

        return NodeData(
            items=records,
            paired=paired,
            params=self._state.plan.node(node).params,
            output=port,
            turns=turns,
            place=(_run_index(source.key), ports.index(port) if port in ports else 0),
        )

    def _records(self, step: Step, port: str) -> list[dict[str, Any]]:
        payload = step.outputs.get(port)
        if payload is None:
            return []
        return [item.json for item in payloads.decode(self._fetched.get(id(payload), payload))]

    def _steps(self, node: str) -> list[Step]:
        """All turns of a node."""
        return [self._state.steps[f"{node}:{n}"] for n in range(1, self._state.counts.get(node, 0) + 1)]

    def _source(self, id: str) -> tuple[Step | None, str | None]:
        """The step of that node which this one descends from, else its latest."""
        found = linked(self._state, self._step, 0, id)
        if found is not None:
            return found[0], found[1]
        for step in reversed(self._steps(id)):
            if step.status is StepStatus.SUCCEEDED:
                for port, payload in step.outputs.items():
                    if payload["count"]:
                        return step, port
        return None, None


class Shifted(Sequence[Any]):
    """A part of a longer list, under its places in the whole."""

    def __init__(self, part: Sequence[Any], start: int) -> None:
        self._part, self._start = part, start

    def __getitem__(self, place: Any) -> Any:
        return self._part[place - self._start]

    def __len__(self) -> int:
        return self._start + len(self._part)


def make_scope(
    executor: Executor, step: Step, items: list[Item], memory: dict[str, Any] | None = None
) -> tuple[Scope, NodeItems]:
    """The scope of one step's expressions."""
    run, state = executor.run, executor.state
    node, settings = state.plan.node(step.node), state.plan.graph.settings
    previous = next((ref for refs in step.inputs.values() for ref in refs), None)
    node_items = NodeItems(state, step)
    scope = Scope(
        items=[item.json for item in items],
        files=[item.files for item in items],
        node_items=node_items,
        run={"id": run.id, "mode": state.mode, "url": run.url, "resume_url": run.resume_url},
        workflow={"id": run.workflow_id, "name": run.workflow_name, "active": state.mode == "production"},
        vars=settings.get("vars") or {},
        memory=memory or {},
        now_ms=executor.world.clock.now_ms(),
        timezone=str(settings.get("timezone") or "UTC"),
        node_name=node.name,
        node_version=node.type.version,
        prev_node=_previous(state, previous[0], previous[1]) if previous else {},
        params=node.params,
        run_index=_run_index(step.key),
    )
    return scope, node_items


def _previous(state: RunState, step: str, port: str) -> dict[str, Any]:
    """The node whose batch this is, and on which of its outputs and in which of its turns it came."""
    node = state.plan.node(state.steps[step].node)
    index = node.outputs.index(port) if port in node.outputs else 0
    return {
        "name": node.name, "params": node.params,
        "output": port, "output_index": index, "run_index": _run_index(step),
    }  # fmt: skip


def _run_index(step: str) -> int:
    """How often its node was started before in the run."""
    return int(step.rpartition(":")[2]) - 1
