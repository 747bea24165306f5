"""Finding, opening, and reading without a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.canvas.board import Board, card, chain, document, line, until

pytestmark = pytest.mark.browser


def test_behaviour_17_ctrl_f_finds_texts_and_expressions_and_ctrl_k_everything(board: Board) -> None:
    drawing = chain(3, gap=700)
    drawing["nodes"][2]["params"] = {"fields": [{"name": "y", "value": "={{ $json.customer.country }}"}]}
    drawing["notes"] = [
        {"id": "n", "text": "Ask the bakery", "color": "yellow", "position": [0, 200], "size": [240, 128]}
    ]
    board.open(drawing)
    board.press("Control+f")
    board.page.keyboard.type("customer.country")
    found = board.page.get_by_role("search").get_by_role("button", name="N2")
    expect(found).to_be_visible()
    board.press("Enter")
    board.expect_selected("n2")
    expect(board.card("n2")).to_be_in_viewport()
    box = board.page.get_by_role("searchbox", name="Find on the canvas")
    box.fill("bakery")
    expect(board.page.get_by_role("search").get_by_text("Ask the bakery")).to_be_visible()
    board.press("Escape")
    expect(box).to_have_count(0)

    board.press("Control+k")
    palette = board.page.get_by_role("dialog", name="Find or do anything")
    board.page.keyboard.type("n0")
    expect(palette.get_by_role("option").first).to_contain_text("N0")
    board.press("Enter")
    board.expect_selected("n0")
    board.press("Control+k")
    board.page.keyboard.type("tidy")
    board.press("Enter")
    until(lambda: board.places()["n1"][0] < 700, lambda: "the command did not run")


def test_behaviour_18_enter_opens_escape_leaves_arrows_walk_and_alt_arrows_select_up_and_down(
    board: Board,
) -> None:
    board.open(chain(4))
    board.select("n1")
    board.press("Enter")
    expect(board.page.get_by_role("complementary", name="Node N1")).to_be_visible()
    board.press("Escape")
    expect(board.page.get_by_role("complementary")).to_have_count(0)
    board.press("Control+ArrowRight")
    board.expect_selected("n2")
    board.press("Control+ArrowLeft", "Control+ArrowLeft")
    board.expect_selected("n0")
    board.rest()
    board.element("n2").dblclick()
    expect(board.page.get_by_role("complementary", name="Node N2")).to_be_visible()
    board.page.get_by_role("complementary").get_by_role("tab", name="Help").press("ArrowUp")
    board.element("n2").focus()
    board.press("ArrowLeft")
    expect(board.page.get_by_role("complementary", name="Node N1")).to_be_visible()
    board.press("Escape")

    board.select("n1")
    board.press("Alt+ArrowDown")
    board.expect_selected("n1", "n2", "n3")
    until(
        lambda: float(board.card("n0").evaluate("one => getComputedStyle(one).opacity")) < 0.5,
        lambda: "the rest is not dimmed",
    )
    board.press("Escape")
    board.select("n1")
    board.press("Alt+ArrowUp")
    board.expect_selected("n0", "n1")


def test_behaviour_24_problems_show_on_nodes_f8_goes_to_the_next_and_publish_lists_them(board: Board) -> None:
    board.open(
        document(
            [
                card("a", "trigger.manual"),
                card("b", "http.request", (288, 0), name="Fetch", params={"method": "GET"}),
                card("c", "human.approval", (576, 0), name="Ask", params={}),
            ],
            [line("a", "b"), line("b", "c")],
        )
    )
    mark = board.card("b").locator("[title*='url'], [title*='URL'], [title*='Url']")
    expect(mark).to_be_visible()
    board.press("F8")
    board.expect_selected("b")
    board.press("F8")
    board.expect_selected("c")
    board.page.get_by_role("button", name="Publish", exact=True).click()
    dialog = board.page.get_by_role("dialog", name="Publish")
    expect(dialog.get_by_role("button", name="Fetch").first).to_be_visible()
    expect(dialog.get_by_role("button", name="Publish", exact=True)).to_be_disabled()
    dialog.get_by_role("button", name="Ask").first.click()
    board.expect_selected("c")


def test_behaviour_26_menus_show_shortcuts_and_the_question_mark_the_sheet(board: Board) -> None:
    board.open(chain(3))
    menu = board.page.get_by_role("menu")
    board.card("n1").click(button="right")
    for entry, keys in (("Open", "↵"), ("Disable", "D"), ("Duplicate", "Ctrl"), ("Delete", "Del")):
        expect(menu.get_by_role("menuitem", name=entry).first).to_contain_text(keys)
    board.press("Escape")
    board.page.mouse.click(*board.at(248, 32), button="right")
    expect(menu.get_by_role("menuitem", name="Delete")).to_be_visible()
    expect(menu.get_by_role("menuitem", name="Duplicate")).to_have_count(0)
    board.press("Escape")
    board.press("Control+a")
    board.card("n1").click(button="right")
    expect(menu.get_by_role("menuitem", name="Group Ctrl G", exact=True)).to_be_visible()
    board.press("Escape")
    board.page.mouse.click(*board.at(200, 300), button="right")
    expect(menu.get_by_role("menuitem", name="Paste")).to_be_visible()
    expect(menu.get_by_role("menuitem", name="Fit everything in")).to_be_visible()
    board.press("Escape", "?")
    sheet = board.page.get_by_role("dialog", name="Keyboard shortcuts")
    for text in ("Undo", "Move the canvas", "Tidy up", "Run this step"):
        expect(sheet.get_by_role("term").get_by_text(text, exact=True)).to_be_visible()


def test_behaviour_30_nodes_are_reached_in_flow_order_and_an_outline_mirrors_the_canvas(board: Board) -> None:
    drawing = chain(3)
    drawing["nodes"] = [drawing["nodes"][at] for at in (2, 0, 1)]
    board.open(drawing)
    steps = board.page.get_by_role("application").get_by_role("group", name="Step ")
    assert [one.get_attribute("data-id") for one in steps.all()] == ["n0", "n1", "n2"]
    expect(steps.first).to_have_accessible_name("Step 1 of 3, N0, Manual trigger")
    board.element("n0").focus()
    board.press("Tab")
    assert board.page.evaluate("document.activeElement.closest('[data-id]')?.dataset.id") in ("n0", "n1")
    ring = board.card("n1").evaluate(
        "one => { one.closest('.react-flow__node').focus({focusVisible: true});"
        " return getComputedStyle(one, '::after').boxShadow }"
    )
    assert ring != "none", "the focus cannot be seen"

    board.press("Shift+o")
    outline = board.page.get_by_role("tree", name="Outline of the workflow")
    rows = outline.get_by_role("treeitem")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text("N1")
    expect(rows.nth(1)).to_have_accessible_name("Step 2 of 3, N1, Set fields, goes to N2")
    rows.nth(0).focus()
    board.press("ArrowDown")
    board.expect_selected("n1")
    board.press("Enter")
    expect(board.page.get_by_role("complementary", name="Node N1")).to_be_visible()


def test_behaviour_30_ports_and_rows_are_large_enough_for_a_finger(board: Board) -> None:
    board.page.emulate_media()
    board.open(chain(2))
    for side in ("Input", "Output"):
        area = board.port("n1", side=side).evaluate(
            "one => { const s = getComputedStyle(one, '::after');"
            " return [one.offsetWidth - parseFloat(s.left) - parseFloat(s.right),"
            " one.offsetHeight - parseFloat(s.top) - parseFloat(s.bottom)] }"
        )
        assert min(area) >= 24, area
