"""`make screenshots`: every page at two sizes, light and dark, into `screenshots/`."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page

from tools.browser import running_browser
from tools.instance import ROOT, Instance

FOLDER = ROOT / "screenshots"
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
SETTLE_MS = 900

Act = Callable[[Page], None]


@dataclass(frozen=True)
class Shot:
    """A page's address, what is to be done there before the picture, and on which sizes."""

    address: str
    act: Act | None = None
    sizes: tuple[str, ...] = ("desktop", "phone")


def on_desktop(address: str, act: Act) -> Shot:
    """What takes a keyboard or a wide screen."""
    return Shot(address, act, ("desktop",))


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
        self.talking = self._starter(starters, "trigger.chat")
        self.asking = self._starter(starters, "trigger.form")
        self.run = self._run([{"total": 1200, "country": "NO"}, {"total": 30, "country": "SE"}])
        self.other_run = self._run([{"total": 30, "country": "SE"}])
        self._file()
        self._remember()
        self._edit()

    def _starter(self, starters: list[dict[str, Any]], kind: str) -> str:
        """The starter that begins with a kind of trigger, live with a page that anyone may open."""
        [found] = [each for each in starters if each["document"]["nodes"][0]["type"] == kind]
        document = found["document"]
        if kind == "trigger.chat":
            page = {"kind": "public", "path": "helpdesk", "title": "Helpdesk"}
            document["nodes"][0]["params"]["page"] = page
        made = self._made({"document": document})
        self.api.post(f"/workflows/{made}/publish", json={}).raise_for_status()
        return made

    def _file(self) -> None:
        for ids, folder in ((self.workflows[:2], "Sales"), (self.workflows[2:3], "Sales/Orders")):
            self.api.post("/folders/file", json={"ids": ids, "folder": folder}).raise_for_status()
        self.api.post("/folders", json={"path": "Drafts"}).raise_for_status()

    def _remember(self) -> None:
        own = {"scope": "workflow", "workflow_id": self.shown, "ttl_seconds": 7 * 86400}
        for key, value, place in (
            ("vat_rates", {"DE": 19, "AT": 20, "CH": 8.1, "FR": 20}, {}),
            ("last_digest", "3 new orders, 1 return; the forecast is rain.", own),
            ("seen_until", "2026-05-04T06:00:00Z", own),
        ):
            self.api.put("/memory", json={"key": key, "value": value, **place}).raise_for_status()

    def _made(self, starter: dict[str, Any]) -> str:
        answer = self.api.post("/workflows", json={"document": starter["document"]})
        return str(answer.raise_for_status().json()["id"])

    def _run(self, items: list[dict[str, Any]]) -> str:
        body = {"items": items}
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

    def pages(self) -> dict[str, Shot]:
        editor = f"/workflows/{self.shown}"
        return {
            "home": Shot("/"),
            "workflows": Shot("/workflows"),
            "workflows-folder": Shot("/workflows?folder=Sales"),
            "workflows-move": Shot("/workflows", _move_to_folder),
            "editor": Shot(editor),
            "editor-history": Shot(editor, _open_history),
            "editor-add": on_desktop(editor, lambda page: page.keyboard.press("Tab")),
            "editor-outline": on_desktop(editor, lambda page: page.keyboard.press("Shift+o")),
            "editor-sturdy": on_desktop(editor, _open_meter),
            "editor-publish": on_desktop(editor, lambda page: page.keyboard.press("Shift+p")),
            # Last, as an open node is open again the next time.
            "editor-node": Shot(editor, _open_node),
            "editor-node-wide": on_desktop(editor, _open_node_wide),
            "editor-chat": on_desktop(f"/workflows/{self.talking}", _try_trigger("Open the chat")),
            "editor-form": on_desktop(f"/workflows/{self.asking}", _try_trigger("Preview the form")),
            "runs": Shot("/runs"),
            "runs-chosen": Shot("/runs", _choose_two),
            "run": Shot(f"/runs/{self.run}"),
            "run-node": Shot(f"/runs/{self.run}", _open_output),
            "run-skipped": Shot(f"/runs/{self.other_run}", _open_skipped),
            "run-compare": Shot(f"/runs/{self.run}/compare/{self.other_run}"),
            "inbox": Shot("/inbox"),
            "inbox-figures": Shot("/inbox/figures"),
            "inbox-away": Shot("/inbox", _press("Be away")),
            "admin": Shot("/admin/"),
            "admin-people": Shot("/admin/accounts/user/"),
            "admin-new-person": Shot("/admin/accounts/user/add/", None, ("desktop",)),
            "admin-new-team": Shot("/admin/accounts/team/add/", None, ("desktop",)),
            "admin-inbox": Shot("/admin/inbox/humantask/"),
            "admin-figures": Shot("/admin/inbox/humantask/figures/"),
            "admin-away": Shot("/admin/inbox/humantask/away/"),
            "credentials": Shot("/credentials"),
            "credentials-new": Shot("/credentials", _press("New credential")),
            "memory": Shot("/memory"),
            "memory-new": Shot("/memory", _press("New value")),
            "templates": Shot("/templates"),
            "help": Shot("/help"),
            "help-node": Shot("/help/flow.merge"),
            "settings": Shot("/settings"),
            "settings-password": Shot("/settings", _press("Change password")),
            "settings-token": Shot("/settings", _press("New token")),
            "not-found": Shot("/workflows/nowhere"),
            "form": Shot("/form/contact"),
            "chat": Shot("/chat/helpdesk", _say_something),
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


def _open_node_wide(page: Page) -> None:
    _open_node(page)
    page.get_by_role("button", name="Open wide").click()


def _open_output(page: Page) -> None:
    _open_node(page)
    page.get_by_role("tab", name="Output").click()


def _open_skipped(page: Page) -> None:
    page.locator("[data-id=ask]").dblclick()


def _open_history(page: Page) -> None:
    page.get_by_role("button", name="History", exact=True).click()


def _open_meter(page: Page) -> None:
    page.get_by_role("button", name="Sturdy").click()


def _move_to_folder(page: Page) -> None:
    page.get_by_role("button", name="More about Order intake").click()
    page.get_by_role("menuitem", name="Move to folder…").click()


def _choose_two(page: Page) -> None:
    for tick in page.get_by_role("checkbox", name="Choose this run").all()[:2]:
        tick.check()


def _try_trigger(label: str) -> Act:
    def act(page: Page) -> None:
        page.locator(".react-flow__node").first.dblclick()
        page.get_by_role("button", name=label).click()

    return act


def _press(label: str) -> Act:
    return lambda page: page.get_by_role("button", name=label).first.click()


def _say_something(page: Page) -> None:
    page.get_by_role("button", name="When are you open?").click()
    page.get_by_role("button", name="New conversation").wait_for()
    page.wait_for_timeout(2500)


def take(
    browser: Browser, subject: Subject, theme: str, size: str, only: frozenset[str] = frozenset()
) -> None:
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
    for name, shot in subject.pages().items():
        if size not in shot.sizes or (only and name not in only):
            continue
        page.goto(shot.address)
        page.wait_for_timeout(SETTLE_MS)
        if shot.act:
            shot.act(page)
            page.wait_for_timeout(SETTLE_MS)
        page.screenshot(path=FOLDER / f"{name}-{size}-{theme}.png")
    context.close()


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    only = frozenset(filter(None, os.environ.get("ONLY", "").split(",")))
    with (
        tempfile.TemporaryDirectory(prefix="orchestrator-pictures-") as folder,
        Instance(Path(folder)) as instance,
        running_browser() as browser,
    ):
        subject = Subject(instance)
        for size in SIZES:
            for theme in ("light", "dark"):
                take(browser, subject, theme, size, only)
    print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
