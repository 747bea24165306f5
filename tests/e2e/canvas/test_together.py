"""Several people on one canvas: seeing each other, and losing nothing.

`EDIT_SECONDS=60 make test ARGS="-k two_browsers"` edits for a minute; `EDIT_SEED` chooses other edits.
"""

from __future__ import annotations

import json
import os
import random
import re
import time
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Response, expect

from tests.e2e.canvas.board import Board, card, chain, document, line, until
from tests.e2e.editor import signed_in
from tools.instance import Instance

pytestmark = pytest.mark.browser

SECONDS = float(os.environ.get("EDIT_SECONDS", "12"))
SEED = int(os.environ.get("EDIT_SEED", "4"))


def test_people_see_each_other_and_what_the_others_change(board: Board, context: BrowserContext) -> None:
    board.open(chain(3))
    here = board.page.get_by_role("list", name="Also here").get_by_role("button")
    expect(here).to_have_count(0)
    other = Board(context.new_page(), board.api)
    other.show(board.workflow_id)
    expect(here).to_have_count(1)
    expect(here).to_have_accessible_name("Alice (you, in another tab)")
    other.page.mouse.move(*other.at(400, 200))
    pointer = board.page.locator("[data-person=Alice]")
    expect(pointer).to_contain_text("Alice")
    until(
        lambda: abs(board.box(pointer)[0] - board.at(400, 200)[0]) < 8,
        lambda: f"{board.box(pointer)} is not {board.at(400, 200)}",
    )
    other.select("n2")
    frame = board.page.locator("[data-selected-by=Alice]")
    expect(frame).to_have_count(1)
    other.element("n1").dblclick()
    expect(board.page.get_by_text("Alice has it open")).to_be_visible()
    other.press("Escape")

    # What one saves the other sees without a reload, and keeps what is selected.
    board.select("n0")
    other.drag_by("n2", 0, 160)
    until(
        lambda: abs(board.box(board.card("n2"))[1] - board.at(576, 160)[1]) < 2,
        lambda: f"{board.box(board.card('n2'))}",
    )
    board.expect_selected("n0")
    other.page.close()
    expect(here).to_have_count(0)
    expect(pointer).to_have_count(0)


def test_a_draft_saved_by_a_program_comes_to_the_open_page(board: Board) -> None:
    board.open(chain(2))
    found = board.api.get(f"/workflows/{board.workflow_id}").json()
    found["document"]["nodes"][1]["name"] = "Renamed by a program"
    body = {"document": found["document"], "revision": found["revision"]}
    board.api.put(f"/workflows/{board.workflow_id}", json=body).raise_for_status()
    expect(board.card("n1")).to_contain_text("Renamed by a program")


def test_signing_out_elsewhere_leaves_no_page_open(
    browser: Browser, shared_product: Instance, board: Board
) -> None:
    client = shared_product.sign_in()
    own = signed_in(browser, shared_product, client)
    tab = Board(own.new_page(), board.api)
    tab.open(chain(2))
    client.delete("/session").raise_for_status()
    expect(tab.page.get_by_label("Password")).to_be_visible()
    own.close()


LOOK = """() => Object.fromEntries([...document.querySelectorAll('[data-node]')].map(card => {
  const place = card.closest('.react-flow__node').style.transform.match(/-?[\\d.]+/g).slice(0, 2).map(Number)
  return [card.dataset.node, [card.querySelector('strong')?.textContent ?? '', ...place]]
}))"""


class Editing:
    """One browser that edits at random. Every name it gives is given once."""

    def __init__(self, board: Board, name: str, choices: random.Random) -> None:
        self.board = board
        self.name = name
        self.choices = choices
        self.count = 0
        self.named: list[tuple[str, str]] = []
        """Names given, with the node, in order."""
        self.deleted: set[str] = set()
        self.asked: set[str] = set()
        """Elements the page asked about."""
        self.saved: list[dict[str, Any]] = []
        """Documents that the server took from here."""
        board.page.on("response", self._listen)

    def _listen(self, response: Response) -> None:
        if response.request.method == "PUT" and response.status == 200:
            self.saved.append(json.loads(response.request.post_data or "{}")["document"])

    def look(self) -> dict[str, list[Any]]:
        return dict(self.board.page.evaluate(LOOK))

    def edit(self) -> None:
        self.answer()
        kind = self.choices.choice(["rename", "rename", "move", "move", "paste", "switch", "delete", "undo"])
        seen = self.look()
        if kind == "paste" and len(seen) < 14:
            self._paste()
        elif kind == "undo":
            # Of a move only: what a rename gave must not go by itself.
            self._choose(seen) and self.board.press("ArrowDown", "Control+z")
        elif chosen := self._choose(seen):
            self._change(kind, chosen, len(seen))

    def _choose(self, seen: dict[str, Any]) -> str | None:
        """A node, selected; none when somebody took it away at that moment."""
        wanted = self.choices.choice(sorted(seen)) if seen else ""
        done = self.board.page.evaluate(
            "id => {const one = document.querySelector(`.react-flow__node[data-id='${id}']`)\n"
            "one?.focus(); return document.activeElement === one && one !== null}",
            wanted,
        )
        if not done:
            return None
        self.board.press("Escape")
        self.board.page.evaluate(
            "id => document.querySelector(`.react-flow__node[data-id='${id}']`)"
            "?.dispatchEvent(new MouseEvent('click', {bubbles: true}))",
            wanted,
        )
        return wanted if self.board.selected() == {wanted} else None

    def _change(self, kind: str, node_id: str, count: int) -> None:
        if kind == "rename":
            self._rename(node_id)
        elif kind == "move":
            self.board.press(*self.choices.choices(["ArrowUp", "ArrowDown", "Shift+ArrowRight"], k=2))
        elif kind == "switch":
            self.board.press("d")
        elif kind == "delete" and count > 4:
            self.deleted.add(node_id)
            self.board.press("Delete")

    def _rename(self, node_id: str) -> None:
        self.board.press("F2")
        field = self.board.card(node_id).get_by_role("textbox", name="Name of the node")
        if field.count() == 0:
            return
        name = self._new_name()
        try:
            field.fill(name, timeout=500)
            field.press("Enter", timeout=500)
        except Exception:  # The other one deleted the node under our hands.
            return
        if self.look().get(node_id, [""])[0] == name:
            self.named.append((node_id, name))

    def _paste(self) -> None:
        name = self._new_name()
        made = {"format": 1, "nodes": [card("new", name=name)], "edges": [], "pins": {}}
        self.board.write_clipboard(json.dumps(made))
        x, y = self.choices.randrange(0, 800, 200), self.choices.randrange(0, 400, 100)
        self.board.page.mouse.move(*self.board.at(x, y))
        before = set(self.look())
        self.board.press("Control+v")
        until(lambda: name in {one[0] for one in self.look().values()}, lambda: f"{name} was not pasted")
        [made_id] = [id for id, one in self.look().items() if id not in before and one[0] == name]
        self.named.append((made_id, name))

    def _new_name(self) -> str:
        self.count += 1
        return f"{self.name} {self.count}"

    def answer(self) -> None:
        banner = self.board.page.get_by_role("alert").filter(has_text="Someone else changed")
        if banner.count() == 0:
            return
        self.asked |= set((banner.get_attribute("data-elements") or "").split())
        banner.get_by_role("button", name=self.choices.choice(["Keep mine", "Take theirs"])).click()

    def settle(self) -> bool:
        self.answer()
        saved = self.board.page.get_by_role("status").filter(has_text=re.compile("draft · saved"))
        return saved.count() == 1


def test_two_browsers_that_edit_at_random_and_once_offline_end_equal_and_lose_nothing(
    browser: Browser, shared_product: Instance, api: httpx.Client, board: Board
) -> None:
    choices = random.Random(SEED)
    cards = [card(f"n{at}", at=(at % 4 * 224, at // 4 * 160)) for at in range(8)]
    board.open(document(cards, [line(f"n{at}", f"n{at + 1}") for at in range(0, 7, 2)]))
    apart = signed_in(browser, shared_product, api)
    other = Board(apart.new_page(), api)
    other.show(board.workflow_id, {"x": 80, "y": 120, "zoom": 1})
    expect(other.card("n7")).to_be_visible()
    people = [Editing(board, "Ada", choices), Editing(other, "Bob", choices)]

    began, edits, was_offline = time.monotonic(), 0, False
    while (share := (time.monotonic() - began) / SECONDS) < 1:
        if is_offline := 0.35 < share < 0.6:
            was_offline = True
        apart.set_offline(is_offline)
        choices.choice(people).edit()
        edits += 1
    apart.set_offline(False)
    assert was_offline
    assert edits >= SECONDS
    until(
        lambda: all(one.settle() for one in people) and people[0].look() == people[1].look(),
        lambda: f"{people[0].look()}\n{people[1].look()}",
        wait_seconds=20,
    )
    stored = board.stored()
    seen = people[0].look()
    names = {node["id"]: node["name"] for node in stored["nodes"]}
    assert {id: one[0] for id, one in seen.items()} == names
    assert {id: one[1:] for id, one in seen.items()} == {
        node["id"]: node["position"] for node in stored["nodes"]
    }
    _expect_nothing_lost(people, names)
    apart.close()


def _expect_nothing_lost(people: list[Editing], names: dict[str, str]) -> None:
    """Each name that was given reached the server, or its page asked about it, or the same page
    gave another before it was sent; and each node that is gone was deleted by someone."""
    told = {(node["id"], node["name"]) for one in people for sent in one.saved for node in sent["nodes"]}
    asked = {element for one in people for element in one.asked}
    deleted = {id for one in people for id in one.deleted}
    for one in people:
        for place, (node_id, name) in enumerate(one.named):
            is_replaced = any(id == node_id for id, _ in one.named[place + 1 :]) or node_id in one.deleted
            assert (node_id, name) in told or f"nodes/{node_id}" in asked or is_replaced, f"{name} is lost"
    for node_id, name in {pair for one in people for pair in one.named}:
        assert node_id in names or node_id in deleted, f"{name} is gone"
    last = {node_id: {one.named[-1][1] for one in people if one.named} for node_id in names}
    given = {(node_id, name) for one in people for node_id, name in one.named}
    for node_id, name in names.items():
        assert (node_id, name) in given or not any(id == node_id for id, _ in given), (node_id, name, last)
