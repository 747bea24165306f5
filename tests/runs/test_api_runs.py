"""Runs over the API: lists, details, the items of a step."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from ulid import ULID

from orchestrator.pages import Page
from orchestrator.runs import search, store
from orchestrator.runs.blobs import INLINE_BYTES
from orchestrator.runs.models import Run
from orchestrator.runs.queries import filtered
from orchestrator.runs.schemas import RunDetail, RunList, StepDetail, StepLines
from tests.api.callers import Caller
from tests.runs.recording import RecordedRun, new_workflow, payload, started, succeeded

pytestmark = pytest.mark.django_db


def triage(run: RecordedRun) -> RecordedRun:
    """Two steps: the trigger sends on two orders, the second step keeps one of them."""
    orders = [{"total": 10}, {"total": 5000}]
    run.commit(
        ("run.started", {"worker": "w"}),
        started("hook:1"),
        succeeded("hook:1", payload(orders)),
        started("tag:1", main=[["hook:1", "main"]]),
        succeeded(
            "tag:1",
            payload([{"total": 5000, "tag": "new"}], lineage=[1]),
            logs=[{"at": 5, "message": "tagged", "fields": {"n": 1}}],
            usage={"tokens_in": 7},
        ),
        ("run.succeeded", {}),
    )
    return run


@pytest.fixture
def run() -> RecordedRun:
    return triage(RecordedRun(new_workflow(), items=[{"total": 10}, {"total": 5000}]))


def test_runs_are_listed_newest_first_in_pages(owner: Caller) -> None:
    version = new_workflow()
    made = [RecordedRun(version).id for _ in range(5)]
    first = owner.get("/runs?limit=3").json()
    RunList.model_validate(first)
    second = owner.get(f"/runs?limit=3&cursor={first['next']}").json()
    assert [row["id"] for row in first["items"] + second["items"]] == made[::-1]
    assert second["next"] is None
    assert first["items"][0]["workflow_name"] == "Orders"
    assert first["items"][0]["version_number"] == 1


def test_runs_are_filtered_by_workflow_and_status(owner: Caller, run: RecordedRun) -> None:
    running = RecordedRun(new_workflow("Other"))
    assert [row["id"] for row in owner.get("/runs?status=running,queued").json()["items"]] == [running.id]
    assert [row["id"] for row in owner.get(f"/runs?workflow={run.workflow_id}").json()["items"]] == [run.id]
    refused = owner.get("/runs?status=asleep")
    assert refused.status_code == 422
    assert refused.json()["problems"][0]["code"] == "run.status_unknown"


def test_runs_are_filtered_by_the_time_they_were_made(owner: Caller) -> None:
    version = new_workflow()
    made = [RecordedRun(version).id for _ in range(2)]
    [first, second] = [ULID.from_str(run_id).datetime for run_id in made]
    hour = timedelta(hours=1)

    def listed(**query: Any) -> list[str]:
        return [row["id"] for row in owner.get(f"/runs?{urlencode(query)}").json()["items"]]

    assert set(listed(since=(first - hour).isoformat(), until=(second + hour).isoformat())) == set(made)
    assert listed(since=(second + hour).isoformat()) == []
    assert listed(until=(first - hour).isoformat()) == []


class TestSearch:
    def found(self, owner: Caller, text: str, **more: Any) -> Any:
        return owner.get(f"/runs?{urlencode({'text': text, **more})}").json()

    def test_a_text_in_the_data_finds_the_run(self, owner: Caller) -> None:
        version = new_workflow()
        ada = RecordedRun(version, items=[{"name": "Ada Lindqvist", "says": 'a "quote"'}])
        zoe = RecordedRun(version, items=[{"name": "Zoë Ångström"}])
        for text, run in (("lindqvist", ada), ("ZOË ÅNG", zoe), ('"quote"', ada)):
            answer = self.found(owner, text)
            RunList.model_validate(answer)
            assert [row["id"] for row in answer["items"]] == [run.id], text
            assert (answer["looked"], answer["next"]) == (2, None)
        assert self.found(owner, "nobody")["items"] == []

    def test_it_goes_on_where_the_page_before_ended(self, owner: Caller) -> None:
        version = new_workflow()
        made = [RecordedRun(version, items=[{"name": "Ada"}]).id for _ in range(3)]
        first = self.found(owner, "ada", limit=2)
        assert [row["id"] for row in first["items"]] == [made[2], made[1]]
        second = self.found(owner, "ada", limit=2, cursor=first["next"])
        assert [row["id"] for row in second["items"]] == [made[0]]
        assert second["next"] is None

    def test_one_request_looks_only_so_long(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(search, "RUNS_AT_ONCE", 2)
        version = new_workflow()
        made = [RecordedRun(version, items=[{"n": n}]).id for n in range(5)]
        answer = search.find_runs(filtered(), Page(limit=50, cursor=None), "nobody", seconds=0)
        assert (answer["items"], answer["next"], answer["looked"]) == ([], made[3], 2)


def test_a_list_costs_the_same_queries_however_long(
    owner: Caller, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    version = new_workflow()
    for _ in range(12):
        RecordedRun(version)
    captured: CaptureQueriesContext
    with django_assert_max_num_queries(10) as captured:
        owner.get("/runs")
    assert sum("runs_run" in query["sql"] for query in captured.captured_queries) == 1


def test_a_run_comes_with_its_frozen_document_and_trimmed_events(owner: Caller, run: RecordedRun) -> None:
    found = owner.get(f"/runs/{run.id}").json()
    RunDetail.model_validate(found)
    assert found["status"] == "succeeded" and found["last_seq"] == 7
    assert found["document"]["nodes"][1]["name"] == "Tag it"
    assert [event["seq"] for event in found["events"]] == list(range(1, 8))
    assert found["events"][5]["outputs"] == {"main": {"count": 1, "bytes": 28}}
    assert b"5000" not in owner.get(f"/runs/{run.id}/events").content


def test_events_after_a_sequence_number(owner: Caller, run: RecordedRun) -> None:
    found = owner.get(f"/runs/{run.id}/events?after=5").json()
    assert [event["seq"] for event in found["items"]] == [6, 7]


def test_a_step_shows_what_it_received_and_made(owner: Caller, run: RecordedRun) -> None:
    found = owner.get(f"/runs/{run.id}/steps/tag:1").json()
    StepDetail.model_validate(found)
    assert found["node_name"] == "Tag it" and found["status"] == "succeeded" and found["try"] == 1
    assert found["inputs"]["main"]["items"] == [{"total": 10}, {"total": 5000}]
    assert found["outputs"]["main"] == {"count": 1, "items": [{"total": 5000, "tag": "new"}], "files": []}
    assert found["lineage"] == {"main": [1]}
    assert found["logs"][0]["message"] == "tagged"
    assert found["usage"] == {"tokens_in": 7}
    assert found["params"] == [{"fields": [{"name": "tag", "value": "new"}]}]


def test_the_trigger_shows_the_items_of_the_start(owner: Caller, run: RecordedRun) -> None:
    found = owner.get(f"/runs/{run.id}/steps/hook:1").json()
    assert found["inputs"]["main"]["count"] == 2
    assert found["inputs"]["main"]["items"][1] == {"total": 5000}


def test_items_come_in_pages_across_batches(owner: Caller) -> None:
    run = RecordedRun(new_workflow())
    halves = [[{"n": n} for n in range(10)], [{"n": n} for n in range(10, 15)]]
    run.commit(
        succeeded("hook:1", payload(halves[0])),
        succeeded("hook:2", payload(halves[1])),
        started("tag:1", main=[["hook:1", "main"], ["hook:2", "main"]]),
    )
    page = owner.get(f"/runs/{run.id}/steps/tag:1?side=in&port=main&offset=8&limit=4").json()
    assert page["inputs"]["main"]["count"] == 15
    assert page["inputs"]["main"]["items"] == [{"n": 8}, {"n": 9}, {"n": 10}, {"n": 11}]
    assert page["outputs"] == {} and page["status"] == "running"


def test_a_loop_turn_shows_its_share_of_the_items(owner: Caller) -> None:
    run = RecordedRun(new_workflow())
    run.commit(
        succeeded("hook:1", payload(list("abcde"))),
        started("tag:1", **{"in": [["hook:1", "main"]]}),
        started("tag:2", main=[["tag:1", "in", 2, 4]]),
    )
    assert owner.get(f"/runs/{run.id}/steps/tag:2").json()["inputs"]["main"]["items"] == ["c", "d"]


def test_large_outputs_are_read_from_the_blob_store(owner: Caller) -> None:
    run = RecordedRun(new_workflow())
    large: dict[str, Any] = payload([{"text": "x" * INLINE_BYTES}, {"text": "last"}])
    store.spill(large)
    assert "data" not in large
    run.commit(succeeded("hook:1", large))
    page = owner.get(f"/runs/{run.id}/steps/hook:1?side=out&offset=1").json()
    assert page["outputs"]["main"]["items"] == [{"text": "last"}]


def test_a_failed_step_shows_its_error(owner: Caller) -> None:
    run = RecordedRun(new_workflow())
    error = {"code": "http.status", "message": "the shop said 404", "hint": "check the address"}
    run.commit(
        started("hook:1"),
        ("step.failed", {"step": "hook:1", "node": "hook", "error": error, "tries": 1}),
        ("run.failed", {"error": {**error, "node": "hook"}}),
        error={**error, "node": "hook"},
    )
    assert owner.get(f"/runs/{run.id}/steps/hook:1").json()["error"] == error
    assert owner.get(f"/runs/{run.id}").json()["error"]["message"] == "the shop said 404"


def test_a_step_that_succeeded_after_a_retry_shows_no_error(owner: Caller) -> None:
    run = RecordedRun(new_workflow())
    error = {"code": "http.status", "message": "the shop said 503", "hint": ""}
    run.commit(
        started("hook:1"),
        ("step.retrying", {"step": "hook:1", "node": "hook", "error": error, "try": 1, "due_at": 5}),
    )
    assert owner.get(f"/runs/{run.id}/steps/hook:1").json()["error"] == error
    again = ("step.started", {"step": "hook:1", "node": "hook", "try": 2, "inputs": {}})
    run.commit(again, succeeded("hook:1", payload([{}])))
    found = owner.get(f"/runs/{run.id}/steps/hook:1").json()
    assert found["error"] is None and found["try"] == 2 and found["status"] == "succeeded"


@pytest.mark.parametrize("path", ["", "/events", "/steps/a:1"])
def test_an_unknown_run_is_not_found(owner: Caller, path: str) -> None:
    answer = owner.get("/runs/01HZZZZZZZZZZZZZZZZZZZZZZZ" + path)
    assert answer.status_code == 404 and answer.json()["code"] == "run.not_found"


def test_an_unknown_step_is_not_found(owner: Caller, run: RecordedRun) -> None:
    answer = owner.get(f"/runs/{run.id}/steps/tag:9")
    assert answer.status_code == 404 and answer.json()["code"] == "step.not_found"


def test_cancelling_asks_the_worker_once_and_not_after_the_end(owner: Caller, run: RecordedRun) -> None:
    running = RecordedRun(new_workflow("Long"))
    assert owner.post(f"/runs/{running.id}/cancel").status_code == 200
    assert owner.post(f"/runs/{running.id}/cancel").status_code == 200
    (signal,) = store.read_signals(running.id)
    assert signal.outcome == "cancel" and signal.data == {"by": "Alice"}
    ended = owner.post(f"/runs/{run.id}/cancel")
    assert ended.status_code == 409 and ended.json()["code"] == "run.ended"


def test_a_retry_is_a_new_run_with_the_same_items(owner: Caller, run: RecordedRun) -> None:
    answer = owner.post(f"/runs/{run.id}/retry")
    assert answer.status_code == 201
    again = Run.objects.get(id=answer.json()["run_id"])
    assert again.mode == "retry" and again.version_id == Run.objects.get(id=run.id).version_id
    assert store.load_items(store.load_events(again.id)[0]["items"]) == [{"total": 10}, {"total": 5000}]


def test_programs_may_read_runs_and_strangers_may_not(
    program: Caller, stranger: Caller, run: RecordedRun
) -> None:
    assert program.get(f"/runs/{run.id}").status_code == 200
    for path in ("/runs", f"/runs/{run.id}", f"/runs/{run.id}/events", f"/runs/{run.id}/steps/tag:1"):
        assert stranger.get(path).status_code == 401
    assert stranger.post(f"/runs/{run.id}/cancel").status_code in (401, 403)


def test_the_steps_of_a_run_tell_how_each_went(owner: Caller, run: RecordedRun) -> None:
    found = owner.get(f"/runs/{run.id}/steps").json()
    StepLines.model_validate(found)
    assert [(line["step"], line["status"], line["items"]) for line in found["items"]] == [
        ("hook:1", "succeeded", 2),
        ("tag:1", "succeeded", 1),
    ]
    assert not found["is_more"]
    latest = owner.get(f"/runs/{run.id}/steps?limit=1").json()
    assert [line["step"] for line in latest["items"]] == ["tag:1"]
    assert latest["is_more"]
    assert owner.get("/runs/none/steps").status_code == 404
