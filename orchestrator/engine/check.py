"""check(document): what is wrong with a workflow document, place by place, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from orchestrator.engine import unusual, workflow_settings
from orchestrator.engine.expressions import ParamsTemplate
from orchestrator.engine.graph import Graph, make_node
from orchestrator.engine.problems import Problem, in_words
from orchestrator.engine.upgrades import upgraded, version_of
from orchestrator.sdk import NodeType

Library = Mapping[str, NodeType]
ON_ERROR = ("stop", "continue", "error_output", "escalate")


def check(document: Any, library: Library) -> list[Problem]:
    """All problems of a document, of any shape. Errors keep it from being published or run."""
    found = list(shape_problems(document))
    if found:
        return found
    document = upgraded(document, library)
    settings = document.get("settings") or {}
    found += workflow_settings.problems(settings)
    found += unusual.problems(settings, [node["id"] for node in document["nodes"]])
    found += _nodes(document["nodes"], library)
    found += _edges(document, library)
    if not any(problem.severity == "error" for problem in found):
        found += _flow(document, library)
    return found


def shape_problems(document: Any) -> Iterator[Problem]:
    """What keeps it from being read as a document at all."""
    if not isinstance(document, dict):
        yield Problem("", "document.not_object", "a workflow document is a JSON object")
        return
    for name in ("nodes", "edges"):
        listed = document.get(name)
        if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
            yield Problem(name, "document.shape", f"`{name}` must be a list of objects")
            return
    for name in ("settings", "pins"):
        if not isinstance(document.get(name) or {}, dict):
            yield Problem(name, "document.shape", f"`{name}` must be an object")
    for place, node in enumerate(document["nodes"]):
        yield from _node_shape(place, node)
    for place, edge in enumerate(document["edges"]):
        for name in ("source", "target"):
            if not isinstance(edge.get(name), str):
                yield Problem(
                    f"edges.{place}.{name}", "document.shape", f"an edge needs a `{name}`: a node's id"
                )
        for name in ("output", "input"):
            if not isinstance(edge.get(name, "main"), str):
                yield Problem(f"edges.{place}.{name}", "document.shape", f"`{name}` must be a port's name")


def _node_shape(place: int, node: dict[str, Any]) -> Iterator[Problem]:
    path = f"nodes.{node['id']}" if isinstance(node.get("id"), str) else f"nodes.{place}"
    for name in ("id", "type"):
        value = node.get(name)
        if not isinstance(value, str) or not value or len(value) > 100:
            yield Problem(
                f"{path}.{name}", "document.shape", f"a node needs an `{name}`: a text of 1 to 100 characters"
            )
    if not isinstance(node.get("name", ""), str):
        yield Problem(f"{path}.name", "document.shape", "a node's `name` must be a text")
    for name in ("params", "settings"):
        if not isinstance(node.get(name) or {}, dict):
            yield Problem(f"{path}.{name}", "document.shape", f"a node's `{name}` must be an object")
    version = node.get("version", 1)
    if type(version) is not int or version < 1:
        yield Problem(f"{path}.version", "document.shape", "a node's `version` is a whole number from 1")
    position = node.get("position", [0, 0])
    if (
        not isinstance(position, list)
        or len(position) != 2
        or not all(isinstance(n, int | float) and not isinstance(n, bool) for n in position)
    ):
        yield Problem(f"{path}.position", "document.shape", "a node's `position` is a list of two numbers")


def _nodes(nodes: list[dict[str, Any]], library: Library) -> Iterator[Problem]:
    for id, count in Counter(node["id"] for node in nodes).items():
        if count > 1:
            yield Problem(f"nodes.{id}", "node.duplicate_id", f"{count} nodes have the id {id!r}")
    for name, count in Counter(node.get("name") or node["id"] for node in nodes).items():
        if count > 1:
            twin = [node["id"] for node in nodes if (node.get("name") or node["id"]) == name][-1]
            yield Problem(
                f"nodes.{twin}.name", "node.duplicate_name", f"{count} nodes are called {name!r}",
                "Give each its own name; expressions refer to nodes by name.",
            )  # fmt: skip
    for node in nodes:
        if node["type"] not in library:
            yield Problem(
                f"nodes.{node['id']}.type", "node.unknown_type",
                f"there is no node type {node['type']!r} here",
                "Install the plugin that brings it, or replace the node.",
            )  # fmt: skip
            continue
        if version_of(node) != library[node["type"]].version:
            yield _other_version(node, library[node["type"]])
            continue
        yield from _node(node, library[node["type"]])


def _other_version(node: dict[str, Any], node_type: NodeType) -> Problem:
    path, version = f"nodes.{node['id']}.version", version_of(node)
    if version > node_type.version:
        return Problem(
            path, "node.newer_version",
            f"made with version {version} of {node_type.title}; version {node_type.version} is installed",
            "Update this installation, or replace the node.",
        )  # fmt: skip
    return Problem(
        path, "node.not_upgraded",
        f"its settings of version {version} of {node_type.title} do not fit version {node_type.version}",
        "Replace the node.",
    )  # fmt: skip


def _node(node: dict[str, Any], node_type: NodeType) -> Iterator[Problem]:
    path = f"nodes.{node['id']}"
    params = node.get("params") or {}
    settings = node.get("settings") or {}
    severity: Any = "warning" if node.get("disabled") else "error"
    for problem in ParamsTemplate.compile(params).problems:
        yield Problem(f"{path}.{problem.path}", problem.code, problem.message, problem.hint, severity)
    try:
        node_type.params.model_validate(params)
    except ValidationError as error:
        for entry in error.errors():
            if not _is_template(params, entry["loc"]):
                where = ".".join(str(part) for part in entry["loc"])
                yield Problem(
                    f"{path}.params.{where}" if where else f"{path}.params", f"params.{entry['type']}",
                    in_words(entry), "", severity,
                )  # fmt: skip
    if settings.get("on_error", "stop") not in ON_ERROR:
        yield Problem(
            f"{path}.settings.on_error", "settings.on_error", f"`on_error` is one of {', '.join(ON_ERROR)}"
        )
    retry = settings.get("retry") or {}
    if not isinstance(retry, dict) or not all(
        isinstance(value, int | float) for name, value in retry.items() if name != "backoff"
    ):
        yield Problem(
            f"{path}.settings.retry",
            "settings.retry",
            "`retry` needs numbers: attempts, initial_seconds, max_seconds",
        )


def _is_template(params: Any, location: tuple[int | str, ...]) -> bool:
    """Whether the value at fault is a template: its real value is known only in a run."""
    value = params
    for part in location:
        if isinstance(value, str):
            break
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list):
            value = value[part] if isinstance(part, int) and part < len(value) else None
        elif isinstance(value, dict) and "kind" in value:
            continue
    return isinstance(value, str) and value.startswith("=")


def _edges(document: dict[str, Any], library: Library) -> Iterator[Problem]:
    nodes = {n["id"]: make_node(n, library[n["type"]]) for n in document["nodes"] if n["type"] in library}
    ids = {node["id"] for node in document["nodes"]}
    seen: set[tuple[Any, ...]] = set()
    for place, edge in enumerate(document["edges"]):
        path = f"edges.{place}"
        ends = (edge["source"], edge.get("output", "main"), edge["target"], edge.get("input", "main"))
        if ends in seen:
            yield Problem(path, "edge.duplicate", "this edge is there twice", "Delete one of them.")
        seen.add(ends)
        for name, ports, port in (("source", "outputs", ends[1]), ("target", "inputs", ends[3])):
            id = edge[name]
            if id not in ids:
                yield Problem(
                    path, "edge.node_missing", f"the edge's {name} {id!r} is not a node", "Delete the edge."
                )
            elif id in nodes and port not in getattr(nodes[id], ports):
                there = ", ".join(getattr(nodes[id], ports)) or "none"
                yield Problem(
                    path, "edge.port_missing", f"{nodes[id].name} has no {ports[:-1]} {port!r}",
                    f"Its {ports} are: {there}. Connect the edge to one of them or delete it.",
                )  # fmt: skip


def _flow(document: dict[str, Any], library: Library) -> Iterator[Problem]:
    graph = Graph.from_document(document, library)
    triggers = [id for id, node in graph.nodes.items() if node.type.is_trigger and not node.is_disabled]
    if not triggers:
        yield Problem(
            "nodes", "workflow.no_trigger", "nothing starts this workflow", "Add a trigger.", "warning"
        )
    for cycle in _cycles(graph):
        names = " → ".join(graph.nodes[id].name for id in cycle)
        yield Problem(
            f"nodes.{cycle[0]}", "workflow.cycle", f"{names} form a circle without a loop node",
            "Put a Loop node into the circle: its `each` output starts it, its `back` input ends it.",
        )  # fmt: skip
    yield from _exits(graph)
    reached = {id for trigger in triggers for id in graph.downstream(trigger)}
    for id, node in graph.nodes.items():
        if triggers and id not in reached and not node.is_disabled and not node.type.is_trigger:
            yield Problem(
                f"nodes.{id}",
                "node.unreachable",
                f"no trigger leads to {node.name}",
                "Connect it or delete it.",
                "warning",
            )


def _exits(graph: Graph) -> Iterator[Problem]:
    """Nodes that leave a loop and do not stand in one."""
    bodies = {
        id
        for loop, node in graph.nodes.items()
        if node.type.control == "loop"
        for edge in graph.outgoing[loop].get("each", ())
        for id in graph.downstream(edge.target)
    }
    for id, node in graph.nodes.items():
        if node.type.control == "break" and id not in bodies and not node.is_disabled:
            yield Problem(
                f"nodes.{id}", "loop.nothing_to_exit", f"{node.name} does not stand in a loop",
                "Connect it to a node that follows the output `each` of a Loop.", "warning",
            )  # fmt: skip


def _cycles(graph: Graph) -> list[list[str]]:
    """One circle for each knot of nodes that leads back to itself other than through `back`, or
    because a person sends work back."""
    edges: dict[str, list[str]] = {id: [] for id in graph.nodes}
    for edge in graph.edges:
        is_back = graph.nodes[edge.target].type.control == "loop" and edge.input == "back"
        if not is_back and edge.output not in graph.nodes[edge.source].type.sends_back:
            edges[edge.source].append(edge.target)
    state: dict[str, int] = {}
    found: list[list[str]] = []
    for root in graph.nodes:
        if root in state:
            continue
        trail: list[str] = []
        todo: list[tuple[str, Iterator[str]]] = [(root, iter(edges[root]))]
        state[root] = 1
        trail.append(root)
        while todo:
            id, targets = todo[-1]
            for target in targets:
                if state.get(target) == 1:
                    found.append(trail[trail.index(target) :])
                elif target not in state:
                    state[target] = 1
                    trail.append(target)
                    todo.append((target, iter(edges[target])))
                    break
            else:
                todo.pop()
                trail.pop()
                state[id] = 2
    return found
