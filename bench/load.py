"""A closed-loop load generator: keep-alive connections, each sending its next request when the
last one is answered. Loopback only."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LONGEST_ANSWER_SECONDS = 300.0


@dataclass
class Load:
    """What came back: latencies of the good answers in seconds, and the others by kind."""

    latencies: list[float] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile_ms(self, share: float) -> float:
        """The latency below which `share` (0…1) of the requests stayed, in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else float("nan")

    def note(self, kind: str) -> None:
        self.errors[kind] = self.errors.get(kind, 0) + 1


class Connection:
    """One HTTP/1.1 connection; `get` gives the status and the body."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname in {"127.0.0.1", "localhost"}, "only this machine is measured"
        self.host, self.port = parts.hostname, parts.port or 80
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self.request = f"GET {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n\r\n".encode()
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self) -> tuple[int, bytes]:
        if self.streams is None:
            self.streams = await asyncio.open_connection(self.host, self.port, limit=1 << 20)
        reader, writer = self.streams
        writer.write(self.request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin1").lower()
        status = int(head.split(" ", 2)[1])
        if "transfer-encoding: chunked" in head:
            body = await self._chunks(reader)
        else:
            length = head.partition("content-length:")[2].partition("\r\n")[0].strip() or "0"
            body = await reader.readexactly(int(length))
        if "connection: close" in head:
            self.close()
        return status, body

    @staticmethod
    async def _chunks(reader: asyncio.StreamReader) -> bytes:
        body = b""
        while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readexactly(2)
        return body

    def close(self) -> None:
        if self.streams is not None:
            self.streams[1].close()
            self.streams = None


async def _keep_asking(url: str, load: Load, until: float, most: int) -> None:
    connection = Connection(url)
    while time.perf_counter() < until and most > 0:
        most -= 1
        began = time.perf_counter()
        try:
            status, _ = await asyncio.wait_for(connection.get(), LONGEST_ANSWER_SECONDS)
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            load.note(type(error).__name__)
            connection.close()
            await asyncio.sleep(0.05)
            continue
        if 200 <= status < 300:
            load.latencies.append(time.perf_counter() - began)
        else:
            load.note(f"status {status}")
    connection.close()


async def _run(url: str, clients: int, seconds: float, each: int) -> Load:
    load = Load()
    began = time.perf_counter()
    await asyncio.gather(*(_keep_asking(url, load, began + seconds, each) for _ in range(clients)))
    load.seconds = time.perf_counter() - began
    return load


def closed_loop(url: str, *, clients: int, seconds: float) -> Load:
    """`clients` connections that keep asking for `seconds`."""
    return asyncio.run(_run(url, clients, seconds, each=1 << 60))


def all_at_once(url: str, *, clients: int) -> Load:
    """One request from each of `clients` connections; the time until all are answered."""
    return asyncio.run(_run(url, clients, LONGEST_ANSWER_SECONDS, each=1))
