"""A product with people in it, for browser tests of both inboxes: the app's and the admin's."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from tests.inbox.desk import Desk
from tools.instance import OWNER, ROOT, Instance

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
ALICE, BOB, CAROL = OWNER["email"], "bob@example.org", "carol@example.org"
MAKE_PEOPLE = f"""
from django.contrib.auth.models import Group
from orchestrator.accounts.models import User
team = Group.objects.create(name="Finance")
for email in {(BOB, CAROL)!r}:
    name = email.split("@")[0].title()
    user = User.objects.create_user(email, {OWNER["password"]!r}, name=name, is_staff=True)
    user.groups.add(team)
"""


class Office(Desk):
    """A desk with browsers for people."""

    def __init__(self, product: Instance, browser: Browser) -> None:
        super().__init__(product)
        self.browser = browser
        self.pages: list[Page] = []
        self.faults: list[str] = []
        self.seats: dict[str, BrowserContext] = {}

    def make_people(self) -> None:
        """Bob and Carol of the team Finance."""
        command = [sys.executable, str(ROOT / "manage.py"), "shell", "-c", MAKE_PEOPLE]
        made = subprocess.run(command, env=self.product.env, cwd=ROOT, capture_output=True, text=True)
        assert made.returncode == 0, made.stderr

    def pass_hours(self, hours: float) -> None:
        """As if so much time had passed: everything that is due comes nearer."""
        with sqlite3.connect(self.product.folder / "data" / "orchestrator.sqlite3", timeout=20) as data:
            earlier = f"strftime('%Y-%m-%d %H:%M:%f', due_at, '-{hours * 3600} seconds')"
            data.execute(f"UPDATE inbox_tasktimer SET due_at = {earlier}")
            data.execute(f"UPDATE inbox_humantask SET due_at = {earlier} WHERE status = 'open'")
            data.execute("UPDATE runs_timer SET due_at = due_at - ?", [hours * 3600])
        data.close()

    def clear(self) -> None:
        """Close what a test opened, and empty the inbox."""
        for page in self.pages:
            page.close()
        self.pages.clear()
        for task in self.open_tasks():
            self.api.post(f"/runs/{task['run_id']}/cancel").raise_for_status()
        self.until(lambda: self.api.get("/inbox/count").json()["open"] == 0 or None)
        faults, self.faults = self.faults, []
        assert faults == []

    # Browsers

    def sit_down(self, who: str = ALICE, *, size: dict[str, int] | None = None, **options: Any) -> Page:
        """A new page of somebody who is signed in. What it reports as an error, and any request
        elsewhere, fails the test."""
        seat = f"{who} {size} {options}"
        if seat not in self.seats:
            # Kept for the tests to come: a browser that has been here need not load the app again.
            self.seats[seat] = self._seat(who, viewport=size or DESK, **options)
        page = self.seats[seat].new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", lambda request: self._watch(request.url))
        self.pages.append(page)
        return page

    def leave(self) -> None:
        for seat in self.seats.values():
            seat.close()

    def _seat(self, who: str, **options: Any) -> BrowserContext:
        context = self.browser.new_context(base_url=self.product.url, **options)
        cookies = self._sign_in(who).items()
        context.add_cookies([{"name": n, "value": str(v), "url": self.product.url} for n, v in cookies])
        return context

    def _watch(self, url: str) -> None:
        if not url.startswith((self.product.url, "data:", "blob:")):
            self.faults.append(url)

    def _sign_in(self, who: str) -> httpx.Cookies:
        with httpx.Client(
            base_url=f"{self.product.url}/api/v1", headers={"Origin": self.product.url}
        ) as client:
            token = client.get("/session").json()["csrf_token"]
            body = {"email": who, "password": OWNER["password"]}
            client.post("/session", json=body, headers={"X-CSRFToken": token}).raise_for_status()
            return client.cookies


class Inbox:
    """The inbox as a page of the app."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @classmethod
    def of(cls, page: Page, place: str = "") -> Inbox:
        page.goto(f"/inbox{place}")
        expect(page.get_by_role("status").get_by_text("live")).to_be_visible()
        return cls(page)

    @property
    def rows(self) -> Locator:
        return self.page.get_by_role("region", name="Tasks").get_by_role("listitem")

    def row(self, subject: str) -> Locator:
        return self.rows.filter(has_text=subject)

    @property
    def nothing(self) -> Locator:
        return self.page.get_by_role("heading", name="Nothing is waiting for you")

    def open(self, subject: str) -> None:
        """The task, its handlers ready."""
        self.row(subject).get_by_role("link").click()
        self.shows(subject)

    def shows(self, subject: str) -> None:
        task = self.page.get_by_role("region", name="Task", exact=True)
        expect(task.get_by_role("heading", name=subject, exact=True)).to_be_visible()
        expect(task.get_by_role("button").first).to_be_visible()

    @property
    def difference(self) -> Locator:
        return self.page.get_by_role("region", name="Proposed action").get_by_role("paragraph").first

    def button(self, words: str) -> Locator:
        """An answer; its key is part of its name."""
        return self.page.get_by_role("button", name=re.compile(rf"^{words}( \w)?$"))

    def decide(self, words: str, past: str) -> None:
        self.button(words).click()
        self.decided(past)

    def decided(self, past: str) -> None:
        expect(self.page.get_by_role("status").filter(has_text=f"{past} by you")).to_be_visible()

    @property
    def refresh(self) -> Locator:
        return self.page.get_by_role("button", name="Show it as it is now")

    def decide_ticked(self, number: int, words: str) -> None:
        self.page.get_by_role("button", name=f"Decide {number} together").click()
        dialog = self.page.get_by_role("dialog")
        expect(dialog.get_by_role("heading", name=f"{number} tasks will be decided")).to_be_visible()
        dialog.get_by_role("textbox", name="Comment").fill("both fine")
        dialog.get_by_role("button", name=f"{words} all {number}").click()
        expect(self.page.get_by_role("heading", name=f"{number} of {number} decided")).to_be_visible()

    def hand_over(self, to: str) -> None:
        self.page.get_by_role("button", name="Hand over").click()
        self.page.get_by_role("combobox", name="To").fill(to)
        self.page.get_by_role("dialog").get_by_role("button", name="Hand over").click()


class AdminInbox(Inbox):
    """The same in the Django admin."""

    @classmethod
    def of(cls, page: Page, place: str = "") -> AdminInbox:
        page.goto(f"/admin/inbox/humantask/{place}")
        expect(page.locator("[data-live]")).to_have_text("live")
        return cls(page)

    @property
    def rows(self) -> Locator:
        return self.page.locator(".rows > li:has(.row)")

    @property
    def nothing(self) -> Locator:
        return self.page.get_by_role("heading", name="Nothing waits for you")

    def shows(self, subject: str) -> None:
        expect(self.page.locator("body.at-task h2", has_text=subject)).to_be_visible()

    @property
    def difference(self) -> Locator:
        return self.page.locator("[data-diff]").first

    @property
    def refresh(self) -> Locator:
        return self.page.get_by_role("link", name="Show it as it is now")

    def decide_ticked(self, number: int, words: str) -> None:
        expect(self.page.locator("[data-bulk-count]")).to_have_text(f"{number} ticked")
        self.page.get_by_role("button", name="Decide together").click()
        expect(self.page.get_by_role("heading", name=f"{number} tasks will be decided")).to_be_visible()
        self.page.get_by_role("textbox", name="Comment").fill("both fine")
        self.page.get_by_role("button", name=f"{words} all {number}").click()
        expect(self.page.get_by_role("heading", name=f"{number} of {number} decided")).to_be_visible()

    def hand_over(self, to: str) -> None:
        self.page.get_by_text("Hand over", exact=True).first.click()
        self.page.get_by_role("combobox", name="To").fill(to)
        self.page.get_by_role("button", name="Hand over").click()


def hold(page: Page, address: re.Pattern[str]) -> list[Route]:
    """Keeps requests from being answered; they pile up in the list."""
    held: list[Route] = []
    page.route(address, lambda route: held.append(route))
    return held
