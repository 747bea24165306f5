"""Asking a model: what the run's page tells of it, and a chat that anyone may open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.documents import in_a_row, node
from tests.e2e.editor import signed_in
from tests.e2e.following import wait_for_run
from tests.e2e.model import Model
from tools.instance import Instance

KEY = "sk-very-secret-key"
PRICES = {"price_in": 2, "price_out": 10}


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with Instance(tmp_path_factory.mktemp("models")) as instance:
        yield instance


@pytest.fixture(scope="module")
def api(product: Instance) -> Iterator[httpx.Client]:
    client = product.create_owner()
    yield client
    client.close()


@pytest.fixture
def model() -> Iterator[Model]:
    server = Model()
    yield server
    server.close()


@pytest.fixture
def credential(api: httpx.Client, model: Model) -> str:
    body = {"name": model.url, "type": "openai", "data": {"base_url": model.url, "api_key": KEY}}
    return str(api.post("/credentials", json=body).raise_for_status().json()["id"])


def asking(credential: str, start: dict[str, Any], prompt: str) -> dict[str, Any]:
    params = {"credential": credential, "model": "small", "system": "Be kind.", "prompt": prompt, **PRICES}
    ask = node("ask", "ai.chat", **params)
    ask["settings"] = {"retry": {"attempts": 2, "initial_seconds": 0.05}}
    return in_a_row("Asking", start, ask)


def made(api: httpx.Client, document: dict[str, Any]) -> str:
    return str(api.post("/workflows", json={"document": document}).raise_for_status().json()["id"])


def run(api: httpx.Client, workflow_id: str, status: str = "succeeded") -> str:
    started = api.post(f"/workflows/{workflow_id}/run", json={"items": [{"name": "Ada"}]}).raise_for_status()
    return str(wait_for_run(api, started.json()["run_id"], status)["id"])


def test_a_step_keeps_what_was_said_of_every_try_and_what_it_cost(
    api: httpx.Client, model: Model, credential: str
) -> None:
    model.refuse = 1
    model.answer = f"Hello Ada! (your key is {KEY})"
    prompt = f"=Greet {{{{ $json.name }}}} with {KEY}. {'x' * 30_000}"
    workflow_id = made(api, asking(credential, node("start", "trigger.manual"), prompt))
    answer = api.get(f"/runs/{run(api, workflow_id)}/steps/ask:1").raise_for_status()
    step = answer.json()
    failed, done = (line["fields"] for line in step["logs"])
    assert [message["role"] for message in failed["messages"]] == ["system", "user"]
    assert [message["role"] for message in done["messages"]] == ["system", "user", "assistant"]
    assert done["messages"][0]["content"] == "Be kind."
    assert done["messages"][1]["content"].startswith("Greet Ada with •••. x")
    assert done["messages"][1]["content"].endswith("more characters)")
    assert len(done["messages"][1]["content"]) < 20_100
    assert done["messages"][2]["content"] == "Hello Ada! (your key is •••)"
    assert (done["model"], done["tokens_in"], done["tokens_out"]) == ("small-2", 1000, 200)
    assert done["cost"] == pytest.approx(0.004)
    assert step["usage"] == pytest.approx({"tokens_in": 1000, "tokens_out": 200, "cost": 0.004})
    assert KEY not in str(step["logs"]), "a credential never gets into a log"


def test_a_step_that_failed_tells_what_it_logged_and_was_told(
    api: httpx.Client, model: Model, credential: str
) -> None:
    model.refuse = 9
    workflow_id = made(api, asking(credential, node("start", "trigger.manual"), "=Greet {{ $json.name }}"))
    step = api.get(f"/runs/{run(api, workflow_id, 'failed')}/steps/ask:1").raise_for_status().json()
    assert [line["fields"]["messages"][1]["content"] for line in step["logs"]] == ["Greet Ada"] * 2
    assert step["params"][0]["prompt"] == "Greet Ada"


@pytest.mark.browser
def test_the_run_page_shows_the_messages_tokens_and_cost(
    browser: Browser, product: Instance, api: httpx.Client, model: Model, credential: str
) -> None:
    model.answer = "## Dear Ada\n\nWe **like** you.\n\n<img src=x onerror=alert(1)>"
    workflow_id = made(api, asking(credential, node("start", "trigger.manual"), "=Greet {{ $json.name }}"))
    run_id = run(api, workflow_id)
    context = signed_in(browser, product, api, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"/runs/{run_id}")
    page.locator('[data-node="ask"]').dblclick()
    panel = page.get_by_role("complementary", name="Node Ask")
    panel.get_by_role("tab", name="Output").click()
    messages = panel.get_by_role("group").filter(has_text="Messages").get_by_role("listitem")
    expect(messages).to_have_count(3)
    expect(messages.nth(0)).to_contain_text("Be kind.")
    expect(messages.nth(1)).to_contain_text("Greet Ada")
    expect(messages.nth(2)).to_contain_text("We **like** you.")
    expect(panel.get_by_text("small-2 · 1,000 tokens in, 200 out · $0.004000")).to_be_visible()

    panel.get_by_role("button", name="Markdown").click()
    expect(panel.get_by_role("heading", name="Dear Ada")).to_be_visible()
    expect(panel.locator("strong", has_text="like")).to_be_visible()
    expect(panel.locator("img")).to_have_count(0)
    context.close()


@pytest.mark.browser
def test_anyone_talks_to_a_public_chat(
    browser: Browser, product: Instance, api: httpx.Client, model: Model, credential: str
) -> None:
    talk = node(
        "talk",
        "trigger.chat",
        page={"kind": "public", "path": "help", "title": "Ask the shop"},
        greeting="Hello! We answer **soon**.",
        suggestions=["Where is my order?"],
    )
    workflow_id = made(api, asking(credential, talk, "={{ $json.message }}"))
    assert httpx.get(f"{product.url}/chat/help").status_code == 404, "it is not published yet"
    api.post(f"/workflows/{workflow_id}/publish", json={}).raise_for_status()

    stranger = browser.new_context(
        viewport={"width": 390, "height": 844}, base_url=product.url, has_touch=True
    )
    page = stranger.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("dialog", lambda dialog: problems.append(dialog.message))
    page.goto("/chat/help")
    log = page.get_by_role("log", name="Conversation")
    expect(log).to_contain_text("We answer soon.")
    model.answer = "It is **on its way**. <script>alert(1)</script><img src=x onerror=alert(2)>"
    page.get_by_role("button", name="Where is my order?").click()
    expect(log.locator("strong", has_text="on its way")).to_be_visible(timeout=20_000)
    expect(log.locator("img")).to_have_count(0)
    expect(page.get_by_role("button", name="Where is my order?")).to_be_hidden()

    model.answer = "On Tuesday."
    page.get_by_role("textbox", name="Message").fill("And <b>when</b>?")
    page.keyboard.press("Enter")
    expect(log.get_by_text("And <b>when</b>?")).to_be_visible()
    expect(log.get_by_text("On Tuesday.")).to_be_visible(timeout=20_000)
    [earlier] = [item for item in starts(api, workflow_id) if item["message"].startswith("And")]
    assert [entry["role"] for entry in earlier["history"]] == ["user", "assistant"]

    page.reload()
    expect(log.get_by_text("On Tuesday.")).to_be_visible()
    page.get_by_role("button", name="New conversation").click()
    expect(log.get_by_text("On Tuesday.")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert problems == []
    stranger.close()


@pytest.mark.browser
def test_a_public_chat_shows_the_words_of_its_model_as_they_come(
    browser: Browser, product: Instance, api: httpx.Client, model: Model, credential: str
) -> None:
    page_params = {"kind": "public", "path": "words", "streams": True}
    talk = node("talk", "trigger.chat", page=page_params)
    document = asking(credential, talk, "={{ $json.message }}")
    prints = node("prints", "data.code", source="console.log('for the author only'); return items")
    document = in_a_row("Words", talk, prints, document["nodes"][1])
    workflow_id = made(api, document)
    api.post(f"/workflows/{workflow_id}/publish", json={}).raise_for_status()
    stranger = browser.new_context(base_url=product.url)
    page = stranger.new_page()
    page.goto("/chat/words")
    log = page.get_by_role("log", name="Conversation")
    model.goes_on.clear()
    model.answer = "It is **on its way**."
    page.get_by_role("textbox", name="Message").fill("Where is it?")
    page.keyboard.press("Enter")
    expect(log).to_contain_text("hmm hmm", timeout=20_000)
    expect(log).not_to_contain_text("on its way")
    model.goes_on.set()
    expect(log.locator("strong", has_text="on its way")).to_be_visible(timeout=20_000)
    expect(log).not_to_contain_text("for the author only")
    expect(log.get_by_text("hmm")).to_have_count(1)
    stranger.close()


def starts(api: httpx.Client, workflow_id: str) -> list[dict[str, Any]]:
    """The items that runs of the workflow began with."""
    runs = api.get("/runs", params={"workflow": workflow_id}).raise_for_status().json()["items"]
    found = []
    for each in runs:
        step = api.get(f"/runs/{each['id']}/steps/talk:1", params={"side": "in"}).raise_for_status().json()
        found += step["inputs"]["main"]["items"]
    return found
