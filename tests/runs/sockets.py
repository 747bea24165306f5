"""A websocket client inside the test's process: speaks ASGI to the application, takes what is
sent at its own speed, as a browser behind a narrow line does."""

from __future__ import annotations

import asyncio
import json
from typing import Any


class Socket:
    """`held`: how many messages fit between the server and a client that does not read."""

    def __init__(self, application: Any, *, headers: dict[str, str] | None = None, held: int = 2) -> None:
        sent = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
        self._scope = {
            "type": "websocket", "path": "/ws/live", "headers": sent, "subprotocols": [], "query_string": b"",
        }  # fmt: skip
        self._application = application
        self._to_server: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._to_client: asyncio.Queue[dict[str, Any]] = asyncio.Queue(held)

    async def __aenter__(self) -> Socket:
        serving = self._application(dict(self._scope), self._to_server.get, self._to_client.put)
        self._task = asyncio.create_task(serving)
        await self._to_server.put({"type": "websocket.connect"})
        accepted = await self._next(5)
        assert accepted["type"] == "websocket.accept", accepted
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._to_server.put({"type": "websocket.disconnect", "code": 1001})
        draining = asyncio.create_task(self._drain())
        await asyncio.wait([self._task], timeout=5)
        draining.cancel()
        self._task.cancel()

    async def _drain(self) -> None:
        while True:
            await self._to_client.get()

    async def _next(self, timeout_seconds: float) -> dict[str, Any]:
        receiving = asyncio.create_task(self._to_client.get())
        await asyncio.wait(
            [receiving, self._task], timeout=timeout_seconds, return_when=asyncio.FIRST_COMPLETED
        )
        if receiving.done():
            return receiving.result()
        receiving.cancel()
        if self._task.done():
            self._task.result()
        raise TimeoutError("the server sent nothing")

    async def send(self, message: dict[str, Any] | str) -> None:
        text = message if isinstance(message, str) else json.dumps(message)
        await self._to_server.put({"type": "websocket.receive", "text": text})

    async def subscribe(self, topic: str, after: int = 0) -> None:
        await self.send({"op": "subscribe", "topic": topic, "after": after})

    async def receive(self, timeout_seconds: float = 10) -> dict[str, Any]:
        """The next message. Raises TimeoutError."""
        message = await self._next(timeout_seconds)
        assert message["type"] == "websocket.send", message
        found: dict[str, Any] = json.loads(message["text"])
        return found

    async def receive_op(self, op: str, timeout_seconds: float = 10) -> dict[str, Any]:
        """The next message of this kind; others are passed over."""
        async with asyncio.timeout(timeout_seconds):
            while (message := await self.receive(timeout_seconds))["op"] != op:
                pass
        return message

    async def closed(self, timeout_seconds: float = 10) -> int:
        """Wait for the server to close; its code."""
        while (message := await self._next(timeout_seconds))["type"] != "websocket.close":
            pass
        code: int = message["code"]
        return code
