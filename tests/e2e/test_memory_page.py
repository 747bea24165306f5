"""The page of what workflows remember."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.documents import in_a_row, node
from tests.e2e.following import wait_for_run

pytestmark = pytest.mark.browser


def test_what_a_run_remembered_is_found_corrected_and_forgotten(page: Page, api: httpx.Client) -> None:
    keep = node("keep", "memory.remember", key="last_total", value="={{ { euros: 12, by: 'Käthe' } }}")
    document = in_a_row("Remembers", node("start", "trigger.manual"), keep)
    workflow_id = api.post("/workflows", json={"document": document}).raise_for_status().json()["id"]
    started = api.post(f"/workflows/{workflow_id}/run", json={"items": [{}]}).raise_for_status().json()
    wait_for_run(api, started["run_id"], "succeeded")

    page.goto("/memory")
    row = page.get_by_role("row").filter(has_text="last_total")
    expect(row).to_contain_text("Käthe")
    expect(row).to_contain_text("never")
    expect(row.get_by_role("link", name="Remembers")).to_be_visible()

    row.get_by_role("button", name="Edit last_total").click()
    dialog = page.get_by_role("dialog", name="last_total")
    editor = dialog.get_by_role("textbox", name="Value, as JSON")
    expect(editor).to_contain_text("Käthe")
    editor.fill("{euros: 13}")
    dialog.get_by_role("button", name="Remember").click()
    expect(dialog.get_by_role("alert")).to_contain_text("The value is not JSON")
    editor.fill('{"euros": 13}')
    dialog.get_by_label("Forget it").select_option("After a day")
    dialog.get_by_role("button", name="Remember").click()
    expect(dialog).to_be_hidden()
    expect(row).to_contain_text('{"euros": 13}')
    expect(row).to_contain_text("tomorrow")

    row.get_by_role("button", name="Forget last_total").click()
    page.get_by_role("dialog").get_by_role("button", name="Forget").click()
    expect(row).to_have_count(0)


def test_a_value_is_given_to_all_workflows_and_found_by_its_key(page: Page, api: httpx.Client) -> None:
    for number in range(3):
        api.put("/memory", json={"key": f"other_{number}", "value": number}).raise_for_status()
    page.goto("/memory")
    page.get_by_role("button", name="New value").first.click()
    dialog = page.get_by_role("dialog", name="New value")
    dialog.get_by_role("textbox", name="Value, as JSON").fill('{"DE": 19, "AT": 20}')
    dialog.get_by_role("button", name="Remember").click()
    expect(dialog.get_by_role("alert")).to_have_text("It needs a key to be found by.")
    dialog.get_by_label("Key").fill("vat_rates")
    dialog.get_by_role("button", name="Remember").click()
    expect(dialog).to_be_hidden()

    page.get_by_role("searchbox", name="Search keys").fill("VAT")
    rows = page.get_by_role("table", name="Memory").get_by_role("row")
    expect(rows).to_have_count(2)
    expect(rows.last).to_contain_text("all workflows")
    [entry] = api.get("/memory", params={"search": "vat_rates"}).json()["items"]
    assert api.get(f"/memory/{entry['id']}").json()["value"] == {"DE": 19, "AT": 20}
    page.get_by_role("searchbox", name="Search keys").fill("nothing like it")
    expect(page.get_by_text("Nothing like that is remembered")).to_be_visible()
