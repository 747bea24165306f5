"""Starting runs by hand."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.runs.models import Run
from orchestrator.runs.store import load_events, load_items
from orchestrator.triggers.manual import wait_for
from tests.api.callers import Caller
from tests.workflows.documents import by_hand, by_schedule, by_webhook, chain, node


def start(caller: Caller, document: dict[str, Any], **wanted: Any) -> Any:
    workflow = caller.post("/workflows", {"document": document}).json()
    return caller.post(f"/workflows/{workflow['id']}/run", wanted or None)


def first_event(run_id: str) -> dict[str, Any]:
    return load_events(run_id)[0]


def test_a_draft_runs_as_it_is_now(owner: Caller) -> None:
    answer = start(owner, by_hand(), items=[{"a": 1}])
    assert (answer.status_code, answer.json()["status"]) == (201, "queued")
    event = first_event(answer.json()["run_id"])
    assert (event["node"], event["mode"], event["by"]) == ("start", "manual", "alice@example.org")
    assert load_items(event["items"]) == [{"a": 1}]
    assert Run.objects.get().version.number is None


def test_runs_of_an_unchanged_draft_share_a_version(owner: Caller) -> None:
    workflow = owner.post("/workflows", {"document": by_hand()}).json()
    for _ in range(2):
        owner.post(f"/workflows/{workflow['id']}/run")
    assert Run.objects.values("version").distinct().count() == 1


def test_the_live_version_can_be_run_by_hand(owner: Caller) -> None:
    workflow = owner.post("/workflows", {"document": by_hand()}).json()
    url = f"/workflows/{workflow['id']}"
    refused = owner.post(f"{url}/run", {"version": "live"})
    assert (refused.status_code, refused.json()["code"]) == (409, "workflow.not_live")
    owner.post(f"{url}/publish")
    assert owner.post(f"{url}/run", {"version": "live"}).status_code == 201
    assert Run.objects.get().version.number == 1


@pytest.mark.parametrize(
    ("document", "item"),
    [
        (by_hand(), {}),
        (
            by_webhook("/a/", method="PUT"),
            {"body": {}, "query": {}, "headers": {}, "params": {}, "method": "PUT", "path": "a"},
        ),
    ],
)
def test_without_items_a_trigger_gets_an_empty_sample(owner: Caller, document: Any, item: Any) -> None:
    run_id = start(owner, document).json()["run_id"]
    assert load_items(first_event(run_id)["items"]) == [item]


def test_a_schedule_gets_the_present_time_as_sample(owner: Caller) -> None:
    run_id = start(owner, by_schedule("0 7 * * *", timezone="Europe/Oslo")).json()["run_id"]
    [item] = load_items(first_event(run_id)["items"])
    assert item["timezone"] == "Europe/Oslo"
    assert item["due_at"]


def test_running_to_a_node_ignores_what_is_unfinished_behind_it(owner: Caller) -> None:
    document = chain(node("start", "trigger.manual"), node("a", "flow.noop"), node("b", "no.such"))
    refused = start(owner, document)
    assert (refused.status_code, refused.json()["code"]) == (422, "workflow.has_problems")
    answer = start(owner, document, until="a")
    assert answer.status_code == 201
    assert first_event(answer.json()["run_id"])["until"] == "a"


@pytest.mark.parametrize("wanted", [{"node": "nope"}, {"until": "nope"}])
def test_an_unknown_node_is_named(owner: Caller, wanted: Any) -> None:
    answer = start(owner, by_hand(), **wanted)
    assert (answer.status_code, answer.json()["code"]) == (422, "run.unknown_node")


def test_a_workflow_without_trigger_says_so(owner: Caller) -> None:
    answer = start(owner, chain(node("a", "flow.noop")))
    assert (answer.status_code, answer.json()["code"]) == (422, "workflow.no_trigger")


def test_waiting_ends_with_the_time(owner: Caller) -> None:
    answer = start(owner, by_hand(), wait_seconds=0.2)
    assert answer.json()["status"] == "queued"
    assert wait_for(answer.json()["run_id"], seconds=0)["status"] == "queued"


@pytest.mark.parametrize("wanted", [{"items": 5}, {"items": [1]}, {"wait_seconds": 1e9}, {"version": "x"}])
def test_wrong_types_are_refused(owner: Caller, wanted: Any) -> None:
    answer = start(owner, by_hand(), **wanted)
    assert (answer.status_code, answer.json()["code"]) == (422, "input.invalid")
    assert not Run.objects.exists()
