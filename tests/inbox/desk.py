"""A started product whose runs ask people, and what is done with it over HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from tests.e2e.documents import node
from tools.instance import Instance

PATIENCE_SECONDS = 60.0
HOUR = {"amount": 1, "unit": "hours"}


def drawn(name: str, nodes: list[dict[str, Any]], *edges: str, **settings: Any) -> dict[str, Any]:
    """A document with edges written as `source.output > target.input`."""
    listed = []
    for edge in edges:
        start, _, target = edge.partition(" > ")
        source, _, output = start.partition(".")
        target, _, port = target.partition(".")
        port = port or ("in" if target == "each" else "main")
        listed.append({"source": source, "output": output or "main", "target": target, "input": port})
    placed = [made | {"position": [place * 240, 0]} for place, made in enumerate(nodes)]
    return {"format": 1, "name": name, "nodes": placed, "edges": listed, "settings": settings}


def asking(key: str, port: str, **params: Any) -> dict[str, Any]:
    """A workflow that asks one thing and sends what comes of it to the step `after`."""
    gate = node("gate", key, **params)
    nodes = [node("start", "trigger.manual"), gate, node("after", "flow.noop")]
    return drawn(str(params["subject"]).lstrip("="), nodes, "start > gate", f"gate.{port} > after")


def approval(subject: str, **params: Any) -> dict[str, Any]:
    return asking("human.approval", "approved", subject=subject, **params)


class Desk:
    """Somebody who starts runs, answers their questions and looks at what became of them."""

    def __init__(self, product: Instance) -> None:
        self.product = product
        product.api().close()
        self.api = product.api()

    def start(self, document: dict[str, Any], **item: Any) -> str:
        return self.start_again(self.product.publish(document), **item)

    def start_again(self, workflow_id: str, **item: Any) -> str:
        started = self.api.post(f"/workflows/{workflow_id}/run", json={"items": [item], "version": "live"})
        return str(started.raise_for_status().json()["run_id"])

    def until(self, found: Callable[[], Any]) -> Any:
        """What a look finds, as soon as it is not None."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (value := found()) is None:
            assert time.monotonic() < deadline, "it did not happen: " + self.product.log_text()[-3000:]
            time.sleep(0.05)
        return value

    def open_tasks(self) -> list[dict[str, Any]]:
        return list(self.api.get("/inbox?limit=100").raise_for_status().json()["items"])

    def task(self, run_id: str, subject: str = "") -> dict[str, Any]:
        """The row of the open task of a run."""

        def find() -> dict[str, Any] | None:
            found = (row for row in self.open_tasks() if row["run_id"] == run_id)
            return next((row for row in found if subject in row["subject"]), None)

        return dict(self.until(find))

    def detail(self, task: dict[str, Any]) -> dict[str, Any]:
        """All of a task, with the nonce; who reads it is on record."""
        return dict(self.api.get(f"/inbox/{task['id']}").raise_for_status().json())

    def answer(self, task: dict[str, Any], outcome: str, **more: Any) -> None:
        body = {"outcome": outcome, "nonce": self.detail(task)["nonce"], **more}
        self.api.post(f"/inbox/{task['id']}/decide", json=body).raise_for_status()

    def ended(self, run_id: str) -> str:
        """The status of a run, once it has ended."""

        def find() -> str | None:
            run = self.api.get(f"/runs/{run_id}").json()
            return str(run["status"]) if run["finished_at"] else None

        return str(self.until(find))

    def received(self, run_id: str, step: str = "after:1") -> dict[str, Any]:
        """The item that reached a step of a run, once that ended well."""
        assert self.ended(run_id) == "succeeded"
        return dict(self.api.get(f"/runs/{run_id}/steps/{step}").json()["inputs"]["main"]["items"][0])
