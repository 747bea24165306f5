"""A small real HTTP server on the loopback interface, for trying nodes that call out.

One answer for each connection; it keeps what it was asked. Not for production use.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Answer = Callable[["Seen"], tuple[int, dict[str, str], bytes]]


@dataclass
class Seen:
    """One request: `path` with its query, header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class LocalServer:
    """Where it listens and what it was asked."""

    port: int = 0
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def local_server(answer: Answer, *, delay_seconds: float = 0) -> AsyncIterator[LocalServer]:
    """Serve on a free port while the block lasts. `answer(seen)` gives status, headers and body."""
    state = LocalServer()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        state.connections += 1
        try:
            await _serve_one(reader, writer, answer, state, delay_seconds)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    state.port = server.sockets[0].getsockname()[1]
    try:
        yield state
    finally:
        server.close()


async def _serve_one(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    answer: Answer,
    state: LocalServer,
    delay_seconds: float,
) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:-2])}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    seen = Seen(method, path, headers, body)
    state.seen.append(seen)
    await asyncio.sleep(delay_seconds)
    status, extra, content = answer(seen)
    lines = [f"HTTP/1.1 {status} Status", f"Content-Length: {len(content)}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in extra.items()]
    writer.write("\r\n".join([*lines, "", ""]).encode() + content)
    await writer.drain()
