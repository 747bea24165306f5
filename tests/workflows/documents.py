"""Small workflow documents for tests."""

from __future__ import annotations

import itertools
from typing import Any


def node(node_id: str, kind: str, /, *, name: str = "", **params: Any) -> dict[str, Any]:
    return {"id": node_id, "type": kind, "name": name or node_id.capitalize(), "params": params}


def chain(*nodes: dict[str, Any], name: str = "Orders", **rest: Any) -> dict[str, Any]:
    """A document whose nodes are connected in order."""
    ids = [entry["id"] for entry in nodes]
    edges = [{"source": one, "target": two} for one, two in itertools.pairwise(ids)]
    return {"name": name, "nodes": list(nodes), "edges": edges, **rest}


def by_hand(name: str = "By hand") -> dict[str, Any]:
    return chain(node("start", "trigger.manual"), node("pass", "flow.noop"), name=name)


def by_webhook(path: str = "orders", *, name: str = "Orders", **params: Any) -> dict[str, Any]:
    return chain(node("hook", "trigger.webhook", path=path, **params), node("pass", "flow.noop"), name=name)


def by_schedule(cron: str, *, name: str = "Digest", **params: Any) -> dict[str, Any]:
    clock = node("clock", "trigger.schedule", **{"when": {"kind": "cron", "expression": cron}, **params})
    return chain({**clock, "version": 2}, node("pass", "flow.noop"), name=name)
