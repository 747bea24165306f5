"""From signing up to replaying a run, in a real browser, as a newcomer would."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.editor import Editor
from tools.instance import Instance

pytestmark = pytest.mark.browser


def draw(editor: Editor) -> None:
    """Webhook → Set fields → Approval → Set fields, with the mouse."""
    for place, title in enumerate(["Webhook", "Set fields", "Approval", "Set fields"]):
        editor.drag_from_palette(title, 130 + place * 270, 300)
        expect(editor.page.get_by_role("group", name="Step ")).to_have_count(place + 1)
    editor.connect("Webhook", "Set fields")
    editor.connect("Set fields", "Approval")
    editor.connect("Approval", "Set fields 2", output="approved")


def set_params(editor: Editor) -> None:
    editor.fill("Webhook", Path="journey")
    for node, name, value in (("Set fields", "size", "large"), ("Set fields 2", "status", "shipped")):
        panel = editor.open(node)
        panel.get_by_role("button", name="Fields", exact=True).click()
        panel.get_by_role("textbox", name="Name", exact=True).fill(name)
        panel.get_by_role("textbox", name=re.compile("^Value of")).fill(value)
        editor.close_panel()
    editor.fill("Approval", Subject="Ship it?")


def test_draw_publish_watch_approve_and_replay(product: Instance, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(15_000)
    first = Editor(context.new_page(), product.url)
    first.create_owner()
    address = first.new_workflow()
    draw(first)
    set_params(first)
    first.publish()
    second = Editor(context.new_page(), product.url)
    second.page.goto(address)
    expect(second.node("Webhook")).to_be_visible()

    answer = httpx.post(f"{product.url}/webhook/journey", json={"total": 1200})
    assert answer.status_code == 200, answer.text
    for tab in (first, second):
        tab.expect_state("Webhook", "succeeded")
        tab.expect_state("Set fields", "succeeded")
        tab.expect_state("Approval", "waiting")
    second.page.screenshot(path="/tmp/j1.png"); print(second.page.locator("body").aria_snapshot())
