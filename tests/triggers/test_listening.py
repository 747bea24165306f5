"""Listening for a test request: one request runs the draft, for two minutes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from orchestrator.accounts.models import User
from orchestrator.credentials.services import create_credential
from orchestrator.errors import Conflict, InvalidInput
from orchestrator.runs.blobs import read_blob
from orchestrator.runs.models import Run
from orchestrator.runs.store import load_events, load_items
from orchestrator.triggers.listening import listen, listening_of
from orchestrator.triggers.models import Listening
from orchestrator.triggers.rehearsal import RehearsalApplication
from orchestrator.workflows import services
from orchestrator.workflows.models import Workflow
from tests.api.callers import Caller
from tests.triggers.calling import call
from tests.workflows.documents import by_hand, by_webhook

pytestmark = pytest.mark.django_db(transaction=True)
JSON = {"content_type": "application/json"}


@pytest.fixture
async def web() -> AsyncIterator[RehearsalApplication]:
    application = RehearsalApplication()
    yield application
    await application.close()


def draft(path: str = "orders", **params: Any) -> Workflow:
    return services.create_workflow(by=None, document=by_webhook(path, name=f"For {path}", **params))


@sync_to_async
def waiting(by: User, path: str = "orders", **params: Any) -> str:
    workflow = draft(path, **params)
    listen(workflow_id=workflow.pk, by=by)
    return workflow.pk


@sync_to_async
def state_of(workflow_id: str) -> dict[str, Any]:
    return listening_of(workflow_id)


@sync_to_async
def first_event(run_id: str) -> dict[str, Any]:
    return load_events(run_id)[0]


class TestTheRequest:
    async def test_it_runs_the_draft_once_with_what_came(
        self, web: RehearsalApplication, alice: User
    ) -> None:
        workflow_id = await waiting(alice)
        answer = await call(web, "POST", "orders?source=shop", b'{"total": 5}', **JSON)
        assert (answer.status, answer.json) == (200, {"run_id": answer.run_id})
        run = await Run.objects.aget(pk=answer.run_id)
        assert (run.workflow_id, run.mode, run.source, run.start_node) == (
            workflow_id, "manual", "webhook", "hook",
        )  # fmt: skip
        event = await first_event(run.pk)
        [item] = load_items(event["items"])
        assert (item["body"], item["query"]) == ({"total": 5}, {"source": "shop"})
        assert event["by"] == "alice@example.org"
        assert event["given"] is True
        state = await state_of(workflow_id)
        assert (state["status"], state["run_id"]) == ("received", run.pk)

        again = await call(web, "POST", "orders", b"{}", **JSON)
        assert (again.status, again.json["code"]) == (404, "webhook.not_found")

    async def test_it_may_carry_files_and_parts_of_the_path(
        self, web: RehearsalApplication, alice: User
    ) -> None:
        await waiting(alice, "shops/:shop", method="PUT")
        answer = await call(web, "PUT", "shops/oslo", b"\x89PNG", content_type="image/png")
        event = await first_event(answer.run_id)
        [item] = load_items(event["items"])
        assert item["params"] == {"shop": "oslo"}
        [files] = event["items"]["files"]
        assert read_blob(files["data"]["hash"]) == b"\x89PNG"

    async def test_it_runs_the_draft_as_it_is_when_it_comes(
        self, web: RehearsalApplication, alice: User
    ) -> None:
        workflow_id = await waiting(alice)
        changed = by_webhook("orders", name="Changed meanwhile")

        @sync_to_async
        def change() -> None:
            services.save_draft(workflow_id=workflow_id, document=changed, revision=1)

        await change()
        answer = await call(web, "POST", "orders")
        run = await Run.objects.select_related("version").aget(pk=answer.run_id)
        assert run.version.document["name"] == "Changed meanwhile"

    async def test_the_secret_header_counts_here_too(self, web: RehearsalApplication, alice: User) -> None:
        made = await sync_to_async(create_credential)(
            by=None, name="Shop", type="header_auth", data={"name": "X-Key", "value": "s3cret"}
        )
        guard = {"kind": "header", "credential": made.pk}
        workflow_id = await waiting(alice, authentication=guard)
        refused = await call(web, "POST", "orders", b"{}", **JSON)
        assert (refused.status, refused.json["code"]) == (401, "webhook.not_authorized")
        assert (await state_of(workflow_id))["status"] == "listening"
        taken = await call(web, "POST", "orders", b"{}", x_key="s3cret", **JSON)
        assert taken.status == 200
        assert "x-key" not in load_items((await first_event(taken.run_id))["items"])[0]["headers"]

    async def test_nobody_listens_without_being_asked_or_after_the_time(
        self, web: RehearsalApplication, alice: User
    ) -> None:
        assert (await call(web, "POST", "orders")).json["code"] == "webhook.not_found"
        workflow_id = await waiting(alice)
        wrong = await call(web, "GET", "orders")
        assert (wrong.status, wrong.json["code"]) == (405, "webhook.method_not_allowed")
        await Listening.objects.aupdate(expires_at=timezone.now() - timedelta(seconds=1))
        assert (await call(web, "POST", "orders")).json["code"] == "webhook.not_found"
        assert (await state_of(workflow_id))["status"] == "expired"
        assert not await Run.objects.aexists()


class TestListening:
    def test_one_path_has_one_listener(self, alice: User) -> None:
        listen(workflow_id=draft("orders/:id").pk, by=alice)
        with pytest.raises(Conflict, match="For orders/:id") as caught:
            listen(workflow_id=draft("orders/:number").pk, by=alice)
        assert caught.value.code == "listening.path_taken"
        listen(workflow_id=draft("orders/:number", method="GET").pk, by=alice)

    def test_listening_anew_takes_the_place_of_the_old(self, alice: User) -> None:
        workflow = draft()
        listen(workflow_id=workflow.pk, by=alice, seconds=5)
        Listening.objects.update(run_id="01ARZ3NDEKTSV4RRFFQ69G5FAV")
        assert listen(workflow_id=workflow.pk, by=alice)["status"] == "listening"
        assert Listening.objects.count() == 1

    def test_a_draft_that_cannot_run_says_so_at_once(self, alice: User) -> None:
        workflow = services.create_workflow(by=None, document=by_webhook("not a path"))
        with pytest.raises(InvalidInput) as caught:
            listen(workflow_id=workflow.pk, by=alice)
        assert caught.value.code == "workflow.has_problems"
        assert not Listening.objects.exists()

    def test_over_the_api(self, owner: Caller) -> None:
        created = owner.post("/workflows", {"document": by_webhook("orders")}).json()
        url = f"/workflows/{created['id']}/listen"
        assert (owner.get(url).status_code, owner.get(url).json()) == (200, None)
        begun = owner.post(url, {"seconds": 30})
        assert begun.status_code == 201
        assert (begun.json()["address"], begun.json()["method"]) == ("/webhook-test/orders", "POST")
        assert owner.get(url).json()["status"] == "listening"
        assert owner.delete(url).status_code == 204
        assert owner.get(url).json() is None
        refused = owner.post(url, {"node": "pass"})
        assert (refused.status_code, refused.json()["code"]) == (422, "listening.no_webhook")

    def test_a_draft_without_webhook_cannot_listen(self, owner: Caller) -> None:
        created = owner.post("/workflows", {"document": by_hand()}).json()
        refused = owner.post(f"/workflows/{created['id']}/listen")
        assert (refused.status_code, refused.json()["code"]) == (422, "listening.no_webhook")
