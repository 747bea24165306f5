"""Versions: looking back, comparing, restoring."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.e2e.canvas.board import Board, chain, until

pytestmark = pytest.mark.browser


def publish(board: Board, name: str) -> None:
    board.wait_saved()
    answer = board.api.post(f"/workflows/{board.workflow_id}/publish", json={"name": name})
    assert answer.status_code < 300, answer.text


def test_versions_are_compared_on_the_canvas_and_restored_in_one_step(board: Board) -> None:
    drawing = chain(3)
    board.open(drawing)
    publish(board, "As it began")
    board.select("n2")
    board.press("Delete")
    board.select("n1")
    board.press("d", "Control+d")
    until(lambda: len(board.stored()["nodes"]) == 3, lambda: "no duplicate")
    changed = board.stored()

    board.page.get_by_role("button", name="History", exact=True).click()
    history = board.page.get_by_role("region", name="History")
    row = history.get_by_role("list", name="Versions").get_by_role("button")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("As it began")
    expect(row).to_contain_text("live")
    changes = history.get_by_role("list", name="Changes")
    expect(changes.get_by_role("button", name="N2 removed")).to_be_visible()
    expect(changes.get_by_role("button", name="N1 changed")).to_be_visible()
    expect(changes.get_by_role("button", name="N1 2 added")).to_be_visible()
    expect(changes).to_contain_text("disabled")
    expect(board.card("n2")).to_have_attribute("data-mark", "removed")
    expect(board.card("n1")).to_have_attribute("data-mark", "changed")

    board.write_clipboard(json.dumps(chain(1)))
    board.press("Control+v")
    assert board.stored()["nodes"] == changed["nodes"], (
        "what was pasted went to the draft behind the comparison"
    )

    history.get_by_role("button", name="Restore version 1").click()
    until(
        lambda: {node["id"] for node in board.stored()["nodes"]} == {"n0", "n1", "n2"}, lambda: "not restored"
    )
    board.expect_lines("n0.main>n1.main", "n1.main>n2.main")
    board.press("Control+z")
    until(lambda: board.stored()["nodes"] == changed["nodes"], lambda: f"{board.stored()['nodes']}")

    publish(board, "Shorter")
    board.page.reload()
    board.page.get_by_role("button", name="History", exact=True).click()
    expect(row).to_have_count(2)
    row.nth(1).click()
    history.get_by_role("combobox").select_option(label="version 2")
    expect(changes.get_by_role("button", name="N2 removed")).to_be_visible()
    board.press("Escape")
    expect(history).to_have_count(0)
