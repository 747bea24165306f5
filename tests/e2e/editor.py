"""The editor as a person uses it: by what is written on it and read aloud from it."""

from __future__ import annotations

import re
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from tools.instance import OWNER, Instance

SIZE = {"width": 1280, "height": 800}


def signed_in(browser: Browser, product: Instance, api: httpx.Client, **options: Any) -> BrowserContext:
    """A browser with the session of `api`, which may use the clipboard."""
    usual = {"viewport": SIZE, "permissions": ["clipboard-read", "clipboard-write"]}
    context = browser.new_context(base_url=product.url, **usual | options)
    context.set_default_timeout(10_000)
    context.add_cookies(
        [{"name": name, "value": value, "url": product.url} for name, value in api.cookies.items()]
    )
    return context


class Editor:
    """One browser tab."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.canvas = page.get_by_role("application", name="Canvas of the workflow")
        self.panel = page.get_by_role("complementary")
        self.problems: list[str] = []
        """What the browser complained about."""
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", self._listen)

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"{message.text} {message.location}")

    # Getting in

    def create_owner(self) -> None:
        self.page.goto(self.url)
        self.page.get_by_label("Your name").fill(OWNER["name"])
        self.page.get_by_label("E-mail").fill(OWNER["email"])
        self.page.get_by_label("Password").fill(OWNER["password"])
        self.page.get_by_role("button", name="Create the account").click()
        expect(self.page.get_by_role("heading", name=f"Hello, {OWNER['name']}")).to_be_visible()

    def new_workflow(self) -> str:
        """Its address."""
        self.page.get_by_role("link", name="Workflows", exact=True).click()
        self.page.get_by_role("button", name="New workflow").click()
        expect(self.canvas).to_be_visible()
        return self.page.url

    # The canvas

    def drag_from_palette(self, title: str, x: float, y: float) -> None:
        """Drag a node type onto the canvas; `x`, `y` in pixels from its top left."""
        self.page.get_by_role("button", name="Add a node", exact=True).click()
        self.page.get_by_role("combobox", name="Search nodes").fill(title)
        entry = self.page.get_by_role("option").filter(has=self.page.get_by_text(title, exact=True)).first
        entry.drag_to(self.canvas, target_position={"x": x, "y": y})

    def node(self, name: str) -> Locator:
        return self.page.get_by_role(
            "group", name=re.compile(rf"^Step \d+ of \d+, {re.escape(name)}(,|$)")
        ).first

    def connect(self, source: str, target: str, output: str = "main") -> None:
        """Draw a line from a port to a port with the mouse."""
        start = middle(self.node(source).get_by_label(f"Output {output}", exact=True))
        end = middle(self.node(target).get_by_label("Input main", exact=True))
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move((start[0] + end[0]) / 2, end[1] + 10, steps=8)
        mouse.move(*end, steps=8)
        mouse.up()
        line = f"From {source}, output {output}, to {target}"
        expect(self.page.get_by_role("group", name=line, exact=True)).to_be_attached()

    def open(self, name: str) -> Locator:
        """The panel of a node."""
        self.node(name).dblclick()
        panel = self.page.get_by_role("complementary", name=f"Node {name}", exact=True)
        expect(panel).to_be_visible()
        return panel

    def fill(self, node: str, **fields: str) -> None:
        panel = self.open(node)
        for label, value in fields.items():
            panel.get_by_role("textbox", name=label, exact=True).fill(value)
        self.close_panel()

    def close_panel(self) -> None:
        self.panel.get_by_role("button", name="Close", exact=True).click()
        expect(self.panel).to_have_count(0)

    def wait_saved(self) -> None:
        expect(self.page.get_by_role("status").filter(has_text=re.compile(r"\bsaved\b"))).to_be_visible()

    def publish(self) -> None:
        self.wait_saved()
        self.page.get_by_role("button", name="Publish", exact=True).click()
        dialog = self.page.get_by_role("dialog", name="Publish")
        dialog.get_by_role("button", name="Publish", exact=True).click()
        expect(dialog).to_have_count(0)

    def expect_state(self, node: str, word: str, timeout_seconds: float = 15) -> None:
        """The node's state, as a word, on the node itself."""
        name = re.compile(rf"^Step \d+ of \d+, {re.escape(node)}(, .*)?, {word}$")
        expect(self.page.get_by_role("group", name=name)).to_be_visible(timeout=timeout_seconds * 1000)


def middle(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
