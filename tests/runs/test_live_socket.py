"""The websocket's protocol: topics, refusals, lists, inbox, partial output."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import redis.asyncio
from asgiref.sync import sync_to_async

from orchestrator.accounts.models import User
from orchestrator.accounts.services import create_token
from orchestrator.accounts.websocket import signed_in
from orchestrator.inbox.models import HumanTask
from orchestrator.inbox.services import open_task
from orchestrator.runs import consumers, live_hub
from orchestrator.runs.consumers import LiveConsumer
from orchestrator.runs.live import LivePublisher, trim
from tests.runs.recording import RecordedRun, new_workflow, payload, succeeded
from tests.runs.sockets import Socket

pytestmark = pytest.mark.django_db(transaction=True)
in_thread = sync_to_async(thread_sensitive=False)


def open_socket(**options: Any) -> Socket:
    return Socket(LiveConsumer.as_asgi(), **options)


async def new_run() -> RecordedRun:
    return await in_thread(lambda: RecordedRun(new_workflow()))()


@pytest.fixture
async def publisher(valkey: str) -> Any:
    made = LivePublisher(valkey)
    await made.start()
    yield made
    await made.close()


async def watched(publisher: LivePublisher, run: RecordedRun) -> None:
    """Until the worker knows that somebody watches."""
    async with asyncio.timeout(5):
        while not publisher.is_watched(run.id, run.workflow_id):  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.005)


async def test_a_snapshot_comes_first_then_events_as_they_are_committed(publisher: LivePublisher) -> None:
    run = await new_run()
    assert not publisher.is_watched(run.id, run.workflow_id)
    async with open_socket() as socket:
        await socket.subscribe(f"run:{run.id}")
        snapshot = await socket.receive()
        assert snapshot["op"] == "snapshot" and snapshot["seq"] == 1
        assert snapshot["run"]["id"] == run.id and snapshot["run"]["workflow_name"] == "Orders"
        assert [event["type"] for event in snapshot["events"]] == ["run.queued"]
        assert "items" not in snapshot["events"][0]
        await watched(publisher, run)
        committed = await in_thread(run.commit)(succeeded("hook:1", payload([{"a": 1}])))
        await publisher.publish_events(run.id, run.workflow_id, [trim(event) for event in committed])
        news = await socket.receive()
        assert news == {"op": "events", "topic": f"run:{run.id}", "events": [trim(committed[0])]}


async def test_who_comes_back_gets_what_followed(valkey: str) -> None:
    run = await new_run()
    await in_thread(run.chatter)(9)
    async with open_socket() as socket:
        await socket.subscribe(f"run:{run.id}", after=7)
        snapshot = await socket.receive()
        assert [event["seq"] for event in snapshot["events"]] == [8, 9, 10]
        await socket.subscribe(f"run:{run.id}", after=9)
        assert [event["seq"] for event in (await socket.receive())["events"]] == [10]


async def test_a_finished_run_is_neither_watched_nor_asked_for(valkey: str) -> None:
    run = await new_run()
    await in_thread(run.chatter)(2, ends=True)
    async with open_socket() as socket:
        await socket.subscribe(f"run:{run.id}")
        assert (await socket.receive())["run"]["status"] == "succeeded"
        async with redis.asyncio.Redis.from_url(valkey) as client:
            assert await client.zscore("live:watched", f"run:{run.id}") is None


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"op": "subscribe", "topic": "run:01HZZZZZZZZZZZZZZZZZZZZZZZ"}, "run.not_found"),
        ({"op": "subscribe", "topic": "weather"}, "live.topic_unknown"),
        ({"op": "subscribe", "topic": "runs", "after": -1}, "live.message_invalid"),
        ({"op": "subscribe", "topic": "r" * 500}, "live.message_invalid"),
        ({"op": "subscribe"}, "live.message_invalid"),
        ({"op": "subscribe", "topic": ["runs"]}, "live.message_invalid"),
        ({"op": "shout"}, "live.message_invalid"),
        ("{", "live.message_invalid"),
        ("[]", "live.message_invalid"),
        ("x" * 20_000, "live.message_invalid"),
    ],
)
async def test_bad_messages_are_answered_and_the_socket_lives_on(
    valkey: str, message: dict[str, Any] | str, code: str
) -> None:
    async with open_socket() as socket:
        await socket.send(message)
        refusal = await socket.receive()
        assert refusal["op"] == "error" and refusal["code"] == code
        await socket.send({"op": "ping"})
        assert await socket.receive() == {"op": "pong"}


async def test_a_socket_takes_only_so_many_topics(valkey: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "MAX_TOPICS", 2)
    async with open_socket() as socket:
        for topic in ("workflow:a", "workflow:b", "workflow:c"):
            await socket.subscribe(topic)
        assert (await socket.receive())["code"] == "live.too_many_topics"
        await socket.send({"op": "unsubscribe", "topic": "workflow:a"})
        await socket.subscribe("workflow:c")
        await socket.send({"op": "ping"})
        assert (await socket.receive())["op"] == "pong"


async def test_who_only_sends_and_never_reads_is_closed(valkey: str) -> None:
    async with open_socket() as socket:
        for _ in range(consumers.MAX_ANSWERS * 2):
            await socket.send({"op": "ping"})
        await asyncio.sleep(0.3)
        assert await socket.closed() == consumers.CLOSED_FLOODED


@pytest.mark.parametrize("topic", ["runs", "workflow"])
async def test_lists_hear_of_runs_that_change(publisher: LivePublisher, topic: str) -> None:
    run = await new_run()
    async with open_socket() as socket:
        await socket.subscribe("runs" if topic == "runs" else f"workflow:{run.workflow_id}")
        assert (await socket.receive_op("run"))["run"]["status"] == "running"
        await watched(publisher, run)
        committed = await in_thread(run.chatter)(1, ends=True)
        await publisher.publish_events(run.id, run.workflow_id, [trim(event) for event in committed])
        message = await socket.receive_op("run", 1.5)
        assert message["run"]["id"] == run.id and message["run"]["status"] == "succeeded"


async def test_lists_heal_when_nothing_is_published(valkey: str) -> None:
    run = await new_run()
    async with open_socket() as socket:
        await socket.subscribe("runs")
        await socket.receive_op("run")
        await in_thread(run.chatter)(1, ends=True)
        assert (await socket.receive_op("run"))["run"]["status"] == "succeeded"


async def test_partial_output_keeps_its_place_among_the_events(publisher: LivePublisher) -> None:
    run = await new_run()
    async with open_socket() as socket:
        await socket.subscribe(f"run:{run.id}")
        await socket.receive_op("snapshot")
        await watched(publisher, run)
        for text in ("Hel", "lo"):
            await publisher.publish_delta(run.id, "hook:1", "hook", text)
        found = await socket.receive()
        assert found == {
            "op": "delta", "topic": f"run:{run.id}", "step": "hook:1", "node": "hook", "text": "Hello",
        }  # fmt: skip
        committed = await in_thread(run.chatter)(1)
        await publisher.publish_events(run.id, run.workflow_id, [trim(event) for event in committed])
        assert (await socket.receive())["op"] == "events"


async def test_the_inbox_tells_the_number_of_open_tasks(valkey: str) -> None:
    run = await new_run()
    async with open_socket() as socket:
        await socket.subscribe("inbox")
        assert await socket.receive() == {"op": "inbox", "topic": "inbox", "open": 0}
        await in_thread(_open_task)(run)
        assert await socket.receive(1.5) == {"op": "inbox", "topic": "inbox", "open": 1}
    await in_thread(HumanTask.objects.all().delete)()


def _open_task(run: RecordedRun) -> None:
    data = {
        "kind": "approve", "subject": "Order 7", "description": "", "why": "", "outcomes": ["approved"],
        "proposed": {}, "context": [], "assignees": [], "priority": "normal",
    }  # fmt: skip
    open_task(
        run_id=run.id, step="tag:1", node_id="tag", node_name="Tag it", workflow_id=run.workflow_id,
        data=data, due_at=None,
    )  # fmt: skip


async def test_workers_learn_again_who_watches_after_redis_was_emptied(
    valkey: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_hub, "REFRESH_SECONDS", 0.2)
    run = await new_run()
    async with open_socket() as socket, redis.asyncio.Redis.from_url(valkey) as client:
        await socket.subscribe(f"run:{run.id}")
        await socket.receive_op("snapshot")
        await client.flushall()
        late = LivePublisher(valkey)
        await late.start()
        await watched(late, run)
        await late.close()


async def test_everything_works_by_the_journal_while_redis_is_away(
    valkey: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await new_run()
    hub = live_hub.LiveHub("redis://127.0.0.1:1")
    monkeypatch.setattr(consumers, "live_hub", lambda: hub)
    async with open_socket() as socket:
        await socket.subscribe(f"run:{run.id}")
        assert (await socket.receive_op("snapshot"))["seq"] == 1
        await in_thread(run.chatter)(3, ends=True)
        assert [event["seq"] for event in (await socket.receive())["events"]] == [2, 3, 4, 5]


async def test_nothing_is_left_behind_when_the_last_watcher_leaves(valkey: str) -> None:
    run = await new_run()
    async with open_socket() as one, open_socket() as other:
        for socket in (one, other):
            await socket.subscribe(f"run:{run.id}")
            await socket.receive_op("snapshot")
    hub = live_hub.live_hub()
    assert not hub._feeds and not hub._tasks


async def test_programs_may_watch_and_strangers_may_not(valkey: str) -> None:
    def make() -> str:
        alice = User.objects.create_user("alice@example.org", "correct horse battery", name="Alice")
        return create_token(user=alice, name="tests")[1]

    secret = await in_thread(make)()
    application = signed_in(LiveConsumer.as_asgi())
    async with Socket(application, headers={"Authorization": f"Bearer {secret}"}) as socket:
        await socket.send({"op": "ping"})
        assert (await socket.receive())["op"] == "pong"
    async with Socket(application, headers={"Authorization": "Bearer wrong"}) as socket:
        assert await socket.closed() == 4401
