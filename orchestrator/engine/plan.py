"""Plan: a graph compiled for running: reachability as bit masks, templates parsed once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from orchestrator.engine.expressions import ParamsTemplate
from orchestrator.engine.graph import Edge, Graph, Node
from orchestrator.sdk import NodeType

LOOP = "loop"


@dataclass(frozen=True)
class Plan:
    """What `decide` and the executor need to know of one workflow version. Immutable, shared
    by all runs of the version in a process."""

    graph: Graph
    bits: dict[str, int]
    """One bit for each node, for masks of nodes."""

    @classmethod
    def compile(cls, document: dict[str, Any], library: Mapping[str, NodeType]) -> Plan:
        graph = Graph.from_document(document, library)
        return cls(graph, {id: 1 << place for place, id in enumerate(graph.nodes)})

    @cached_property
    def templates(self) -> dict[str, ParamsTemplate]:
        return {id: ParamsTemplate.compile(node.params) for id, node in self.graph.nodes.items()}

    @cached_property
    def validated(self) -> dict[str, Any]:
        """Typed params of nodes that use no expression, filled as they are first needed."""
        return {}

    @cached_property
    def is_sequential(self) -> bool:
        return self.graph.settings.get("order") == "sequential"

    @cached_property
    def ids_by_name(self) -> dict[str, str]:
        return {node.name: id for id, node in self.graph.nodes.items()}

    def node(self, id: str) -> Node:
        return self.graph.nodes[id]

    def downstream(self, id: str) -> frozenset[str]:
        found = self._downstream.get(id)
        if found is None:
            found = self._downstream[id] = frozenset(self.graph.downstream(id))
        return found

    @cached_property
    def _downstream(self) -> dict[str, frozenset[str]]:
        return {}

    def is_loop(self, id: str) -> bool:
        return self.graph.nodes[id].type.control == LOOP

    def edges_from(self, node: str, port: str) -> list[Edge]:
        return self.graph.outgoing[node].get(port, [])

    def join_ports(self, node: str) -> tuple[str, ...]:
        """The connected input ports of a node that waits for several, else an empty tuple."""
        found = self._joins.get(node)
        return found if found is not None else ()

    @cached_property
    def _joins(self) -> dict[str, tuple[str, ...]]:
        return {
            id: tuple(port for port in node.inputs if self.graph.incoming[id].get(port))
            for id, node in self.graph.nodes.items()
            if len(node.inputs) > 1 and node.type.control != LOOP
        }

    @cached_property
    def reach(self) -> dict[tuple[str, str], int]:
        """For each (joining node, input port): the nodes from which a batch can still come to
        that port within the same scope, not through the joining node itself. Edges that enter
        or leave a loop's body change the scope, so they do not count."""
        return {
            (join, port): self._reach(join, port) for join, ports in self._joins.items() for port in ports
        }

    def _reach(self, join: str, port: str) -> int:
        mask, todo = 0, [edge.source for edge in self.graph.incoming[join][port] if self._keeps_scope(edge)]
        while todo:
            id = todo.pop()
            if id == join or mask & self.bits[id]:
                continue
            mask |= self.bits[id]
            todo += [
                e.source for edges in self.graph.incoming[id].values() for e in edges if self._keeps_scope(e)
            ]
        return mask

    def _keeps_scope(self, edge: Edge) -> bool:
        if self.is_loop(edge.source) and edge.output == "each":
            return False
        return not (self.is_loop(edge.target) and edge.input == "back")

    @cached_property
    def join_order(self) -> dict[str, int]:
        """Joining nodes, those that others wait for first."""
        masks = {id: self._mask_of(id) for id in self._joins}
        ranked = sorted(
            self._joins, key=lambda id: sum(bool(masks[id] & self.bits[other]) for other in self._joins)
        )
        return {id: rank for rank, id in enumerate(ranked)}

    def _mask_of(self, join: str) -> int:
        mask = 0
        for port in self._joins[join]:
            mask |= self.reach[join, port]
        return mask
