"""Webhooks: what callers send and what they get."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import orjson
import pytest
import redis.asyncio
from asgiref.sync import sync_to_async
from django.conf import settings as django_settings
from django.db import OperationalError

from orchestrator.credentials.services import create_credential, update_credential
from orchestrator.runs import intake as intakes
from orchestrator.runs.blobs import read_blob
from orchestrator.runs.models import Run
from orchestrator.runs.store import load_events, load_items
from orchestrator.triggers import doors as doors_module
from orchestrator.triggers.webhook import WebhookApplication
from orchestrator.workflows import services
from tests.triggers.calling import Answer, call
from tests.workflows.documents import by_webhook

pytestmark = pytest.mark.django_db(transaction=True)
JSON = {"content_type": "application/json"}


@pytest.fixture
async def web() -> AsyncIterator[WebhookApplication]:
    application = WebhookApplication()
    yield application
    await application.close()


@sync_to_async
def publish(path: str = "orders", **params: Any) -> str:
    workflow = services.create_workflow(by=None, document=by_webhook(path, name=f"For {path}", **params))
    services.publish(workflow_id=workflow.pk, by=None)
    return workflow.pk


@sync_to_async
def item_of(run_id: str) -> dict[str, Any]:
    [item] = load_items(load_events(run_id)[0]["items"])
    return item


class TestRequests:
    async def test_a_request_is_a_stored_run_when_it_is_answered(self, web: WebhookApplication) -> None:
        workflow_id = await publish()
        answer = await call(web, "POST", "orders?source=shop&tag=a&tag=b", b'{"total": 5}', **JSON)
        assert answer.status == 200
        assert answer.json == {"run_id": answer.run_id}
        run = await Run.objects.aget(pk=answer.run_id)
        assert (run.workflow_id, run.source, run.mode, run.start_node, run.status) == (
            workflow_id, "webhook", "production", "hook", "queued",
        )  # fmt: skip
        item = await item_of(run.pk)
        assert item["body"] == {"total": 5}
        assert item["query"] == {"source": "shop", "tag": ["a", "b"]}
        assert (item["method"], item["path"], item["params"]) == ("POST", "orders", {})
        assert item["headers"]["content-type"] == "application/json"

    @pytest.mark.parametrize(
        ("body", "kind", "read"),
        [
            (b"", "application/json", {}),
            (b'[1, {"a": null}]', "application/vnd.api+json; charset=utf-8", [1, {"a": None}]),
            (b"a=1&b=2&b=3&c=", "application/x-www-form-urlencoded", {"a": "1", "b": ["2", "3"], "c": ""}),
            (b'{"a": 1}', "application/x-www-form-urlencoded", {"a": 1}),
            (b"{not json}=1", "application/x-www-form-urlencoded", {"{not json}": "1"}),
            ("grüße".encode("latin-1"), "text/plain; charset=latin-1", "grüße"),
            (b"a\x00b\xff", "text/plain", "a\ufffdb\ufffd"),
            (b"<a/>", "application/xml", "<a/>"),
            (b'{"a": 1}', "", {"a": 1}),
            (b"hello", "", "hello"),
            (b"\x00\xff", "image/png", {"name": "data.png", "mime_type": "image/png", "size": 2}),
        ],
    )
    async def test_bodies_are_read_by_their_type(
        self, web: WebhookApplication, body: bytes, kind: str, read: Any
    ) -> None:
        await publish()
        answer = await call(web, "POST", "orders", body, content_type=kind)
        assert (await item_of(answer.run_id))["body"] == read

    async def test_an_upload_is_read_with_its_fields(self, web: WebhookApplication) -> None:
        await publish()
        body = (
            b'--B\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n'
            b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'
            b"Content-Type: text/plain\r\n\r\n" + b"x" * 3_000_000 + b"\r\n--B--\r\n"
        )
        answer = await call(web, "POST", "orders", body, content_type="multipart/form-data; boundary=B")
        read = (await item_of(answer.run_id))["body"]
        told = {"name": "a.txt", "mime_type": "text/plain", "size": 3_000_000}
        assert read == {"note": "hello", "file": told}
        [files] = (await sync_to_async(load_events)(answer.run_id))[0]["items"]["files"]
        assert files["file"].items() >= told.items()
        assert read_blob(files["file"]["hash"]) == b"x" * 3_000_000

    async def test_path_parameters_are_named(self, web: WebhookApplication) -> None:
        await publish("shops/:shop/orders/:id")
        await publish("shops/:shop/orders/new")
        answer = await call(web, "POST", "shops/oslo/orders/17")
        assert (await item_of(answer.run_id))["params"] == {"shop": "oslo", "id": "17"}
        literal = await call(web, "POST", "shops/oslo/orders/new")
        assert (await item_of(literal.run_id))["params"] == {"shop": "oslo"}

    async def test_secrets_of_the_caller_stay_out_of_the_data(self, web: WebhookApplication) -> None:
        await publish()
        answer = await call(
            web, "POST", "orders", cookie="sessionid=secret", authorization="Bearer secret", x_shop="oslo"
        )
        headers = (await item_of(answer.run_id))["headers"]
        assert headers["x-shop"] == "oslo"
        assert "secret" not in str(headers)


class TestRefusals:
    @pytest.mark.parametrize(
        ("body", "code"),
        [
            (b'{"a": }', "json.malformed"),
            (b'{"a": NaN}', "json.malformed"),
            (b"[" * 50, "json.malformed"),
            (b"[" * 5000 + b"]" * 5000, "json.too_deep"),
            (b'{"a": ' + b"9" * 5000 + b"}", "json.number_too_large"),
            (b'{"a": 18446744073709551616}', "json.number_too_large"),
            (b'{"a": 1, "a": 2}', "json.duplicate_key"),
            (b'{"a": "\\ud800"}', "json.malformed"),
            (b'{"a": "\\u0000"}', "json.nul_character"),
            (b"\xff", "json.malformed"),
        ],
    )
    async def test_a_malformed_body_is_answered_clearly_and_starts_nothing(
        self, web: WebhookApplication, body: bytes, code: str
    ) -> None:
        await publish()
        answer = await call(web, "POST", "orders", body, **JSON)
        assert (answer.status, answer.json["code"]) == (400, code)
        assert not await Run.objects.aexists()

    async def test_the_place_of_a_mistake_is_told(self, web: WebhookApplication) -> None:
        await publish()
        answer = await call(web, "POST", "orders", b'{\n "a": }', **JSON)
        assert (answer.json["line"], answer.json["column"]) == (2, 7)

    @pytest.mark.parametrize("pieces", [1, 20])
    async def test_a_body_of_20_mb_is_too_large(self, web: WebhookApplication, pieces: int) -> None:
        await publish()
        answer = await call(web, "POST", "orders", b"x" * (20 * 1024 * 1024), pieces=pieces)
        assert (answer.status, answer.json["code"]) == (413, "webhook.body_too_large")
        assert not await Run.objects.aexists()

    async def test_a_body_just_within_the_limit_is_taken(self, web: WebhookApplication) -> None:
        await publish()
        body = b'"' + b"x" * (16 * 1024 * 1024 - 2) + b'"'
        answer = await call(web, "POST", "orders", body, pieces=20, **JSON)
        assert answer.status == 200

    async def test_an_unknown_path_says_how_to_open_it(self, web: WebhookApplication) -> None:
        answer = await call(web, "POST", "nowhere")
        assert (answer.status, answer.json["code"]) == (404, "webhook.not_found")
        assert "Publish" in answer.json["hint"]

    async def test_a_wrong_method_is_told_the_right_ones(self, web: WebhookApplication) -> None:
        await publish("orders")
        await publish("orders", method="PUT")
        answer = await call(web, "GET", "orders")
        assert (answer.status, answer.headers["allow"]) == (405, "POST, PUT")

    async def test_any_takes_every_method(self, web: WebhookApplication) -> None:
        await publish(method="ANY")
        for method in ("GET", "POST", "DELETE"):
            answer = await call(web, method, "orders")
            assert (await item_of(answer.run_id))["method"] == method

    async def test_looking_with_head_or_options_starts_nothing(self, web: WebhookApplication) -> None:
        await publish(method="GET")
        head = await call(web, "HEAD", "orders")
        options = await call(web, "OPTIONS", "orders")
        assert (head.status, head.body) == (200, b"")
        assert (options.status, options.headers["allow"]) == (204, "GET, OPTIONS")
        assert not await Run.objects.aexists()

    async def test_without_the_database_the_caller_is_told_to_try_again(
        self, web: WebhookApplication, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await publish()

        def broken(runs: Any) -> None:
            raise OperationalError("the disk is full")

        monkeypatch.setattr(intakes, "_insert_and_ring", broken)
        answer = await call(web, "POST", "orders")
        assert (answer.status, answer.json["code"]) == (503, "webhook.unavailable")
        assert answer.headers["retry-after"]


class TestGuard:
    async def test_a_secret_header_is_asked_for_and_kept_out_of_the_data(
        self, web: WebhookApplication
    ) -> None:
        credential = await sync_to_async(create_credential)(
            name="Hook", type="header_auth", data={"name": "X-Key", "value": "s3cret"}, by=None
        )
        await publish(authentication={"kind": "header", "credential": credential.pk})
        assert (await call(web, "POST", "orders")).status == 401
        assert (await call(web, "POST", "orders", x_key="wrong")).status == 401
        answer = await call(web, "POST", "orders", x_key="s3cret")
        assert answer.status == 200
        assert "s3cret" not in str(await item_of(answer.run_id))
        new = {"name": "X-Key", "value": "another"}
        await sync_to_async(update_credential)(credential_id=credential.pk, data=new)
        assert (await call(web, "POST", "orders", x_key="s3cret")).status == 401
        assert (await call(web, "POST", "orders", x_key="another")).status == 200

    async def test_a_door_whose_secret_is_lost_stays_shut(
        self, web: WebhookApplication, settings: Any
    ) -> None:
        credential = await sync_to_async(create_credential)(
            name="Hook", type="header_auth", data={"name": "X-Key", "value": "s3cret"}, by=None
        )
        await publish(authentication={"kind": "header", "credential": credential.pk})
        from cryptography.fernet import Fernet

        settings.CREDENTIALS_KEYS = [Fernet.generate_key().decode()]
        answer = await call(web, "POST", "orders", x_key="s3cret")
        assert (answer.status, answer.json["code"]) == (503, "webhook.credential_missing")


class TestDoors:
    async def test_publishing_and_unpublishing_act_at_once(self, web: WebhookApplication) -> None:
        assert (await call(web, "POST", "orders")).status == 404
        workflow_id = await publish()
        assert (await call(web, "POST", "orders")).status == 200
        await sync_to_async(services.unpublish)(workflow_id=workflow_id)
        assert (await call(web, "POST", "orders")).status == 404

    async def test_a_change_by_another_process_is_seen_within_a_quarter_second(
        self, web: WebhookApplication, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        workflow_id = await publish()
        first = await call(web, "POST", "orders")
        monkeypatch.setattr(doors_module.hooks, "_changed_here", lambda: None)
        document = by_webhook("orders", name="Changed")
        await sync_to_async(services.save_draft)(workflow_id=workflow_id, document=document, revision=1)
        version = await sync_to_async(services.publish)(workflow_id=workflow_id, by=None)
        await asyncio.sleep(doors_module.TRUST_SECONDS + 0.05)
        second = await call(web, "POST", "orders")
        assert (await Run.objects.aget(pk=first.run_id)).version_id != version.pk
        assert (await Run.objects.aget(pk=second.run_id)).version_id == version.pk

    async def test_hooks_are_read_once_while_nothing_changes(
        self, web: WebhookApplication, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await publish()
        await call(web, "POST", "orders")
        read: list[int] = []
        monkeypatch.setattr(doors_module, "_build", read.append)
        for _ in range(5):
            assert (await call(web, "POST", "orders")).status == 200
        assert read == []


async def answered(web: WebhookApplication, asked: asyncio.Task[Answer], **said: Any) -> Answer:
    """Let the run of a waiting request end as a worker would tell it."""
    while not await Run.objects.aexists():  # noqa: ASYNC110 - the database has no event to wait for
        await asyncio.sleep(0.01)
    run = await Run.objects.aget()
    message = msgspec.msgpack.encode({"run": run.pk, "status": "running", "outputs": [], **said})
    async with redis.asyncio.Redis.from_url(django_settings.REDIS_URL) as client:
        await client.publish(intakes.REPLY_CHANNEL + web.intake.id, message)
    return await asked


class TestAnswers:
    def ask(self, web: WebhookApplication) -> asyncio.Task[Answer]:
        return asyncio.create_task(call(web, "POST", "orders", b"{}", **JSON))

    @pytest.mark.parametrize(
        ("outputs", "shown"), [([{"a": 1}], {"a": 1}), ([{"a": 1}, {"a": 2}], [{"a": 1}, {"a": 2}]), ([], [])]
    )
    async def test_when_finished_gives_the_last_steps_items(
        self, web: WebhookApplication, outputs: Any, shown: Any
    ) -> None:
        await publish(respond="when_finished", status=201)
        answer = await answered(web, self.ask(web), status="succeeded", outputs=outputs)
        assert (answer.status, answer.json) == (201, shown)
        assert answer.run_id

    async def test_a_failed_run_is_told_without_its_reason(self, web: WebhookApplication) -> None:
        await publish(respond="when_finished")
        error = {"code": "http.status", "message": "the password is wrong"}
        answer = await answered(web, self.ask(web), status="failed", error=error)
        assert (answer.status, answer.json["code"]) == (500, "run.failed")
        assert answer.json["run_id"] == answer.run_id
        assert "password" not in answer.body.decode()

    async def test_a_respond_node_says_it_all_but_cannot_harm_the_app(self, web: WebhookApplication) -> None:
        await publish(respond="by_node")
        headers = {
            "Content-Type": "text/html",
            "X-Own": "a\r\nX-Injected: b",
            "Set-Cookie": "sessionid=1",
            "Content-Security-Policy": "none",
        }
        reply = {"status": 418, "headers": headers, "body": b"<b>tea</b>"}
        answer = await answered(web, self.ask(web), reply=reply)
        assert (answer.status, answer.body) == (418, b"<b>tea</b>")
        assert answer.headers["content-type"] == "text/html"
        assert answer.headers["x-own"] == "a  X-Injected: b"
        assert "set-cookie" not in answer.headers
        assert answer.headers["content-security-policy"].startswith("sandbox")

    async def test_an_end_without_a_respond_node_is_said(self, web: WebhookApplication) -> None:
        await publish(respond="by_node")
        answer = await answered(web, self.ask(web), status="succeeded", outputs=[{"a": 1}])
        assert (answer.status, answer.json["run_id"]) == (200, answer.run_id)

    async def test_too_long_a_wait_ends_with_the_run_going_on(
        self, web: WebhookApplication, settings: Any
    ) -> None:
        settings.WEBHOOK_TIMEOUT_SECONDS = 0.2
        await publish(respond="when_finished")
        answer = await self.ask(web)
        assert (answer.status, answer.json["code"]) == (504, "webhook.timeout")
        assert answer.json["run_id"] == answer.run_id
        assert (await Run.objects.aget()).status == "queued"
        assert orjson.dumps(answer.json)
