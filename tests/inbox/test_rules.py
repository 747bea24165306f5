"""Rules of what is unusual, made in the editor: what is wrong is said in its place, what is right finds."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.documents import node
from tests.inbox.desk import drawn
from tests.inbox.office import Inbox, Office

pytestmark = [pytest.mark.e2e, pytest.mark.browser]


def test_rules_are_added_mended_and_removed_and_then_find(office: Office) -> None:
    total = node("total", "data.set", fields=[{"name": "total", "value": "={{ $json.total }}"}])
    workflow_id = office.product.publish(
        drawn("Figures", [node("start", "trigger.manual"), total], "start > total")
    )
    page = office.sit_down()
    page.goto(f"/workflows/{workflow_id}")
    page.get_by_role("button", name="Workflow settings").click()
    panel = page.get_by_role("dialog", name="Workflow settings")
    rules = panel.get_by_role("region", name="Unusual runs")
    rules.get_by_role("button", name="Add rule").click()
    first = rules.get_by_role("region", name="Rule 1")
    expect(first.get_by_role("alert")).to_have_text(["this field is required"] * 2)
    first.get_by_role("combobox", name="Node").select_option("Total")
    first.get_by_role("textbox", name="Field").fill("total")
    first.get_by_role("button", name="Advanced").click()
    first.get_by_role("textbox", name="Last").fill("5")
    expect(first.get_by_text("are never reached")).to_be_visible()
    first.get_by_role("textbox", name="At least").fill("2")
    expect(first.get_by_role("alert")).to_have_count(0)
    rules.get_by_role("button", name="Add rule").click()
    second = rules.get_by_role("region", name="Rule 2")
    about = second.get_by_role("combobox", name="What rule 2 is about")
    about.select_option("No run came when one was expected")
    expect(second.get_by_text("Say either every or by")).to_be_visible()
    second.get_by_role("textbox", name="By").fill("08:30")
    expect(second.get_by_role("alert")).to_have_count(0)
    rules.get_by_role("button", name="Add rule").click()
    rules.get_by_role("region", name="Rule 3").get_by_role("button", name="Remove rule 3").click()
    panel.get_by_role("textbox", name="Autonomy").fill("120")
    expect(panel.get_by_text("less than or equal to 100")).to_be_visible()
    panel.get_by_role("textbox", name="Autonomy").fill("20")
    expect(panel.get_by_role("alert")).to_have_count(0)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_text("live v2")).to_be_visible()
    settings = office.api.get(f"/workflows/{workflow_id}").json()["document"]["settings"]
    kinds = [(rule["kind"], rule.get("node"), rule.get("by")) for rule in settings["unusual"]]
    assert kinds == [("value", "total", None), ("missing", None, "08:30")]
    assert settings["autonomy"] == 20
    for value in (100, 101, 9800):
        office.ended(office.start_again(workflow_id, total=value))
    here = Inbox.of(page)
    expect(here.row("Unusual total in “Total”")).to_be_visible()
    here.open("Unusual total in “Total”")
    here.decide("Mark as handled", "Handled")
    expect(page).to_have_url(re.compile("/inbox/"))
