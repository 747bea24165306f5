"""Nodes that need the whole product: children behind the wall started by a real worker, a memory that
outlives runs, files that outlive steps."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.e2e.documents import in_a_row, node, webhook
from tests.e2e.following import wait_for_run
from tools.instance import Instance

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"

QUERY = (
    "SELECT name, sum(total) AS spent FROM input1 JOIN input2 ON input2.customer = input1.id "
    "WHERE total >= :least GROUP BY input1.id ORDER BY spent DESC"
)


@pytest.fixture
def product(shared_product: Instance) -> Instance:
    return shared_product


def answer(product: Instance, path: str, body: Any) -> Any:
    """What the last step made of a call."""
    found = httpx.post(f"{product.url}/webhook/{path}", json=body, timeout=60)
    assert found.status_code == 200, found.text
    return found.json()


def test_a_query_joins_branches(product: Instance) -> None:
    document = {
        "format": 1,
        "name": "Spending",
        "nodes": [
            webhook("spending", respond="when_finished") | {"position": [0, 0]},
            node("customers", "data.split_out", field="body.customers") | {"position": [240, 0]},
            node("orders", "data.split_out", field="body.orders") | {"position": [240, 200]},
            node(
                "joined",
                "flow.merge",
                mode="sql",
                query=QUERY,
                values={"least": "={{ $('Hook').first().json.body.least }}"},
            )
            | {"position": [480, 0]},
        ],
        "edges": [
            {"source": "hook", "output": "main", "target": "customers", "input": "main"},
            {"source": "hook", "output": "main", "target": "orders", "input": "main"},
            {"source": "customers", "output": "main", "target": "joined", "input": "input1"},
            {"source": "orders", "output": "main", "target": "joined", "input": "input2"},
        ],
        "settings": {},
    }
    product.publish(document)
    body = {
        "least": 2,
        "customers": [{"id": 1, "name": "Ada"}, {"id": 2, "name": "Ben"}],
        "orders": [{"customer": 1, "total": 5}, {"customer": 2, "total": 9}, {"customer": 1, "total": 1}],
    }
    assert answer(product, "spending", body) == [{"name": "Ben", "spent": 9}, {"name": "Ada", "spent": 5}]


def test_what_one_run_has_met_is_no_news_to_the_next(product: Instance) -> None:
    news = node(
        "news",
        "data.remove_duplicates",
        compare="only",
        fields=["id"],
        seen_in={"kind": "runs", "name": "orders", "scope": "workflow"},
    )
    orders = node("orders", "data.split_out", field="body.orders")
    product.publish(
        in_a_row("News", webhook("news", respond="when_finished"), orders, news, node("new", "flow.noop"))
    )
    assert answer(product, "news", {"orders": [{"id": 1}, {"id": 2}, {"id": 1}]}) == [{"id": 1}, {"id": 2}]
    assert answer(product, "news", {"orders": [{"id": 2}, {"id": 3}]}) == {"id": 3}


def test_full_python_runs_in_a_real_worker_and_reaches_nothing(product: Instance) -> None:
    source = "class A:\n  n = 7\ntry:\n  open('/etc/passwd')\nexcept PermissionError:\n  return {'n': A.n}"
    code = node("code", "data.code", language="full_python", source=source)
    product.publish(in_a_row("Python", webhook("python", respond="when_finished"), code))
    assert answer(product, "python", {}) == {"n": 7}


def test_an_image_is_edited_and_kept(product: Instance) -> None:
    content = {"kind": "to_file", "encoding": "base64", "text": PIXEL, "name": "p.png"}
    picture = node("made", "files.convert", operation=content)
    larger = node(
        "larger", "files.image", operation={"kind": "resize", "width": 8, "enlarge": True}, format="jpeg"
    )
    document = in_a_row("Image", node("start", "trigger.manual"), picture, larger)
    with product.api() as api:
        workflow = api.post("/workflows", json={"document": document}).raise_for_status().json()["id"]
        run_id = (
            api.post(f"/workflows/{workflow}/run", json={"items": [{}]}).raise_for_status().json()["run_id"]
        )
        wait_for_run(api, run_id, "succeeded")
        page = api.get(f"/runs/{run_id}/steps/larger:1", params={"side": "out"}).raise_for_status().json()
        file = page["outputs"]["main"]["files"][0]["data"]
        content = api.get(f"/files/{file['hash']}").raise_for_status().content
    assert (file["name"], content[:3]) == ("p.jpg", b"\xff\xd8\xff")
