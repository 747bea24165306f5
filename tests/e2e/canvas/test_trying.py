"""Trying a trigger of the draft as its callers would."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.e2e.canvas.board import Board, card, document, line, until
from tests.e2e.canvas.test_running import runs, state
from tools.instance import Instance

pytestmark = pytest.mark.browser


def orders(path: str) -> dict[str, Any]:
    hook = card("hook", "trigger.webhook", params={"path": path, "respond": "when_finished"}, name="Order in")
    copy = {"fields": [{"name": "total", "value": "={{ $json.body.total * 2 }}"}]}
    return document([hook, card("double", at=(288, 0), params=copy)], [line("hook", "double")])


def test_behaviour_22_a_webhook_listens_for_a_test_request(board: Board, shared_product: Instance) -> None:
    board.open(orders("listen-here"))
    board.element("hook").dblclick()
    panel = board.page.get_by_role("complementary", name="Node Order in")
    panel.get_by_role("button", name="Listen for a test request").click()
    listening = board.page.get_by_role("region", name="Test request")
    expect(listening).to_contain_text("Listening for a test request to “Order in”")
    expect(listening).to_contain_text(f"{shared_product.url}/webhook-test/listen-here")
    expect(listening.get_by_role("timer")).to_have_text(re.compile(r"^(2:00|1:\d\d)$"))

    board.page.reload()
    expect(listening).to_contain_text("/webhook-test/listen-here")

    answer = httpx.post(f"{shared_product.url}/webhook-test/listen-here", json={"total": 21}, timeout=30)
    assert (answer.status_code, answer.json()["total"]) == (200, 42)
    state(board, "double", "succeeded")
    expect(listening).to_have_count(0)
    [run] = runs(board)
    assert (run["mode"], run["source"], run["id"]) == ("manual", "webhook", answer.headers["x-run-id"])

    board.element("hook").dblclick()
    board.page.get_by_role("tab", name=re.compile("Output")).click()
    expect(panel).to_contain_text("listen-here")
    late = httpx.post(f"{shared_product.url}/webhook-test/listen-here", json={"total": 1})
    assert late.status_code == 404


def test_behaviour_22_listening_can_be_stopped(board: Board, shared_product: Instance) -> None:
    board.open(orders("stop-here"))
    board.menu(board.card("hook"), "Listen for a test request")
    listening = board.page.get_by_role("region", name="Test request")
    listening.get_by_role("button", name="Stop listening").click()
    expect(listening).to_have_count(0)

    def is_shut() -> bool:
        return httpx.post(f"{shared_product.url}/webhook-test/stop-here").status_code == 404

    until(is_shut, lambda: "it listens still")
    assert runs(board) == []
