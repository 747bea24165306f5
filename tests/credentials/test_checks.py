"""Trying credentials against real servers on the loopback interface."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from orchestrator.credentials.checks import CHECKS
from orchestrator.credentials.types import TYPES
from orchestrator.sdk.local_server import Seen
from tests.api.callers import Caller
from tests.inbox.mailbox import running_loop, running_server

pytestmark = pytest.mark.django_db
SECRET = "canary-5d1e-secret"
Serve = Callable[[Any], Any]


@pytest.fixture(autouse=True)
def allow_loopback(settings: Any) -> None:
    settings.EGRESS_ALLOW = ["127.0.0.1"]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda answer: stack.enter_context(running_server(answer))


@pytest.fixture
def mail_server() -> Iterator[int]:
    """A mail server that wants a user name and this password; its port."""

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == SECRET.encode(), handled=False)

    async def listen(loop: asyncio.AbstractEventLoop) -> asyncio.Server:
        return await loop.create_server(
            lambda: SMTP(object(), authenticator=authenticate, auth_require_tls=False, loop=loop),
            "127.0.0.1",
            0,
        )

    with running_loop() as loop:
        server = asyncio.run_coroutine_threadsafe(listen(loop), loop).result(10)
        yield server.sockets[0].getsockname()[1]
        loop.call_soon_threadsafe(server.close)


def tried(caller: Caller, **wanted: Any) -> dict[str, Any]:
    answer = caller.post("/credentials/check", wanted)
    assert answer.status_code == 200, answer.content
    assert SECRET not in answer.content.decode()
    found: dict[str, Any] = answer.json()
    return found


def models(seen: Seen) -> tuple[int, dict[str, str], bytes]:
    if seen.headers.get("authorization") != f"Bearer {SECRET}":
        return 401, {}, f"no such key: {seen.headers.get('authorization')}".encode()
    return 200, {}, b'{"data": [{"id": "small"}, {"id": "large"}]}'


class TestAModelService:
    def test_is_asked_for_its_models(self, owner: Caller, serve: Serve) -> None:
        server = serve(models)
        data = {"base_url": f"{server.url}/v1", "api_key": SECRET}
        found = tried(owner, type="openai", data=data)
        assert found == {"ok": True, "message": "The service answered and offers 2 models.", "hint": ""}
        assert [seen.path for seen in server.seen] == ["/v1/models"]

    def test_that_refuses_the_key_is_reported(self, owner: Caller, serve: Serve) -> None:
        data = {"base_url": serve(models).url, "api_key": SECRET[:-1]}
        found = tried(owner, type="openai", data=data)
        assert (found["ok"], found["hint"]) == (False, "Check what you entered.")
        assert "answered 401" in found["message"]

    def test_that_is_something_else_is_reported(self, owner: Caller, serve: Serve) -> None:
        url = serve(lambda seen: (200, {}, b"<html>hello")).url
        found = tried(owner, type="openai", data={"base_url": url})
        assert (found["ok"], "/v1" in found["hint"]) == (False, True)

    def test_that_is_stored_is_tried_by_its_id(self, owner: Caller, serve: Serve) -> None:
        data = {"base_url": serve(models).url, "api_key": SECRET}
        stored = owner.post("/credentials", {"name": "M", "type": "openai", "data": data}).json()
        assert tried(owner, id=stored["id"])["ok"] is True


class TestAMailServer:
    def test_takes_the_right_password(self, owner: Caller, mail_server: int) -> None:
        data = {"host": "127.0.0.1", "port": mail_server, "security": "none", "username": "ada"}
        found = tried(owner, type="smtp", data={**data, "password": SECRET})
        assert (found["ok"], found["message"]) == (
            True,
            "127.0.0.1 answered and accepted the user name and password.",
        )

    def test_refuses_a_wrong_one(self, owner: Caller, mail_server: int) -> None:
        data = {"host": "127.0.0.1", "port": mail_server, "security": "none", "username": "ada"}
        found = tried(owner, type="smtp", data={**data, "password": "wrong-password"})
        assert (found["ok"], "did not accept" in found["message"]) == (False, True)

    def test_with_the_wrong_encryption_is_reported(self, owner: Caller, mail_server: int) -> None:
        found = tried(owner, type="smtp", data={"host": "127.0.0.1", "port": mail_server})
        assert (found["ok"], "security setting" in found["hint"]) == (False, True)


@pytest.mark.parametrize(
    ("kind", "data", "header", "value"),
    [
        ("bearer_token", {"token": SECRET}, "authorization", f"Bearer {SECRET}"),
        ("header_auth", {"name": "X-Key", "value": SECRET}, "x-key", SECRET),
        ("basic_auth", {"username": "a", "password": "bc"}, "authorization", "Basic YTpiYw=="),
    ],
)
def test_a_header_is_tried_at_an_address(
    owner: Caller, serve: Serve, kind: str, data: Any, header: str, value: str
) -> None:
    server = serve(lambda seen: (204 if seen.headers.get(header) == value else 403, {}, b""))
    assert tried(owner, type=kind, data=data, url=server.url)["ok"] is True
    wrong = {**data, list(data)[-1]: "something-else"}
    assert tried(owner, type=kind, data=wrong, url=server.url)["ok"] is False


def test_an_address_inside_is_refused(owner: Caller, serve: Serve, settings: Any) -> None:
    server = serve(lambda seen: (200, {}, b""))
    settings.EGRESS_ALLOW = []
    found = tried(owner, type="bearer_token", data={"token": SECRET}, url=server.url)
    assert (found["ok"], "EGRESS_ALLOW" in found["hint"], server.seen) == (False, True, [])


def test_an_address_that_is_none_is_reported(owner: Caller) -> None:
    assert tried(owner, type="bearer_token", data={"token": SECRET}, url="")["ok"] is False


def test_a_key_is_read(owner: Caller) -> None:
    private = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(SECRET.encode()),
    )
    data = {"private_key": private.decode(), "passphrase": SECRET}
    assert tried(owner, type="key_pair", data=data)["message"] == "The private key can be read."
    assert tried(owner, type="key_pair", data={**data, "passphrase": "wrong"})["ok"] is False


def test_what_cannot_be_tried_is_told_before(owner: Caller) -> None:
    kinds = {kind["type"]: kind["check"] for kind in owner.get("/credential-types").json()["items"]}
    assert kinds == {kind: CHECKS[kind].needs if kind in CHECKS else None for kind in TYPES}
    answer = owner.post("/credentials/check", {"type": "secret_key", "data": {"secret": SECRET}})
    assert (answer.status_code, answer.json()["code"]) == (422, "credential.no_check")
    assert owner.post("/credentials/check", {"id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}).status_code == 404
    assert owner.post("/credentials/check", {"type": "smtp", "data": {}}).status_code == 422
