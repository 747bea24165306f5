"""The graph of a workflow document: nodes, ports and edges, resolved against the library."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orchestrator.engine.upgrades import upgraded, version_of
from orchestrator.sdk import NodeType
from orchestrator.sdk.node_type import resolve_ports

ERROR_PORT = "error"


@dataclass(frozen=True)
class Node:
    """One box: its raw params and settings, and its ports as they follow from the params."""

    id: str
    name: str
    type: NodeType
    params: dict[str, Any]
    settings: dict[str, Any]
    position: tuple[float, float]
    is_disabled: bool
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    @property
    def on_error(self) -> str:
        return str(self.settings.get("on_error", "stop"))


@dataclass(frozen=True)
class Edge:
    source: str
    output: str
    target: str
    input: str


@dataclass(frozen=True)
class Graph:
    """Immutable. `outgoing[node][port]` and `incoming[node][port]` list edges in document order."""

    nodes: dict[str, Node]
    edges: tuple[Edge, ...]
    settings: dict[str, Any]
    pins: dict[str, list[dict[str, Any]]]
    outgoing: dict[str, dict[str, list[Edge]]] = field(repr=False)
    incoming: dict[str, dict[str, list[Edge]]] = field(repr=False)

    @classmethod
    def from_document(cls, document: dict[str, Any], library: Mapping[str, NodeType]) -> Graph:
        """Build from a document that `check` found runnable. Raises KeyError for an unknown type
        and ValueError for a node of another version than there is here."""
        found = upgraded(document, library).get("nodes", [])
        nodes = {raw["id"]: make_node(raw, library[raw["type"]]) for raw in found}
        for raw in found:
            if version_of(raw) != (here := library[raw["type"]].version):
                raise ValueError(
                    f"{nodes[raw['id']].name} is of version {version_of(raw)}, here is version {here}"
                )
        edges = tuple(
            Edge(raw["source"], raw.get("output", "main"), raw["target"], raw.get("input", "main"))
            for raw in document.get("edges", [])
            if raw["source"] in nodes and raw["target"] in nodes
        )
        outgoing: dict[str, dict[str, list[Edge]]] = {id: defaultdict(list) for id in nodes}
        incoming: dict[str, dict[str, list[Edge]]] = {id: defaultdict(list) for id in nodes}
        for edge in edges:
            outgoing[edge.source][edge.output].append(edge)
            incoming[edge.target][edge.input].append(edge)
        return cls(
            nodes, edges, document.get("settings") or {}, document.get("pins") or {}, outgoing, incoming
        )

    def downstream(self, start: str) -> set[str]:
        """The nodes that batches from `start` can come to, itself included."""
        seen, todo = {start}, [start]
        while todo:
            for edges in self.outgoing[todo.pop()].values():
                for edge in edges:
                    if edge.target not in seen:
                        seen.add(edge.target)
                        todo.append(edge.target)
        return seen

    def upstream(self, end: str) -> set[str]:
        """The nodes from which batches can come to `end`, itself included."""
        seen, todo = {end}, [end]
        while todo:
            for edges in self.incoming[todo.pop()].values():
                for edge in edges:
                    if edge.source not in seen:
                        seen.add(edge.source)
                        todo.append(edge.source)
        return seen


def make_node(raw: dict[str, Any], node_type: NodeType) -> Node:
    params = raw.get("params") or {}
    settings = raw.get("settings") or {}
    outputs = resolve_ports(node_type.outputs, params)
    if settings.get("on_error") == "error_output" and ERROR_PORT not in outputs:
        outputs = (*outputs, ERROR_PORT)
    x, y = (raw.get("position") or [0, 0])[:2]
    return Node(
        id=raw["id"],
        name=raw.get("name") or raw["id"],
        type=node_type,
        params=params,
        settings=settings,
        position=(x, y),
        is_disabled=bool(raw.get("disabled")),
        inputs=resolve_ports(node_type.inputs, params),
        outputs=outputs,
    )
