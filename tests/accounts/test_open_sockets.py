"""A websocket ends with what opened it: signing out, a deleted token, a deactivated person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from orchestrator.accounts import open_sockets
from orchestrator.accounts.models import ApiToken, User
from orchestrator.accounts.services import create_token
from orchestrator.accounts.websocket import CLOSED_NOT_SIGNED_IN, signed_in
from orchestrator.runs.consumers import LiveConsumer
from tests.runs.sockets import Socket

pytestmark = pytest.mark.django_db(transaction=True)
in_thread = sync_to_async(thread_sensitive=False)


def open_socket(**headers: str) -> Socket:
    return Socket(signed_in(LiveConsumer.as_asgi()), headers=headers)


def from_our_page(client: Client) -> dict[str, str]:
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    return {"Host": "localhost:8000", "Origin": "http://localhost:8000", "Cookie": cookie}


async def still_answers(socket: Socket) -> None:
    await socket.send({"op": "ping"})
    assert await socket.receive() == {"op": "pong"}


def _deactivate(user: User) -> None:
    user.is_active = False
    user.save()


def _change_password(user: User) -> None:
    user.set_password("another horse battery")
    user.save()


ENDS: dict[str, Callable[[User, Client], Any]] = {
    "signing out": lambda user, client: client.logout(),
    "a deactivated account": lambda user, client: _deactivate(user),
    "a new password": lambda user, client: _change_password(user),
    "a deleted account": lambda user, client: user.delete(),
}


@pytest.mark.parametrize("ending", ENDS.values(), ids=ENDS)
async def test_a_browsers_socket_ends_with_its_session(
    valkey: str, alice: User, ending: Callable[[User, Client], Any]
) -> None:
    client, elsewhere = Client(), Client()
    await in_thread(client.force_login)(alice)
    await in_thread(elsewhere.force_login)(alice)
    async with open_socket(**from_our_page(client)) as socket:
        await still_answers(socket)
        await in_thread(ending)(alice, client)
        assert await socket.closed(5) == CLOSED_NOT_SIGNED_IN


async def test_signing_out_here_leaves_the_socket_of_another_browser_open(valkey: str, alice: User) -> None:
    client, elsewhere = Client(), Client()
    await in_thread(client.force_login)(alice)
    await in_thread(elsewhere.force_login)(alice)
    async with (
        open_socket(**from_our_page(client)) as socket,
        open_socket(**from_our_page(elsewhere)) as other,
    ):
        await still_answers(other)
        await in_thread(client.logout)()
        assert await socket.closed(5) == CLOSED_NOT_SIGNED_IN
        await still_answers(other)


async def test_a_programs_socket_ends_with_its_token(valkey: str, alice: User) -> None:
    _, secret = await in_thread(create_token)(user=alice, name="watcher")
    async with open_socket(Authorization=f"Bearer {secret}") as socket:
        await still_answers(socket)
        await in_thread(lambda: ApiToken.objects.get(user=alice).delete())()
        assert await socket.closed(5) == CLOSED_NOT_SIGNED_IN


async def test_what_another_process_changed_is_found_by_looking(
    valkey: str, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_sockets, "CHECK_SECONDS", 0.1)
    _, secret = await in_thread(create_token)(user=alice, name="watcher")
    async with open_socket(Authorization=f"Bearer {secret}") as socket:
        await still_answers(socket)
        # An update sends no signal, as a change made in another process sends none here.
        await in_thread(lambda: User.objects.filter(pk=alice.pk).update(is_active=False))()
        assert await socket.closed(5) == CLOSED_NOT_SIGNED_IN


async def test_a_database_that_is_away_throws_nobody_out(
    valkey: str, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(proofs: Any) -> set[open_sockets.Proof]:
        looked.append(1)
        raise ConnectionError("away")

    looked: list[int] = []
    _, secret = await in_thread(create_token)(user=alice, name="watcher")
    monkeypatch.setattr(open_sockets, "CHECK_SECONDS", 0.02)
    monkeypatch.setattr(open_sockets, "valid", fail)
    async with open_socket(Authorization=f"Bearer {secret}") as socket:
        while len(looked) < 3:
            await still_answers(socket)
