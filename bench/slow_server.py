"""A slow web server in a thread: `GET /slow?s=2` is answered after two seconds."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

LONGEST_SECONDS = 30.0


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            wanted = head.split(b" ", 2)[1].decode().partition("s=")[2] or "0"
            await asyncio.sleep(min(LONGEST_SECONDS, float(wanted)))
            body = b'{"ok":true}'
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                % (len(body), body)
            )
            await writer.drain()
    except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
        pass
    finally:
        writer.close()


Ending = tuple[asyncio.AbstractEventLoop, asyncio.Event]


async def _serve(ready: Future[int], ending: Future[Ending]) -> None:
    end = asyncio.Event()
    server = await asyncio.start_server(_answer, "127.0.0.1", 0, backlog=2048)
    ending.set_result((asyncio.get_running_loop(), end))
    ready.set_result(server.sockets[0].getsockname()[1])
    await end.wait()
    server.close()


@contextmanager
def slow_server() -> Iterator[str]:
    """Its base URL on this machine, for as long as the block runs."""
    port: Future[int] = Future()
    ending: Future[Ending] = Future()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(port, ending)), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port.result(10)}"
    finally:
        loop, end = ending.result()
        loop.call_soon_threadsafe(end.set)
        thread.join(5)
