"""Drafts and versions that were saved before a node type changed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection

from orchestrator.triggers.models import Schedule
from orchestrator.wiring import compile_plan
from orchestrator.workflows import services
from orchestrator.workflows.document import Document
from orchestrator.workflows.models import Workflow, WorkflowVersion
from tests.api.callers import Caller
from tests.workflows.documents import chain, node

pytestmark = pytest.mark.django_db
DAILY = {"kind": "cron", "expression": "0 7 * * *"}


def old(**params: Any) -> dict[str, Any]:
    """Schedules had `cron` and `every` side by side in version 1."""
    clock = node("clock", "trigger.schedule", **(params or {"cron": "0 7 * * *"}))
    nodes = [{**found, "version": 1} for found in (clock, node("pass", "flow.noop"))]
    [clock, last] = nodes
    return chain(clock, last)


def kept(model: type[Any], pk: str) -> dict[str, Any]:
    """The document as it stands in the row."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT document FROM {model._meta.db_table} WHERE id = %s", [pk])
        [text] = cursor.fetchone()
    found: dict[str, Any] = json.loads(text)
    return found


def saved_long_ago(**params: Any) -> Workflow:
    document = Document.model_validate(old(**params)).model_dump(mode="json")
    return Workflow.objects.create(name="Orders", document=document)


def test_an_old_draft_opens_with_its_nodes_upgraded_and_its_row_as_it_was(owner: Caller) -> None:
    workflow = saved_long_ago()
    opened = owner.get(f"/workflows/{workflow.pk}").json()
    clock = opened["document"]["nodes"][0]
    assert (clock["version"], clock["params"], opened["problems"]) == (2, {"when": DAILY}, [])
    assert kept(Workflow, workflow.pk)["nodes"][0]["params"] == {"cron": "0 7 * * *"}
    save = {"document": opened["document"], "revision": opened["revision"]}
    saved = owner.put(f"/workflows/{workflow.pk}", save).json()
    assert saved["document"] == opened["document"]


@pytest.mark.parametrize(
    ("params", "when"),
    [
        ({"cron": "0 7 * * *", "every": None}, DAILY),
        ({"cron": "", "every": {"amount": 2, "unit": "hours"}},
         {"kind": "interval", "amount": 2, "unit": "hours"}),
        ({"when": DAILY}, DAILY),
        ({}, None),
    ],
)  # fmt: skip
def test_what_is_imported_or_saved_is_upgraded(
    owner: Caller, params: dict[str, Any], when: dict[str, Any] | None
) -> None:
    document = old(**{"timezone": "Europe/Berlin"} | params)
    made = owner.post("/workflows", {"document": document}).json()
    expected = {"timezone": "Europe/Berlin"} | ({"when": when} if when else {})
    assert made["document"]["nodes"][0]["params"] == expected
    assert [problem["code"] for problem in made["problems"]] == ([] if when else ["params.missing"])
    saved = owner.put(f"/workflows/{made['id']}", {"document": document, "revision": 1}).json()
    assert (saved["revision"], saved["document"]) == (1, made["document"])


def test_a_frozen_version_is_never_rewritten_and_its_runs_are_planned_anew(owner: Caller) -> None:
    workflow = saved_long_ago()
    raw = kept(Workflow, workflow.pk)
    version = WorkflowVersion.objects.create(workflow=workflow, number=1, document=raw, content_hash="0" * 64)
    Workflow.objects.filter(pk=workflow.pk).update(live=version)
    assert compile_plan(version.pk).node("clock").params == {"when": DAILY}
    assert owner.get(f"/versions/{version.pk}").json()["document"]["nodes"][0]["params"] == {"when": DAILY}
    assert owner.get(f"/workflows/{workflow.pk}").json()["draft_differs"] is False
    assert kept(WorkflowVersion, version.pk) == raw


def test_an_old_draft_can_be_published() -> None:
    workflow = saved_long_ago()
    services.publish(workflow_id=workflow.pk, by=None)
    assert Schedule.objects.get(workflow=workflow).cron == "0 7 * * *"


def test_a_draft_of_a_newer_installation_opens_and_says_so(owner: Caller) -> None:
    document = old()
    document["nodes"][0] |= {"version": 9, "params": {"from": "the future"}}
    made = owner.post("/workflows", {"document": document}).json()
    assert made["document"]["nodes"][0]["params"] == {"from": "the future"}
    assert [problem["code"] for problem in made["problems"]] == ["node.newer_version"]
    refused = owner.post(f"/workflows/{made['id']}/publish", {})
    assert (refused.status_code, refused.json()["code"]) == (422, "workflow.has_problems")
