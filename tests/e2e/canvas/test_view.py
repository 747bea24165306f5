"""Looking around, choosing and moving."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.canvas.board import GRID, Board, card, chain, document, line, until

pytestmark = pytest.mark.browser


def near(left: float, right: float, by: float = 3) -> bool:
    return abs(left - right) <= by


def test_behaviour_01_space_middle_button_and_scrolling_pan_and_ctrl_wheel_zooms_at_the_pointer(
    board: Board,
) -> None:
    board.open(chain(2))
    start, end = board.at(120, 300), board.at(220, 350)
    x, y, _ = board.view()
    board.page.mouse.move(*start)
    board.page.keyboard.down("Space")
    board.drag(start, end)
    board.page.keyboard.up("Space")
    assert near(board.view()[0], x + 100) and near(board.view()[1], y + 50)
    board.drag(end, start, button="middle")
    assert near(board.view()[0], x) and near(board.view()[1], y)

    board.page.mouse.wheel(40, 60)
    until(lambda: board.view()[1] < y - 10, lambda: f"scrolling left the canvas at {board.view()}")
    assert board.view()[0] < x - 5 and board.view()[2] == 1

    before = board.view()
    board.page.mouse.move(*start)
    board.page.keyboard.down("Control")
    board.page.mouse.wheel(0, -200)
    board.page.keyboard.up("Control")
    until(lambda: board.view()[2] > 1.05, lambda: f"the wheel left the zoom at {board.view()[2]}")
    canvas = board.box(board.page.locator(".react-flow"))
    under = [(start[axis] - canvas[axis] - before[axis]) / before[2] for axis in (0, 1)]
    x, y, zoom = board.view()
    assert near(canvas[0] + x + under[0] * zoom, start[0]) and near(canvas[1] + y + under[1] * zoom, start[1])


def test_behaviour_02_a_marquee_selects_shift_adds_ctrl_a_takes_all_and_escape_clears(board: Board) -> None:
    board.open(chain(3))
    board.drag(board.at(-40, -40), board.at(300, 100))
    board.expect_selected("n0", "n1")
    board.element("n2").click(modifiers=["Shift"], position={"x": 70, "y": 12})
    board.expect_selected("n0", "n1", "n2")
    board.press("Escape")
    board.expect_selected()
    board.select("n2")
    board.page.keyboard.down("Shift")
    board.drag(board.at(-40, -40), board.at(100, 100))
    board.expect_selected("n0", "n2")
    board.drag(board.at(-40, -40), board.at(300, 100))
    board.expect_selected("n0", "n1", "n2")
    board.page.keyboard.up("Shift")
    board.drag(board.at(-40, -40), board.at(100, 100))
    board.expect_selected("n0")
    board.press("Control+a")
    board.expect_selected("n0", "n1", "n2")
    board.page.mouse.click(*board.at(200, 300))
    board.expect_selected()


def test_behaviour_03_dragging_moves_all_selected_and_snaps_to_grid_and_guides(board: Board) -> None:
    board.open(chain(3))
    board.select("n1", "n2")
    board.drag_by("n1", 37, 150)
    places = board.places()
    assert places["n0"] == (0, 0)
    assert all(value % GRID == 0 for place in places.values() for value in place)
    assert (places["n2"][0] - places["n1"][0], places["n2"][1] - places["n1"][1]) == (288, 0)

    board.press("Escape")
    start = board.middle(board.card("n0"))
    with board.dragging(start, (start[0], start[1] + places["n1"][1] + 3)):
        expect(board.page.locator("[data-guide=y]")).to_be_visible()
    assert board.places()["n0"][1] == places["n1"][1], "the guide did not hold the node"
    expect(board.page.locator("[data-guide]")).to_have_count(0)

    x, y = board.places()["n0"]
    board.press("ArrowRight", "ArrowDown")
    assert board.places()["n0"] == (x + GRID, y + GRID)
    board.press("Shift+ArrowLeft")
    assert board.places()["n0"] == (x + GRID - 10 * GRID, y + GRID)


def test_behaviour_14_digits_signs_and_the_map_move_the_view(board: Board) -> None:
    board.open(chain(5, gap=500))
    board.press("1")
    until(lambda: board.view()[2] < 0.8, lambda: f"1 left the zoom at {board.view()[2]}")
    board.press("0")
    until(lambda: board.view()[2] == 1, lambda: f"0 left the zoom at {board.view()[2]}")
    board.press("+")
    until(lambda: board.view()[2] > 1.1, lambda: "+ did not zoom in")
    board.press("-", "-")
    until(lambda: board.view()[2] < 0.95, lambda: "- did not zoom out")
    board.press("1")
    until(lambda: board.view()[2] < 0.8, lambda: "1 did not fit")
    board.rest()
    board.select("n3")
    board.press(".")
    until(lambda: board.view()[2] > 0.9, lambda: ". did not zoom to the selection")
    board.rest()
    middle, canvas = board.middle(board.card("n3")), board.box(board.page.locator(".react-flow"))
    assert near(middle[0], canvas[0] + canvas[2] / 2, 12)

    small = board.page.get_by_role("img", name="Map of the workflow")
    before = board.view()
    start = board.middle(small)
    board.drag(start, (start[0] - 30, start[1]))
    assert board.view()[0] > before[0] + 30, "the map did not move the view"


COLORS = """(map, name) => {
  const {width, height} = map
  const brush = document.createElement('canvas').getContext('2d', {willReadFrequently: true})
  brush.fillStyle = getComputedStyle(map).getPropertyValue(name)
  brush.fillRect(0, 0, 1, 1)
  const wanted = brush.getImageData(0, 0, 1, 1).data
  const seen = map.getContext('2d').getImageData(0, 0, width, height).data
  let count = 0
  for (let at = 0; at < seen.length; at += 4)
    if ([0, 1, 2].every(part => Math.abs(seen[at + part] - wanted[part]) < 3) && seen[at + 3] > 250) count++
  return count
}"""
"""How many points of the map have a colour of the theme."""


def test_behaviour_14_the_map_shows_a_thousand_nodes_by_state_and_moves_the_view(board: Board) -> None:
    nodes = [card("n0", "trigger.manual")]
    nodes += [card(f"n{at}", at=(at % 40 * 288, at // 40 * 160)) for at in range(1, 1000)]
    board.open(document(nodes, [line("n0", "n1"), line("n1", "n2")]), {"x": 20, "y": 20, "zoom": 0.2})
    small = board.page.get_by_role("img", name="Map of the workflow")

    def points(color: str) -> int:
        return int(small.evaluate(COLORS, color))

    until(lambda: points("--line-strong") > 300, lambda: f"{points('--line-strong')} points are nodes")
    assert points("--succeeded") == 0
    board.press("Control+Enter")
    until(lambda: points("--succeeded") >= 6, lambda: f"{points('--succeeded')} points are done")

    x, y, width, height = board.box(small)
    board.page.mouse.click(x + width - 20, y + height - 20)
    until(lambda: board.view()[0] < -1000, lambda: f"a press on the map left the view at {board.view()}")
    before = board.view()
    board.drag((x + width - 20, y + height - 20), (x + width - 60, y + height - 20))
    until(lambda: board.view()[0] > before[0] + 300, lambda: f"a drag left the view at {board.view()}")
    assert near(board.view()[1], before[1], 30)


def test_behaviour_25_dragging_near_the_border_pans_and_panels_scroll_without_zooming(board: Board) -> None:
    board.open(chain(2))
    canvas = board.box(board.page.locator(".react-flow"))
    before = board.view()
    start = board.middle(board.card("n1"))
    with board.dragging(start, (canvas[0] + canvas[2] - 6, start[1])):
        until(lambda: board.view()[0] < before[0] - 30, lambda: "the canvas did not move on")
    board.press("Control+z", "Escape")
    before = board.view()
    start = board.middle(board.port("n0"))
    with board.dragging(start, (start[0], canvas[1] + canvas[3] - 6)):
        until(lambda: board.view()[1] < before[1] - 30, lambda: "no pan while a line is drawn")
    board.press("Escape")

    before = board.view()
    board.page.get_by_role("button", name="Add a node", exact=True).click()
    board.page.mouse.move(*board.middle(board.page.get_by_role("listbox", name="Nodes")))
    board.page.keyboard.down("Control")
    board.page.mouse.wheel(0, 200)
    board.page.keyboard.up("Control")
    board.page.mouse.wheel(0, 200)
    board.page.wait_for_timeout(150)
    assert board.view() == before


def test_behaviour_28_from_afar_titles_and_states_stay_and_only_what_is_visible_is_drawn(
    board: Board,
) -> None:
    nodes = [card("n0", "trigger.manual")]
    nodes += [card(f"n{at}", at=(at % 40 * 288, at // 40 * 160)) for at in range(1, 400)]
    board.open(document(nodes))
    drawn = board.page.locator("[data-node]").count()
    assert 0 < drawn < 100, f"{drawn} of 400 cards are drawn"
    expect(board.card("n1").get_by_text("N1", exact=True)).to_be_visible()
    summary = board.card("n1").locator("[data-summary]")
    problem = board.card("n1").get_by_title("It is connected to nothing")
    expect(summary).to_be_visible()
    expect(problem).to_be_visible()
    while (before := board.view()[2]) >= 0.4:
        board.press("-")
        until(lambda was=before: board.view()[2] < was * 0.95, lambda: f"zoom stays at {board.view()[2]}")
    expect(board.card("n1").locator("strong")).to_be_visible()
    expect(problem).to_be_visible()
    expect(summary).to_be_hidden()


@pytest.mark.parametrize("zoom", [0.35, 0.2])
def test_behaviour_28_from_afar_and_farther_the_states_can_be_seen(board: Board, zoom: float) -> None:
    board.open(chain(2), {"x": 200, "y": 200, "zoom": zoom})
    board.press("Control+Enter")
    expect(board.card("n1")).to_have_attribute("data-status", "succeeded", timeout=20_000)
    expect(board.card("n1").get_by_text("N1", exact=True)).to_be_visible()
    expect(board.card("n1").locator("svg").last).to_be_visible()
    expect(board.card("n1")).to_have_css("border-top-width", "3px")
    expect(board.card("n1").locator("[data-summary]")).to_be_hidden()
