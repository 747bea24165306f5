"""Workflows that contain every kind of step, for runs under faults."""

from __future__ import annotations

from typing import Any


def node(id: str, type: str, params: dict[str, Any] | None = None, **settings: Any) -> dict[str, Any]:
    return {"id": id, "type": type, "version": 1, "name": id, "params": params or {}, "settings": settings}


def document(name: str, nodes: list[dict[str, Any]], edges: list[str]) -> dict[str, Any]:
    """`"a -> b"`, with ports as `"a.each -> b.back"`."""
    lines = []
    for text in edges:
        source, target = (end.split(".") for end in text.split(" -> "))
        lines.append(
            {
                "source": source[0],
                "output": source[1] if len(source) > 1 else "main",
                "target": target[0],
                "input": target[1] if len(target) > 1 else "main",
            }
        )
    placed = [{**one, "position": [n * 240, 0]} for n, one in enumerate(nodes)]
    return {"format": 1, "name": name, "nodes": placed, "edges": lines, "settings": {}, "pins": {}}


def hook(path: str) -> dict[str, Any]:
    return node("hook", "trigger.webhook", {"path": path, "method": "POST", "respond": "at_once"})


def call(id: str, method: str, url: str, seconds: float = 0.0, order: str = "$json.order") -> dict[str, Any]:
    """An HTTP step whose operation in the ledger is `<order>/<id>`."""
    params: dict[str, Any] = {"method": method, "url": f"={url}/{{{{ {order} }}}}/{id}?s={seconds}"}
    if method == "POST":
        params["body"] = {"kind": "json", "value": {"id": id}}
    return node(id, "http.request", params, in_doubt="retry")


def remember(id: str = "order") -> dict[str, Any]:
    """Bring the order's number to the front, whatever the steps before made of the item."""
    field = {"name": "order", "value": "={{ $('hook').item.json.body.order }}"}
    return node(id, "data.set", {"mode": "fields", "fields": [field], "keep": "none"})


def everything(url: str) -> dict[str, Any]:
    """Pure, read, keyed write, plain write, timer, loop."""
    return document(
        "Everything",
        [
            hook("everything"),
            remember("o1"),
            call("read", "GET", url, 0.05),
            remember("o2"),
            call("put", "PUT", url, 0.05),
            remember("o3"),
            call("write", "POST", url, 0.05),
            node("wait", "flow.wait", {"mode": {"kind": "interval", "amount": 1, "unit": "seconds"}}),
            remember("o4"),
            node("loop", "flow.loop", {"size": 1}),
            call("turn", "PUT", url, 0.02),
            remember("o5"),
            call("last", "PUT", url),
        ],
        [
            "hook -> o1",
            "o1 -> read",
            "read -> o2",
            "o2 -> put",
            "put -> o3",
            "o3 -> write",
            "write -> wait",
            "wait -> o4",
            "o4 -> loop.in",
            "loop.each -> turn",
            "turn -> loop.back",
            "loop.done -> o5",
            "o5 -> last",
        ],
    )


OPERATIONS = ("put", "write", "turn", "last")
"""What `everything` does to the outside world, once an order."""


def approval(url: str) -> dict[str, Any]:
    """A write behind a person."""
    return document(
        "Approval",
        [
            hook("approval"),
            remember("o1"),
            node("ask", "human.approval", {"subject": "Ship?"}),
            call("ship", "PUT", url),
        ],
        ["hook -> o1", "o1 -> ask", "ask.approved -> ship"],
    )


def slow(url: str, seconds: float) -> dict[str, Any]:
    """One long read, then a write."""
    return document(
        "Slow",
        [
            hook("slow"),
            remember("o1"),
            call("slow", "GET", url, seconds),
            remember("o2"),
            call("last", "PUT", url),
        ],
        ["hook -> o1", "o1 -> slow", "slow -> o2", "o2 -> last"],
    )


def quick(url: str) -> dict[str, Any]:
    return document(
        "Quick", [hook("quick"), remember("o1"), call("last", "PUT", url)], ["hook -> o1", "o1 -> last"]
    )


def timer() -> dict[str, Any]:
    """A wait as long as the request says."""
    amount = {"kind": "interval", "amount": "={{ $json.body.seconds }}", "unit": "seconds"}
    return document("Timer", [hook("timer"), node("wait", "flow.wait", {"mode": amount})], ["hook -> wait"])
