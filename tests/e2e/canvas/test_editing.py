"""Adding, deleting, copying, taking back."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.e2e.canvas.board import Board, card, chain, document, line, until

pytestmark = pytest.mark.browser


def names(board: Board) -> set[str]:
    return {node["name"] for node in board.stored()["nodes"]}


def test_behaviour_07_tab_and_double_click_open_quick_add_at_the_pointer_for_the_keyboard(
    board: Board,
) -> None:
    board.open(chain(1))
    x, y = board.at(300, 200)
    board.page.mouse.move(x, y)
    board.press("Tab")
    palette = board.page.get_by_role("dialog", name="Add a node")
    left, top, *_ = board.box(palette)
    assert abs(left - x) < 20 and abs(top - y) < 20
    board.page.keyboard.type("sub-workflow")
    expect(palette.get_by_role("option").first).to_contain_text("Run workflow")
    for _ in range(12):
        board.press("Backspace")
    board.page.keyboard.type("limt")
    expect(palette.get_by_role("option").first).to_contain_text("Limit")
    board.press("Enter")
    until(lambda: "Limit" in names(board), lambda: f"{names(board)}")

    board.page.mouse.dblclick(*board.at(60, 330))
    expect(palette.get_by_role("group").first).to_have_attribute("aria-label", "Recent")
    expect(palette.get_by_role("option").first).to_contain_text("Limit")
    board.press("ArrowDown", "ArrowUp", "Enter")
    until(lambda: "Limit 2" in names(board), lambda: f"{names(board)}")
    board.press("Tab", "Escape")
    expect(palette).to_have_count(0)


def test_behaviour_10_delete_and_backspace_delete_and_with_ctrl_join_the_ends(board: Board) -> None:
    board.open(chain(4))
    board.select("n3")
    board.press("Delete")
    board.expect_lines("n0.main>n1.main", "n1.main>n2.main")
    board.select("n1")
    board.press("Control+Delete")
    board.expect_lines("n0.main>n2.main")
    board.page.mouse.click(*board.at(400, 32))
    board.press("Backspace")
    board.expect_lines()
    assert set(board.places()) == {"n0", "n2"}


def test_behaviour_11_the_clipboard_carries_workflows_n8n_curl_and_addresses(board: Board) -> None:
    drawing = chain(3)
    drawing["nodes"][1]["params"] = {"fields": [], "password": "canary-in-the-mine"}
    drawing["nodes"][2]["params"] = {"fields": [{"name": "y", "value": "={{ $('N1').item.json.x }}"}]}
    board.open(drawing)
    board.select("n1", "n2")
    board.press("Control+c")
    until(lambda: "n1" in board.read_clipboard(), lambda: "nothing was copied")
    text = board.read_clipboard()
    copied = json.loads(text)
    assert copied["format"] == 1 and [node["id"] for node in copied["nodes"]] == ["n1", "n2"]
    assert "canary-in-the-mine" not in text

    board.page.mouse.move(*board.at(32, 304))
    board.press("Control+v")
    until(lambda: len(names(board)) == 5, lambda: f"{names(board)}")
    pasted = {node["name"]: node for node in board.stored()["nodes"]}
    assert tuple(pasted["N1 2"]["position"]) == (32, 304)
    assert "$('N1 2')" in pasted["N2 2"]["params"]["fields"][0]["value"]
    assert len(board.lines()) == 3

    board.press("Control+x")
    until(lambda: len(names(board)) == 3, lambda: "cutting left the nodes there")
    board.page.mouse.move(*board.at(32, 304))
    board.write_clipboard("curl -X POST https://api.example.com/orders -H 'X-Kind: test' -d '{\"total\": 3}'")
    board.press("Control+v")
    until(lambda: "HTTP request" in names(board), lambda: f"{names(board)}")
    request = next(node for node in board.stored()["nodes"] if node["type"] == "http.request")
    assert request["params"]["method"] == "POST"
    assert request["params"]["url"] == "https://api.example.com/orders"

    board.page.mouse.move(*board.at(32, 400))
    board.write_clipboard("https://example.com/feed?size=3")
    board.press("Control+v")
    until(lambda: "HTTP request 2" in names(board), lambda: f"{names(board)}")

    n8n = {
        "nodes": [
            {"name": "Start", "type": "n8n-nodes-base.manualTrigger", "position": [0, 0], "parameters": {}},
            {
                "name": "Get it",
                "type": "n8n-nodes-base.httpRequest",
                "typeVersion": 4.2,
                "position": [200, 0],
                "parameters": {"url": "https://example.com", "method": "GET"},
            },
        ],
        "connections": {"Start": {"main": [[{"node": "Get it", "type": "main", "index": 0}]]}},
    }
    board.page.mouse.move(*board.at(500, 304))
    board.write_clipboard(json.dumps(n8n))
    board.press("Control+v")
    until(lambda: {"Start", "Get it"} <= names(board), lambda: f"{names(board)}")


def test_behaviour_12_ctrl_d_duplicates_and_alt_drag_leaves_the_original(board: Board) -> None:
    board.open(chain(2))
    board.select("n1")
    board.press("Control+d")
    until(lambda: "N1 2" in names(board), lambda: f"{names(board)}")
    board.press("Escape")
    board.page.keyboard.down("Alt")
    board.drag_by("n0", 0, 240)
    board.page.keyboard.up("Alt")
    until(lambda: "N0 2" in names(board), lambda: f"{names(board)}")
    places = {node["name"]: tuple(node["position"]) for node in board.stored()["nodes"]}
    assert places["N0"] == (0, 0) and places["N0 2"] == (0, 240)


def test_behaviour_13_everything_can_be_undone_in_sensible_steps_after_a_save_and_a_reload(
    board: Board,
) -> None:
    board.open(chain(3))
    before = board.stored()
    board.drag_by("n2", 0, 160)
    board.element("n1").dblclick()
    panel = board.page.get_by_role("complementary", name="Node N1")
    panel.get_by_role("textbox", name="Name of the node").fill("Renamed")
    board.press("Enter", "Escape")
    board.select("n0")
    board.press("Delete")
    board.expect_lines("n1.main>n2.main")
    after = board.stored()
    board.page.reload()
    expect(board.card("n1")).to_be_visible()
    board.press("Control+z")
    board.expect_lines("n0.main>n1.main", "n1.main>n2.main")
    board.press("Control+z", "Control+z")
    until(lambda: board.stored() == before, lambda: f"{board.stored()}")
    board.press("Control+Shift+z", "Control+Shift+z", "Control+Shift+z")
    until(lambda: board.stored() == after, lambda: f"{board.stored()}")


def test_behaviour_13_two_hundred_steps_go_back_and_typing_is_one_step(board: Board) -> None:
    board.open(chain(1))
    board.select("n0")
    board.press("Control+d")
    until(lambda: len(names(board)) == 2, lambda: "no duplicate")
    board.hold_down("d", 198)
    board.hold_down("z", 199, ctrl=True)
    until(lambda: len(names(board)) == 1, lambda: f"after 199 steps back: {names(board)}")

    board.element("n0").dblclick()
    panel = board.page.get_by_role("complementary", name="Node N0")
    panel.get_by_role("tab", name="Settings").click()
    notes = panel.get_by_role("textbox", name="Notes")
    notes.press_sequentially("typed in one go", delay=15)
    board.wait_saved()
    panel.get_by_role("button", name="Close", exact=True).click()
    board.page.mouse.click(*board.at(300, 300))
    board.press("Control+z")
    until(lambda: not board.stored()["nodes"][0].get("notes"), lambda: f"{board.stored()['nodes'][0]}")


def test_behaviour_21_d_disables_p_pins_and_f2_or_space_renames_in_place(board: Board) -> None:
    board.open(chain(3))
    board.select("n1")
    board.press("d")
    expect(board.card("n1")).to_contain_text("items pass through")
    assert board.edge("n0", "n1").locator("path").first.evaluate(
        "one => getComputedStyle(one).strokeDasharray"
    ) not in ("none", "")
    assert board.stored()["nodes"][1]["disabled"] is True
    board.press("d")
    expect(board.card("n1")).not_to_contain_text("items pass through")

    board.press("F2")
    board.page.get_by_role("textbox", name="Name of the node").fill("First")
    board.press("Enter")
    until(lambda: "First" in names(board), lambda: f"{names(board)}")
    board.element("n1").focus()
    board.press("Space")
    board.page.get_by_role("textbox", name="Name of the node").fill("Second")
    board.press("Enter")
    until(lambda: "Second" in names(board), lambda: f"{names(board)}")

    board.press("Control+Enter")
    expect(board.card("n2")).to_have_attribute("data-status", "succeeded", timeout=15_000)
    board.select("n1")
    board.press("p")
    expect(board.card("n1").get_by_label("Output is pinned")).to_be_visible()
    until(lambda: board.stored()["pins"].get("n1") == [{"x": 1}], lambda: f"{board.stored()['pins']}")
    board.press("p")
    until(lambda: "n1" not in board.stored()["pins"], lambda: "P did not unpin")


def test_behaviour_11_a_copy_travels_between_tabs(board: Board, context: BrowserContext) -> None:
    board.open(document([card("a", "trigger.manual"), card("b", at=(288, 0))], [line("a", "b")]))
    board.press("Control+a", "Control+c")
    until(lambda: "trigger.manual" in board.read_clipboard(), lambda: "nothing was copied")
    other = Board(context.new_page(), board.api)
    other.open(chain(1))
    other.page.mouse.move(*other.at(0, 200))
    other.press("Control+v")
    until(lambda: names(other) == {"N0", "A", "B"}, lambda: f"{names(other)}")
    other.page.close()
