"""What is wrong or frail, said while drawing, and mended by one click."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.canvas.board import Board, card, document, line, until

pytestmark = pytest.mark.browser


def test_the_fragility_meter_says_what_may_break_and_mends_it_in_one_undoable_step(board: Board) -> None:
    request = {"method": "POST", "url": "https://shop.example/orders"}
    nodes = [
        card("n0", "trigger.manual"),
        card("n1", "http.request", (288, 0), name="Order", params=request),
        card("n2", at=(576, 0), name="Same", params={"fields": [{"name": "api_key", "value": "12345678"}]}),
        card("n3", at=(864, 0), name="Same"),
        card("n4", at=(576, 240), name="Alone"),
    ]
    board.open(document(nodes, [line("n0", "n1"), line("n1", "n2"), line("n2", "n3")]))
    meter = board.page.get_by_role("button", name="things to look at")
    meter.click()
    panel = board.page.get_by_role("dialog", name="How sturdy this workflow is")
    findings = panel.get_by_role("list", name="Findings").get_by_role("listitem")
    expect(findings.filter(has_text="A secret is written here in plain text")).to_have_count(1)
    expect(findings.filter(has_text="nobody is asked")).to_contain_text("Order")
    expect(findings.filter(has_text="connected to nothing")).to_contain_text("Alone")
    before = board.stored()["nodes"]

    findings.filter(has_text="nobody is asked").get_by_role("button", name="Ask a person").click()
    until(
        lambda: board.stored()["nodes"][1].get("settings", {}).get("on_error") == "escalate",
        lambda: f"{board.stored()['nodes'][1]}",
    )
    findings.filter(has_text="connected to nothing").get_by_role("button", name="Delete it").click()
    expect(findings.filter(has_text="connected to nothing")).to_have_count(0)
    findings.filter(has_text="is called").get_by_role("button", name="Rename to “Same 2”").click()
    until(lambda: board.stored()["nodes"][-1]["name"] == "Same 2", lambda: "not renamed")
    panel.get_by_role("button", name="Same", exact=True).click()
    board.expect_selected("n2")
    board.press("Control+z", "Control+z", "Control+z")
    until(lambda: board.stored()["nodes"] == before, lambda: f"{board.stored()['nodes']}")


def test_a_large_workflow_is_offered_to_become_modules(board: Board) -> None:
    steps = [card(f"n{at}", at=(at % 8 * 256, at // 8 * 160)) for at in range(1, 44)]
    nodes = [card("n0", "trigger.manual"), *steps]
    board.open(document(nodes, [line(f"n{at}", f"n{at + 1}") for at in range(43)]))
    board.page.get_by_role("button", name="thing to look at").click()
    panel = board.page.get_by_role("dialog", name="How sturdy this workflow is")
    panel.get_by_role("button", name="Choose a part for a module").click()
    until(lambda: len(board.selected()) == 22, lambda: f"{board.selected()}")
