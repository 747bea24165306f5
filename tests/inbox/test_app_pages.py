"""The pages of the app's inbox in a real Chromium: what they show, to whom, on what screen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.documents import node
from tests.inbox.desk import HOUR, approval, drawn
from tests.inbox.office import ALICE, BOB, PHONE, Inbox, Office

pytestmark = [pytest.mark.e2e, pytest.mark.browser]


def test_context_reads_as_it_was_meant(office: Office) -> None:
    page = office.sit_down()
    gate = node("gate", "human.approval", subject="Context", why="Unusual: **7 times**", description="# Plan")
    split = node("split", "data.split_out", field="blocks")
    nodes = [node("start", "trigger.manual"), split, gate]
    blocks = [
        {"title": "Notes", "markdown": "- one\n- **two** <img src=x onerror=alert(1)>"},
        {"title": "Sales", "items": [{"day": "Mon", "sum": 3}, {"day": "Tue", "sum": 4}]},
        {"title": "Letter", "before": "We refund 10 €", "after": "We refund 12 €"},
        {"title": "Files", "files": [{"hash": "abc", "name": "label.pdf", "size": 2048}]},
    ]
    office.task(office.start(drawn("Blocks", nodes, "start > split", "split > gate"), blocks=blocks))
    Inbox.of(page).open("Context")
    task = page.get_by_role("region", name="Task", exact=True)
    expect(task.get_by_text("<img src=x onerror=alert(1)>")).to_be_visible()
    expect(task.get_by_role("cell", name="Tue")).to_be_visible()
    expect(task.locator("del")).to_have_text("10")
    expect(task.locator("ins")).to_have_text("12")
    href = re.compile(r"^/api/v1/files/abc\?name=label\.pdf")
    expect(task.get_by_role("link", name="label.pdf")).to_have_attribute("href", href)


def test_a_screen_reader_finds_its_way(office: Office) -> None:
    document = approval("Spoken", proposed=[{"name": "amount", "value": 3}], timeout=HOUR, priority="high")
    office.task(office.start(document))
    page = office.sit_down()
    Inbox.of(page).open("Spoken")
    for role, name in (("navigation", "Lists"), ("region", "Tasks"), ("region", "Task"), ("search", None)):
        expect(
            page.get_by_role(role, name=name, exact=True) if name else page.get_by_role(role)
        ).to_be_visible()
    expect(page.get_by_role("region", name="Tasks")).to_match_aria_snapshot("""
      - region "Tasks":
        - search:
          - searchbox "Search tasks"
          - button "Narrow the list"
        - list:
          - listitem:
            - checkbox "Tick Spoken"
            - link /Spoken Spoken · Gate due in \\d+ min high/
    """)
    expect(page.get_by_role("region", name="Task", exact=True)).to_match_aria_snapshot("""
      - region "Task":
        - article:
          - heading "Spoken" [level=2]
          - group "Handle this task":
            - button "Claim u"
            - button "Hand over"
            - button "Later"
            - button "Watch"
          - region "Proposed action":
            - textbox "Amount": "3"
          - region "If nobody answers":
            - list:
              - listitem: /the run goes on without an answer/
          - region "History":
            - list
          - textbox "Comment"
          - button "Approve a"
          - button "Reject r"
    """)


def test_the_pages_fit_a_phone(office: Office) -> None:
    office.task(office.start(approval("On the road", proposed=[{"name": "n", "value": "x" * 200}])))
    page = office.sit_down(size=PHONE, has_touch=True)
    here = Inbox.of(page)
    expect(here.row("On the road")).to_be_visible()

    def width() -> int:
        found: int = page.evaluate("document.documentElement.scrollWidth")
        return found

    assert width() <= PHONE["width"]
    here.open("On the road")
    assert width() <= PHONE["width"]
    page.get_by_role("button", name="All tasks").tap()
    expect(here.row("On the road")).to_be_visible()
    page.get_by_role("link", name="Figures").tap()
    expect(page.get_by_text("open now")).to_be_visible()
    assert width() <= PHONE["width"]


def test_the_browser_notifies_of_new_tasks_once_it_may(office: Office) -> None:
    page = office.sit_down(permissions=["notifications"])
    page.add_init_script(
        """
        window.told = [];
        window.Notification = class {
          constructor(title) { told.push({ title, open: () => this.onclick() }) }
          close() {}
          static permission = 'granted';
          static requestPermission = async () => 'granted';
        };
        """
    )
    Inbox.of(page)
    page.get_by_role("button", name="Notify me").click()
    page.get_by_role("menuitem", name="What is asked of me").click()
    expect(page.get_by_role("button", name="Notified of mine")).to_be_visible()
    page.goto("/workflows")
    expect(page.get_by_role("heading", name="Workflows", level=1)).to_be_visible()
    asked = "performance.getEntriesByType('resource').some(one => one.name.includes('view=mine'))"
    office.until(lambda: page.evaluate(asked) or None)
    office.task(office.start(approval("For Bob alone", assignees=[BOB])))
    office.task(office.start(approval("News")))
    office.until(lambda: page.evaluate("told.length") or None)
    assert page.evaluate("told.map(one => one.title)") == ["News"]
    page.evaluate("told[0].open()")
    Inbox(page).shows("News")
    page.goto("/inbox")
    page.get_by_role("button", name="Notified of mine").click()
    page.get_by_role("menuitem", name="Nothing").click()
    expect(page.get_by_role("button", name="Notify me")).to_be_visible()


def test_figures_tell_how_long_people_take(office: Office) -> None:
    run_id = office.start(approval("Counted"))
    task = office.detail(office.task(run_id))
    body = {"outcome": "approved", "nonce": task["nonce"]}
    office.api.post(f"/inbox/{task['id']}/decide", json=body).raise_for_status()
    page = office.sit_down()
    page.goto("/inbox/figures")
    people = page.get_by_role("table", name="Time to decide by person")
    expect(people.get_by_role("row").filter(has_text=ALICE)).to_be_visible()
    workflows = page.get_by_role("table", name="Time to decide by workflow")
    expect(workflows.get_by_role("row").filter(has_text="Counted")).to_contain_text("Approved 1")
    expect(page.get_by_role("heading", name="Decisions")).to_be_visible()
