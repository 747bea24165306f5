"""What a template gives, while it is being typed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from orchestrator.engine import payload as payloads
from orchestrator.previews import sandbox
from orchestrator.runs import store
from orchestrator.sdk import FileRef, Item
from tests.api.callers import Caller
from tests.workflows.documents import by_hand

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def close_sandbox() -> Iterator[None]:
    yield
    sandbox.close()


def preview(caller: Caller, template: str, **rest: Any) -> Any:
    answer = caller.post("/expressions/preview", {"template": template, **rest})
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("plain", "plain"),
        ("={{ $json.total }}", 5),
        ("=Total: {{ $json.total }}", "Total: 5"),
        ("={{ $json.total * 2 }}", 10),
        ("={{ [1, 2].map(n => n + $json.total) }}", [6, 7]),
    ],
)
def test_a_template_has_a_value(owner: Caller, template: str, value: Any) -> None:
    assert preview(owner, template, items=[{"total": 5}]) == {"value": value}


def test_the_item_is_chosen_by_its_place(owner: Caller) -> None:
    items = [{"n": 1}, {"n": 2}]
    assert preview(owner, "={{ $json.n }}", items=items, item=1) == {"value": 2}
    assert preview(owner, "={{ $json.n }}", items=items, item=99) == {"value": 2}


@pytest.mark.parametrize(
    "template", ["={{ $json. }}", "={{ ( }}", "={{ JSON.parse('x') }}", "={{ while(true){} }}"]
)
def test_what_is_wrong_is_said(owner: Caller, template: str) -> None:
    assert preview(owner, template, items=[{}])["error"]["message"]


def test_the_data_of_a_run_is_at_hand(owner: Caller) -> None:
    workflow = owner.post("/workflows", {"document": by_hand()}).json()
    run = owner.post(f"/workflows/{workflow['id']}/run", {"items": [{"a": 1}]}).json()
    rest = {"run_id": run["run_id"], "workflow_id": workflow["id"], "node_id": "pass"}
    assert preview(owner, "={{ $workflow.name }}", **rest) == {"value": "By hand"}


def test_the_step_its_files_and_the_variables_are_at_hand(
    owner: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = {**by_hand(), "settings": {"vars": {"limit": 3}}}
    workflow = owner.post("/workflows", {"document": document}).json()
    run = owner.post(f"/workflows/{workflow['id']}/run", {"items": [{"a": 1}]}).json()
    photo = FileRef("0" * 64, "photo.png", "image/png", 70)
    events = [
        {"type": "step.succeeded", "step": "start:1", "node": "start",
         "outputs": {"main": payloads.encode([Item({"a": 1}), Item({"a": 2}, {"data": photo})])}},
        {"type": "step.started", "step": "pass:1", "node": "pass", "inputs": {"main": [["start:1", "main"]]}},
    ]  # fmt: skip
    monkeypatch.setattr(store, "load_events", lambda run_id: events)
    rest = {"run_id": run["run_id"], "workflow_id": workflow["id"], "node_id": "pass", "item": 1}
    assert preview(owner, "={{ $binary.data.fileName + $json.a }}", **rest) == {"value": "photo.png2"}
    assert preview(owner, "={{ $vars.limit + $nodeVersion }}", **rest) == {"value": 4}
    assert "Only a run knows" in preview(owner, "={{ $('Start').all(1) }}", **rest)["error"]["message"]


def test_an_unknown_run_is_named(owner: Caller) -> None:
    answer = owner.post("/expressions/preview", {"template": "x", "run_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"})
    assert (answer.status_code, answer.json()["code"]) == (404, "run.not_found")
