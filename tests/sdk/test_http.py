"""The guarded client against real servers on the loopback interface."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import httpx
import pytest

from orchestrator.sdk import NodeError, after
from orchestrator.sdk.egress import EgressPolicy, EgressRefused
from orchestrator.sdk.http import check_status, http_errors, open_client, retry_after
from orchestrator.sdk.local_server import Seen, local_server
from tests.sdk.servers import names

LOCAL = EgressPolicy("127.0.0.1")


def hello(seen: Seen) -> tuple[int, dict[str, str], bytes]:
    return 200, {}, b"hello"


async def test_the_loopback_interface_is_refused_and_never_touched() -> None:
    async with local_server(hello) as server, open_client(EgressPolicy()) as client:
        for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"):
            with pytest.raises(NodeError):
                await client.get(f"http://{host}:{server.port}/")
        assert server.connections == 0


async def test_an_allowed_address_is_reached() -> None:
    async with local_server(hello) as server, open_client(LOCAL) as client:
        assert (await client.get(server.url)).text == "hello"


async def test_a_redirect_to_a_forbidden_address_is_refused() -> None:
    async with local_server(hello) as inside:
        policy = EgressPolicy("start.test", resolver=names(start_test="127.0.0.1"))
        away = {"Location": f"{inside.url}/secret"}
        async with local_server(lambda seen: (302, away, b"")) as start, open_client(policy) as client:
            with pytest.raises(EgressRefused):
                await client.get(f"http://start.test:{start.port}/")
            assert start.connections == 1
        assert inside.connections == 0


async def test_a_name_that_changes_its_answer_gains_nothing() -> None:
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["10.255.255.1"] if len(asked) == 1 else ["127.0.0.1"]

    async with local_server(hello) as server:
        policy = EgressPolicy("10.255.255.1", resolver=rebinding)
        async with open_client(policy, timeout_seconds=0.2) as client:
            with pytest.raises(httpx.TransportError):
                await client.get(f"http://evil.test:{server.port}/")
        assert asked == ["evil.test"]
        assert server.connections == 0


async def test_the_environments_proxy_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    async with local_server(hello) as proxy, local_server(hello) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        async with open_client(LOCAL) as client:
            await client.get(server.url)
        assert (proxy.connections, server.connections) == (0, 1)


async def test_secret_headers_stay_with_their_origin() -> None:
    async with local_server(hello) as other:
        away = {"Location": f"{other.url}/landing"}
        async with local_server(lambda seen: (307, away, b"")) as start, open_client(LOCAL) as client:
            secrets = {"Authorization": "Bearer s", "X-Api-Key": "s", "Cookie": "s=1", "Accept": "text/plain"}
            await client.post(start.url, headers=secrets, content=b"data")
        assert start.seen[0].headers["x-api-key"] == "s"
        landed = other.seen[0].headers
        assert landed["accept"] == "text/plain"
        assert not {"authorization", "x-api-key", "cookie"} & landed.keys()


async def test_headers_are_kept_on_a_redirect_within_the_origin() -> None:
    def answer(seen: Seen) -> tuple[int, dict[str, str], bytes]:
        return (302, {"Location": "/b"}, b"") if seen.path == "/a" else hello(seen)

    async with local_server(answer) as server, open_client(LOCAL) as client:
        await client.get(f"{server.url}/a", headers={"X-Api-Key": "s"})
        assert [seen.headers.get("x-api-key") for seen in server.seen] == ["s", "s"]


async def test_cookies_do_not_pass_from_one_request_to_the_next() -> None:
    async with local_server(lambda seen: (200, {"Set-Cookie": "s=1"}, b"")) as server:
        async with open_client(LOCAL) as client:
            await client.get(server.url)
            await client.get(server.url)
        assert "cookie" not in server.seen[1].headers


async def test_a_body_over_the_limit_is_cut_off() -> None:
    async with (
        local_server(lambda seen: (200, {}, b"x" * 5000)) as server,
        open_client(LOCAL, limit_bytes=4096) as client,
    ):
        with pytest.raises(NodeError) as caught:
            await client.get(server.url)
        assert caught.value.code == "http.too_large"


@pytest.mark.parametrize("layers", [1, 2])
async def test_a_compression_bomb_is_cut_off(layers: int) -> None:
    bomb = bytes(30_000_000)
    for _ in range(layers):
        bomb = gzip.compress(bomb)
    encoding = {"Content-Encoding": ", ".join(["gzip"] * layers)}
    async with (
        local_server(lambda seen: (200, encoding, bomb)) as server,
        open_client(LOCAL, limit_bytes=1_000_000) as client,
    ):
        with pytest.raises(NodeError) as caught:
            await client.get(server.url)
        assert caught.value.code == "http.too_large"


async def test_a_compressed_body_within_the_limit_is_read() -> None:
    body = gzip.compress(b"hello")
    async with (
        local_server(lambda seen: (200, {"Content-Encoding": "gzip"}, body)) as server,
        open_client(LOCAL) as client,
    ):
        assert (await client.get(server.url)).text == "hello"


async def test_a_port_of_another_protocol_is_refused() -> None:
    async with open_client(EgressPolicy("0.0.0.0/0")) as client:
        for port in (0, 22, 25, 6379):
            with pytest.raises(EgressRefused, match="port"):
                await client.get(f"http://1.1.1.1:{port}/")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("no url", "http.invalid_url"),
        ("ftp://1.1.1.1/", "http.invalid_url"),
        ("http://127.0.0.1:2/", "http.unreachable"),
        ("http://a\r\nb/", "http.invalid_url"),
    ],
)
async def test_failures_become_node_errors(url: str, code: str) -> None:
    async with open_client(LOCAL) as client:
        with pytest.raises(NodeError) as caught, http_errors():
            await client.get(url)
        assert caught.value.code == code


async def test_a_slow_server_times_out_and_may_be_tried_again() -> None:
    async with local_server(hello, delay_seconds=1) as server, open_client(LOCAL) as client:
        with pytest.raises(NodeError) as caught, http_errors():
            await client.get(server.url, timeout=0.05)
        assert (caught.value.code, caught.value.retry) == ("http.timeout", "soon")


@pytest.mark.parametrize(
    ("status", "headers", "retry"),
    [(404, {}, "never"), (500, {}, "soon"), (429, {}, "soon"), (503, {"Retry-After": "7"}, after(7))],
)
async def test_an_error_status_says_whether_to_try_again(
    status: int, headers: dict[str, str], retry: object
) -> None:
    async with (
        local_server(lambda seen: (status, headers, b"because")) as server,
        open_client(LOCAL) as client,
    ):
        response = await client.get(server.url)
        with pytest.raises(NodeError, match=f"{status} Status: because") as caught:
            check_status(response)
        assert caught.value.retry == retry


def test_retry_after_reads_seconds_and_dates() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert retry_after("30") == after(30)
    assert retry_after("Thu, 01 Jan 2026 00:01:00 GMT", now=now) == after(60)
    assert retry_after("999999999") == after(86400)
    for nonsense in (None, "", "soon", "-1", "nan", "Wed, 31 Dec 2025 00:00:00 GMT"):
        assert retry_after(nonsense, now=now) is None
