"""Who has a workflow open: joining, pointing, leaving, over several web processes."""

from __future__ import annotations

import asyncio
import math
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from orchestrator.accounts.models import User
from orchestrator.runs import consumers, live_hub, presence
from orchestrator.runs.consumers import LiveConsumer
from orchestrator.runs.presence import read_state
from orchestrator.workflows.models import Workflow
from tests.runs.recording import new_workflow
from tests.runs.sockets import Socket

pytestmark = pytest.mark.django_db(transaction=True)
in_thread = sync_to_async(thread_sensitive=False)


@pytest.fixture
def alice() -> User:
    return User.objects.create_user("alice@example.org", "correct horse battery", name="Alice")


@pytest.fixture
def bob() -> User:
    return User.objects.create_user("bob@example.org", "correct horse battery", name="Bob")


@pytest.fixture
def topic() -> str:
    return f"editing:{new_workflow().workflow_id}"


@asynccontextmanager
async def open_tab(user: User, topic: str) -> Any:
    application = LiveConsumer.as_asgi()

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        await application({**scope, "user": user}, receive, send)

    async with Socket(serve) as socket:
        await socket.subscribe(topic)
        yield socket


async def sees(socket: Socket, *names: str) -> dict[str, Any]:
    """The message in which exactly these are there."""
    while (message := await socket.receive_op("presence"))["people"] or names:
        if sorted(person["name"] for person in message["people"]) == sorted(names):
            break
    return message


async def test_people_see_each_other_come_point_and_go(
    valkey: str, alice: User, bob: User, topic: str
) -> None:
    async with open_tab(alice, topic) as here:
        await sees(here)
        async with open_tab(bob, topic) as there:
            await sees(there, "Alice")
            await sees(here, "Bob")
            state = {"cursor": [12.34, -5], "selection": ["n1"], "opened": "n1"}
            await there.send({"op": "present", "topic": topic, "state": state})
            while not (await sees(here, "Bob"))["people"][0]["cursor"]:
                pass
            [bob_seen] = (await _latest(here, there, topic))["people"]
            assert bob_seen["user"] == bob.pk and bob_seen["opened"] == "n1"
        await sees(here)


async def _latest(here: Socket, there: Socket, topic: str) -> dict[str, Any]:
    await there.send({"op": "present", "topic": topic, "state": {"cursor": [1, 1], "opened": "n1"}})
    while (message := await sees(here, "Bob"))["people"][0]["cursor"] != [1, 1]:
        pass
    return message


async def test_a_moving_pointer_is_told_at_a_bounded_rate(
    valkey: str, alice: User, bob: User, topic: str
) -> None:
    async with open_tab(alice, topic) as here, open_tab(bob, topic) as there:
        await sees(here, "Bob")
        loop = asyncio.get_running_loop()
        began = loop.time()
        for step in range(200):
            await there.send({"op": "present", "topic": topic, "state": {"cursor": [step, 0]}})
        count = 0
        while (await sees(here, "Bob"))["people"][0]["cursor"] != [199, 0]:
            count += 1
        assert count <= (loop.time() - began) / presence.TELL_SECONDS + 2


async def test_tabs_of_two_web_processes_see_each_other(
    valkey: str, alice: User, bob: User, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_tab(alice, topic) as here:
        await sees(here)
        hub = live_hub.LiveHub(valkey)
        monkeypatch.setattr(consumers, "live_hub", lambda: hub)
        async with open_tab(bob, topic) as there:
            await sees(here, "Bob")
            await sees(there, "Alice")
        await sees(here)


async def test_people_of_a_process_that_was_killed_are_forgotten(
    valkey: str, alice: User, bob: User, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "FORGET_SECONDS", 0.3)
    monkeypatch.setattr(live_hub, "CHECK_SECONDS", 0.2)
    async with open_tab(alice, topic) as here:
        await sees(here)
        hub = live_hub.LiveHub(valkey)
        dead = presence.PresenceFeed(topic, topic.partition(":")[2])
        dead.told = hub._teller(dead)
        dead.put("ghost", {"user": bob.pk, "name": "Bob", **read_state({})})
        await sees(here, "Bob")
        await sees(here)
        await hub._redis.aclose()


async def test_a_saved_draft_is_told_by_its_revision(valkey: str, alice: User, topic: str) -> None:
    async with open_tab(alice, topic) as here:
        assert (await sees(here))["revision"] == 1
        rows = Workflow.objects.filter(pk=topic.partition(":")[2])
        await in_thread(lambda: rows.update(revision=2))()
        while (await here.receive_op("presence"))["revision"] != 2:
            pass


async def test_a_workflow_that_is_not_there_is_refused(valkey: str, alice: User, topic: str) -> None:
    async with open_tab(alice, "editing:01HZZZZZZZZZZZZZZZZZZZZZZZ") as socket:
        refusal = await socket.receive()
        assert refusal["op"] == "error" and refusal["code"] == "workflow.not_found"
        await socket.send({"op": "present", "topic": topic, "state": {"cursor": [0, 0]}})
        await socket.send({"op": "present", "topic": topic, "state": "here"})
        assert (await socket.receive())["code"] == "live.message_invalid"


async def test_a_workflow_deleted_while_open_disturbs_nobody(
    valkey: str, alice: User, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_hub, "CHECK_SECONDS", 0.1)
    async with open_tab(alice, topic) as here:
        await sees(here)
        feed = live_hub.live_hub()._feeds[topic]
        await in_thread(Workflow.objects.filter(pk=topic.partition(":")[2]).delete)()
        while not feed.is_finished:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.01)
        await here.send({"op": "ping"})
        await here.receive_op("pong")


async def test_nothing_is_left_behind_when_the_last_one_leaves(valkey: str, alice: User, topic: str) -> None:
    async with open_tab(alice, topic) as here:
        await sees(here)
    hub = live_hub.live_hub()
    assert not hub._feeds and not hub._tasks


@pytest.mark.parametrize(
    "state",
    [
        {"cursor": [math.inf, 0]},
        {"cursor": [1]},
        {"cursor": [True, False]},
        {"cursor": "here"},
        {"cursor": [1e9, 0]},
        {"selection": "n1"},
        {"selection": [1, "", "x" * 101, None]},
        {"opened": 7},
    ],
)
def test_what_does_not_fit_is_left_out(state: dict[str, Any]) -> None:
    assert read_state(state) == {"cursor": None, "selection": [], "opened": None}
