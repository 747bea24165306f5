"""Modules: a part of a workflow as a workflow of its own."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.canvas.board import Board, card, chain, document, line, until

pytestmark = pytest.mark.browser


def test_behaviour_20_a_selection_becomes_a_module_that_can_be_entered_left_and_unlinked(
    board: Board,
) -> None:
    drawing = chain(4)
    drawing["nodes"][0]["name"] = "Start"
    fields = [{"name": "id", "value": 7}]
    drawing["nodes"][1] |= {"name": "Order", "params": {"fields": fields}}
    taken = "={{ $('Order').item.json.id * 2 }}"
    drawing["nodes"][2] |= {
        "name": "Double",
        "params": {"fields": [{"name": "double", "value": "={{ $json.id * 2 }}"}]},
    }
    drawing["nodes"][3] |= {"name": "Label", "params": {"fields": [{"name": "label", "value": taken}]}}
    board.open(drawing)
    before = board.stored()
    board.select("n2", "n3")
    board.press("Alt+x")
    until(lambda: board.stored()["nodes"][-1]["type"] != "data.set", lambda: f"{board.stored()['nodes']}")
    call = board.stored()["nodes"][-1]
    assert call["type"] == "flow.run_workflow" and call["name"] == "Double to Label"
    expect(board.card(call["id"])).to_contain_text("↳ Double to Label")
    child = board.api.get(f"/workflows/{call['params']['workflow']}").raise_for_status().json()
    assert child["live_version"] == 1
    inputs = child["document"]["nodes"][0]["params"]["inputs"]
    assert [field["name"] for field in inputs] == ["id", "id_2"]

    board.press("Control+Enter")
    expect(board.card(call["id"])).to_have_attribute("data-status", "succeeded", timeout=20_000)
    run = board.api.get("/runs", params={"workflow": board.workflow_id}).json()["items"][0]["id"]
    [item] = board.api.get(f"/runs/{run}/steps/{call['id']}:1").json()["outputs"]["main"]["items"]
    assert item["double"] == 14 and item["label"] == 14

    board.element(call["id"]).dblclick()
    name = board.page.get_by_role("textbox", name="Name of the workflow")
    expect(name).to_have_value("Double to Label")
    expect(board.page.get_by_role("button", name="used by 1 workflow")).to_be_visible()
    board.page.get_by_role("button", name="used by 1 workflow").click()
    expect(board.page.get_by_role("list", name="Used by").get_by_role("link", name="Drawing")).to_be_visible()
    board.press("Escape")
    board.page.reload()
    board.page.get_by_role("navigation", name="Modules entered").get_by_role("link", name="Drawing").click()
    expect(name).to_have_value("Drawing")

    board.menu(board.card(call["id"]), "Unlink")
    until(lambda: "Label" in {node["name"] for node in board.stored()["nodes"]}, lambda: "not unlinked")
    board.press("Control+z", "Control+z")
    until(lambda: board.stored()["nodes"] == before["nodes"], lambda: f"{board.stored()['nodes']}")


def test_behaviour_20_what_cannot_be_a_module_says_why(board: Board) -> None:
    board.open(chain(3))
    board.select("n0", "n1")
    board.press("Alt+x")
    expect(board.page.get_by_text("A trigger cannot go into a module").first).to_be_visible()
    assert len(board.stored()["nodes"]) == 3


def test_a_module_can_be_kept_at_a_version_and_says_what_a_change_would_break(board: Board) -> None:
    start = card("in", "trigger.workflow", params={"inputs": [{"name": "id"}]})
    end = card("end", at=(288, 0), params={"fields": [{"name": "total", "value": 1}]})
    child = document([start, end], [line("in", "end")]) | {"name": "Price"}
    made = board.api.post("/workflows", json={"document": child}).raise_for_status().json()
    board.api.post(f"/workflows/{made['id']}/publish", json={}).raise_for_status()
    call = card("call", "flow.run_workflow", (288, 0), params={"workflow": made["id"]})
    consumer = board.open(document([card("n0", "trigger.manual"), call], [line("n0", "call")]))

    # A draft of the module that asks for more and gives something else.
    child["nodes"][0]["params"]["inputs"][0]["required"] = True
    child["nodes"][1]["params"]["fields"][0]["name"] = "sum"
    body = {"document": child, "revision": made["revision"]}
    board.api.put(f"/workflows/{made['id']}", json=body).raise_for_status()
    board.show(made["id"])
    board.page.get_by_role("button", name="Publish", exact=True).click()
    breaks = board.page.get_by_role("dialog", name="Publish").get_by_role("list", name="What breaks")
    expect(breaks).to_contain_text("It now needs the input “id”")
    expect(breaks).to_contain_text("It no longer gives the field “total”")

    board.show(consumer)
    board.menu(board.card("call"), "Keep the module at its present version")
    expect(board.card("call")).to_contain_text("stays at v1")
    assert board.stored()["nodes"][1]["params"]["version"] == 1
    board.api.post(f"/workflows/{made['id']}/publish", json={}).raise_for_status()
    board.press("Control+Enter")
    expect(board.card("call")).to_have_attribute("data-status", "succeeded", timeout=20_000)
    [run] = board.api.get("/runs", params={"workflow": made["id"]}).json()["items"]
    assert run["version_number"] == 1
    board.menu(board.card("call"), "Follow the latest version")
    expect(board.card("call")).not_to_contain_text("stays at")
    assert "version" not in board.stored()["nodes"][1]["params"]
