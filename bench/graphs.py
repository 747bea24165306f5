"""The workflows that are measured. The same graphs and expressions were run on other systems."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

Node = dict[str, Any]


def node(node_id: str, key: str, **params: Any) -> Node:
    return {"id": node_id, "type": key, "version": 1, "name": node_id, "params": params}


def chain(name: str, nodes: list[Node]) -> dict[str, Any]:
    """A document whose nodes stand in a row; an If goes on from its `true` port."""
    for place, made in enumerate(nodes):
        made["position"] = [place * 240, 0]
    return {
        "format": 1,
        "name": name,
        "nodes": nodes,
        "edges": [
            {
                "source": source["id"],
                "output": "true" if source["type"] == "flow.if" else "main",
                "target": target["id"],
                "input": "main",
            }
            for source, target in pairwise(nodes)
        ],
        "settings": {},
    }


def webhook(path: str) -> Node:
    return node("hook", "trigger.webhook", path=path, method="GET", respond="by_node")


def fields(node_id: str, **values: Any) -> Node:
    return node(
        node_id, "data.set", fields=[{"name": name, "value": value} for name, value in values.items()]
    )


FIBONACCI = "function f(n) { return n < 2 ? n : f(n - 1) + f(n - 2); }"
LAST_ITEM = "={{ $input.last().json }}"


def wh5() -> dict[str, Any]:
    """Webhook → Set → If → Set → Respond, three JavaScript expressions."""
    return chain(
        "wh5",
        [
            webhook("wh5"),
            fields("first", a="={{ Number($json.query.a || 5) }}"),
            node("if", "flow.if", conditions=[{"left": "={{ $json.a }}", "op": "gt", "right": 3}]),
            fields("second", b="={{ 'v' + $json.a }}"),
            node("respond", "http.respond"),
        ],
    )


def sets(steps: int) -> dict[str, Any]:
    """Webhook → `?n=` items → Set nodes that overwrite one field → the last item."""
    make = "return Array.from({length: Number($input.first().json.query.n)}, (_, i) => ({json: {i}}));"
    return chain(
        f"chain{steps}",
        [
            webhook(f"chain{steps}"),
            node("make", "data.code", source=make),
            *(fields(f"set{place}", f=f"constant {place}") for place in range(steps)),
            node("respond", "http.respond", body=LAST_ITEM),
        ],
    )


def fibonacci(steps: int, number: int) -> dict[str, Any]:
    """Webhook → code steps in a row, each computing fibonacci(number) the slow way."""
    source = f"{FIBONACCI}\nreturn [{{json: {{value: f({number})}}}}];"
    return chain(
        f"wm{steps}",
        [
            webhook(f"wm{steps}"),
            *(node(f"code{place}", "data.code", source=source) for place in range(steps)),
            node("respond", "http.respond"),
        ],
    )


def fan(slow_url: str) -> dict[str, Any]:
    """Webhook → a request that takes two seconds → respond."""
    return chain(
        "fan",
        [
            webhook("fan"),
            node("request", "http.request", method="GET", url=f"{slow_url}/slow?s=2"),
            node("respond", "http.respond"),
        ],
    )


def unhurried(slow_url: str, steps: int) -> dict[str, Any]:
    """A run that emits events for a while: `steps` requests of 50 ms each."""
    return chain(
        "unhurried",
        [
            node("start", "trigger.manual"),
            *(
                node(f"request{place}", "http.request", method="GET", url=f"{slow_url}/slow?s=0.05")
                for place in range(steps)
            ),
        ],
    )
