"""The inbox in a real Chromium, with a real run behind it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.documents import in_a_row, node, webhook
from tools.instance import OWNER, Instance

pytestmark = [pytest.mark.e2e, pytest.mark.browser]
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """A product whose live workflow asks to approve each order."""
    with Instance(tmp_path_factory.mktemp("inbox")) as product:
        product.api().close()
        approval = node(
            "gate",
            "human.approval",
            subject="=Order of {{ $json.body.total }} €",
            proposed=[
                {"name": "discount", "value": "={{ $json.body.discount }}"},
                {"name": "note", "value": "Thanks"},
            ],
        )
        product.publish(in_a_row("Order desk", webhook("orders"), approval, node("after", "flow.noop")))
        yield product


@pytest.fixture
def asking(desk: Instance) -> Iterator[Instance]:
    """The product, with an empty inbox."""
    yield desk
    with desk.api() as api:
        for task in api.get("/inbox").json()["items"]:
            api.post(f"/runs/{task['run_id']}/cancel").raise_for_status()
        wait_until(lambda: api.get("/inbox/count").json()["open"] == 0)


@pytest.fixture
def page(asking: Instance, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=DESK, base_url=asking.url)
    opened = context.new_page()
    outside: list[str] = []
    faults: list[str] = []
    opened.on(
        "request", lambda request: outside.append(request.url) if asking.url not in request.url else None
    )
    opened.on("pageerror", lambda error: faults.append(str(error)))
    cookies = asking.sign_in().cookies
    context.add_cookies([{"name": n, "value": str(v), "url": asking.url} for n, v in cookies.items()])
    yield opened
    assert (outside, faults) == ([], [])
    context.close()


def order(product: Instance, **body: Any) -> str:
    """Post an order; its run's id once it waits for a person."""
    assert httpx.post(f"{product.url}/webhook/orders", json=body).is_success
    subject = f"Order of {body['total']} €"
    found: list[str] = []

    def is_asked() -> bool:
        items = api.get("/inbox").json()["items"]
        found.extend(task["run_id"] for task in items if task["subject"] == subject)
        return bool(found)

    with product.api() as api:
        wait_until(is_asked, product)
    return found[0]


def wait_done(product: Instance, run_id: str) -> None:
    with product.api() as api:
        wait_until(lambda: api.get(f"/runs/{run_id}").json()["status"] == "succeeded", product)


def wait_until(is_so: Callable[[], bool], product: Instance | None = None) -> None:
    deadline = time.monotonic() + 15
    while not is_so():
        assert time.monotonic() < deadline, product.log_text()[-3000:] if product else "it never came to be"
        time.sleep(0.05)


def open_inbox(page: Page) -> None:
    page.goto("/admin/inbox/humantask/")
    expect(page.locator("[data-live]")).to_have_text("live")


def test_a_task_arrives_live_and_is_approved_by_keyboard_with_an_edit(page: Page, asking: Instance) -> None:
    open_inbox(page)
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()
    run_id = order(asking, total=1480, discount=5)
    row = page.locator(".row", has_text="Order of 1480 €")
    expect(row).to_be_visible()
    expect(page.locator("[data-inbox-open]")).to_have_text("1")
    page.keyboard.press("j")
    expect(page.locator("h2", has_text="Order of 1480 €")).to_be_visible()
    page.keyboard.press("e")
    page.keyboard.type("7.5")
    expect(page.locator("[data-diff]").first).to_have_text("57.5")
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    page.keyboard.type("good customer")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.get_by_role("dialog")).to_contain_text("Approve with edits?")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Approved by you")).to_be_visible()
    wait_done(asking, run_id)
    with asking.api() as api:
        passed = api.get(f"/runs/{run_id}/steps/after:1").json()["inputs"]["main"]["items"][0]["approval"]
    assert passed["proposed"] == {"discount": 7.5, "note": "Thanks"}
    assert (passed["comment"], passed["by"]) == ("good customer", OWNER["email"])
    expect(page.get_by_role("link", name="See the run")).to_have_attribute("href", f"/runs/{run_id}")


def test_rejecting_on_a_phone(page: Page, asking: Instance) -> None:
    page.set_viewport_size(PHONE)
    run_id = order(asking, total=99, discount=0)
    open_inbox(page)
    page.locator(".row").first.click()
    button = page.get_by_role("button", name="Reject", exact=True)
    box = button.bounding_box()
    assert box
    assert box["height"] >= 44
    assert box["y"] + box["height"] <= PHONE["height"], "reachable without scrolling"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    button.click()
    expect(page.get_by_text("Rejected by you")).to_be_visible()
    wait_done(asking, run_id)


def test_enter_in_a_field_and_a_cancelled_question_decide_nothing(page: Page, asking: Instance) -> None:
    order(asking, total=5, discount=1)
    open_inbox(page)
    page.locator(".row").first.click()
    page.locator("#field-0").fill("2")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="Approve with edits")).to_be_visible()
    with asking.api() as api:
        assert api.get("/inbox/count").json() == {"open": 1}


def test_the_page_says_when_somebody_else_was_quicker(page: Page, asking: Instance) -> None:
    order(asking, total=7, discount=1)
    open_inbox(page)
    page.locator(".row").first.click()
    with asking.api() as api:
        task_id = api.get("/inbox").json()["items"][0]["id"]
        nonce = api.get(f"/inbox/{task_id}").json()["nonce"]
        api.post(f"/inbox/{task_id}/decide", json={"outcome": "approved", "nonce": nonce}).raise_for_status()
    expect(page.get_by_role("alert")).to_contain_text("This task changed while you were reading")
    expect(page.get_by_role("button", name=re.compile("Approve"))).to_be_disabled()
    page.get_by_role("link", name="Show it as it is now").click()
    expect(page.get_by_text("Approved by you")).to_be_visible()


def test_ticking_two_by_keyboard_and_deciding_them_together(page: Page, asking: Instance) -> None:
    order(asking, total=11, discount=1)
    order(asking, total=12, discount=1)
    open_inbox(page)
    expect(page.locator(".row")).to_have_count(2)
    for name in ("Tick Order of 11 €", "Tick Order of 12 €"):
        tick = page.get_by_role("checkbox", name=name)
        tick.focus()
        page.keyboard.press("Space")
        expect(tick).to_be_checked()
    expect(page.locator("[data-bulk-count]")).to_have_text("2 ticked")
    page.get_by_role("button", name="Decide together").click()
    expect(page.get_by_role("heading", name="2 tasks will be decided")).to_be_visible()
    page.get_by_role("textbox", name="Comment").fill("both fine")
    page.get_by_role("button", name="Approve all 2").click()
    expect(page.get_by_role("heading", name="2 of 2 decided")).to_be_visible()
    with asking.api() as api:
        assert api.get("/inbox/count").json() == {"open": 0}


def test_a_live_update_takes_neither_ticks_nor_focus(page: Page, asking: Instance) -> None:
    order(asking, total=21, discount=1)
    open_inbox(page)
    tick = page.get_by_role("checkbox", name="Tick Order of 21 €")
    tick.focus()
    page.keyboard.down("Space")
    order(asking, total=22, discount=1)
    expect(page.locator(".row")).to_have_count(2)
    page.keyboard.up("Space")
    expect(tick).to_be_checked()
    expect(tick).to_be_focused()
    expect(page.locator("[data-bulk-count]")).to_have_text("1 ticked")


def test_keys_typed_ahead_are_for_the_page_that_comes(page: Page, asking: Instance) -> None:
    order(asking, total=23, discount=1)
    order(asking, total=24, discount=1)
    open_inbox(page)
    expect(page.locator(".row")).to_have_count(2)
    held: list[Route] = []
    page.route(re.compile("/change/|/inbox.js"), lambda route: held.append(route))

    page.get_by_role("link", name="Order of 24 €").click(no_wait_after=True)
    page.keyboard.press("u")
    when(lambda: len(held) == 1, page)
    held.pop().continue_()
    when(lambda: len(held) == 1, page)
    expect(page.locator("h2", has_text="Order of 24 €")).to_be_visible()
    page.keyboard.press("c")
    page.unroute_all()  # This also lets go what is held.

    expect(page.get_by_text("is working on it")).to_be_visible()
    expect(page.locator("h2", has_text="Order of 24 €")).to_be_visible()
    expect(page.locator("#comment")).to_be_focused()


def when(is_so: Callable[[], bool], page: Page) -> None:
    deadline = time.monotonic() + 15
    while not is_so():
        assert time.monotonic() < deadline, "never came to be"
        page.wait_for_timeout(20)


def test_claiming_by_keyboard_and_handing_over(page: Page, asking: Instance) -> None:
    order(asking, total=13, discount=1)
    open_inbox(page)
    page.locator(".row").first.click()
    expect(page.get_by_role("button", name="Claim")).to_be_visible()
    page.keyboard.press("u")
    expect(page.get_by_text("is working on it")).to_be_visible()
    expect(page.get_by_role("button", name="Release")).to_be_visible()
    page.get_by_text("Hand over", exact=True).first.click()
    page.get_by_role("combobox", name="To").fill(OWNER["email"])
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_text(f"handed it to {OWNER['email']}")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Claim"))).to_be_visible()


def test_the_pages_fit_a_phone(page: Page, asking: Instance) -> None:
    page.set_viewport_size(PHONE)
    order(asking, total=14, discount=1)
    for place in ("", "figures/"):
        page.goto(f"/admin/inbox/humantask/{place}")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], place
    open_inbox(page)
    expect(page.locator(".row-tick")).to_have_css("width", "44px")
    expect(page.locator(".row-tick")).to_have_css("height", "44px")
    page.locator(".row").first.click()
    page.get_by_text("Later", exact=True).click()
    page.get_by_role("button", name="Tomorrow").click()
    expect(page.get_by_text("put it off")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
