"""Bad input gets a clear answer, loses nothing, and never a 5xx."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.e2e.documents import ask, in_a_row, node, webhook
from tests.e2e.following import all_runs, open_task, wait_for_run, wait_until
from tests.e2e.outside import Outside
from tools.instance import Instance

MB = 1024 * 1024


@pytest.fixture
def running(shared_product: Instance) -> Instance:
    return shared_product


@pytest.fixture
def api(running: Instance) -> Iterator[httpx.Client]:
    with running.api() as client:
        yield client


def assert_clear(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """A JSON answer with that status and stable code, and a sentence."""
    assert answer.status_code == status, answer.text[:500]
    body = answer.json()
    assert body["code"] == code, body
    assert len(body["message"]) > 10
    return dict(body)


def problem(api: httpx.Client, document: dict[str, Any], code: str) -> dict[str, Any]:
    """Store the draft, which keeps it whatever is wrong, and try to publish it."""
    created = api.post("/workflows", json={"document": document})
    assert created.status_code < 300, created.text
    workflow = created.json()
    body = refused(api, workflow["id"])
    found = [entry for entry in body["problems"] if entry["code"] == code]
    assert found, body["problems"]
    assert found[0]["path"] and found[0]["message"]
    kept = api.get(f"/workflows/{workflow['id']}").json()["document"]
    assert kept["nodes"] == workflow["document"]["nodes"]
    return dict(found[0])


def refused(api: httpx.Client, workflow_id: str) -> dict[str, Any]:
    """The answer to publishing a draft that has problems."""
    return assert_clear(api.post(f"/workflows/{workflow_id}/publish", json={}), 422, "workflow.has_problems")


# Webhooks


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b'{"total": ', "application/json"),
        (b'{"total": NaN}', "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"a": 1, "a": 2}', "application/json"),
        (b"\xff\xfe\x00", "application/json"),
        (b'{"n": ' + b"9" * 6000 + b"}", "application/json"),
    ],
    ids=["cut off", "NaN", "deep", "duplicate key", "not UTF-8", "huge number"],
)
def test_a_malformed_webhook_body(
    running: Instance, api: httpx.Client, content: bytes, content_type: str
) -> None:
    workflow_id = published(running, "malformed")
    before = len(all_runs(api, workflow_id))
    answer = httpx.post(
        f"{running.url}/webhook/malformed", content=content, headers={"Content-Type": content_type}
    )
    assert 400 <= answer.status_code < 500, answer.text[:300]
    assert answer.json()["code"]
    assert len(all_runs(api, workflow_id)) == before, "a refused body started a run"
    good = httpx.post(f"{running.url}/webhook/malformed", json={"total": 7})
    assert good.status_code < 300
    wait_until(lambda: len(all_runs(api, workflow_id)) == before + 1, "the run of the good body")


def test_a_body_of_twenty_megabytes(running: Instance, api: httpx.Client) -> None:
    workflow_id = published(running, "large")
    answer = httpx.post(
        f"{running.url}/webhook/large",
        content=b'{"a": "' + b"x" * (20 * MB) + b'"}',
        headers={"Content-Type": "application/json"},
        timeout=60,
    )
    assert answer.status_code == 413, answer.text[:300]
    assert answer.json()["code"]
    assert all_runs(api, workflow_id) == []
    assert httpx.get(f"{running.url}/readyz").status_code == 200


def test_an_unknown_path(running: Instance) -> None:
    assert_clear(httpx.post(f"{running.url}/webhook/nothing-here", json={}), 404, "webhook.not_found")


def test_a_wrong_method(running: Instance) -> None:
    published(running, "posted")
    answer = httpx.put(f"{running.url}/webhook/posted", json={})
    assert answer.status_code == 405, answer.text
    assert "POST" in answer.headers["allow"]
    assert answer.json()["code"]


# Documents


def test_an_unknown_node_type(api: httpx.Client) -> None:
    document = in_a_row("Unknown type", webhook("unknown-type"), node("odd", "shop.teleport"))
    assert problem(api, document, "node.unknown_type")["path"] == "nodes.odd.type"


def test_a_cycle_without_a_loop_node(api: httpx.Client) -> None:
    document = in_a_row("Cycle", webhook("cycle"), node("first", "flow.noop"), node("second", "flow.noop"))
    document["edges"].append({"source": "second", "output": "main", "target": "first", "input": "main"})
    created = api.post("/workflows", json={"document": document}).json()
    body = refused(api, created["id"])
    assert any("cycle" in entry["code"] or "loop" in entry["message"] for entry in body["problems"]), body


def test_a_template_that_is_not_closed(api: httpx.Client) -> None:
    value = "={{ $json.total"
    document = in_a_row(
        "Open", webhook("open"), node("set", "data.set", fields=[{"name": "a", "value": value}])
    )
    found = problem(api, document, "expression.syntax")
    assert found["path"].startswith("nodes.set.params.fields.0.value")


def test_an_expression_with_a_syntax_error(api: httpx.Client) -> None:
    value = "={{ $json.total + }}"
    document = in_a_row(
        "Syntax",
        node("start", "trigger.manual"),
        node("set", "data.set", fields=[{"name": "a", "value": value}]),
    )
    created = api.post("/workflows", json={"document": document}).json()
    started = api.post(f"/workflows/{created['id']}/run", json={"items": [{}]})
    if started.status_code == 422:
        assert "expression.syntax" in started.text
        return
    run = wait_for_run(api, started.json()["run_id"], "failed")
    assert run["error"]["node"] == "set"
    assert run["error"]["code"].startswith("expression.")
    assert "Unexpected token" in run["error"]["message"]


def test_a_missing_credential(running: Instance, api: httpx.Client) -> None:
    mail = {"credential": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "to": "a@example.org", "subject": "s", "text": "t"}
    document = in_a_row(
        "No credential", node("start", "trigger.manual"), node("mail", "notify.email", **mail)
    )
    created = api.post("/workflows", json={"document": document}).json()
    started = api.post(f"/workflows/{created['id']}/run", json={"items": [{}], "wait_seconds": 20})
    if started.status_code >= 400:
        assert started.status_code < 500, started.text
        assert "credential" in started.text
        return
    run = wait_for_run(api, started.json()["run_id"], "failed")
    assert run["error"]["code"] == "credential.missing"
    assert run["error"]["node"] == "mail"


def test_a_form_with_a_wrong_type(api: httpx.Client) -> None:
    document = in_a_row("Wrong type", webhook("wrong-type"), ask("ask", "http://127.0.0.1/") | {"id": "ask"})
    document["nodes"][1]["params"]["timeout_seconds"] = "soon"
    created = api.post("/workflows", json={"document": document}).json()
    body = refused(api, created["id"])
    assert [entry["path"] for entry in body["problems"]] == ["nodes.ask.params.timeout_seconds"]


# Runs


def test_an_unreachable_host_fails_the_run_with_a_sentence(api: httpx.Client) -> None:
    document = in_a_row(
        "Unreachable",
        node("start", "trigger.manual"),
        ask("ask", "http://127.0.0.1:9/", method="GET"),
    )
    created = api.post("/workflows", json={"document": document}).json()
    started = api.post(f"/workflows/{created['id']}/run", json={"items": [{}]}).json()
    run = wait_for_run(api, started["run_id"], "failed")
    assert run["error"]["node"] == "ask"
    assert "127.0.0.1" in run["error"]["message"]


def test_a_forbidden_address_is_never_asked(api: httpx.Client) -> None:
    document = in_a_row(
        "Metadata",
        node("start", "trigger.manual"),
        ask("ask", "http://169.254.169.254/latest/meta-data/", method="GET"),
    )
    created = api.post("/workflows", json={"document": document}).json()
    started = api.post(f"/workflows/{created['id']}/run", json={"items": [{}]}).json()
    run = wait_for_run(api, started["run_id"], "failed")
    assert run["error"]["node"] == "ask"


def test_a_deleted_workflow_with_a_paused_run(running: Instance, api: httpx.Client) -> None:
    workflow_id = running.publish(
        in_a_row("Deleted", webhook("deleted"), node("decision", "human.approval", subject="Go on?"))
    )
    httpx.post(f"{running.url}/webhook/deleted", json={})
    run_id = wait_until(lambda: [run["id"] for run in all_runs(api, workflow_id)], "the run")[0]
    wait_for_run(api, run_id, "paused")
    task = open_task(api, run_id)

    assert api.delete(f"/workflows/{workflow_id}").status_code < 300
    assert httpx.post(f"{running.url}/webhook/deleted", json={}).status_code == 404
    wait_for_run(api, run_id, "cancelled")
    late = api.post(f"/inbox/{task['id']}/decide", json={"outcome": "approved", "nonce": task["nonce"]})
    assert 400 <= late.status_code < 500, late.text


def test_two_tabs_that_edit_one_workflow(api: httpx.Client) -> None:
    document = in_a_row("Two tabs", webhook("two-tabs"))
    created = api.post("/workflows", json={"document": document}).json()
    first, second = (document | {"name": name} for name in ("First tab", "Second tab"))
    url = f"/workflows/{created['id']}"
    saved = api.put(url, json={"document": first, "revision": created["revision"]})
    assert saved.status_code == 200, saved.text
    late = api.put(url, json={"document": second, "revision": created["revision"]})
    body = assert_clear(late, 409, "workflow.revision_conflict")
    assert body["current"]["document"]["name"] == "First tab"
    assert body["current"]["revision"] == saved.json()["revision"]
    assert api.get(url).json()["name"] == "First tab"


def test_a_slow_caller_does_not_hold_up_the_others(running: Instance, outside: Outside) -> None:
    """Twenty callers wait on a slow run; a plain one is answered meanwhile."""
    running.publish(
        in_a_row(
            "Slow caller",
            webhook("slow-caller", respond="when_finished"),
            ask("slow", f"{outside.url}/slow?s=2", method="GET"),
        )
    )
    published(running, "quick")

    async def callers() -> tuple[list[int], float]:
        async with httpx.AsyncClient(timeout=30, limits=httpx.Limits(max_connections=50)) as client:
            slow = [
                asyncio.create_task(client.post(f"{running.url}/webhook/slow-caller", json={}))
                for _ in range(20)
            ]
            await asyncio.sleep(0.5)
            quick = await client.post(f"{running.url}/webhook/quick", json={})
            assert not all(task.done() for task in slow)
            return [
                answer.status_code for answer in await asyncio.gather(*slow)
            ], quick.elapsed.total_seconds()

    # On a thread of its own: a browser's loop may be running on this one.
    with ThreadPoolExecutor(1) as thread:
        statuses, quick_seconds = thread.submit(asyncio.run, callers()).result()
    assert set(statuses) == {200}
    assert quick_seconds < 1


def published(running: Instance, path: str) -> str:
    """The id of a live workflow with that webhook, made once."""
    if path not in PUBLISHED:
        PUBLISHED[path] = running.publish(in_a_row(path.title(), webhook(path), node("end", "flow.noop")))
    return PUBLISHED[path]


PUBLISHED: dict[str, str] = {}
