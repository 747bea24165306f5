"""Nothing is lost: saving, meeting others, being offline, importing."""

from __future__ import annotations

import base64
import json

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, expect

from tests.e2e.canvas.board import Board, card, chain, document, until
from tests.e2e.editor import signed_in
from tools.instance import Instance

pytestmark = pytest.mark.browser

DROP = """([name, type, text, x, y]) => {
  const data = new DataTransfer()
  data.items.add(new File([text], name, {type}))
  const options = {bubbles: true, cancelable: true, dataTransfer: data, clientX: x, clientY: y}
  const target = document.elementFromPoint(x, y)
  for (const kind of ['dragenter', 'dragover', 'drop']) target.dispatchEvent(new DragEvent(kind, options))
}"""


def test_behaviour_27_a_reload_brings_back_the_view_and_the_open_panel(board: Board) -> None:
    board.open(chain(3))
    board.drag(board.at(200, 300), board.at(300, 340), button="middle")
    board.element("n1").dblclick()
    panel = board.page.get_by_role("complementary", name="Node N1")
    expect(panel).to_be_visible()
    before = board.view()
    board.page.reload()
    expect(panel).to_be_visible()
    assert board.view() == before
    board.press("+", "+")
    until(lambda: board.view()[2] > 1.4, lambda: f"{board.view()}")
    board.rest()
    before = board.view()
    panel.get_by_role("tab", name="Settings").click()
    board.page.reload()
    expect(panel.get_by_role("tab", name="Settings")).to_have_attribute("aria-selected", "true")
    until(lambda: board.view() == before, lambda: f"{before} became {board.view()}")
    panel.get_by_role("button", name="Open wide").click()
    board.page.reload()
    wide = board.page.get_by_role("dialog", name="N1")
    expect(wide).to_be_visible()
    board.press("Escape")
    expect(wide).to_have_count(0)
    panel.get_by_role("button", name="Close", exact=True).click()
    board.page.reload()
    expect(board.card("n1")).to_be_visible()
    expect(panel).to_have_count(0)


def test_behaviour_27_leaving_with_unsaved_edits_asks_first(board: Board) -> None:
    board.open(chain(2))
    board.page.route("**/api/v1/workflows/*", lambda route: route.abort())
    board.select("n1")
    board.press("d")
    expect(board.page.get_by_role("status").filter(has_text="offline · kept here")).to_be_visible()
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    board.page.once("dialog", stay)
    board.page.close(run_before_unload=True)
    until(lambda: asked == ["beforeunload"] or board.page.wait_for_timeout(50), lambda: f"{asked}")
    expect(board.card("n1")).to_contain_text("items pass through")
    board.page.unroute("**/api/v1/workflows/*")
    board.wait_saved()


def test_behaviour_27_offline_edits_are_kept_over_a_reload_and_sent_later(
    browser: Browser, shared_product: Instance, board: Board
) -> None:
    context = signed_in(browser, shared_product, board.api)
    alone = Board(context.new_page(), board.api)
    alone.open(chain(2))
    alone.page.route("**/api/v1/workflows/*", lambda route: route.abort())
    alone.select("n1")
    alone.press("d")
    status = alone.page.get_by_role("status").filter(has_text="offline · kept here")
    expect(status).to_be_visible()
    alone.page.on("dialog", lambda dialog: dialog.accept())
    alone.page.unroute("**/api/v1/workflows/*")
    alone.page.reload()
    expect(alone.card("n1")).to_contain_text("items pass through")
    assert alone.stored()["nodes"][1]["disabled"] is True
    context.close()


def test_behaviour_27_two_tabs_merge_what_differs_and_ask_about_what_clashes(
    board: Board, context: BrowserContext
) -> None:
    board.open(chain(3))
    other = Board(context.new_page(), board.api)
    other.show(board.workflow_id)
    expect(other.card("n2")).to_be_visible()
    board.drag_by("n1", 0, 160)
    board.wait_saved()
    other.drag_by("n2", 0, 240)
    until(lambda: other.places()["n2"][1] == 240, lambda: f"{other.places()}")
    assert other.places()["n1"][1] == 160

    board.page.reload()
    expect(board.card("n1")).to_be_visible()
    board.wait_saved()
    # Else it may hear of the other's edit first, and then its own comes after that and clashes with nothing.
    other.page.route("**/api/v1/workflows/*", lambda route: route.abort())
    for one, text in ((board, "left"), (other, "right")):
        one.select("n0")
        one.press("F2")
        one.page.get_by_role("textbox", name="Name of the node").fill(text)
        one.press("Enter")
        if one is board:
            board.wait_saved()
    other.page.unroute("**/api/v1/workflows/*")
    banner = other.page.get_by_role("alert").filter(has_text="Someone else changed")
    expect(banner).to_be_visible()
    assert board.api.get(f"/workflows/{board.workflow_id}").json()["document"]["nodes"][0]["name"] == "left"
    banner.get_by_role("button", name="Keep mine").click()
    until(lambda: other.stored()["nodes"][0]["name"] == "right", lambda: f"{other.stored()['nodes'][0]}")
    other.page.close()


def test_behaviour_29_a_dropped_table_becomes_items_and_a_dropped_workflow_is_added(board: Board) -> None:
    board.open(chain(1))
    x, y = board.at(288, 160)
    table = 'name;total;note\nAda;12.5;"a; b"\nBob;7;=1+1\n'
    board.page.evaluate(DROP, ["orders.csv", "text/csv", table, x, y])
    until(lambda: len(board.stored()["nodes"]) == 3, lambda: f"{board.stored()['nodes']}")
    split = board.page.get_by_role("group", name="Rows of orders, Split out")
    expect(split).to_be_visible()
    nodes = {node["name"]: node for node in board.stored()["nodes"]}
    board.drag(board.middle(board.port("n0")), board.middle(board.card(nodes["orders"]["id"])))
    board.press("Control+Enter")
    expect(board.card(nodes["Rows of orders"]["id"])).to_contain_text("2 items", timeout=15_000)
    run = board.api.get("/runs", params={"workflow": board.workflow_id}).json()["items"][0]["id"]
    step = board.api.get(f"/runs/{run}/steps/{nodes['Rows of orders']['id']}:1").json()
    assert step["outputs"]["main"]["items"] == [
        {"name": "Ada", "total": 12.5, "note": "a; b"},
        {"name": "Bob", "total": 7, "note": "=1+1"},
    ]

    text = json.dumps(document([card("z", at=(0, 0), name="Dropped")]))
    board.page.evaluate(DROP, ["flow.json", "application/json", text, *board.at(0, 300)])
    until(
        lambda: "Dropped" in {node["name"] for node in board.stored()["nodes"]}, lambda: "it was not imported"
    )
    picture = base64.b64encode(b"\x89PNG").decode()
    board.page.evaluate(DROP, ["cat.png", "image/png", picture, *board.at(0, 300)])
    expect(board.page.get_by_text("That is no workflow and no table").first).to_be_visible()
