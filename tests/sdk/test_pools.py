"""Many requests at once, and one after another, against a real server that keeps connections open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from orchestrator.sdk.egress import EgressPolicy
from orchestrator.sdk.http import open_client
from orchestrator.sdk.pools import EACH, KEEPING

LOCAL = EgressPolicy("127.0.0.1")
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


class Server:
    connections = 0
    url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(ANSWER)
        except asyncio.IncompleteReadError:
            writer.close()


@asynccontextmanager
async def keeping_server() -> AsyncIterator[Server]:
    state = Server()
    server = await asyncio.start_server(state.serve, "127.0.0.1", 0)
    state.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with server:
        yield state


async def test_requests_one_after_another_share_a_connection() -> None:
    async with keeping_server() as server, open_client(LOCAL) as client:
        for _ in range(3):
            assert (await client.get(server.url)).text == "hello"
        assert server.connections == 1


async def test_an_answer_that_nobody_reads_gives_its_place_up() -> None:
    async with keeping_server() as server, open_client(LOCAL) as client:
        for _ in range(2 * EACH):
            async with client.stream("GET", server.url) as answer:
                assert answer.status_code == 200
        assert (await client.get(server.url)).text == "hello"
        assert server.connections <= 2 * EACH + 1


async def test_an_answer_that_was_read_in_part_may_be_drained() -> None:
    """As the client of the model services does: it stops at the last event, then reads what follows."""
    async with keeping_server() as server, open_client(LOCAL) as client:
        for _ in range(2):
            async with client.stream("GET", server.url) as answer:
                async for piece in answer.stream:  # type: ignore[union-attr]
                    assert piece == b"hello"
                    break
                assert [piece async for piece in answer.stream] == []  # type: ignore[union-attr]
        assert server.connections <= 2


async def test_a_rush_is_answered_and_its_connections_serve_the_next_one() -> None:
    rush = EACH * KEEPING
    async with keeping_server() as server, open_client(LOCAL) as client:
        for _ in range(2):
            answers = await asyncio.gather(*(client.get(server.url) for _ in range(rush)))
            assert [answer.text for answer in answers] == ["hello"] * rush
        assert server.connections == rush


async def test_one_that_cannot_be_reached_gives_its_place_up() -> None:
    async with keeping_server() as server, open_client(LOCAL, timeout_seconds=2) as client:
        nowhere = "http://127.0.0.1:1/"
        failed = await asyncio.gather(*(client.get(nowhere) for _ in range(EACH)), return_exceptions=True)
        assert all(isinstance(one, Exception) for one in failed)
        for _ in range(2):
            await client.get(server.url)
        assert server.connections == 1
