"""Workflows that contain every kind of step, for runs under faults."""

from __future__ import annotations

import tempfile
from pathlib import Path
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
    address = f"={url}/{{{{ {order} }}}}/{id}?s={seconds}"
    params: dict[str, Any] = {"method": method, "url": address, "timeout_seconds": 120}
    if method == "POST":
        params["body"] = {"kind": "json", "value": {"id": id}}
    # The sink is one Python process: of a thousand calls at once some do time out.
    retry = {"attempts": 20, "initial_seconds": 0.5, "max_seconds": 5}
    return node(id, "http.request", params, in_doubt="retry", retry=retry)


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
            remember("never"),
        ],
        ["hook -> o1", "o1 -> ask", "ask.approved -> ship", "ask.rejected -> never"],
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


LIMIT = 2


def limited(url: str) -> dict[str, Any]:
    """At most two at once."""
    made = document(
        "Limited",
        [
            hook("limited"),
            remember("o1"),
            call("read", "GET", url, 0.1),
            remember("o2"),
            call("last", "PUT", url),
        ],
        ["hook -> o1", "o1 -> read", "read -> o2", "o2 -> last"],
    )
    return made | {"settings": {"concurrency": {"limit": LIMIT}}}


def timer() -> dict[str, Any]:
    """A wait until the moment that the request names."""
    mode = {"kind": "until", "moment": "={{ $json.body.at }}"}
    return document("Timer", [hook("timer"), node("wait", "flow.wait", {"mode": mode})], ["hook -> wait"])


def vote(url: str) -> dict[str, Any]:
    """A write for each of a person's two answers."""
    return document(
        "Vote",
        [
            hook("vote"),
            remember("o1"),
            node("ask", "human.approval", {"subject": "Ship?"}),
            call("ship", "PUT", url),
            call("stop", "PUT", url),
        ],
        ["hook -> o1", "o1 -> ask", "ask.approved -> ship", "ask.rejected -> stop"],
    )


def child(url: str) -> dict[str, Any]:
    """What `more` calls."""
    return document(
        "Child",
        [node("start", "trigger.workflow"), call("inner", "PUT", url)],
        ["start -> inner"],
    )


MORE = ("branch", "inner", "flaky", "end")


def more(url: str, child_id: str) -> dict[str, Any]:
    """Two branches and their join, a child run, a try that fails, an event, a callback."""
    flaky = call("flaky", "PUT", url)
    flaky["params"]["url"] += "&fails=1"
    # A try that dies with its worker counts, and here many do.
    flaky["settings"]["retry"] = {"attempts": 50, "initial_seconds": 0.2, "max_seconds": 1}
    event = {"kind": "event", "name": "go", "look_back": {"amount": 1, "unit": "hours"}}
    event["match"] = [{"name": "order", "value": "={{ $json.order }}"}]
    told = call("told", "GET", url)
    told["params"]["url"] += "&resume={{ encodeURIComponent($run.resume_url) }}"
    return document(
        "More",
        [
            hook("more"),
            remember("o1"),
            call("branch", "PUT", url),
            call("other", "GET", url),
            node("merge", "flow.merge"),
            remember("o2"),
            node("limit", "data.limit", {"count": 1}),
            node("child", "flow.run_workflow", {"workflow": child_id}),
            remember("o3"),
            flaky,
            remember("o4"),
            node("event", "flow.wait", {"mode": event}),
            remember("o5"),
            told,
            node("callback", "flow.wait", {"mode": {"kind": "callback"}}),
            remember("o6"),
            call("end", "PUT", url),
            node("answer", "http.respond", {}),
        ],
        [
            "hook -> o1", "o1 -> branch", "o1 -> other", "branch -> merge.input1", "other -> merge.input2",
            "merge -> limit", "limit -> o2", "o2 -> child", "child -> o3", "o3 -> flaky", "flaky -> o4",
            "o4 -> event", "event -> o5", "o5 -> told", "told -> callback", "callback -> o6",
            "o6 -> end", "end -> answer",
        ],
    )  # fmt: skip


def doomed(url: str) -> dict[str, Any]:
    """Fails after a write."""
    return document(
        "Doomed",
        [
            hook("doomed"),
            remember("o1"),
            call("put", "PUT", url),
            node("fail", "flow.stop", {"message": "no"}),
        ],
        ["hook -> o1", "o1 -> put", "put -> fail"],
    )


def cancelled(url: str) -> dict[str, Any]:
    """Waits until somebody cancels it."""
    mode = {"kind": "interval", "amount": 1, "unit": "hours"}
    return document(
        "Cancelled",
        [hook("cancelled"), remember("o1"), node("long", "flow.wait", {"mode": mode})],
        ["hook -> o1", "o1 -> long"],
    )


SITECUSTOMIZE = """import os, time
_real, _ahead = time.time, float(os.environ["CLOCK_AHEAD_SECONDS"])
time.time = lambda: _real() + _ahead
"""


def wrong_clocks() -> tuple[dict[str, str], ...]:
    """Environments of two workers whose clocks are five minutes fast and slow."""
    folder = Path(tempfile.mkdtemp(prefix="orchestrator-clock-"))
    (folder / "sitecustomize.py").write_text(SITECUSTOMIZE)
    return tuple({"PYTHONPATH": str(folder), "CLOCK_AHEAD_SECONDS": seconds} for seconds in ("300", "-300"))
