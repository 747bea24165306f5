"""Workflow documents of these tests."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

Node = dict[str, Any]


def node(node_id: str, key: str, /, **params: Any) -> Node:
    return {"id": node_id, "type": key, "version": 1, "name": node_id.capitalize(), "params": params}


def in_a_row(name: str, *nodes: Node) -> dict[str, Any]:
    """Nodes one after another; an approval goes on from `approved`."""
    ports = {"human.approval": "approved", "flow.if": "true"}
    return {
        "format": 1,
        "name": name,
        "nodes": [made | {"position": [place * 240, 0]} for place, made in enumerate(nodes)],
        "edges": [
            {
                "source": source["id"],
                "output": ports.get(source["type"], "main"),
                "target": target["id"],
                "input": "main",
            }
            for source, target in pairwise(nodes)
        ],
        "settings": {},
    }


def webhook(path: str, **params: Any) -> Node:
    return node("hook", "trigger.webhook", **({"path": path, "respond": "at_once"} | params))


def ask(node_id: str, url: str, method: str = "POST") -> Node:
    return node(node_id, "http.request", method=method, url=url)
