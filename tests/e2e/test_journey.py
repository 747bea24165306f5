"""From signing up to replaying a run, in a real browser, as a newcomer would."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, expect

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
        panel.get_by_role("button", name="Add field").click()
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

    approve_in_admin(context, product, "looks right")
    for tab in (first, second):
        tab.expect_state("Approval", "succeeded")
        tab.expect_state("Set fields 2, Set fields", "succeeded")

    delete_from_draft(first, "Set fields 2")
    replay(second)
    assert second.problems == []


def approve_in_admin(context: BrowserContext, product: Instance, comment: str) -> None:
    admin = context.new_page()
    admin.goto(f"{product.url}/admin/inbox/humantask/")
    admin.get_by_role("link", name="Ship it?").click()
    expect(admin.get_by_role("heading", name="Ship it?")).to_be_visible()
    expect(admin.get_by_text("1200")).to_be_visible()
    admin.get_by_role("textbox", name="Comment").fill(comment)
    admin.get_by_role("button", name="Approve").click()
    expect(admin.get_by_role("heading", name="Approved by you")).to_be_visible()
    admin.close()


def delete_from_draft(editor: Editor, node: str) -> None:
    editor.node(node).click()
    editor.page.keyboard.press("Delete")
    expect(editor.node(node)).to_have_count(0)
    editor.wait_saved()


def replay(editor: Editor) -> None:
    """Open the finished run; it shows its own frozen graph, at any moment of its course."""
    page = editor.page
    page.get_by_role("link", name="Runs", exact=True).click()
    page.get_by_role("main").get_by_role("link").first.click()
    editor.canvas = page.get_by_role("application", name="The run on its workflow")
    expect(editor.canvas).to_be_visible()
    editor.expect_state("Set fields 2, Set fields", "succeeded")

    moment = page.get_by_role("slider", name="Moment of the run")
    moment.focus()
    page.keyboard.press("Home")
    expect(page.get_by_role("group", name=re.compile("succeeded$"))).to_have_count(0)
    for _ in range(int(moment.get_attribute("max") or 0)):
        page.get_by_role("button", name="One event on").click()
        if page.get_by_role("group", name=re.compile("Approval, waiting$")).count():
            break
    editor.expect_state("Approval", "waiting")
    moment.focus()
    page.keyboard.press("End")
    editor.expect_state("Approval", "succeeded")

    editor.open("Set fields")
    editor.panel.get_by_role("tab", name="Output").click()
    expect(editor.panel.get_by_text("large").first).to_be_visible()
