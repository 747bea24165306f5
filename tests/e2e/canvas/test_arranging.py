"""Tidying, aligning, notes and groups."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.canvas.board import Board, card, chain, document, line, until

pytestmark = pytest.mark.browser

MESS = document(
    [
        card("a", "trigger.manual", (0, 0)),
        card("b", at=(30 * 16, 256)),
        card("c", at=(16, 160)),
        card("d", at=(320, 48)),
    ],
    [line("a", "b"), line("a", "c"), line("b", "d")],
)


def test_behaviour_15_shift_t_tidies_all_or_the_selection_in_one_undoable_step(board: Board) -> None:
    board.open(MESS)
    before = board.places()
    board.press("Shift+t")
    until(lambda: board.places()["a"][0] < board.places()["b"][0] < board.places()["d"][0], lambda: "untidy")
    places = board.places()
    assert places["c"][0] == places["b"][0] and places["c"][1] < places["b"][1], (
        "branches changed their order"
    )
    board.press("Control+z")
    until(lambda: board.places() == before, lambda: f"{board.places()}")
    board.press("0")
    board.rest()
    board.press("Control+a")
    board.page.wait_for_timeout(50)
    board.press("Escape")
    board.select("b", "d")
    board.press("Shift+t")
    until(lambda: board.places() != before, lambda: "the selection was not tidied")
    places = board.places()
    assert {key: places[key] for key in "ac"} == {key: before[key] for key in "ac"}


def test_behaviour_16_several_selected_can_be_aligned_and_spaced_out(board: Board) -> None:
    board.open(MESS)
    bar = board.page.get_by_role("toolbar", name="Arrange the selection")
    board.select("b", "c", "d")
    bar.get_by_role("button", name="Align upper edges").click()
    until(lambda: len({board.places()[key][1] for key in "bcd"}) == 1, lambda: f"{board.places()}")
    bar.get_by_role("button", name="Space out across").click()
    until(lambda: gaps(board) <= 16, lambda: f"{board.places()}")
    bar.get_by_role("button", name="Align left edges").click()
    until(lambda: len({board.places()[key][0] for key in "bcd"}) == 1, lambda: f"{board.places()}")
    board.press("Escape")
    expect(bar).to_have_count(0)


def gaps(board: Board) -> float:
    """By how much the spaces between c, d and b differ."""
    places = board.places()
    return abs((places["d"][0] - places["c"][0]) - (places["b"][0] - places["d"][0]))


def test_behaviour_19_notes_take_markdown_colours_and_sizes(board: Board) -> None:
    board.open(chain(1))
    board.page.mouse.move(*board.at(0, 200))
    board.press("Shift+s")
    field = board.page.get_by_role("textbox", name="Text of the note")
    field.fill("# Orders\nfrom the **shop** <img src=x onerror=alert(1)>")
    board.press("Escape")
    note = board.page.locator(".react-flow__node-note")
    expect(note.get_by_role("heading", name="Orders")).to_be_visible()
    expect(note.locator("strong")).to_have_text("shop")
    expect(note.locator("img")).to_have_count(0)
    note.click(position={"x": 60, "y": 100})
    note.get_by_role("button", name="Colour blue").click()
    x, y, width, height = board.box(note)
    board.drag((x + width, y + height), (x + width + 96, y + height + 48))
    until(lambda: board.stored()["notes"][0]["size"] != [240, 128], lambda: "the note kept its size")
    [stored] = board.stored()["notes"]
    assert stored["color"] == "blue" and stored["size"][0] > 300 and stored["size"][1] > 150


def test_behaviour_19_a_group_has_a_title_and_colour_moves_its_members_and_folds(board: Board) -> None:
    board.open(chain(4, gap=256))
    board.select("n1", "n2")
    board.press("Control+g")
    frame = board.page.locator(".react-flow__node-frame")
    title = frame.get_by_role("textbox", name="Title of the group")
    title.click()
    title.fill("Prices")
    board.press("Enter")
    frame.get_by_role("button", name="Next colour").click()
    until(lambda: board.stored()["groups"][0]["title"] == "Prices", lambda: f"{board.stored()['groups']}")
    assert board.stored()["groups"][0]["color"] != "grey"

    x, y, width, _ = board.box(frame)
    board.drag((x + width - 90, y + 14), (x + width - 90, y + 14 + 160))
    until(lambda: board.places()["n1"] == (256, 160), lambda: f"{board.places()}")
    assert board.places()["n2"] == (512, 160) and board.places()["n0"] == (0, 0)

    frame.get_by_role("button", name="Fold the group").click()
    expect(board.card("n1")).to_have_count(0)
    expect(frame).to_contain_text("2 nodes")
    assert board.stored()["groups"][0]["collapsed"] is True
    board.press("Control+Enter")
    expect(frame).to_contain_text("succeeded", timeout=20_000)
    folded = board.page.locator(".react-flow__edge")
    expect(folded).to_have_count(2)
    expect(board.page.get_by_role("group", name="From N0, output main, to the group Prices")).to_be_attached()
    expect(board.page.get_by_role("group", name="From the group Prices to N3")).to_be_attached()
    frame.get_by_role("button", name="Unfold the group").click()
    expect(board.card("n2")).to_be_visible()
    expect(folded).to_have_count(3)


def test_behaviour_19_cards_join_a_group_where_they_are_dropped_and_leave_it_by_a_key(board: Board) -> None:
    board.open(chain(4, gap=256))
    board.select("n1", "n2")
    board.press("Control+g")
    frame = board.page.locator(".react-flow__node-frame")
    expect(frame).to_be_visible()

    def members() -> list[str]:
        return [node for group in board.stored()["groups"] for node in group["nodes"]]

    start, inside = board.middle(board.card("n3")), board.middle(board.card("n2"))
    with board.dragging(start, (inside[0], inside[1] + 20)):
        expect(frame.locator("> div")).to_have_css("border-top-style", "dashed")
    until(lambda: members() == ["n1", "n2", "n3"], lambda: f"{members()}")
    board.press("Control+z")
    until(lambda: members() == ["n1", "n2"] and board.places()["n3"] == (768, 0), lambda: f"{members()}")

    # Wherever a member is dragged to, its frame goes with it.
    start = board.middle(board.card("n2"))
    board.drag(start, (start[0], start[1] + 160))
    until(lambda: board.places()["n2"] == (512, 160), lambda: f"{board.places()}")
    assert members() == ["n1", "n2"]
    board.select("n2")
    board.press("Control+Shift+g")
    until(lambda: members() == ["n1"], lambda: f"{members()}")
    board.select("n1")
    board.press("Control+Shift+g")
    expect(frame).to_have_count(0)
    until(lambda: board.stored()["groups"] == [], lambda: f"{board.stored()['groups']}")
