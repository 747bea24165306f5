"""Settings, as a person who is no administrator uses them."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tools.instance import ROOT, Instance

pytestmark = pytest.mark.browser

DORA, FIRST, SECOND = "dora@example.org", "the first long passphrase", "the second long passphrase"
MAKE_DORA = f"""
from orchestrator.accounts.models import User
User.objects.create_user({DORA!r}, {FIRST!r}, name="Dora")
"""


def entered(context: BrowserContext, password: str) -> Page:
    page = context.new_page()
    page.goto("/signin?next=/settings")
    page.get_by_label("E-mail").fill(DORA)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    return page


def test_a_member_changes_the_password_alone(browser: Browser, shared_product: Instance) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "shell", "-c", MAKE_DORA]
    subprocess.run(command, env=shared_product.env, cwd=ROOT, check=True, capture_output=True)
    here, elsewhere = (browser.new_context(base_url=shared_product.url) for _ in range(2))
    page, other = entered(here, FIRST), entered(elsewhere, FIRST)
    expect(other.get_by_role("button", name="Change password")).to_be_visible()

    page.get_by_role("button", name="Change password").click()
    dialog = page.get_by_role("dialog", name="Change password")
    present, new = dialog.get_by_label("Present password"), dialog.get_by_label("New password")
    present.fill("not the first one at all")
    new.fill(SECOND)
    new.press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text("this is not your present password")
    present.fill(FIRST)
    new.press("Enter")
    expect(dialog).to_be_hidden()

    page.get_by_role("button", name="New token").click()
    page.get_by_label("Name").fill("still signed in")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Token", exact=True)).to_have_value(re.compile("^orc_"))
    other.reload()
    expect(other.get_by_role("button", name="Sign in")).to_be_visible()
    fresh = entered(elsewhere, SECOND)
    expect(fresh.get_by_text(DORA)).to_be_visible()
    here.close()
    elsewhere.close()
