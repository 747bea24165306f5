"""For everyone: no violation that axe knows, everything by keyboard alone, fingers on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tools.instance import OWNER, ROOT, Instance
from tools.screenshots import SIZES, Subject

pytestmark = pytest.mark.browser

AXE = ROOT / "editor_frontend" / "node_modules" / "axe-core" / "axe.min.js"
LOOK = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map(
  one => `${one.id}: ${one.nodes.map(node => node.target.join(' ')).slice(0, 5).join(' | ')}`)"""
SMALL = """() => [...document.querySelectorAll('a, button, input, select, textarea, [role=button]')]
  .filter(one => one.checkVisibility({visibilityProperty: true, opacityProperty: true}))
  .filter(one => !one.closest('.react-flow__viewport, p, label, .visually-hidden, tr, [class*=skip]'))
  .map(one => [one.getAttribute('aria-label') || one.textContent.trim(), one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.height < 43.5 || box.width < 43.5))
  .map(([name, box]) => `${name}: ${Math.round(box.width)} x ${Math.round(box.height)}`)"""


@pytest.fixture(scope="module")
def subject(shared_product: Instance, api: httpx.Client) -> Subject:
    return Subject(shared_product, api)


@pytest.fixture(scope="module")
def open_page(browser: Browser, subject: Subject) -> Iterator[Callable[..., Page]]:
    contexts: list[BrowserContext] = []

    def start(size: str, theme: Any) -> Page:
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
        return context.new_page()

    yield start
    for context in contexts:
        context.close()


def settle(page: Page, address: str) -> None:
    page.goto(address)
    main = page.get_by_role("main").first
    expect(main).to_be_visible()
    expect(main).not_to_have_attribute("aria-busy", "true")
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize(("size", "theme"), [("desktop", "light"), ("desktop", "dark"), ("phone", "light")])
def test_axe_finds_nothing_on_any_page(
    open_page: Callable[..., Page], subject: Subject, size: str, theme: str
) -> None:
    page = open_page(size, theme)
    found = {}
    for name, (address, act) in subject.pages().items():
        if size == "phone" and act:
            continue
        settle(page, address)
        if act:
            act(page)
            page.wait_for_load_state("networkidle")
        page.evaluate(AXE.read_text())
        if violations := page.evaluate(LOOK):
            found[name] = violations
    assert found == {}


def test_a_phone_shows_every_page_without_sideways_scrolling_and_large_enough_for_fingers(
    open_page: Callable[..., Page], subject: Subject
) -> None:
    page = open_page("phone", "light")
    small: dict[str, Any] = {}
    for name, (address, act) in subject.pages().items():
        if act:
            continue
        settle(page, address)
        wider = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, f"{name} is {wider} px wider than the screen"
        if found := page.evaluate(SMALL):
            small[name] = found
    assert small == {}


def tab_to(page: Page, name: str, most: int = 60) -> None:
    """Press Tab until what has the focus is called so."""
    seen = []
    for _ in range(most):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                "() => document.activeElement.getAttribute('aria-label') || "
                "document.activeElement.textContent.trim()"
            )
        )
        if seen[-1].startswith(name):
            return
    raise AssertionError(f"{name} is not among {seen}")


def test_behaviour_30_from_signing_in_to_a_finished_run_and_its_step_by_keyboard_alone(
    browser: Browser, shared_product: Instance, api: httpx.Client
) -> None:
    context = browser.new_context(base_url=shared_product.url, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    press = page.keyboard.press
    page.goto("/signin")
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.keyboard.type(OWNER["email"])
    press("Tab")
    page.keyboard.type(OWNER["password"])
    press("Enter")
    expect(page.get_by_role("heading", name="Hello, Alice")).to_be_visible()
    tab_to(page, "Workflows")
    press("Enter")
    expect(page.get_by_role("heading", name="Workflows")).to_be_visible()
    tab_to(page, "New workflow")
    press("Enter")
    expect(page.get_by_role("application", name="Canvas of the workflow")).to_be_visible()
    cards = page.locator("[data-node]")
    for count, (key, word) in enumerate([("n", "Manual trigger"), ("Shift+N", "No operation")], 1):
        press(key)
        expect(page.get_by_role("combobox", name="Search nodes")).to_be_focused()
        page.keyboard.type(word)
        press("Enter")
        expect(cards).to_have_count(count)
    expect(page.locator(".react-flow__edge")).to_have_count(1)
    press("Control+Enter")
    expect(cards.nth(1)).to_have_attribute("data-status", "succeeded", timeout=20_000)
    press("Enter")
    expect(page.get_by_role("complementary", name="Node No operation")).to_be_visible()
    context.close()
