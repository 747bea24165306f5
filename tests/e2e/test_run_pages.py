"""Home, Workflows and Runs, as a person goes through them."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.canvas.board import card, document, line

pytestmark = pytest.mark.browser


def greeting(name: str) -> dict[str, Any]:
    """Greets a name; stops when there is none."""
    rule = {"conditions": [{"left": "={{ $json.name }}", "op": "exists"}], "combine": "and"}
    nodes = [
        card("start", "trigger.manual", name="Start"),
        card("known", "flow.if", (288, 0), params=rule, name="Known?"),
        card("greet", at=(576, 0), name="Greet"),
        card("refuse", "flow.stop", (576, 120), params={"message": "nobody to greet"}, name="Refuse"),
        card("after", at=(864, 120), name="After"),
    ]
    nodes[2]["params"] = {"fields": [{"name": "text", "value": "=Hello {{ $json.name }}"}]}
    lines = [
        line("start", "known"),
        line("known", "greet", "true"),
        line("known", "refuse", "false"),
        line("refuse", "after"),
    ]
    return {**document(nodes, lines), "name": name}


def made(api: httpx.Client, drawing: dict[str, Any]) -> str:
    return str(api.post("/workflows", json={"document": drawing}).raise_for_status().json()["id"])


def run(api: httpx.Client, workflow_id: str, item: dict[str, Any]) -> str:
    body = {"items": [item], "wait_seconds": 30}
    return str(api.post(f"/workflows/{workflow_id}/run", json=body).raise_for_status().json()["run_id"])


def test_runs_are_found_by_a_text_in_their_data(page: Page, api: httpx.Client) -> None:
    workflow_id = made(api, greeting("Finding"))
    for name in ("Ada Lindqvist", "Grace"):
        run(api, workflow_id, {"name": name})
    page.goto("/runs")
    rows = page.get_by_role("table", name="Runs").get_by_role("row")
    expect(rows).not_to_have_count(0)
    page.get_by_role("searchbox", name="Search in the data").fill("lindqvist")
    expect(page.get_by_text("Looked into")).to_be_visible()
    expect(rows).to_have_count(2)
    page.get_by_role("searchbox", name="Search in the data").fill("nobody like that")
    expect(page.get_by_role("heading", name="No run with “nobody like that” in its data")).to_be_visible()


def test_two_runs_are_compared_and_the_failed_one_says_what_did_not_run(
    page: Page, api: httpx.Client
) -> None:
    workflow_id = made(api, greeting("Comparing"))
    run(api, workflow_id, {"name": "Ada"})
    failed = run(api, workflow_id, {})
    page.goto(f"/runs?workflow={workflow_id}")
    ticks = page.get_by_role("checkbox", name="Choose this run of Comparing")
    expect(ticks).to_have_count(2)
    for tick in (ticks.first, ticks.last):
        tick.check()
    page.get_by_role("button", name="Compare").click()
    differences = page.get_by_role("complementary", name="Differences")
    expect(differences.get_by_role("heading", level=2)).to_have_text("3 of 5 nodes went another way")
    differences.get_by_role("button", name="Known?").click()
    expect(differences.get_by_role("region", name="Input")).to_contain_text('"name": "Ada"')

    page.goto(f"/runs/{failed}")
    after = page.locator('[data-node="after"]')
    expect(after).to_have_attribute("data-status", "skipped")
    after.dblclick()
    expect(page.get_by_role("region", name="Why did this not run?")).to_contain_text("Refuse failed")


def test_many_runs_are_started_again_at_once(page: Page, api: httpx.Client) -> None:
    workflow_id = made(api, greeting("Again"))
    for _ in range(2):
        run(api, workflow_id, {})
    page.goto(f"/runs?workflow={workflow_id}")
    ticks = page.get_by_role("checkbox", name="Choose this run of Again")
    expect(ticks).to_have_count(2)
    for tick in (ticks.first, ticks.last):
        tick.check()
    page.get_by_role("button", name="Run again (2)").click()
    expect(page.get_by_text("2 runs started again", exact=True)).to_be_visible()
    expect(ticks).to_have_count(4)


def test_a_dropped_workflow_of_n8n_becomes_one_of_ours(page: Page) -> None:
    theirs = {
        "name": "From n8n",
        "nodes": [
            {
                "name": "Hook",
                "type": "n8n-nodes-base.webhook",
                "typeVersion": 2,
                "position": [0, 0],
                "parameters": {"path": "from-n8n"},
            }
        ],
        "connections": {},
    }
    page.goto("/workflows")
    target = page.get_by_role("region", name="Workflows")
    expect(target).to_be_visible()
    transfer = page.evaluate_handle(
        """text => {
          const transfer = new DataTransfer()
          transfer.items.add(new File([text], 'theirs.json', { type: 'application/json' }))
          return transfer
        }""",
        json.dumps(theirs),
    )
    for kind in ("dragover", "drop"):
        target.dispatch_event(kind, {"dataTransfer": transfer})
    expect(page.get_by_role("application", name="Canvas of the workflow")).to_be_visible()
    expect(page.get_by_text("/webhook/from-n8n")).to_be_visible()
    expect(page).to_have_title("From n8n · Orchestrator")


def test_home_shows_what_the_clock_starts_next(page: Page, api: httpx.Client) -> None:
    clock = card("clock", "trigger.schedule", params={"when": {"kind": "cron", "expression": "0 7 * * *"}})
    workflow_id = made(
        api, {**document([clock, card("a", at=(288, 0))], [line("clock", "a")]), "name": "Dawn"}
    )
    api.post(f"/workflows/{workflow_id}/publish", json={}).raise_for_status()
    page.goto("/")
    expect(page.get_by_role("heading", name="Next schedules")).to_be_visible()
    page.get_by_role("link", name="Dawn").first.click()
    expect(page).to_have_url(f"/workflows/{workflow_id}")


def test_workflows_are_tagged_and_listed_by_tag(page: Page, api: httpx.Client) -> None:
    made(api, greeting("Tag me"))
    page.goto("/workflows")
    page.get_by_role("button", name="More about Tag me").click()
    page.get_by_role("menuitem", name="Tags…").click()
    page.get_by_role("textbox", name="Tags").fill("shop, every day")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("combobox", name="Tag").select_option("every day")
    rows = page.get_by_role("table", name="Workflows").get_by_role("row")
    expect(rows).to_have_count(2)
    expect(rows.last).to_contain_text("Tag me")


def row_named(page: Page, name: str) -> Locator:
    return page.get_by_role("table", name="Workflows").get_by_role("row").filter(has_text=name)


def test_workflows_are_filed_in_folders_by_hand_by_menu_and_many_at_once(
    page: Page, api: httpx.Client
) -> None:
    for name in ("Invoices", "Reminders", "Refunds"):
        made(api, greeting(name))
    page.goto("/workflows")
    folders = page.get_by_role("navigation", name="Folders")
    folders.get_by_role("button", name="New folder").click()
    page.get_by_role("textbox", name="Name").fill("Money")
    page.get_by_role("button", name="Create").click()
    money = folders.get_by_role("listitem").filter(has_text="Money")
    expect(money).to_contain_text("0 workflows")

    row_named(page, "Invoices").drag_to(money)
    expect(money).to_contain_text("1 workflow")
    expect(row_named(page, "Invoices")).to_have_count(0)

    page.get_by_role("button", name="More about Reminders").click()
    page.get_by_role("menuitem", name="Move to folder…").click()
    page.get_by_role("combobox", name="Folder").fill("Money/Late")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(money).to_contain_text("2 workflows")

    page.get_by_role("checkbox", name="Choose Refunds").check()
    page.get_by_role("button", name="Move to folder…").click()
    page.get_by_role("combobox", name="Folder").click()
    page.get_by_role("option", name="Money", exact=True).click()
    page.get_by_role("button", name="Move", exact=True).click()
    expect(money).to_contain_text("3 workflows")
    expect(page.get_by_role("region", name="Chosen workflows")).to_have_count(0)

    money.get_by_role("link").click()
    expect(row_named(page, "Refunds")).to_be_visible()
    expect(row_named(page, "Reminders")).to_have_count(0)
    page.get_by_role("searchbox", name="Search workflows").fill("Remind")
    expect(row_named(page, "Reminders")).to_contain_text("Money/Late")
    page.get_by_role("searchbox", name="Search workflows").fill("")

    folders.get_by_role("link", name="Late").click()
    expect(folders.get_by_role("link", name="Late")).to_have_attribute("aria-current", "page")
    row_named(page, "Reminders").drag_to(folders.get_by_role("link", name="Money"))
    expect(page.get_by_role("heading", name="No workflow in this folder")).to_be_visible()
    page.get_by_role("button", name="New workflow").first.click()
    expect(page.get_by_role("application", name="Canvas of the workflow")).to_be_visible()
    folder = api.get(f"/workflows/{page.url.rsplit('/', 1)[-1]}").json()["folder"]
    assert folder == "Money/Late"
    page.go_back()
    expect(row_named(page, "New workflow")).to_be_visible()


def test_a_folder_is_renamed_and_removed_and_nothing_in_it_is_lost(page: Page, api: httpx.Client) -> None:
    workflow_id = made(api, greeting("Kept"))
    api.post("/folders/file", json={"ids": [workflow_id], "folder": "Old name"}).raise_for_status()
    page.goto("/workflows")
    folders = page.get_by_role("navigation", name="Folders")
    folders.get_by_role("button", name="More about Old name").click()
    page.get_by_role("menuitem", name="Rename…").click()
    page.get_by_role("textbox", name="Name").fill("New name")
    page.get_by_role("button", name="Rename").click()
    expect(folders.get_by_role("listitem").filter(has_text="New name")).to_contain_text("1 workflow")
    folders.get_by_role("button", name="More about New name").click()
    page.get_by_role("menuitem", name="Remove the folder…").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(row_named(page, "Kept")).to_be_visible()
    expect(folders.get_by_role("listitem").filter(has_text="New name")).to_have_count(0)
