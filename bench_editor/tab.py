"""A signed-in browser tab and the workflows it opens."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, Page

from bench.stage import Stage
from tools.instance import Instance

SIZE = {"width": 1440, "height": 900}
ROW = 40
WAIT_MS = 120_000


def drawing(count: int) -> dict[str, Any]:
    """`count` nodes in rows of a chain, the manual trigger first."""
    nodes = [
        {
            "id": f"n{at}",
            "type": "data.set" if at else "trigger.manual",
            "version": 1,
            "name": f"Step {at}",
            "position": [at % ROW * 288, at // ROW * 144],
            "params": {"fields": [{"name": "at", "value": at}]} if at else {},
        }
        for at in range(count)
    ]
    edges = [
        {"source": f"n{at}", "output": "main", "target": f"n{at + 1}", "input": "main"}
        for at in range(count - 1)
    ]
    return {"format": 1, "name": f"{count} nodes", "nodes": nodes, "edges": edges, "settings": {}}


class Tab:
    def __init__(self, browser: Browser, here: Stage) -> None:
        self.browser = browser
        self.here = here
        self.workflow = cache(self._workflow)

    @cached_property
    def instance(self) -> Instance:
        return self.here.instance

    @cached_property
    def api(self) -> httpx.Client:
        return self.instance.create_owner()

    @cached_property
    def context(self) -> BrowserContext:
        context = self.browser.new_context(viewport=SIZE, base_url=self.instance.url)  # type: ignore[arg-type]
        context.set_default_timeout(WAIT_MS)
        context.add_cookies(
            [
                {"name": name, "value": value, "url": self.instance.url}
                for name, value in self.api.cookies.items()
            ]
        )
        return context

    def _workflow(self, count: int, purpose: str = "") -> str:
        """The id of a stored workflow with so many nodes; the same one for the same purpose."""
        document = drawing(count)
        answer = self.api.post(
            "/workflows", json={"document": document | {"name": f"{count} nodes {purpose}"}}
        )
        answer.raise_for_status()
        return str(answer.json()["id"])

    def open(self, workflow_id: str) -> Page:
        """A new page at 100 %, its upper left corner where the workflow begins."""
        page = self.context.new_page()
        view = '{"x":80,"y":120,"zoom":1}'
        page.add_init_script(f"localStorage.setItem('viewport:{workflow_id}', '{view}')")
        page.goto(f"/workflows/{workflow_id}")
        page.wait_for_selector("[data-node=n0]")
        page.wait_for_timeout(500)
        return page

    def run(self, workflow_id: str, items: list[dict[str, Any]], wait_seconds: float = 120) -> str:
        """The id of a run that succeeded."""
        answer = self.api.post(f"/workflows/{workflow_id}/run", json={"items": items})
        answer.raise_for_status()
        run_id = str(answer.json()["run_id"])
        deadline = time.monotonic() + wait_seconds
        while (status := self.api.get(f"/runs/{run_id}").json()["status"]) in ("queued", "running"):
            if time.monotonic() > deadline:
                raise RuntimeError(f"run {run_id} is {status} after {wait_seconds:g} s")
            time.sleep(0.2)
        if status != "succeeded":
            raise RuntimeError(f"run {run_id} {status}")
        return run_id


@dataclass(frozen=True)
class Measurement:
    """A function that reports `figures` from a tab."""

    figures: tuple[str, ...]
    measure: Callable[[Tab], None]


def measures(*figures: str) -> Callable[[Callable[[Tab], None]], Measurement]:
    return lambda function: Measurement(figures, function)
