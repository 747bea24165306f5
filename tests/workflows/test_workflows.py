"""Drafts, versions, publishing, deleting."""

from __future__ import annotations

import threading
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from orchestrator.accounts.models import User
from orchestrator.errors import Conflict
from orchestrator.runs.models import Run, Signal
from orchestrator.runs.services import start_run
from orchestrator.workflows import services
from orchestrator.workflows.models import Workflow, WorkflowVersion
from tests.api.callers import Caller
from tests.workflows.documents import by_hand, by_webhook, chain, node


def made(caller: Caller, document: dict[str, Any]) -> dict[str, Any]:
    answer = caller.post("/workflows", {"document": document})
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


class TestDrafts:
    def test_an_empty_workflow_has_the_given_name(self, owner: Caller) -> None:
        answer = owner.post("/workflows", {"name": "Order triage"})
        assert answer.status_code == 201
        workflow = answer.json()
        assert workflow["name"] == workflow["document"]["name"] == "Order triage"
        assert (workflow["revision"], workflow["live_version"], workflow["draft_differs"]) == (1, None, True)

    def test_saving_raises_the_revision_and_takes_the_name_from_the_document(self, owner: Caller) -> None:
        workflow = made(owner, by_hand())
        answer = owner.put(
            f"/workflows/{workflow['id']}", {"document": by_hand("Renamed"), "revision": 1, "tags": ["a"]}
        )
        saved = answer.json()
        assert (saved["name"], saved["revision"], saved["tags"]) == ("Renamed", 2, ["a"])

    def test_two_tabs_do_not_overwrite_each_other(self, owner: Caller, teammate: Caller) -> None:
        workflow = made(owner, by_hand())
        url = f"/workflows/{workflow['id']}"
        assert owner.put(url, {"document": by_hand("First"), "revision": 1}).status_code == 200
        late = teammate.put(url, {"document": by_hand("Second"), "revision": 1})
        assert (late.status_code, late.json()["code"]) == (409, "workflow.revision_conflict")
        assert late.json()["current"]["revision"] == 2
        assert late.json()["current"]["document"]["name"] == "First"

    def test_a_save_sent_again_is_no_conflict(self, owner: Caller) -> None:
        workflow = made(owner, by_hand())
        save = {"document": by_hand("Saved"), "revision": 1}
        first = owner.put(f"/workflows/{workflow['id']}", save)
        again = owner.put(f"/workflows/{workflow['id']}", save)
        assert first.json()["revision"] == again.json()["revision"] == 2

    def test_a_draft_may_have_problems_and_says_which(self, owner: Caller) -> None:
        workflow = made(owner, chain(node("start", "trigger.manual"), node("x", "no.such")))
        paths = {problem["path"]: problem["code"] for problem in workflow["problems"]}
        assert "node.unknown_type" in paths.values()

    @pytest.mark.parametrize(
        ("change", "path"),
        [
            ({"nodes": 5}, "document.nodes"),
            ({"nodes": [{"id": "a b", "type": "x", "name": "x"}]}, "document.nodes.0.id"),
            ({"nodes": [{"type": "x", "name": "x"}]}, "document.nodes.0.id"),
            ({"edges": [{"source": "a"}]}, "document.edges.0.target"),
            ({"nodez": []}, "document.nodez"),
            ({"format": 2}, "document.format"),
            ({"name": ""}, "document.name"),
        ],
    )
    def test_a_document_of_a_wrong_shape_is_refused_with_its_place(
        self, owner: Caller, change: dict[str, Any], path: str
    ) -> None:
        answer = owner.post("/workflows", {"document": {**by_hand(), **change}})
        assert (answer.status_code, answer.json()["code"]) == (422, "workflow.malformed_document")
        assert answer.json()["problems"][0]["path"] == path

    def test_two_nodes_with_one_id_are_refused(self, owner: Caller) -> None:
        document = chain(node("same", "trigger.manual"), node("same", "flow.noop"))
        assert owner.post("/workflows", {"document": document}).status_code == 422

    def test_keys_keep_their_order(self, owner: Caller) -> None:
        document = chain(node("start", "trigger.manual", zebra=1, apple={"y": 1, "b": 2}))
        workflow = made(owner, document)
        params = owner.get(f"/workflows/{workflow['id']}").json()["document"]["nodes"][0]["params"]
        assert list(params) == ["zebra", "apple"]
        assert list(params["apple"]) == ["y", "b"]

    def test_a_copy_is_a_draft_of_its_own(self, owner: Caller) -> None:
        workflow = made(owner, by_hand("Orders"))
        copy = owner.post(f"/workflows/{workflow['id']}/duplicate").json()
        assert copy["name"] == copy["document"]["name"] == "Orders (copy)"
        assert copy["id"] != workflow["id"]
        assert copy["live_version"] is None

    def test_an_unknown_starter_is_named(self, owner: Caller) -> None:
        answer = owner.post("/workflows", {"starter": "nope"})
        assert (answer.status_code, answer.json()["code"]) == (404, "starter.not_found")


class TestLists:
    def test_the_last_changed_comes_first_and_pages_join_up(self, owner: Caller) -> None:
        ids = [made(owner, by_hand(f"W{number}"))["id"] for number in range(5)]
        owner.put(f"/workflows/{ids[0]}", {"document": by_hand("Changed"), "revision": 1})
        names, cursor = [], ""
        while cursor is not None:
            page = owner.get(f"/workflows?limit=2{'&cursor=' + cursor if cursor else ''}").json()
            names += [row["name"] for row in page["items"]]
            cursor = page["next"]
        assert names == ["Changed", "W4", "W3", "W2", "W1"]

    def test_uses_finds_the_workflows_that_run_one(self, owner: Caller) -> None:
        part = owner.post("/workflows", {"name": "Part"}).json()["id"]
        owner.post("/workflows", {"name": "Other"})
        node = {"id": "n", "type": "flow.run_workflow", "version": 1, "name": "Run", "position": [0, 0]}
        whole = {"format": 1, "name": "Whole", "nodes": [{**node, "params": {"workflow": part}}], "edges": []}
        owner.post("/workflows", {"document": whole})
        found = owner.get(f"/workflows?uses={part}").json()["items"]
        assert [row["name"] for row in found] == ["Whole"]

    def test_search_looks_at_names(self, owner: Caller) -> None:
        made(owner, by_hand("Order triage"))
        made(owner, by_hand("Digest"))
        found = owner.get("/workflows?search=TRIAGE").json()["items"]
        assert [row["name"] for row in found] == ["Order triage"]

    def test_a_row_tells_of_the_last_run(self, owner: Caller) -> None:
        workflow = made(owner, by_hand())
        assert owner.get("/workflows").json()["items"][0]["last_run"] is None
        run_id = owner.post(f"/workflows/{workflow['id']}/run").json()["run_id"]
        last = owner.get("/workflows").json()["items"][0]["last_run"]
        assert (last["id"], last["status"]) == (run_id, "queued")


class TestPublishing:
    def test_publishing_freezes_a_numbered_version(self, owner: Caller) -> None:
        workflow = made(owner, by_hand())
        url = f"/workflows/{workflow['id']}"
        first = owner.post(f"{url}/publish", {"name": "first"}).json()["version"]
        assert (first["number"], first["name"], first["is_live"]) == (1, "first", True)
        owner.put(url, {"document": by_hand("Other"), "revision": 1})
        second = owner.post(f"{url}/publish").json()["version"]
        assert second["number"] == 2
        listed = owner.get(f"{url}/versions").json()["items"]
        assert [(row["number"], row["is_live"]) for row in listed] == [(2, True), (1, False)]
        frozen = owner.get(f"/versions/{first['id']}").json()
        assert frozen["document"]["name"] == "By hand"

    def test_publishing_twice_makes_one_version(self, owner: Caller) -> None:
        workflow = made(owner, by_hand())
        first = owner.post(f"/workflows/{workflow['id']}/publish").json()
        assert owner.post(f"/workflows/{workflow['id']}/publish").json() == first

    def test_problems_stand_in_the_way(self, owner: Caller) -> None:
        workflow = made(owner, chain(node("start", "trigger.manual"), node("x", "no.such")))
        answer = owner.post(f"/workflows/{workflow['id']}/publish")
        assert (answer.status_code, answer.json()["code"]) == (422, "workflow.has_problems")
        assert any(problem["code"] == "node.unknown_type" for problem in answer.json()["problems"])
        assert not WorkflowVersion.objects.exists()

    def test_a_syntax_error_in_an_expression_stands_in_the_way(self, owner: Caller) -> None:
        broken = node("set", "data.set", fields=[{"name": "a", "value": "={{ $json.( }}"}])
        workflow = made(owner, chain(node("start", "trigger.manual"), broken))
        answer = owner.post(f"/workflows/{workflow['id']}/publish")
        assert answer.status_code == 422
        codes = {problem["code"] for problem in answer.json()["problems"]}
        assert "expression.syntax" in codes

    def test_a_cycle_without_a_loop_stands_in_the_way(self, owner: Caller) -> None:
        document = chain(node("start", "trigger.manual"), node("a", "flow.noop"), node("b", "flow.noop"))
        document["edges"].append({"source": "b", "target": "a"})
        answer = owner.post(f"/workflows/{made(owner, document)['id']}/publish")
        assert "workflow.cycle" in {problem["code"] for problem in answer.json()["problems"]}

    def test_a_missing_credential_stands_in_the_way(self, owner: Caller) -> None:
        mail = node("mail", "notify.email", credential="01ARZ3NDEKTSV4RRFFQ69G5FAV", to="a@example.org")
        workflow = made(owner, chain(node("start", "trigger.manual"), mail))
        problems = {problem["path"]: problem["code"] for problem in workflow["problems"]}
        assert problems["nodes.mail.params.credential"] == "credential.missing"

    def test_moving_a_node_changes_nothing_that_counts(self, owner: Caller) -> None:
        document = by_hand()
        workflow = made(owner, document)
        url = f"/workflows/{workflow['id']}"
        owner.post(f"{url}/publish")
        assert owner.get(url).json()["draft_differs"] is False
        document["nodes"][0]["position"] = [500, 20]
        moved = owner.put(url, {"document": document, "revision": 1}).json()
        assert moved["draft_differs"] is False
        document["nodes"][0]["disabled"] = True
        assert owner.put(url, {"document": document, "revision": 2}).json()["draft_differs"] is True

    def test_equal_drafts_share_one_frozen_version(self, owner: Caller, alice: User) -> None:
        workflow = Workflow.objects.get(pk=made(owner, by_hand())["id"])
        first = services.freeze_version(workflow, by=alice)
        assert services.freeze_version(workflow, by=alice) == first
        assert first.number is None
        assert owner.get(f"/workflows/{workflow.pk}/versions").json()["items"] == []


class TestDeleting:
    def test_a_deleted_workflow_is_gone_for_everything_but_its_runs(self, owner: Caller) -> None:
        workflow = made(owner, by_webhook())
        url = f"/workflows/{workflow['id']}"
        version = owner.post(f"{url}/publish").json()["version"]
        assert owner.delete(url).status_code == 204
        for answer in (
            owner.get(url),
            owner.post(f"{url}/run"),
            owner.post(f"{url}/publish"),
            owner.delete(url),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "workflow.not_found")
        assert owner.get("/workflows").json()["items"] == []
        assert owner.get(f"/versions/{version['id']}").status_code == 200

    def test_its_unfinished_runs_are_told_to_end(self, owner: Caller, alice: User) -> None:
        workflow = Workflow.objects.get(pk=made(owner, by_hand())["id"])
        version = services.freeze_version(workflow, by=alice)
        wanted = {"workflow_id": workflow.pk, "version_id": version.pk, "node_id": "start", "items": [{}]}
        paused, ended = start_run(**wanted), start_run(**wanted)
        Run.objects.filter(pk=paused).update(status="paused")
        Run.objects.filter(pk=ended).update(status="succeeded", finished_at=workflow.created_at)
        services.delete_workflow(workflow_id=workflow.pk, by=alice)
        told = Signal.objects.values_list("run_id", "outcome", "data__by")
        assert list(told) == [(paused, "cancel", "Alice")]
        assert Run.objects.get(pk=paused).signalled


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_the_same_moment_one_is_told() -> None:
    workflow = services.create_workflow(by=None, document=by_hand())
    barrier, outcomes = threading.Barrier(2), []

    def save(name: str) -> None:
        barrier.wait()
        try:
            services.save_draft(workflow_id=workflow.pk, document=by_hand(name), revision=1)
            outcomes.append("saved")
        except Conflict as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=(name,)) for name in ("One", "Two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["saved", "workflow.revision_conflict"]


class TestTags:
    def test_they_are_set_without_touching_the_draft_and_filter_the_list(self, owner: Caller) -> None:
        tagged = owner.post("/workflows", {"name": "Tagged"}).json()
        owner.post("/workflows", {"name": "Plain"})
        answer = owner.put(f"/workflows/{tagged['id']}/tags", {"tags": ["shop", " größe ", "shop"]})
        assert (answer.status_code, answer.json()["tags"]) == (200, ["shop", "größe"])
        assert owner.get(f"/workflows/{tagged['id']}").json()["revision"] == tagged["revision"]
        for tag in ("shop", "größe"):
            listed = owner.get(f"/workflows?tag={quote(tag)}").json()["items"]
            assert [row["name"] for row in listed] == ["Tagged"], tag
        assert owner.get("/workflows?tag=sho").json()["items"] == []

    def test_a_tag_has_its_limits(self, owner: Caller) -> None:
        workflow = owner.post("/workflows", {"name": "Tagged"}).json()
        for tags in ([""], ["x" * 61], ["x"] * 51, "shop"):
            refused = owner.put(f"/workflows/{workflow['id']}/tags", {"tags": tags})
            assert refused.json()["code"] == "input.invalid", tags


class TestStarters:
    def test_every_starter_can_be_made_and_has_no_problem_but_credentials(self, owner: Caller) -> None:
        listed = owner.get("/starters").json()["items"]
        assert {"order_triage", "morning_digest", "urgency_router"} <= {starter["key"] for starter in listed}
        for starter in listed:
            workflow = owner.post("/workflows", {"starter": starter["key"]}).json()
            assert workflow["document"] == starter["document"]
            codes = {problem["code"] for problem in workflow["problems"] if problem["severity"] == "error"}
            assert codes <= {"credential.missing"}, workflow["problems"]
