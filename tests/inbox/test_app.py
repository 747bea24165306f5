"""Deciding in the app's inbox, in a real Chromium: every kind and policy, the clock, quick use."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.documents import node
from tests.inbox.desk import HOUR, approval, asking, drawn
from tests.inbox.office import ALICE, BOB, CAROL, Inbox, Office
from tools.instance import OWNER

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

# Every kind


def test_choosing_a_way(office: Office) -> None:
    page = office.sit_down()
    ways = [{"name": "refund"}, {"name": "ask_bank"}]
    run_id = office.start(asking("human.choice", "ask_bank", subject="Which way?", options=ways), order=5)
    here = Inbox.of(page)
    here.row("Which way?")
    here.open("Which way?")
    page.keyboard.press("2")
    expect(page.get_by_role("dialog")).to_contain_text("Ask bank?")
    page.keyboard.press("Enter")
    here.decided("Ask bank")
    assert office.received(run_id)["choice"]["outcome"] == "ask_bank"


def test_answering_a_form_with_the_password(office: Office) -> None:
    fields = [
        {"name": "pieces", "kind": "number", "default": 2},
        {"name": "safe", "kind": "boolean", "section": "Its state", "is_required": True},
        {"name": "seen", "kind": "date"},
    ]
    document = asking("human.form", "answered", subject="Where is it?", fields=fields, reauthenticate=True)
    run_id = office.start(document)
    page = office.sit_down()
    here = Inbox.of(page)
    here.open("Where is it?")
    expect(page.get_by_role("heading", name="Its state")).to_be_visible()
    here.button("Send").click()
    expect(page.get_by_text("safe must be answered.")).to_be_visible()
    expect(page.get_by_text("This decision asks for your password.")).to_be_visible()
    page.get_by_role("combobox", name="safe").select_option("no")
    page.get_by_role("textbox", name="seen").fill("2026-03-09")
    page.get_by_role("textbox", name="Your password").fill("not this one")
    here.button("Send").click()
    expect(page.get_by_role("alert").first).to_contain_text("password")
    page.get_by_role("textbox", name="Your password").fill(OWNER["password"])
    here.decide("Send", "Answered")
    expect(page.get_by_role("region", name="Answers")).to_contain_text("2026-03-09")
    assert office.received(run_id)["answer"] == {"pieces": 2, "safe": False, "seen": "2026-03-09"}


def test_putting_values_right(office: Office) -> None:
    proposed = [{"name": "street", "value": "={{ $json.street }}"}, {"name": "zip", "value": "0150"}]
    document = asking("human.edit", "edited", subject="Check the address", proposed=proposed)
    run_id = office.start(document, street="Main St")
    page = office.sit_down()
    here = Inbox.of(page)
    here.open("Check the address")
    expect(page.get_by_role("heading", name="Please put right")).to_be_visible()
    expect(here.button("Approve")).to_have_count(0)
    page.keyboard.press("e")
    page.keyboard.type("Main Street 5")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.get_by_role("dialog")).to_contain_text("Save?")
    page.keyboard.press("Enter")
    here.decided("Edited")
    item = office.received(run_id)
    assert item["corrected"] == {"street": "Main Street 5", "zip": "0150"}
    assert (item["edit"]["changed"], item["edit"]["by"]) == (["street"], ALICE)


def test_repairing_a_failed_step(office: Office) -> None:
    broken = node("read", "data.set", fields=[{"name": "n", "value": "={{ JSON.parse($json.text).n }}"}])
    broken["settings"] = {"on_error": "escalate"}
    nodes = [node("start", "trigger.manual"), broken, node("after", "flow.noop")]
    run_id = office.start(drawn("Repair", nodes, "start > read", "read > after"), text="{broken")
    task = office.task(run_id)
    page = office.sit_down()
    here = Inbox.of(page)
    here.open(task["subject"])
    expect(page.get_by_role("heading", name="What went wrong")).to_be_visible()
    items = page.get_by_role("textbox", name="Items")
    items.fill("no json")
    here.button("Retry with edits").click()
    expect(page.get_by_role("alert")).to_have_text("This must be JSON.")
    items.fill('[{"text": "{\\"n\\": 5}"}]')
    here.decide("Retry with edits", "Retry")
    assert office.received(run_id)["n"] == 5


@pytest.mark.parametrize(
    ("key", "port", "button", "past", "params"),
    [
        ("human.acknowledge", "acknowledged", "Acknowledge", "Acknowledged", {}),
        ("human.escalate", "handled", "Mark as handled", "Handled", {"severity": "high", "reason": "Odd"}),
    ],
)
def test_what_only_wants_to_be_seen_to(
    office: Office, key: str, port: str, button: str, past: str, params: dict[str, Any]
) -> None:
    run_id = office.start(asking(key, port, subject=f"See {key}", **params))
    page = office.sit_down()
    here = Inbox.of(page)
    here.open(f"See {key}")
    here.decide(button, past)
    office.received(run_id)


def test_sending_back_with_a_note_until_it_is_right(office: Office) -> None:
    value = "={{ $json.revision ? $json.revision.note : 'first' }}"
    draft = node("draft", "data.set", fields=[{"name": "text", "value": value}])
    gate = node(
        "gate",
        "human.approval",
        subject="=Letter: {{ $json.text }}",
        proposed=[{"name": "text", "value": "={{ $json.text }}"}],
        revisions={"most": 2},
    )
    nodes = [node("start", "trigger.manual"), draft, gate, node("after", "flow.noop")]
    edges = ("start > draft", "draft > gate", "gate.approved > after", "gate.revise > draft")
    run_id = office.start(drawn("Letters", nodes, *edges))
    page = office.sit_down()
    here = Inbox.of(page)
    here.open("Letter: first")
    here.button("Send back").click()
    expect(page.get_by_role("alert")).to_contain_text("Say what should change")
    page.get_by_role("textbox", name="Comment").fill("second")
    here.decide("Send back", "Sent back")
    here.open("Letter: second")
    expect(page.get_by_role("region", name="Task", exact=True)).to_contain_text("round 2")
    page.get_by_role("textbox", name="Text").fill("edited")
    here.decide("Approve with edits", "Approved")
    assert office.received(run_id)["approval"]["proposed"] == {"text": "edited"}


# Whose answers it takes


def vote(office: Office, who: str, subject: str, words: str) -> tuple[Inbox, Page]:
    """Somebody opens a task and answers."""
    page = office.sit_down(who)
    here = Inbox.of(page)
    here.open(subject)
    here.button(words).click()
    return here, page


def test_a_quorum_of_two_decides(office: Office) -> None:
    policy = {"kind": "k_of_n", "needed": 2}
    office.start(approval("Quorum", policy=policy, assignees=["team:finance", ALICE]))
    _, page = vote(office, BOB, "Quorum", "Approve")
    expect(page.get_by_text("Your answer is in; others are still to give theirs.")).to_be_visible()
    expect(page.get_by_role("region", name="Answers so far")).to_contain_text(f"{BOB}: Approved")
    here, _ = vote(office, CAROL, "Quorum", "Approve")
    here.decided("Approved")
    expect(page.get_by_role("status").filter(has_text="Approved by")).to_be_visible()


def test_a_veto_outweighs_those_who_agree(office: Office) -> None:
    policy = {"kind": "veto", "needed": 2, "vetoers": [CAROL]}
    office.start(approval("Veto", policy=policy, assignees=[BOB, CAROL, ALICE]))
    vote(office, BOB, "Veto", "Approve")
    here, page = vote(office, CAROL, "Veto", "Reject")
    here.decided("Rejected")
    expect(page.get_by_role("region", name="Answers so far")).to_contain_text("may veto")


def test_everyone_must_agree_and_an_edit_asks_the_first_again(office: Office) -> None:
    document = approval(
        "All", policy={"kind": "all"}, assignees=[BOB, CAROL], proposed=[{"name": "amount", "value": 10}]
    )
    run_id = office.start(document)
    _, first = vote(office, BOB, "All", "Approve")
    expect(first.get_by_text("Your answer is in")).to_be_visible()
    page = office.sit_down(CAROL)
    here = Inbox.of(page)
    here.open("All")
    page.get_by_role("textbox", name="Amount").fill("8")
    here.button("Approve with edits").click()
    expect(page.get_by_text("Your answer is in")).to_be_visible()
    again = Inbox(first)
    expect(first.get_by_role("textbox", name="Amount")).to_have_value("8")
    again.decide("Approve", "Approved")
    assert office.received(run_id)["approval"]["proposed"] == {"amount": 8}


def test_one_after_another_and_a_deputy_for_who_is_away(office: Office) -> None:
    bob = office.sit_down(BOB)
    Inbox.of(bob)
    bob.get_by_role("button", name="Be away").click()
    bob.get_by_role("combobox", name="Deputy").fill(CAROL)
    bob.get_by_role("button", name="Let them decide").click()
    expect(bob.get_by_text(f"{CAROL} decides for you until").first).to_be_visible()
    office.start(approval("Turns", policy={"kind": "sequential"}, assignees=[BOB, ALICE]))
    _, page = vote(office, CAROL, "Turns", "Approve")
    expect(page.get_by_role("region", name="Answers so far")).to_contain_text(f"{CAROL} for {BOB}: Approved")
    here, _ = vote(office, ALICE, "Turns", "Approve")
    here.decided("Approved")
    bob.get_by_role("button", name="Be away").click()
    bob.get_by_role("button", name="I am back").click()
    expect(bob.get_by_role("button", name="I am back")).to_be_hidden()


def test_who_is_not_asked_may_read_but_not_decide(office: Office) -> None:
    office.start(approval("For Carol", assignees=[CAROL]))
    page = office.sit_down(BOB)
    here = Inbox.of(page)
    expect(here.nothing).to_be_visible()
    expect(page.get_by_text("1 task waits for others")).to_be_visible()
    page.get_by_role("navigation", name="Lists").get_by_role("link", name="Everything").click()
    expect(page.get_by_text(f"Only those who are asked may decide this: {CAROL}.")).to_be_visible()
    expect(here.button("Approve")).to_have_count(0)


# The clock


def test_nobody_answers_and_the_chain_of_escalation_runs_out(office: Office) -> None:
    timers = [
        {"after": HOUR, "action": {"do": "remind"}},
        {"after": {"amount": 2, "unit": "hours"}, "action": {"do": "raise_priority", "to": "urgent"}},
        {"after": {"amount": 3, "unit": "hours"}, "action": {"do": "reassign", "chain": [CAROL]}},
    ]
    document = approval("Late", assignees=[BOB], timers=timers, timeout={"amount": 4, "unit": "hours"})
    document["edges"][1]["output"] = "timeout"
    run_id = office.start(document)
    office.task(run_id)
    page = office.sit_down(CAROL)
    here = Inbox.of(page)
    expect(here.nothing).to_be_visible()
    page.goto("/inbox?view=everything")
    chain = page.get_by_role("region", name="If nobody answers").get_by_role("listitem")
    expect(chain).to_have_count(4)
    expect(chain.nth(2)).to_contain_text(f"{CAROL} is asked instead")
    history = page.get_by_role("region", name="History")
    for passed, words in enumerate(
        (
            f"The clock reminded {BOB}",
            "The clock raised the priority to urgent",
            f"The clock handed it to {CAROL}",
        )
    ):
        office.pass_hours(1.01)
        expect(history).to_contain_text(words)
        expect(chain).to_have_count(3 - passed)
    page.get_by_role("navigation", name="Lists").get_by_role("link", name="Mine").click()
    expect(here.row("Late")).to_contain_text("urgent")
    expect(here.button("Approve")).to_be_enabled()
    office.pass_hours(1)
    expect(here.nothing).to_be_visible()
    assert office.received(run_id)["approval"]["outcome"] == "timeout"


# Quick to use


def test_the_keyboard_is_enough(office: Office) -> None:
    for subject in ("One", "Two", "Three"):
        office.task(office.start(approval(subject, proposed=[{"name": "note", "value": "x"}])))
    page = office.sit_down()
    here = Inbox.of(page)
    expect(here.rows).to_have_count(3)
    here.shows("One")
    for key, subject in (("j", "Two"), ("j", "Three"), ("j", "Three"), ("k", "Two")):
        page.keyboard.press(key)
        here.shows(subject)
    page.keyboard.press("x")
    expect(page.get_by_role("button", name="Decide 1 together")).to_be_enabled()
    page.keyboard.press("x")
    page.keyboard.press("r")
    page.keyboard.press("Enter")
    here.decided("Rejected")
    expect(here.rows).to_have_count(2)
    page.keyboard.press("n")
    here.shows("Three")
    page.keyboard.press("k")
    here.shows("One")
    page.keyboard.press("/")
    page.keyboard.type("three")
    expect(here.rows).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys of the inbox")).to_contain_text("claim, or release again")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    here.shows("Three")
    page.keyboard.press("u")
    expect(page.get_by_text(f"{ALICE} is working on it")).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    here.decided("Approved")


def test_live_changes_leave_what_is_typed(office: Office) -> None:
    run_id = office.start(approval("Typed", proposed=[{"name": "note", "value": "x"}]))
    office.task(run_id)
    page = office.sit_down()
    here = Inbox.of(page)
    here.open("Typed")
    page.get_by_role("textbox", name="Note").fill("typed by me")
    task = office.task(run_id)
    office.api.post(f"/inbox/{task['id']}/comment", json={"text": "from elsewhere"}).raise_for_status()
    office.task(office.start(approval("Another")))
    expect(here.row("Another")).to_be_visible()
    expect(page.get_by_role("region", name="History")).to_contain_text("from elsewhere")
    expect(page.get_by_role("textbox", name="Note")).to_have_value("typed by me")
    here.decide("Approve with edits", "Approved")


def test_lists_that_are_narrowed_can_be_kept(office: Office) -> None:
    office.task(
        office.start(
            approval("Refund", queue="refunds", priority="high", tags=["VIP", "={{ 'no' + 'rway' }}"])
        )
    )
    office.task(office.start(approval("Letter")))
    page = office.sit_down()
    here = Inbox.of(page)
    lists = page.get_by_role("navigation", name="Lists")
    expect(lists.get_by_role("link", name="Mine")).to_contain_text("2")
    page.get_by_role("button", name="Narrow the list").click()
    page.get_by_role("textbox", name="Queue").fill("refunds")
    expect(here.rows).to_have_count(1)
    page.get_by_role("textbox", name="Name of the list").fill("Money back")
    page.get_by_role("button", name="Save").click()
    page.keyboard.press("Escape")
    lists.get_by_role("link", name="Unassigned").click()
    expect(here.rows).to_have_count(2)
    lists.get_by_role("link", name="Money back").click()
    expect(here.rows).to_have_count(1)
    expect(here.row("Refund")).to_contain_text("high")
    page.get_by_role("button", name="Forget the list Money back").click()
    expect(lists.get_by_role("link", name="Money back")).to_have_count(0)
    lists.get_by_role("link", name="Mine").click()
    expect(here.rows).to_have_count(2)
    expect(here.row("Refund")).to_contain_text("VIP")
    here.open("Refund")
    page.get_by_role("region", name="Task", exact=True).get_by_role("link", name="norway").click()
    expect(here.rows).to_have_count(1)
    expect(page).to_have_url(re.compile(r"tag=norway"))


def test_putting_off_and_watching(office: Office) -> None:
    office.task(office.start(approval("Not now")))
    page = office.sit_down()
    here = Inbox.of(page)
    here.open("Not now")
    page.get_by_role("button", name="Watch", exact=True).click()
    expect(page.get_by_role("button", name="Watching")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Later").click()
    page.get_by_role("menuitem", name="Tomorrow").click()
    expect(here.rows).to_have_count(0)
    page.get_by_role("button", name="Put off").click()
    page.get_by_role("menuitem", name="Now again").click()
    expect(here.row("Not now")).to_be_visible()
