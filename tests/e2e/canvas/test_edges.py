"""Drawing lines between nodes."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.canvas.board import Board, card, chain, document, line, until

pytestmark = pytest.mark.browser


def test_behaviour_04_a_node_dropped_on_an_edge_is_inserted_and_neighbours_make_room(board: Board) -> None:
    drawing = chain(3)
    drawing["nodes"].append(card("loose", at=(100, 200)))
    board.open(drawing)
    end = board.at(248, 32)
    with board.dragging(board.middle(board.card("loose")), end):
        expect(board.edge("n0", "n1").locator("path").first).to_have_class(re.compile("active"))
    board.expect_lines("n0.main>loose.main", "loose.main>n1.main", "n1.main>n2.main")
    places = board.places()
    assert places["loose"][0] >= places["n0"][0] + 208
    assert places["n1"][0] >= places["loose"][0] + 208
    assert places["n2"][0] - places["n1"][0] == 288
    board.press("Control+z")
    board.expect_lines("n0.main>n1.main", "n1.main>n2.main")
    assert board.places()["n1"] == (288, 0)


def test_behaviour_05_an_edge_offers_plus_and_delete_and_shows_what_crossed_it(board: Board) -> None:
    board.open(chain(3))
    board.page.mouse.move(*board.at(248, 32))
    board.page.get_by_role("button", name="Insert a node here").click()
    board.page.keyboard.type("limit")
    board.press("Enter")
    until(lambda: len(board.lines()) == 3, lambda: f"{board.lines()}")
    assert "n0.main>n1.main" not in board.lines()
    board.press("Control+z")
    board.expect_lines("n0.main>n1.main", "n1.main>n2.main")

    board.press("Control+Enter")
    label = board.page.locator("[data-edge-label^='n1>']")
    expect(label).to_contain_text("1 item")
    label.hover()
    preview = board.page.get_by_role("tooltip").filter(has_text="from N1")
    expect(preview).to_be_visible()
    expect(preview).to_contain_text('"x": 1')

    board.page.mouse.move(*board.at(248, 300))
    expect(preview).to_be_hidden()
    board.page.mouse.move(*board.at(248 + 288, 32))
    board.page.get_by_role("button", name="Delete this edge").click()
    board.expect_lines("n0.main>n1.main")


def test_behaviour_06_a_line_into_empty_space_offers_what_fits_and_connects_it(board: Board) -> None:
    board.open(chain(2))
    board.drag(board.middle(board.port("n1")), board.at(640, 200))
    palette = board.page.get_by_role("dialog", name="Add a node")
    expect(palette).to_be_visible()
    expect(palette.get_by_role("option").filter(has_text="Schedule")).to_have_count(0)
    board.page.keyboard.type("sort")
    board.press("Enter")
    until(lambda: len(board.lines()) == 2, lambda: f"{board.lines()}")

    board.open(chain(1))
    board.card("n0").hover()
    board.card("n0").get_by_role("button", name="Add a node after this").click()
    board.page.keyboard.type("set fields")
    board.press("Enter")
    until(lambda: len(board.lines()) == 1, lambda: f"{board.lines()}")
    [added] = [node for node in board.stored()["nodes"] if node["id"] != "n0"]
    assert added["position"][0] >= 208 and added["position"][1] == 0


def test_behaviour_08_lines_snap_whole_cards_take_them_and_what_cannot_dims_and_says_why(
    board: Board,
) -> None:
    drawing = document(
        [
            card("a", "trigger.manual", (0, 0)),
            card("b", at=(400, 0)),
            card("c", at=(400, 200)),
            card("hook", "trigger.webhook", (0, 200), params={"path": "behaviour08"}),
        ]
    )
    board.open(drawing)
    x, y = board.middle(board.port("b", side="Input"))
    board.drag(board.middle(board.port("a")), (x - 14, y + 10))
    board.expect_lines("a.main>b.main")
    board.drag(board.middle(board.port("a")), board.middle(board.card("c")))
    board.expect_lines("a.main>b.main", "a.main>c.main")
    with board.dragging(board.middle(board.port("a")), board.middle(board.card("hook"))):
        expect(board.card("hook")).to_have_attribute("title", "A trigger has no input")
        until(
            lambda: float(board.card("hook").evaluate("one => getComputedStyle(one).opacity")) < 0.5,
            lambda: "a card that cannot be connected is not dimmed",
        )
    expect(board.page.get_by_text("A trigger has no input").first).to_be_visible()
    board.expect_lines("a.main>b.main", "a.main>c.main")


def test_behaviour_09_an_end_can_be_moved_or_let_go_and_two_clicks_connect(board: Board) -> None:
    board.open(
        document(
            [card("a", "trigger.manual"), card("b", at=(400, 0)), card("c", at=(400, 200))], [line("a", "b")]
        )
    )
    x, y = board.middle(board.port("b", side="Input"))
    board.drag((x - 26, y), board.middle(board.port("c", side="Input")))
    board.expect_lines("a.main>c.main")
    x, y = board.middle(board.port("c", side="Input"))
    board.drag((x - 26, y), board.at(200, 300))
    board.expect_lines()
    expect(board.page.get_by_role("dialog", name="Add a node")).to_have_count(0)
    board.port("a").click()
    board.port("b", side="Input").click()
    board.expect_lines("a.main>b.main")
