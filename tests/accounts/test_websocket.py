"""Who may open a websocket."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.test import Client

from orchestrator.accounts.models import User
from orchestrator.accounts.services import create_token
from orchestrator.accounts.websocket import CLOSED_NOT_SIGNED_IN, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


async def greet(scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": scope["user"].email})


async def open_socket(*headers: tuple[bytes, bytes]) -> str | int:
    """The user's e-mail, or the code the socket was closed with."""
    scope = {"type": "websocket", "path": "/ws/live", "query_string": b"", "headers": list(headers)}
    socket = ApplicationCommunicator(signed_in(greet), scope)
    await socket.send_input({"type": "websocket.connect"})
    assert (await socket.receive_output())["type"] == "websocket.accept"
    message = await socket.receive_output()
    await socket.wait()
    return str(message["text"]) if "text" in message else int(message["code"])


@sync_to_async
def session_of(user: User) -> bytes:
    client = Client()
    client.force_login(user)
    return f"sessionid={client.cookies['sessionid'].value}".encode()


HOST = (b"host", b"localhost:8000")
OUR_PAGE = (b"origin", b"http://localhost:8000")


async def test_a_session_opens_it_from_a_page_of_ours(alice: User) -> None:
    cookie = (b"cookie", await session_of(alice))
    assert await open_socket(HOST, OUR_PAGE, cookie) == alice.email


@pytest.mark.parametrize(
    "origin",
    [b"https://evil.example", b"http://localhost:9999", b"null", b""],
    ids=lambda o: o.decode() or "none",
)
async def test_a_session_from_another_site_is_refused(alice: User, origin: bytes) -> None:
    cookie = (b"cookie", await session_of(alice))
    assert await open_socket(HOST, (b"origin", origin), cookie) == CLOSED_NOT_SIGNED_IN


async def test_a_host_name_that_is_not_ours_is_refused(alice: User) -> None:
    cookie = (b"cookie", await session_of(alice))
    rebound = [(b"host", b"rebound.example"), (b"origin", b"http://rebound.example")]
    assert await open_socket(*rebound, cookie) == CLOSED_NOT_SIGNED_IN


async def test_nobody_is_refused(db: None) -> None:
    assert await open_socket(HOST, OUR_PAGE) == CLOSED_NOT_SIGNED_IN


async def test_a_token_opens_it_without_origin(alice: User) -> None:
    _, secret = await sync_to_async(create_token)(user=alice, name="watcher")
    assert await open_socket(HOST, (b"authorization", f"Bearer {secret}".encode())) == alice.email
    assert await open_socket(HOST, (b"authorization", b"Bearer wrong")) == CLOSED_NOT_SIGNED_IN
