"""Calling the webhook application as a server would."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson

from orchestrator.triggers.webhook import WebhookApplication


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)

    @property
    def run_id(self) -> str:
        return self.headers.get("x-run-id", "")


async def call(
    application: WebhookApplication,
    method: str,
    path: str,
    body: bytes = b"",
    *,
    pieces: int = 1,
    **headers: str,
) -> Answer:
    """One request to `<prefix><path>`; header names with `_` for `-`. The body comes in `pieces`."""
    url = urlsplit(path)
    size = max(1, -(-len(body) // pieces))
    chunks = [body[start : start + size] for start in range(0, len(body), size)] or [b""]
    incoming = [
        {"type": "http.request", "body": chunk, "more_body": index < len(chunks) - 1}
        for index, chunk in enumerate(chunks)
    ]
    sent: list[Any] = []

    async def receive() -> Any:
        return incoming.pop(0) if incoming else await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": f"{application.prefix}{url.path}",
        "query_string": url.query.encode(),
        "headers": [
            (name.replace("_", "-").lower().encode(), value.encode("latin-1"))
            for name, value in {"content_length": str(len(body)), **headers}.items()
        ],
    }
    await asyncio.wait_for(application(scope, receive, send), 20)
    start, content = sent
    found = {name.decode(): value.decode("latin-1") for name, value in start["headers"]}
    return Answer(start["status"], found, content["body"])
