"""Running from the canvas, and what the nodes say meanwhile."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from orchestrator.sdk.local_server import Seen
from tests.e2e.canvas.board import Board, card, chain, document, line, until
from tests.e2e.outside import Outside
from tests.inbox.mailbox import running_server

pytestmark = pytest.mark.browser


def state(board: Board, node_id: str, status: str) -> None:
    expect(board.card(node_id)).to_have_attribute("data-status", status, timeout=20_000)


def runs(board: Board) -> list[dict[str, Any]]:
    answer = board.api.get("/runs", params={"workflow": board.workflow_id})
    return list(answer.raise_for_status().json()["items"])


def performed(board: Board) -> set[str]:
    """Nodes that had a step in the newest run."""
    events = board.api.get(f"/runs/{runs(board)[0]['id']}").raise_for_status().json()["events"]
    return {event["node"] for event in events if event["type"] == "step.started"}


def stamps(board: Board, node_id: str) -> Any:
    """What a node gave in the newest run."""
    step = f"/runs/{runs(board)[0]['id']}/steps/{node_id}:1"
    return board.api.get(step).raise_for_status().json()["outputs"]["main"]["items"]


NOW = {"fields": [{"name": "at", "value": "={{ $now.toMillis() }}"}]}


def test_behaviour_22_ctrl_enter_runs_all_or_to_here_or_one_step_or_from_here(board: Board) -> None:
    drawing = chain(4)
    for node in drawing["nodes"][1:]:
        node["params"] = {"fields": [{"name": node["id"], "value": "={{ $now.toMillis() }}"}]}
    board.open(drawing)
    board.menu(board.card("n2"), "Run to here")
    state(board, "n2", "succeeded")
    until(lambda: performed(board) == {"n0", "n1", "n2"}, lambda: f"{performed(board)}")

    board.press("Control+Enter")
    state(board, "n3", "succeeded")
    [first] = stamps(board, "n3")

    board.menu(board.card("n2"), "Run this step")
    until(lambda: len(runs(board)) == 3 and runs(board)[0]["status"] == "succeeded", lambda: f"{runs(board)}")
    [again] = stamps(board, "n2")
    assert again["n1"] == first["n1"] and again["n2"] > first["n2"]
    assert "n3" not in performed(board)

    board.press("Control+Enter")
    until(lambda: len(runs(board)) == 4 and runs(board)[0]["status"] == "succeeded", lambda: f"{runs(board)}")
    [full] = stamps(board, "n3")
    state(board, "n3", "succeeded")
    board.menu(board.card("n2"), "Run again from here")
    until(lambda: len(runs(board)) == 5 and runs(board)[0]["status"] == "succeeded", lambda: f"{runs(board)}")
    [onward] = stamps(board, "n3")
    assert onward["n1"] == full["n1"] and onward["n2"] > full["n2"] and onward["n3"] > full["n3"]


def test_behaviour_22_what_changed_since_the_run_is_marked(board: Board) -> None:
    board.open(chain(3))
    board.press("Control+Enter")
    state(board, "n2", "succeeded")
    expect(board.page.locator("[data-stale]")).to_have_count(0)
    board.select("n1")
    board.press("d")
    expect(board.card("n1").locator("[data-stale]")).to_be_visible()
    expect(board.card("n2").locator("[data-stale]")).to_be_visible()
    expect(board.card("n0").locator("[data-stale]")).to_have_count(0)
    board.press("Control+z")
    expect(board.page.locator("[data-stale]")).to_have_count(0)


def test_behaviour_22_a_run_can_be_stopped(board: Board) -> None:
    drawing = chain(2)
    wait = {"mode": {"kind": "interval", "amount": 5, "unit": "minutes"}}
    drawing["nodes"].append(card("w", "flow.wait", (576, 0), name="Hold on", params=wait))
    drawing["edges"].append(line("n1", "w"))
    board.open(drawing)
    board.press("Control+Enter")
    state(board, "w", "paused")
    expect(board.card("w")).to_contain_text("waiting for 5 minutes")
    expect(board.card("w")).to_contain_text(re.compile(r"until \d\d?:\d\d"))
    board.page.get_by_role("region", name="Run").get_by_role("button", name="Stop").click()
    state(board, "w", "cancelled")
    assert runs(board)[0]["status"] == "cancelled"


def test_behaviour_23_nodes_say_how_they_fare(board: Board, outside: Outside) -> None:
    retry = {"attempts": 2, "backoff": "fixed", "initial_seconds": 4}
    board.open(
        document(
            [
                card("start", "trigger.manual", (0, 100)),
                card(
                    "odd",
                    "flow.if",
                    (288, 100),
                    params={"conditions": [{"left": 1, "op": "eq", "right": 2}], "combine": "and"},
                ),
                card("never", at=(576, 0)),
                card("good", at=(576, 100)),
                card(
                    "bad",
                    "http.request",
                    (864, 100),
                    params={"method": "GET", "url": f"{outside.url}/slow?s=2", "timeout_seconds": 0.3},
                    settings={"retry": retry},
                ),
            ],
            [
                line("start", "odd"),
                line("odd", "never", "true"),
                line("odd", "good", "false"),
                line("good", "bad"),
            ],
        )
    )
    board.press("Control+Enter")
    expect(board.card("bad")).to_contain_text("retrying 2/2", timeout=20_000)
    state(board, "bad", "failed")
    expect(board.card("bad")).to_contain_text("try 2/2")
    expect(board.card("good")).to_contain_text("1 item")
    expect(board.card("odd")).to_contain_text("false · 1 item")
    expect(board.element("bad")).to_have_accessible_name(
        re.compile(r"Step 5 of 5, Bad, HTTP request, failed")
    )


def speak(seen: Seen) -> tuple[int, dict[str, str], bytes]:
    """A model that answers one word, and says what it took."""
    said = {
        "model": "tiny-1",
        "choices": [{"index": 0, "delta": {"content": "Yes"}, "finish_reason": "stop"}],
    }
    used = {
        "choices": [],
        "usage": {"prompt_tokens": 31, "completion_tokens": 11, "total_tokens": 42, "cost": 0.0125},
    }
    lines = [
        f"data: {json.dumps({'id': 'x', 'object': 'chat.completion.chunk', 'created': 1, **part})}"
        for part in (said, used)
    ]
    return 200, {"Content-Type": "text/event-stream"}, "\n\n".join([*lines, "data: [DONE]\n\n"]).encode()


def test_behaviour_23_a_model_says_what_it_took_in_tokens_and_money(board: Board) -> None:
    with running_server(speak) as model:
        data = {"base_url": f"{model.url}/v1", "api_key": "k"}
        made = board.api.post(
            "/credentials", json={"name": f"At {model.port}", "type": "openai", "data": data}
        )
        params = {
            "credential": made.raise_for_status().json()["id"],
            "model": "tiny-1",
            "prompt": "Well?",
        }
        ask = card("ask", "ai.chat", (288, 0), params=params)
        board.open(document([card("start", "trigger.manual"), ask], [line("start", "ask")]))
        board.press("Control+Enter")
        state(board, "ask", "succeeded")
    expect(board.card("ask")).to_contain_text("42 tok")
    expect(board.card("ask")).to_contain_text("$0.0125")


def test_behaviour_23_what_has_not_begun_is_queued_and_what_runs_counts(
    board: Board, outside: Outside
) -> None:
    outside.hold("/slow")
    slow = card("slow", "http.request", (288, 0), params={"method": "GET", "url": f"{outside.url}/slow"})
    drawing = document([card("start", "trigger.manual"), slow], [line("start", "slow")])
    drawing["settings"] = {"concurrency": {"limit": 1}}
    board.open(drawing)
    board.press("Control+Enter")
    state(board, "slow", "running")
    expect(board.card("slow")).to_contain_text(re.compile(r"running \d"))
    board.press("Control+Enter")
    state(board, "start", "queued")
    expect(board.card("start")).to_contain_text("queued")
    expect(board.element("start")).to_have_accessible_name(re.compile("queued$"))
    outside.release()
    state(board, "slow", "succeeded")


def test_behaviour_23_a_skipped_node_says_why(board: Board) -> None:
    odd = {"conditions": [{"left": 1, "op": "eq", "right": 2}], "combine": "and"}
    board.open(
        document(
            [
                card("start", "trigger.manual"),
                card("odd", "flow.if", (288, 0), params=odd),
                card("never", at=(576, 0)),
            ],
            [line("start", "odd"), line("odd", "never", "true")],
        )
    )
    board.press("Control+Enter")
    state(board, "never", "skipped")
    expect(board.card("never")).to_contain_text("Odd")


def test_the_data_of_a_run_can_be_used_in_the_editor(board: Board) -> None:
    board.open(chain(2))
    body = {"items": [{"order": 12}]}
    run = board.api.post(f"/workflows/{board.workflow_id}/run", json=body).raise_for_status().json()["run_id"]
    state(board, "n1", "succeeded")
    board.page.goto(f"/runs/{run}")
    board.page.get_by_role("button", name="Use this data in the editor").click()
    expect(board.card("n0").get_by_label("Output is pinned")).to_be_visible()
    until(lambda: board.stored()["pins"].get("n0") == [{"order": 12}], lambda: f"{board.stored()['pins']}")


def test_what_code_writes_is_read_while_it_works(board: Board) -> None:
    source = (
        "for (let n = 1; n <= 20; n++) { console.log('line', n); await new Promise(d => setTimeout(d, 200)) }"
    )
    code = card("code", "data.code", (288, 0), params={"source": f"{source}\nreturn items"})
    board.open(document([card("start", "trigger.manual"), code], [line("start", "code")]))
    board.card("code").dblclick()
    panel = board.page.get_by_role("complementary", name="Node Code", exact=True)
    panel.get_by_role("tab", name=re.compile("^Output")).click()
    board.press("Control+Enter")
    expect(panel.locator("pre").filter(has_text="line 3")).to_be_visible(timeout=30_000)
    expect(board.card("code")).to_have_attribute("data-status", "running")
    state(board, "code", "succeeded")
    panel.get_by_text("Log (20)").click()
    expect(panel).to_contain_text("line 20")
