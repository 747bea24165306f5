"""Both inboxes, the app's and the admin's, in a real Chromium, with real runs behind them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.documents import node
from tests.inbox.desk import asking, drawn
from tests.inbox.office import ALICE, CAROL, PHONE, AdminInbox, Inbox, Office, hold

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

ORDER = asking(
    "human.approval",
    "approved",
    subject="=Order of {{ $json.total }} €",
    proposed=[{"name": "discount", "value": "={{ $json.discount }}"}, {"name": "note", "value": "Thanks"}],
)


@pytest.fixture(params=[Inbox, AdminInbox], ids=["app", "admin"])
def inbox(request: pytest.FixtureRequest) -> type[Inbox]:
    kind: type[Inbox] = request.param
    return kind


def order(office: Office, total: int, discount: float = 1) -> str:
    """A run that asks about an order, once it waits for a person."""
    run_id = office.start(ORDER, total=total, discount=discount)
    office.task(run_id)
    return run_id


def test_a_task_arrives_live_and_is_approved_by_keyboard_with_an_edit(
    office: Office, inbox: type[Inbox]
) -> None:
    page = office.sit_down()
    here = inbox.of(page)
    expect(here.nothing).to_be_visible()
    run_id = order(office, 1480, 5)
    expect(here.row("Order of 1480 €")).to_be_visible()
    page.keyboard.press("j")
    here.shows("Order of 1480 €")
    trace = page.get_by_role("region", name="The run so far")
    expect(trace.get_by_role("listitem")).to_have_count(2)
    expect(trace.get_by_role("listitem").first).to_contain_text("1 item")
    page.keyboard.press("e")
    page.keyboard.type("7.5")
    expect(here.difference).to_have_text("57.5")
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    page.keyboard.type("good customer")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.get_by_role("dialog")).to_contain_text("Approve with edits?")
    page.keyboard.press("Enter")
    here.decided("Approved")
    passed = office.received(run_id)["approval"]
    assert passed["proposed"] == {"discount": 7.5, "note": "Thanks"}
    assert (passed["comment"], passed["by"]) == ("good customer", ALICE)
    expect(trace).not_to_contain_text("waiting")
    expect(page.get_by_role("link", name="See the run")).to_have_attribute("href", f"/runs/{run_id}")


def test_rejecting_on_a_phone(office: Office, inbox: type[Inbox]) -> None:
    page = office.sit_down(size=PHONE)
    run_id = order(office, 99)
    here = inbox.of(page)
    tick = here.row("Order of 99 €").locator("label").bounding_box()
    assert tick
    assert (tick["width"], tick["height"]) == (44, 44)
    here.open("Order of 99 €")
    box = here.button("Reject").bounding_box()
    assert box
    assert box["height"] >= 44
    assert box["y"] + box["height"] <= PHONE["height"], "reachable without scrolling"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    here.decide("Reject", "Rejected")
    office.until(lambda: office.api.get(f"/runs/{run_id}").json()["status"] == "succeeded" or None)


def test_enter_in_a_field_and_a_cancelled_question_decide_nothing(office: Office, inbox: type[Inbox]) -> None:
    page = office.sit_down()
    order(office, 5)
    here = inbox.of(page)
    here.open("Order of 5 €")
    page.get_by_role("textbox", name="discount").fill("2")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(here.button("Approve with edits")).to_be_enabled()
    assert office.api.get("/inbox/count").json() == {"open": 1}


def test_the_page_says_when_somebody_else_was_quicker(office: Office, inbox: type[Inbox]) -> None:
    page = office.sit_down()
    run_id = order(office, 7)
    here = inbox.of(page)
    here.open("Order of 7 €")
    note = page.get_by_role("textbox", name="note")
    note.fill("half a sent")
    task = office.detail(office.task(run_id))
    body = {"outcome": "approved", "nonce": task["nonce"]}
    office.api.post(f"/inbox/{task['id']}/decide", json=body).raise_for_status()
    expect(page.get_by_role("alert")).to_contain_text("This task changed while you were reading")
    expect(note).to_have_value("half a sent")
    expect(here.button("Approve with edits")).to_be_disabled()
    here.refresh.click()
    here.decided("Approved")


def test_ticking_two_by_keyboard_and_deciding_them_together(office: Office, inbox: type[Inbox]) -> None:
    page = office.sit_down()
    runs = [order(office, 11), order(office, 12)]
    here = inbox.of(page)
    expect(here.rows).to_have_count(2)
    for name in ("Tick Order of 11 €", "Tick Order of 12 €"):
        tick = page.get_by_role("checkbox", name=name)
        tick.focus()
        page.keyboard.press("Space")
        expect(tick).to_be_checked()
    here.decide_ticked(2, "Approve")
    assert [office.received(run_id)["approval"]["comment"] for run_id in runs] == ["both fine", "both fine"]


def test_claiming_by_keyboard_and_handing_over(office: Office, inbox: type[Inbox]) -> None:
    page = office.sit_down()
    order(office, 13)
    here = inbox.of(page)
    here.open("Order of 13 €")
    page.keyboard.press("u")
    expect(page.get_by_text("is working on it")).to_be_visible()
    expect(page.get_by_role("button", name="Release")).to_be_visible()
    here.hand_over(CAROL)
    expect(page.get_by_text(f"handed it to {CAROL}")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Claim"))).to_be_visible()


def test_a_form_shows_a_page_at_a_time(office: Office, inbox: type[Inbox]) -> None:
    fields = [
        {
            "name": "carrier",
            "kind": "choice",
            "options": ["DHL", "Posti"],
            "page": "Parcel",
            "is_required": True,
        },
        {"name": "days", "label": "Seen on", "kind": "choices", "options": ["Mon", "Tue"], "page": "When"},
    ]
    run_id = office.start(asking("human.form", "answered", subject="Where is it?", fields=fields))
    office.task(run_id)
    page = office.sit_down()
    here = inbox.of(page)
    here.open("Where is it?")
    expect(here.button("Send")).to_be_disabled()
    expect(page.get_by_role("group", name="Seen on")).to_be_hidden()
    page.get_by_role("button", name="Next page").click()
    expect(page.get_by_text("carrier must be answered.")).to_be_visible()
    page.get_by_role("combobox", name="carrier").select_option("Posti")
    page.get_by_role("button", name="Next page").click()
    page.get_by_role("group", name="Seen on").get_by_role("checkbox", name="Tue").check()
    expect(page.get_by_role("combobox", name="carrier")).to_be_hidden()
    here.decide("Send", "Answered")
    assert office.received(run_id)["answer"] == {"carrier": "Posti", "days": ["Tue"]}


def test_a_live_update_takes_neither_ticks_nor_focus(office: Office, inbox: type[Inbox]) -> None:
    page = office.sit_down()
    order(office, 21)
    here = inbox.of(page)
    tick = page.get_by_role("checkbox", name="Tick Order of 21 €")
    tick.focus()
    page.keyboard.down("Space")
    order(office, 22)
    expect(here.rows).to_have_count(2)
    page.keyboard.up("Space")
    expect(tick).to_be_checked()
    expect(tick).to_be_focused()
    expect(page.get_by_role("checkbox", name="Tick Order of 22 €")).not_to_be_checked()


def test_keys_typed_ahead_are_for_the_page_that_comes(office: Office) -> None:
    page = office.sit_down()
    for total in (23, 24):
        order(office, total)
    here = AdminInbox.of(page)
    expect(here.rows).to_have_count(2)
    held = hold(page, re.compile("/change/|/inbox.js"))

    def one_is_held() -> Any:
        page.wait_for_timeout(20)
        return len(held) == 1 or None

    here.row("Order of 24 €").get_by_role("link").click(no_wait_after=True)
    page.keyboard.press("u")
    office.until(one_is_held)
    held.pop().continue_()
    office.until(one_is_held)
    here.shows("Order of 24 €")
    page.keyboard.press("c")
    page.unroute_all()  # This also lets go what is held.

    expect(page.get_by_text("is working on it")).to_be_visible()
    here.shows("Order of 24 €")
    expect(page.locator("#comment")).to_be_focused()


def test_a_sheet_lists_the_keys(office: Office, inbox: type[Inbox]) -> None:
    page = office.sit_down()
    inbox.of(page)
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys of the inbox")
    for words in ("next, previous task", "approve, after a look", "claim, or release again", "this sheet"):
        expect(sheet.get_by_text(words)).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_a_screen_reader_finds_its_way_in_the_admin(office: Office) -> None:
    page = office.sit_down()
    order(office, 31)
    AdminInbox.of(page).open("Order of 31 €")
    places = [("navigation", "Lists"), ("region", "Tasks: Mine"), ("region", "Task"), ("search", None)]
    places += [("group", "Handle this task"), ("textbox", "Comment"), ("textbox", "discount")]
    places += [("button", "Claim"), ("button", "Approve"), ("button", "Reject"), ("link", "See the run")]
    for role, name in places:
        found = page.get_by_role(role, name=name, exact=True) if name else page.get_by_role(role)  # type: ignore[arg-type]
        expect(found).to_be_visible()
    expect(page.get_by_role("heading", level=2)).to_have_text(["Order of 31 €"])


def test_the_admin_s_pages_fit_a_phone(office: Office) -> None:
    page = office.sit_down(size=PHONE)
    order(office, 14)
    for place in ("", "figures/"):
        page.goto(f"/admin/inbox/humantask/{place}")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], place
    AdminInbox.of(page).open("Order of 14 €")
    page.get_by_text("Later", exact=True).click()
    page.get_by_role("button", name="Tomorrow").click()
    expect(page.get_by_text("put it off")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


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
