"""`make screenshots`: every page at two sizes, light and dark, into `screenshots/`."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page

from tools.browser import running_browser
from tools.instance import ROOT, Instance

FOLDER = ROOT / "screenshots"
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
SETTLE_MS = 900


class Subject:
    """A product with something on every page: a workflow, its runs, a task, a version to compare."""

    def __init__(self, instance: Instance, api: httpx.Client | None = None) -> None:
        """`api`: a client with the owner's session, when there is an owner already."""
        self.instance = instance
        self.api = api or instance.create_owner()
        starters = self.api.get("/starters").raise_for_status().json()["items"]
        self.workflows = [self._made(starter) for starter in starters[:6]]
        self.shown = self._made({"document": _order_flow()})
        self.api.post(f"/workflows/{self.shown}/publish", json={"name": "First"}).raise_for_status()
        self.run = self._run()
        self._edit()

    def _made(self, starter: dict[str, Any]) -> str:
        answer = self.api.post("/workflows", json={"document": starter["document"]})
        return str(answer.raise_for_status().json()["id"])

    def _run(self) -> str:
        body = {"items": [{"total": 1200, "country": "NO"}, {"total": 30, "country": "SE"}]}
        started = self.api.post(f"/workflows/{self.shown}/run", json=body).raise_for_status().json()
        deadline = time.monotonic() + 30
        while self.api.get(f"/runs/{started['run_id']}").json()["status"] in ("queued", "running"):
            if time.monotonic() > deadline:
                raise RuntimeError("the run to take a picture of did not get anywhere")
            time.sleep(0.2)
        return str(started["run_id"])

    def _edit(self) -> None:
        """The draft differs from the version, for the history."""
        found = self.api.get(f"/workflows/{self.shown}").raise_for_status().json()
        found["document"]["nodes"][1]["params"]["fields"][0]["value"] = "received"
        body = {"document": found["document"], "revision": found["revision"]}
        self.api.put(f"/workflows/{self.shown}", json=body).raise_for_status()

    def pages(self) -> dict[str, tuple[str, Callable[[Page], None] | None]]:
        """Each page's address, and what is to be done there before the picture."""
        editor = f"/workflows/{self.shown}"
        return {
            "home": ("/", None),
            "workflows": ("/workflows", None),
            "editor": (editor, None),
            "editor-node": (editor, _open_node),
            "editor-add": (editor, lambda page: page.keyboard.press("Tab")),
            "editor-outline": (editor, lambda page: page.keyboard.press("Shift+o")),
            "editor-history": (editor, _open_history),
            "editor-sturdy": (editor, _open_meter),
            "editor-publish": (editor, lambda page: page.keyboard.press("Shift+p")),
            "runs": ("/runs", None),
            "run": (f"/runs/{self.run}", None),
            "inbox": ("/inbox", None),
            "inbox-figures": ("/inbox/figures", None),
            "credentials": ("/credentials", None),
            "templates": ("/templates", None),
            "settings": ("/settings", None),
        }


def _order_flow() -> dict[str, Any]:
    def node(key: str, kind: str, name: str, at: tuple[int, int], **params: Any) -> dict[str, Any]:
        return {
            "id": key,
            "type": kind,
            "version": 1,
            "name": name,
            "position": list(at),
            "params": params,
        }

    def edge(source: str, target: str, output: str = "main") -> dict[str, str]:
        return {"source": source, "output": output, "target": target, "input": "main"}

    large = {"conditions": [{"left": "={{ $json.total }}", "op": "gt", "right": 1000}], "combine": "and"}
    fields = [{"name": "status", "value": "new"}, {"name": "note", "value": "={{ $json.country }}"}]
    nodes = [
        node("start", "trigger.manual", "New orders", (0, 128)),
        node("set", "data.set", "Note the status", (288, 128), fields=fields),
        node("large", "flow.if", "Large order?", (576, 128), **large),
        node(
            "ask", "human.approval", "Ask the shop", (880, 32), subject="=Ship order over {{ $json.total }}?"
        ),
        node("sort", "data.sort", "By country", (880, 240), by=[{"field": "country"}]),
    ]
    edges = [edge("start", "set"), edge("set", "large"), edge("large", "ask", "true")]
    edges.append(edge("large", "sort", "false"))
    note = {"id": "note", "text": "**Orders** above 1,000 need a person.", "color": "yellow"}
    notes = [{**note, "position": [576, -64], "size": [240, 96]}]
    document = {"format": 1, "name": "Order intake", "nodes": nodes, "edges": edges, "settings": {}}
    return {**document, "notes": notes}


def _open_node(page: Page) -> None:
    page.locator("[data-id=set]").dblclick()


def _open_history(page: Page) -> None:
    page.get_by_role("button", name="History", exact=True).click()


def _open_meter(page: Page) -> None:
    page.get_by_role("button", name="Sturdy").click()


def take(browser: Browser, subject: Subject, theme: str, size: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        base_url=subject.instance.url,
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
        has_touch=size == "phone",
    )
    picture = FOLDER / f"signin-{size}-{theme}.png"
    page = context.new_page()
    page.goto("/signin")
    page.wait_for_timeout(SETTLE_MS)
    page.screenshot(path=picture)
    url = subject.instance.url
    context.add_cookies(
        [{"name": name, "value": value, "url": url} for name, value in subject.api.cookies.items()]
    )
    for name, (address, act) in subject.pages().items():
        if size == "phone" and act:
            continue
        page.goto(address)
        page.wait_for_timeout(SETTLE_MS)
        if act:
            act(page)
            page.wait_for_timeout(SETTLE_MS)
        page.screenshot(path=FOLDER / f"{name}-{size}-{theme}.png")
    context.close()


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="orchestrator-pictures-") as folder,
        Instance(Path(folder)) as instance,
        running_browser() as browser,
    ):
        subject = Subject(instance)
        for size in SIZES:
            for theme in ("light", "dark"):
                take(browser, subject, theme, size)
    print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
