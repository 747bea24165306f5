"""The panel of a node: real data in its panes, forms that fetch and try things, help; and that what
strangers wrote into data stays data."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from orchestrator.sdk.local_server import LocalServer, Seen
from tests.e2e.canvas.board import Board, card, document, line
from tests.inbox.mailbox import running_server

pytestmark = pytest.mark.browser

EVIL = (
    "<img src=x onerror=window.__xss=1>"
    '<a href="javascript:top.__xss=1" target="_top">Press me</a>'
    "<svg/onload=window.__xss=1></svg>"
    '"><script>window.__xss=1;parent.__xss=1;top.__xss=1</script>'
    "<iframe srcdoc='<script>top.__xss=1</script>'></iframe>"
    "<math><mtext></form><form><mglyph><style></math><img src onerror=window.__xss=1>"
    "{{constructor.constructor('window.__xss=1')()}}</title>"
    '<meta http-equiv="refresh" content="0;url=javascript:top.__xss=1">'
)
EVIL_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40" onload="top.__xss=1">'
    '<script>top.__xss=1</script><rect width="60" height="40"/></svg>'
)
PIXEL = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
).decode()
PAPER = (
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>"
)
FIELDS = [{"name": "text", "value": "={{ $json.name + '!' }}"}]


def run_to(board: Board, node_id: str) -> None:
    board.menu(board.card(node_id), "Run to here")
    expect(board.card(node_id)).to_have_attribute("data-status", "succeeded", timeout=30_000)


def opened(board: Board, node_id: str, tab: str = "") -> Locator:
    board.card(node_id).dblclick()
    panel = board.page.get_by_role("complementary", name=f"Node {node_id.capitalize()}", exact=True)
    expect(panel).to_be_visible()
    if tab:
        panel.get_by_role("tab", name=re.compile(f"^{tab}")).click()
    return panel


def with_items(items: list[dict[str, Any]], *nodes: dict[str, Any]) -> dict[str, Any]:
    """A trigger whose output is pinned, and nodes after it in a row."""
    row = [card("start", "trigger.manual"), *nodes]
    for place, node in enumerate(row):
        node["position"] = [place * 288, 0]
    edges = [line(a["id"], b["id"]) for a, b in pairwise(row)]
    return document(row, edges, pins={"start": items})


def to_file(node_id: str, name: str, mime_type: str, text: str, encoding: str = "utf-8") -> dict[str, Any]:
    operation = {"kind": "to_file", "text": text, "encoding": encoding, "name": name}
    return card(
        node_id,
        "files.convert",
        params={"operation": {**operation, "mime_type": mime_type, "into": node_id}},
    )


@pytest.fixture
def service() -> Iterator[LocalServer]:
    """A model service that knows the key `right`."""

    def answer(seen: Seen) -> tuple[int, dict[str, str], bytes]:
        if seen.headers.get("authorization") != "Bearer right":
            return 401, {}, b"no such key"
        return 200, {}, b'{"data": [{"id": "tiny-1"}, {"id": "huge-2"}]}'

    with running_server(answer) as server:
        yield server


def test_files_are_looked_at_and_nothing_in_them_acts(board: Board) -> None:
    board.open(
        with_items(
            [{"a": 1}],
            to_file("page", f"{EVIL[:34]}.html", "text/html", EVIL),
            to_file("drawing", "drawing.svg", "image/svg+xml", EVIL_SVG),
            to_file("paper", "paper.pdf", "application/pdf", PAPER),
            to_file("photo", "photo.png", "image/png", PIXEL, "base64"),
            to_file("zip", "bytes.zip", "application/zip", "PK not really"),
            to_file("notes", "notes.txt", "text/plain", EVIL),
        )
    )
    run_to(board, "notes")
    panel = opened(board, "notes", "Output")
    panel.get_by_role("button", name="Files").click()
    files = panel.get_by_role("list", name="Files")
    expect(files.get_by_role("listitem")).to_have_count(6)
    expect(files).to_contain_text("image/png · 70 bytes")
    dialog = board.page.get_by_role("dialog")

    def look(name: str) -> Locator:
        files.get_by_role("button").filter(has_text=name).click()
        expect(dialog).to_be_visible()
        return dialog

    def close() -> None:
        dialog.get_by_role("button", name="Close").click()
        expect(dialog).to_have_count(0)

    frame = look(".html").locator("iframe")
    expect(frame).to_have_attribute("sandbox", "")
    link = frame.content_frame.get_by_role("link", name="Press me")
    link.click()
    expect(link).to_be_visible()
    close()
    for name in ("drawing.svg", "photo.png"):
        expect(look(name).get_by_role("img", name=name)).to_have_js_property("complete", True)
        assert dialog.get_by_role("img", name=name).evaluate("one => one.naturalWidth") > 0
        close()
    expect(look("paper.pdf").locator("iframe")).to_have_attribute("src", re.compile("^blob:"))
    close()
    expect(look("bytes.zip")).to_contain_text("50 4b 20 6e 6f 74")
    close()
    expect(look("notes.txt")).to_contain_text("<img src=x onerror=window.__xss=1>")
    with board.page.expect_download() as download:
        dialog.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "notes.txt"
    assert board.page.evaluate("window.__xss") is None


def test_data_of_strangers_stays_data_in_every_view(board: Board) -> None:
    board.open(with_items([{"html": EVIL, EVIL: EVIL, "deep": {EVIL: [EVIL]}}], card("last", "flow.noop")))
    run_to(board, "last")
    panel = opened(board, "last", "Output")
    for view in ("JSON", "Schema", "Fields", "Table"):
        panel.get_by_role("button", name=view, exact=True).click()
        expect(panel).to_contain_text("<img src=x onerror=window.__xss=1>")
    panel.get_by_role("button", name="HTML", exact=True).click()
    frame = panel.locator("iframe")
    expect(frame).to_have_attribute("sandbox", "")
    link = frame.content_frame.get_by_role("link", name="Press me").first
    link.click()
    expect(link).to_be_visible()
    panel.get_by_role("tab", name=re.compile("^Params")).click()
    panel.get_by_role("tab", name=re.compile("^Input")).click()
    expect(panel).to_contain_text("<img src=x")
    assert board.page.evaluate("window.__xss") is None


def test_an_item_under_the_pointer_shows_where_it_came_from(board: Board) -> None:
    people = [{"name": name, "age": age} for name, age in (("Ada", 3), ("Ben", 1), ("Cy", 2))]
    sort = card("sort", "data.sort", params={"mode": "fields", "by": [{"field": "age"}]})
    board.open(with_items(people, sort))
    run_to(board, "sort")
    opened(board, "sort").get_by_role("button", name="Open wide").click()
    board.page.mouse.move(5, 5)
    wide = board.page.get_by_role("dialog", name="Sort")
    came, went = (wide.get_by_role("region", name=name) for name in ("Input", "Output"))
    went.get_by_role("row").filter(has_text="Ben").hover()
    marked = came.locator("[data-related]")
    expect(marked).to_have_count(1)
    expect(marked).to_contain_text("Ben")
    expect(went).to_contain_text("It came from input item 2.")
    came.get_by_role("row").filter(has_text="Ada").hover()
    expect(went.locator("[data-related]")).to_have_count(1)
    expect(went.locator("[data-related]")).to_contain_text("Ada")


def test_pinned_data_is_shown_and_edited(board: Board) -> None:
    board.open(with_items([{"name": "Ada"}], card("greet", params={"fields": FIELDS})))
    panel = opened(board, "start", "Output")
    expect(panel.get_by_role("cell", name="Ada")).to_be_visible()
    panel.get_by_role("button", name="Edit", exact=True).click()
    dialog = board.page.get_by_role("dialog", name="Edit the pinned output")
    text = dialog.get_by_role("textbox", name="Items as JSON").and_(dialog.locator(".cm-content"))
    text.fill('[{"name": "Ben"}, 5]')
    expect(dialog.get_by_role("status")).to_contain_text("Item 2 is no object")
    expect(dialog.get_by_role("button", name="Pin", exact=True)).to_be_disabled()
    text.fill('[{"name": "Ben"}]')
    dialog.get_by_role("button", name="Pin", exact=True).click()
    expect(panel.get_by_role("cell", name="Ben")).to_be_visible()
    assert board.stored()["pins"] == {"start": [{"name": "Ben"}]}
    run_to(board, "greet")
    expect(opened(board, "greet", "Output").get_by_role("cell", name="Ben!")).to_be_visible()


def test_an_expression_is_completed_from_real_data_with_help_and_a_preview(board: Board) -> None:
    board.open(with_items([{"name": " Ada "}], card("greet", params={"fields": FIELDS})))
    run_to(board, "greet")
    panel = opened(board, "greet")
    editor = panel.locator(".cm-content").first
    editor.fill("{{ $json.")
    options = board.page.get_by_role("listbox", name="Completions")
    options.get_by_role("option", name=re.compile("^name")).click()
    expect(editor).to_contain_text("$json.name")
    board.page.keyboard.type(".tri")
    trim = options.get_by_role("option", name=re.compile(r"^trim\(\)"))
    expect(trim).to_be_visible()
    info = board.page.locator(".cm-completionInfo")
    expect(info).to_contain_text("→")
    expect(info).to_contain_text('Here: "Ada"')
    trim.click()  # The list takes no Enter in its first moments, lest one meant for the text be taken.
    expect(editor).to_contain_text("$json.name.trim()")
    board.page.keyboard.type(" }}")
    expect(panel).to_contain_text("= Ada")


def test_a_credential_is_made_tried_and_used_to_fetch_models(board: Board, service: LocalServer) -> None:
    board.open(document([card("ask", "ai.chat")]))
    panel = opened(board, "ask")
    model = panel.get_by_role("combobox", name="Model")
    model.click()
    page = board.page
    expect(page.get_by_text("Choose credential first")).to_be_visible()
    page.keyboard.press("Escape")
    panel.get_by_role("button", name="New", exact=True).click()
    dialog = page.get_by_role("dialog", name="New credential")
    dialog.get_by_label("Name", exact=True).fill(f"Models at {service.port}")
    dialog.get_by_label("Base URL").fill(f"{service.url}/v1")
    dialog.get_by_label("API key").fill("wrong")
    dialog.get_by_role("button", name="Test").click()
    expect(dialog).to_contain_text("answered 401")
    dialog.get_by_label("API key").fill("right")
    expect(dialog).not_to_contain_text("answered 401")
    dialog.get_by_role("button", name="Test").click()
    expect(dialog).to_contain_text("offers 2 models")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    panel.get_by_role("button", name="Test").click()
    expect(panel).to_contain_text("offers 2 models")
    model.click()
    choices = page.get_by_role("listbox", name="Choices for Model").get_by_role("option")
    expect(choices).to_have_text(["huge-2", "tiny-1"])
    model.fill("tin")
    expect(choices).to_have_text(["tiny-1"])
    page.keyboard.press("Enter")
    expect(model).to_have_value("tiny-1")
    assert board.stored()["nodes"][0]["params"]["model"] == "tiny-1"


def test_a_file_of_the_item_is_chosen_by_its_name(board: Board) -> None:
    read = card("read", "files.convert", params={"operation": {"kind": "to_text", "file": "other"}})
    board.open(with_items([{"a": 1}], to_file("letter", "letter.txt", "text/plain", "Dear"), read))
    run_to(board, "letter")
    field = opened(board, "read").get_by_role("combobox", name="File")
    field.click()
    board.page.get_by_role("option", name="letter").click()
    expect(field).to_have_value("letter")
    run_to(board, "read")
    assert board.stored()["nodes"][2]["params"]["operation"]["file"] == "letter"


def test_a_workflow_is_chosen_by_its_name(board: Board) -> None:
    called = board.api.post("/workflows", json={"document": document([card("a")], name="Part of it")})
    board.open(document([card("call", "flow.run_workflow")]))
    panel = opened(board, "call")
    field = panel.get_by_role("combobox", name="Workflow")
    field.fill("part of")
    board.page.get_by_role("option", name=re.compile("Part of it")).click()
    expect(field).to_have_value("Part of it")
    assert board.stored()["nodes"][0]["params"]["workflow"] == called.json()["id"]


def test_every_node_is_explained_from_the_palette_the_panel_and_a_page(board: Board) -> None:
    board.open(document([card("greet")]))
    panel = opened(board, "greet", "Help")
    expect(panel.get_by_role("heading", name="Examples")).to_be_visible()
    expect(panel.get_by_role("link", name="Open this page in a new tab")).to_have_attribute(
        "href", "/help/data.set"
    )
    board.page.get_by_role("button", name="Add a node", exact=True).click()
    board.page.get_by_role("combobox", name="Search nodes").fill("sort")
    link = board.page.get_by_role("link", name="How to use Sort")
    expect(link).to_have_attribute("href", "/help/data.sort")
    board.page.goto("/help")
    board.page.get_by_role("searchbox", name="Search the nodes").fill("e-mail")
    board.page.get_by_role("link", name=re.compile("^Send e-mail")).click()
    expect(board.page.get_by_role("heading", name="Send e-mail")).to_be_visible()
    expect(board.page.get_by_text("Params", exact=True).first).to_be_visible()


def test_the_page_may_load_nothing_from_elsewhere(board: Board) -> None:
    board.open(document([card("greet")]))
    board.page.evaluate(
        """() => new Promise(done => {
            document.addEventListener('securitypolicyviolation', event => {
                window.refused = event.effectiveDirective
                done()
            })
            const script = document.createElement('script')
            script.textContent = 'window.__xss = 1'
            document.body.append(script)
        })"""
    )
    assert board.page.evaluate("[window.refused, window.__xss ?? null]") == ["script-src-elem", None]
