"""Drawing lines between nodes."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.canvas.board import Board, Place, card, chain, document, line, until
from tests.e2e.editor import signed_in
from tools.instance import Instance

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

    board.page.get_by_role("button", name="Add a node", exact=True).click()
    board.page.keyboard.type("limit")
    entry = board.page.get_by_role("option").filter(has_text="Limit").first
    x, y = board.at(248 + 288, 32)
    left, top, *_ = board.box(board.pane)
    entry.drag_to(board.pane, target_position={"x": x - left, "y": y - top}, force=True)
    until(lambda: len(board.lines()) == 3, lambda: f"{board.lines()}")
    assert "n1.main>n2.main" not in board.lines()


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

    board.press("Control+z")
    until(lambda: len(board.lines()) == 1, lambda: f"{board.lines()}")
    board.select("n0")
    board.press("Delete")
    board.drag(board.middle(board.port("n1", side="Input")), board.at(100, 200))
    expect(palette.get_by_role("option").filter(has_text="Manual trigger")).not_to_have_count(0)
    board.page.keyboard.type("manual")
    board.press("Enter")
    until(lambda: {one.split(">")[1] for one in board.lines()} == {"n1.main"}, lambda: f"{board.lines()}")

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
    why = board.element("hook").locator("[data-refusal]")
    with board.dragging(board.middle(board.port("a")), board.middle(board.card("hook"))):
        expect(why).to_be_visible()
        expect(why).to_have_text("A trigger has no input")
        expect_dimmed(board, "hook", "b", "c")
    expect(why).to_have_count(0)
    expect(board.page.get_by_text("A trigger has no input").first).to_be_visible()
    board.expect_lines("a.main>b.main", "a.main>c.main")

    end = board.port("c", side="Input")
    x, y = board.middle(end)
    with board.dragging((x - 26, y), board.at(200, 300)):
        expect_dimmed(board, "b", "hook")
    board.expect_lines("a.main>b.main")

    board.port("a").click()
    expect_dimmed(board, "b", "hook")
    board.card("b").click()
    expect(board.page.get_by_text("Already connected").first).to_be_visible()
    expect(board.element("b").locator("[data-refusal]")).to_be_visible()
    board.card("c").click()
    board.expect_lines("a.main>b.main", "a.main>c.main")
    expect_dimmed(board)


def expect_dimmed(board: Board, *ids: str) -> None:
    dimmed = """found => found.filter(one => Number(getComputedStyle(one).opacity) < 0.5)
      .map(one => one.dataset.node)"""
    cards = board.page.locator("[data-node]")
    until(
        lambda: set(cards.evaluate_all(dimmed)) == set(ids),
        lambda: f"{cards.evaluate_all(dimmed)} are dimmed, not {ids}",
    )


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


def test_behaviour_09_two_nodes_are_connected_by_keys(board: Board) -> None:
    rule = {"conditions": [{"left": 1, "op": "eq", "right": 2}], "combine": "and"}
    board.open(
        document(
            [
                card("start", "trigger.manual"),
                card("odd", "flow.if", (288, 0), params=rule),
                card("b", at=(576, 0)),
            ]
        )
    )
    banner = board.page.get_by_role("status").filter(has_text="Choose a node")
    board.element("start").focus()
    board.press("c")
    expect(banner).to_contain_text("Where does Start lead?")
    board.press("Control+ArrowRight", "Enter")
    board.expect_lines("start.main>odd.main")
    expect(banner).to_have_count(0)

    board.press("c", "c")
    expect(banner).to_contain_text("Odd · false")
    board.press("Shift+Tab", "Enter")  # In flow order, what nothing leads to comes first.
    board.expect_lines("start.main>odd.main", "odd.false>b.main")
    board.element("b").focus()
    board.press("c")
    board.element("start").focus()
    expect(board.element("start")).to_have_accessible_name(
        "Step 1 of 3, Start, Manual trigger, A trigger has no input"
    )
    board.press("Enter")
    expect(board.page.get_by_text("A trigger has no input").last).to_be_visible()
    expect(banner).to_be_visible()
    board.press("Escape")
    expect(banner).to_have_count(0)
    expect(board.page.get_by_role("complementary")).to_have_count(0)


def test_behaviour_09_and_30_two_taps_connect_and_targets_fit_a_finger(
    browser: Browser, shared_product: Instance, api: httpx.Client
) -> None:
    context = signed_in(browser, shared_product, api, has_touch=True, is_mobile=True)
    tablet = Board(context.new_page(), api)
    nodes = [card("a", "trigger.manual"), card("b", at=(400, 0)), card("c", at=(400, 200))]
    tablet.open(document(nodes, [line("a", "c")]))
    tablet.port("a").tap()
    tablet.card("b").tap()
    tablet.expect_lines("a.main>c.main", "a.main>b.main")
    expect(tablet.card("b").get_by_role("button", name="Add a node after this")).to_be_visible()
    tablet.page.touchscreen.tap(*tablet.at(304, 132))
    for target in (
        tablet.port("b", side="Input"),
        tablet.port("b"),
        tablet.card("c").get_by_role("button", name="Add a node after this"),
        tablet.page.get_by_role("button", name="Insert a node here"),
        tablet.page.get_by_role("button", name="Delete this edge"),
        tablet.page.get_by_role("button", name="Fit everything in"),
    ):
        assert target.evaluate(REACH) == [True] * 4, f"{target} is smaller than 44 px"

    before = tablet.view()
    swipe(tablet, tablet.at(100, 300), (60, -40))
    until(lambda: abs(tablet.view()[0] - before[0] - 60) < 12, lambda: f"{before} became {tablet.view()}")
    context.close()


REACH = """one => {
  const box = one.getBoundingClientRect()
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  return [[-21, 0], [21, 0], [0, -21], [0, 21]].map(([dx, dy]) => {
    const hit = document.elementFromPoint(x + dx, y + dy)
    return hit !== null && (one === hit || one.contains(hit))
  })
}"""
"""Whether a press 21 px left, right, above and below its middle reaches an element."""


def swipe(board: Board, start: Place, by: Place) -> None:
    """One finger across the canvas."""
    wire = board.page.context.new_cdp_session(board.page)
    for step in range(9):
        x, y = (start[axis] + by[axis] * step / 8 for axis in (0, 1))
        kind = "touchMove" if step else "touchStart"
        wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    wire.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
