"""A workflow open on the canvas, as hands and eyes have it: places are those of the document."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from playwright.sync_api import Locator, Page, expect

Document = dict[str, Any]
Place = tuple[float, float]

WIDTH, HEIGHT, GRID = 208, 64, 16
VIEW = {"x": 80, "y": 120, "zoom": 1}


def card(node_id: str, key: str = "data.set", at: Place = (0, 0), **more: Any) -> dict[str, Any]:
    params = more.pop("params", {"fields": [{"name": "x", "value": 1}]} if key == "data.set" else {})
    return {
        "id": node_id,
        "type": key,
        "version": 1,
        "name": more.pop("name", node_id.capitalize()),
        "position": list(at),
        "params": params,
        **more,
    }


def line(source: str, target: str, output: str = "main", input: str = "main") -> dict[str, str]:
    return {"source": source, "output": output, "target": target, "input": input}


def document(nodes: list[dict[str, Any]], edges: list[dict[str, str]] | None = None, **more: Any) -> Document:
    return {"format": 1, "name": "Drawing", "nodes": nodes, "edges": edges or [], "settings": {}, **more}


def chain(count: int = 3, gap: int = 288) -> Document:
    """A manual trigger `n0` and `count - 1` steps after it, in a row."""
    nodes = [card("n0", "trigger.manual", (0, 0))]
    nodes += [card(f"n{place}", at=(place * gap, 0)) for place in range(1, count)]
    return document(nodes, [line(f"n{place}", f"n{place + 1}") for place in range(count - 1)])


class Board:
    """One browser tab."""

    def __init__(self, page: Page, api: httpx.Client) -> None:
        self.page = page
        self.api = api
        self.workflow_id = ""
        self.pane = page.locator(".react-flow__pane")

    # Opening

    def open(self, opened: Document, view: dict[str, float] | None = None) -> str:
        """Store the workflow and open it, with its origin at `view` on the canvas. Its id."""
        answer = self.api.post("/workflows", json={"document": opened})
        assert answer.status_code == 201, answer.text
        self.show(answer.json()["id"], view or VIEW)
        if opened["nodes"]:
            expect(self.card(opened["nodes"][0]["id"])).to_be_attached()
        return self.workflow_id

    def show(self, workflow_id: str, view: dict[str, float] | None = None) -> None:
        self.workflow_id = workflow_id
        if view:
            self.page.add_init_script(
                # Frames that show data of strangers may not reach the storage.
                f"window === top && (localStorage.getItem('viewport:{workflow_id}') ?? localStorage.setItem("
                f'\'viewport:{workflow_id}\', \'{{"x":{view["x"]},"y":{view["y"]},"zoom":{view["zoom"]}}}\'))'
            )
        self.page.goto(f"/workflows/{workflow_id}")
        expect(self.page.get_by_role("application", name="Canvas of the workflow")).to_be_visible()

    # Looking

    def card(self, node_id: str) -> Locator:
        return self.page.locator(f'[data-node="{node_id}"]')

    def element(self, element_id: str) -> Locator:
        """A node, note or frame: what has the focus and the selection."""
        return self.page.locator(f'.react-flow__node[data-id="{element_id}"]')

    def edge(self, source: str, target: str) -> Locator:
        return self.page.locator(f'.react-flow__edge[data-id^="{source}>"][data-id*=">{target}>"]')

    def selected(self) -> set[str]:
        return set(
            self.page.locator(".react-flow__node.selected").evaluate_all(
                "found => found.map(one => one.dataset.id)"
            )
        )

    def expect_selected(self, *ids: str) -> None:
        until(lambda: self.selected() == set(ids), lambda: f"{self.selected()} are selected, not {ids}")

    def view(self) -> tuple[float, float, float]:
        """x, y and zoom of the canvas."""
        text = self.page.locator(".react-flow__viewport").evaluate("one => one.style.transform")
        x, y, zoom = re.findall(r"-?[\d.]+(?:e-?\d+)?", text)[:3]
        return float(x), float(y), float(zoom)

    def stored(self) -> Document:
        """The document as the server has it, once everything is saved."""
        self.wait_saved()
        return dict(self.api.get(f"/workflows/{self.workflow_id}").raise_for_status().json()["document"])

    def wait_saved(self) -> None:
        expect(self.page.get_by_role("status").filter(has_text="draft · saved")).to_be_visible()

    def places(self) -> dict[str, Place]:
        return {node["id"]: tuple(node["position"]) for node in self.stored()["nodes"]}

    def lines(self) -> set[str]:
        """`a.main>b.main` for each edge."""
        return {
            f"{edge['source']}.{edge['output']}>{edge['target']}.{edge['input']}"
            for edge in self.stored()["edges"]
        }

    def expect_lines(self, *lines: str) -> None:
        until(lambda: self.lines() == set(lines), lambda: f"{self.lines()}, not {set(lines)}")

    # Touching

    def at(self, x: float, y: float) -> Place:
        """Where a place of the document is on the screen."""
        box = self.box(self.page.locator(".react-flow"))
        shift_x, shift_y, zoom = self.view()
        return box[0] + shift_x + x * zoom, box[1] + shift_y + y * zoom

    def box(self, locator: Locator) -> tuple[float, float, float, float]:
        box = locator.bounding_box()
        assert box is not None
        return box["x"], box["y"], box["width"], box["height"]

    def middle(self, locator: Locator) -> Place:
        x, y, width, height = self.box(locator)
        return x + width / 2, y + height / 2

    def port(self, node_id: str, name: str = "main", side: str = "Output") -> Locator:
        return self.card(node_id).get_by_label(f"{side} {name}", exact=True)

    def drag(self, start: Place, end: Place, *, steps: int = 8, button: Any = "left") -> None:
        with self.dragging(start, end, steps=steps, button=button):
            pass

    @contextmanager
    def dragging(self, start: Place, end: Place, *, steps: int = 8, button: Any = "left") -> Iterator[None]:
        """Held down at `end` while the block runs."""
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down(button=button)
        mouse.move(start[0] + 2, start[1] + 2)  # Beyond the threshold of a click, and no further.
        mouse.move(*end, steps=steps)
        yield
        mouse.up(button=button)

    def drag_by(self, node_id: str, x: float, y: float, *, steps: int = 8) -> None:
        start = self.middle(self.card(node_id))
        self.drag(start, (start[0] + x, start[1] + y), steps=steps)

    def rest(self) -> None:
        """Until the view moves no more: an animation takes a moment, and longer on a busy machine."""
        seen: list[tuple[float, float, float]] = []

        def stands() -> bool:
            seen.append(self.view())
            return len(seen) > 3 and len(set(seen[-4:])) == 1

        until(stands, lambda: f"the view still moves: {seen[-3:]}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def hold_down(self, key: str, times: int, *, ctrl: bool = False) -> None:
        """The same key many times, as fast as the page takes it."""
        self.page.evaluate(
            """([key, times, ctrlKey]) => {
              for (let count = 0; count < times; count++)
                document.body.dispatchEvent(new KeyboardEvent('keydown', {key, ctrlKey, bubbles: true}))
            }""",
            [key, times, ctrl],
        )

    def select(self, *ids: str) -> None:
        for place, node_id in enumerate(ids):
            self.element(node_id).click(modifiers=["Shift"] if place else None, position={"x": 70, "y": 12})
        self.expect_selected(*ids)

    def menu(self, locator: Locator, entry: str) -> None:
        locator.click(button="right")
        self.page.get_by_role("menuitem", name=entry).first.click()

    def write_clipboard(self, text: str) -> None:
        self.page.evaluate("text => navigator.clipboard.writeText(text)", text)

    def read_clipboard(self) -> str:
        return str(self.page.evaluate("() => navigator.clipboard.readText()"))


def until(question: Callable[[], Any], complaint: Callable[[], str], wait_seconds: float = 15.0) -> None:
    deadline = time.monotonic() + wait_seconds
    while not question():
        assert time.monotonic() < deadline, complaint()
        time.sleep(0.05)
