"""What the editor may offer while an expression is written."""

from __future__ import annotations

import pytest

from orchestrator.completions import _named
from tests.api.callers import Caller
from tests.workflows.documents import by_hand

pytestmark = pytest.mark.django_db


def test_names_and_methods_come_with_examples(owner: Caller) -> None:
    found = owner.get("/expressions/reference").json()
    assert len(found["entries"]) > 120 and found["fields"] == []
    by_name = {(entry["of"], entry["name"]): entry for entry in found["entries"]}
    assert by_name["array", "chunk"]["result"] == [[1, 2], [3]]
    assert by_name["name", "$json"]["example"] == "$json.total"


def test_a_run_without_data_names_no_fields(owner: Caller) -> None:
    workflow = owner.post("/workflows", {"document": by_hand()}).json()
    run = owner.post(f"/workflows/{workflow['id']}/run", {"items": [{"a": 1}]}).json()
    found = owner.get(f"/expressions/reference?run_id={run['run_id']}&node_id=pass").json()
    assert found["fields"] == []


def test_variables_of_the_workflow_are_offered(owner: Caller) -> None:
    document = {**by_hand(), "settings": {"vars": {"limit": 3}}}
    workflow = owner.post("/workflows", {"document": document}).json()
    run = owner.post(f"/workflows/{workflow['id']}/run", {"items": [{"a": 1}]}).json()
    found = owner.get(f"/expressions/reference?run_id={run['run_id']}&node_id=pass").json()
    assert found["fields"] == [{"path": "$vars.limit", "type": "number", "sample": "3"}]


def test_an_unknown_run_is_named(owner: Caller) -> None:
    found = owner.get("/expressions/reference?run_id=01ARZ3NDEKTSV4RRFFQ69G5FAV")
    assert (found.status_code, found.json()["code"]) == (404, "run.not_found")


def test_fields_are_written_as_an_expression_has_them() -> None:
    value = {"a": 1, "b c": {"d": [{"e": "x"}]}, "f": None}
    assert [(field["path"], field["type"]) for field in _named("$json", value)] == [
        ("$json.a", "number"),
        ('$json["b c"]', "object"),
        ('$json["b c"].d', "array"),
        ('$json["b c"].d[0]', "object"),
        ('$json["b c"].d[0].e', "string"),
        ("$json.f", "null"),
    ]
