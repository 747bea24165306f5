"""GET /chat-words/<token>: what AI steps say of a reply while it is made, as server-sent events.

The `data` of each is a JSON string. The event `over` comes when the run said what it had to say or
waits for somebody: then `/chat-reply/<token>` knows more. Words from before the page listened are not
repeated; the reply, when it comes, is whole.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from orchestrator.chat_page import Expected, expected
from orchestrator.errors import NotFound, ServiceError
from orchestrator.public_pages import guarded
from orchestrator.rest import error_response
from orchestrator.runs.live import run_topic
from orchestrator.runs.live_feeds import RunCursor, RunFeed
from orchestrator.runs.live_hub import LiveHub, live_hub
from orchestrator.runs.services import get_run
from orchestrator.workflows.library import library

MOST_LISTENERS = 200
LONGEST_SECONDS = 300.0
BEAT_SECONDS = 15.0
ENDS = frozenset(["run.replied", "run.paused", "run.succeeded", "run.failed", "run.cancelled"])

_listeners: set[asyncio.Event] = set()


@require_safe
def chat_words(request: HttpRequest, token: str) -> HttpResponse | StreamingHttpResponse:
    """204, after which a browser asks no more, when the page does not stream or too many listen."""
    try:
        reply = expected(request, token)
    except ServiceError as error:
        return guarded(error_response(error))
    if not reply.streams or len(_listeners) >= MOST_LISTENERS:
        return guarded(HttpResponse(status=204))
    response = StreamingHttpResponse(_events(reply), content_type="text/event-stream")
    response["X-Accel-Buffering"] = "no"
    guarded(response)
    return response


async def _events(reply: Expected) -> AsyncIterator[bytes]:
    hub, wake, feed = live_hub(), asyncio.Event(), None
    _listeners.add(wake)
    try:
        with suppress(NotFound):
            speakers = await hub.read(_speakers, reply.run_id)
            feed = await hub.attach(run_topic(reply.run_id), wake)
            assert isinstance(feed, RunFeed)
            async for frame in _frames(hub, RunCursor(feed, 0), wake):
                if frame["op"] == "delta" and frame["node"] in speakers:
                    yield b"data: " + orjson.dumps(frame["text"]) + b"\n\n"
                elif frame["op"] == "beat":
                    yield b": still here\n\n"
                elif any(event["type"] in ENDS for event in frame.get("events", ())):
                    break
        yield b"event: over\ndata: 0\n\n"
    finally:
        _listeners.discard(wake)
        if feed is not None:
            hub.detach(feed, wake)


async def _frames(hub: LiveHub, cursor: RunCursor, wake: asyncio.Event) -> AsyncIterator[dict[str, Any]]:
    """What a socket would be sent, and a beat whenever nothing came for a while."""
    ends_at = asyncio.get_running_loop().time() + LONGEST_SECONDS
    while asyncio.get_running_loop().time() < ends_at and not hub.is_closing:
        wake.clear()
        if cursor.is_behind:
            await hub.catch_up(cursor)
        if frames := cursor.take():
            for frame in frames:
                yield orjson.loads(frame)
            continue
        try:
            await asyncio.wait_for(wake.wait(), BEAT_SECONDS)
        except TimeoutError:
            yield {"op": "beat"}


def _speakers(run_id: str) -> set[str]:
    """The nodes whose words are for people: what code prints is not. Raises NotFound."""
    nodes = get_run(run_id).version.document["nodes"]
    types = {node["id"]: library().get(node["type"]) for node in nodes}
    return {id for id, node_type in types.items() if node_type is not None and node_type.group == "ai"}
