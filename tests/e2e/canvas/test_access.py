"""For everyone: no violation that axe knows, everything by keyboard alone, fingers on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from tests.e2e.canvas.board import until
from tools.instance import OWNER, ROOT, Instance
from tools.screenshots import SIZES, Subject

pytestmark = pytest.mark.browser

AXE = ROOT / "editor_frontend" / "node_modules" / "axe-core" / "axe.min.js"
LOOK = """async rules => (await axe.run(document, {resultTypes: ['violations'], ...rules})).violations.map(
  one => `${one.id}: ${one.nodes.map(node => node.target.join(' ')).slice(0, 5).join(' | ')}`)"""
SMALL = """() => [...document.querySelectorAll('a, button, input, select, textarea, [role=button]')]
  .filter(one => one.checkVisibility({visibilityProperty: true, opacityProperty: true}))
  .filter(one => !one.closest('.react-flow__viewport, p, label, .visually-hidden, tr, [class*=skip]'))
  .filter(one => one.role !== 'switch')
  .map(one => [one.getAttribute('aria-label') || one.textContent.trim(), one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.height < 43.5 || box.width < 43.5))
  .map(([name, box]) => `${name}: ${Math.round(box.width)} x ${Math.round(box.height)}`)"""


@pytest.fixture(scope="module")
def subject(shared_product: Instance, api: httpx.Client) -> Subject:
    return Subject(shared_product, api)


class Visitor:
    """Goes from page to page, and knows when one is there: nothing is on its way and nothing busy."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._asked: set[Request] = set()
        page.on("request", lambda request: self._asked.add(request))
        page.on("requestfinished", lambda request: self._asked.discard(request))
        page.on("requestfailed", lambda request: self._asked.discard(request))

    def go(self, address: str) -> None:
        self._asked.clear()
        self.page.goto(address)
        expect(self.page.get_by_role("main").first).to_be_visible()
        self.settle()

    def settle(self) -> None:
        calm = []

        def is_calm() -> bool:
            busy = self.page.evaluate("() => document.querySelectorAll('[aria-busy=true]').length")
            calm.append(busy == 0 and not self._asked)
            return calm[-2:] == [True, True]

        until(is_calm, lambda: f"{[request.url for request in self._asked]} are on their way")


@pytest.fixture(scope="module")
def visit(browser: Browser, subject: Subject) -> Iterator[Callable[..., Visitor]]:
    contexts: list[BrowserContext] = []

    def start(size: str, theme: Any) -> Visitor:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            base_url=subject.instance.url,
            color_scheme=theme,
            reduced_motion="reduce",
            has_touch=size == "phone",
            bypass_csp=True,
        )
        contexts.append(context)
        url = subject.instance.url
        cookies = subject.api.cookies.items()
        context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies])
        return Visitor(context.new_page())

    yield start
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("size", "theme"), [("desktop", "light"), ("desktop", "dark"), ("phone", "light")])
def test_axe_finds_nothing_on_any_page(
    visit: Callable[..., Visitor], subject: Subject, size: str, theme: str
) -> None:
    visitor = visit(size, theme)
    page = visitor.page
    axe, found = AXE.read_text(), {}
    # The themes differ in their colours alone.
    rules = {"runOnly": ["color-contrast"]} if theme == "dark" else {}
    for name, shot in subject.pages().items():
        if size not in shot.sizes:
            continue
        visitor.go(shot.address)
        if shot.act:
            shot.act(page)
            visitor.settle()
        page.evaluate(axe)
        if violations := page.evaluate(LOOK, rules):
            found[name] = violations
    assert found == {}


def test_a_phone_shows_every_page_without_sideways_scrolling_and_large_enough_for_fingers(
    visit: Callable[..., Visitor], subject: Subject
) -> None:
    visitor = visit("phone", "light")
    page = visitor.page
    small: dict[str, Any] = {}
    for name, shot in subject.pages().items():
        if "phone" not in shot.sizes:
            continue
        visitor.go(shot.address)
        if shot.act:
            shot.act(page)
            visitor.settle()
        wider = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, f"{name} is {wider} px wider than the screen"
        if found := page.evaluate(SMALL):
            small[name] = found
    assert small == {}


FOCUSED = """() => {
  const one = document.activeElement
  const named = document.getElementById(one.getAttribute('aria-labelledby') ?? '')
  return (one.ariaLabel || named?.textContent || one.labels?.[0]?.textContent || one.textContent).trim()
}"""


def tab_to(page: Page, name: str, most: int = 60) -> None:
    """Press Tab until what has the focus is called so."""
    seen = []
    for _ in range(most):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUSED))
        if seen[-1].startswith(name):
            return
    raise AssertionError(f"{name} is not among {seen}")


def sign_in_by_keyboard(page: Page) -> None:
    page.goto("/signin")
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.keyboard.type(OWNER["email"])
    page.keyboard.press("Tab")
    page.keyboard.type(OWNER["password"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Hello, Alice")).to_be_visible()


def draw_by_keyboard(page: Page) -> None:
    """A new workflow: a trigger, and a step that it leads to."""
    press = page.keyboard.press
    tab_to(page, "Workflows")
    press("Enter")
    expect(page.get_by_role("heading", name="Workflows")).to_be_visible()
    tab_to(page, "New workflow")
    press("Enter")
    expect(page.get_by_role("application", name="Canvas of the workflow")).to_be_visible()

    cards = page.locator("[data-node]")
    for count, word in enumerate(["Manual trigger", "Set fields"], 1):
        press("Tab")
        expect(page.get_by_role("combobox", name="Search nodes")).to_be_focused()
        page.keyboard.type(word)
        press("Enter")
        expect(cards).to_have_count(count)
        expect(cards.last).to_be_in_viewport()
    press("Control+ArrowUp")
    expect(cards.first.locator("..")).to_be_focused()
    press("c")
    press("Control+ArrowDown")
    press("Enter")
    expect(page.get_by_role("group", name="From Manual trigger, output main, to Set fields")).to_be_attached()


def test_behaviour_30_from_signing_in_to_a_published_workflow_by_keyboard_alone(
    browser: Browser, shared_product: Instance
) -> None:
    context = browser.new_context(base_url=shared_product.url, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    press, write = page.keyboard.press, page.keyboard.type
    sign_in_by_keyboard(page)
    draw_by_keyboard(page)

    press("Enter")
    panel = page.get_by_role("complementary", name="Node Set fields")
    expect(panel).to_be_focused()
    tab_to(page, "Add field")
    press("Enter")
    expect(panel.get_by_role("textbox", name="Name", exact=True)).to_be_focused()
    write("size")
    tab_to(page, "Value of")
    write("large")
    press("Escape")
    expect(panel).to_be_focused()
    press("Escape")
    expect(panel).to_have_count(0)
    step = page.locator("[data-node]").last
    expect(step.locator("..")).to_be_focused()

    press("Control+Enter")
    expect(step).to_have_attribute("data-status", "succeeded", timeout=20_000)
    press("Enter")
    expect(panel).to_be_focused()
    tab_to(page, "Params")
    press("ArrowRight")
    expect(panel.get_by_role("cell", name="large")).to_be_visible()
    press("Escape")
    expect(panel).to_have_count(0)

    press("Shift+P")
    dialog = page.get_by_role("dialog", name="Publish")
    expect(dialog).to_be_visible()
    tab_to(page, "Publish")
    press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("live v1")).to_be_visible()
    press("Control+o")
    expect(page.get_by_role("heading", name="Workflows")).to_be_visible()
    context.close()
