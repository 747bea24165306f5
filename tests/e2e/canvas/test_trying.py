"""Trying a trigger of the draft as its callers would."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

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


def contact(path: str) -> dict[str, Any]:
    fields = [
        {"name": "email", "label": "Your e-mail", "kind": "email", "is_required": True},
        {"name": "about", "label": "What is it about?", "kind": "long_text"},
    ]
    page = {"path": path, "title": "Contact us", "fields": fields}
    ask = card("ask", "trigger.form", params=page, name="Contact")
    thanks = {"fields": [{"name": "text", "value": "=Thanks, {{ $json.answer.email }}"}]}
    return document([ask, card("thank", at=(288, 0), params=thanks)], [line("ask", "thank")])


def test_a_form_is_previewed_and_sending_it_runs_the_draft(board: Board) -> None:
    board.open(contact("preview-here"))
    board.menu(board.card("ask"), "Preview the form")
    preview = board.page.get_by_role("region", name="Preview of the form")
    form = preview.frame_locator("iframe")
    expect(form.get_by_role("heading", name="Contact us")).to_be_visible()
    form.get_by_label("Your e-mail").fill("ada@example.org")
    form.get_by_label("What is it about?").fill("A question")
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_role("heading", name="Thank you")).to_be_visible()
    state(board, "thank", "succeeded")
    assert [run["source"] for run in runs(board)] == ["form"]
    preview.get_by_role("button", name="Close the preview").click()
    expect(preview).to_have_count(0)


def test_a_published_form_is_open_to_strangers(
    board: Board, browser: Browser, shared_product: Instance
) -> None:
    drawing = contact("open-here")
    drawing["nodes"][0]["params"]["afterwards"] = {"kind": "result"}
    board.open(drawing)
    board.api.post(f"/workflows/{board.workflow_id}/publish", json={}).raise_for_status()
    stranger = browser.new_context(viewport={"width": 390, "height": 844})
    try:
        page = stranger.new_page()
        page.goto(f"{shared_product.url}/form/open-here")
        page.get_by_label("Your e-mail").fill("grace@example.org")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_text("Thanks, grace@example.org")).to_be_visible(timeout=20_000)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    finally:
        stranger.close()
    state(board, "thank", "succeeded")


def test_a_chat_talks_to_the_draft_and_its_runs_play_on_the_canvas(board: Board) -> None:
    talk = card("talk", "trigger.chat", params={"suggestions": ["What can you do?"]}, name="Helpdesk")
    words = "=You said: {{ $json.message }} (after {{ $json.history.length }})"
    echo = card("echo", at=(288, 0), params={"fields": [{"name": "text", "value": words}]})
    board.open(document([talk, echo], [line("talk", "echo")]))
    board.menu(board.card("talk"), "Open the chat")
    chat = board.page.get_by_role("region", name="Chat")
    expect(chat).to_contain_text("Hello! How can I help?")
    chat.get_by_role("button", name="What can you do?").click()
    expect(chat.get_by_role("log")).to_contain_text("You said: What can you do? (after 0)", timeout=20_000)
    state(board, "echo", "succeeded")

    chat.get_by_role("textbox", name="Message").fill("And <b>more</b>?")
    board.press("Enter")
    expect(chat.get_by_role("log")).to_contain_text("You said: And <b>more</b>? (after 2)", timeout=20_000)
    chat.get_by_role("button", name="New conversation").click()
    expect(chat.get_by_role("log")).not_to_contain_text("You said")
    assert [run["source"] for run in runs(board)] == ["chat", "chat"]


def test_a_chat_says_why_there_is_no_reply(board: Board) -> None:
    talk = card("talk", "trigger.chat", name="Helpdesk")
    broken = card("stop", "flow.stop", at=(288, 0), params={"message": "The helpdesk is closed"})
    board.open(document([talk, broken], [line("talk", "stop")]))
    board.menu(board.card("talk"), "Open the chat")
    chat = board.page.get_by_role("region", name="Chat")
    chat.get_by_role("textbox", name="Message").fill("Hello?")
    board.press("Enter")
    expect(chat.get_by_role("log")).to_contain_text("The helpdesk is closed", timeout=20_000)
    expect(chat.get_by_role("link", name="Look at the run")).to_be_visible()
