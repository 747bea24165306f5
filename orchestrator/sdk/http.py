"""The HTTP client behind `context.http`: guarded addresses, limits, errors in plain words."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpcore
import httpx

from orchestrator.sdk.egress import EgressPolicy
from orchestrator.sdk.errors import NodeError, Retry, after
from orchestrator.sdk.pools import EACH, Pools

MEGABYTE = 1024 * 1024
DEFAULT_LIMIT_BYTES = 50 * MEGABYTE
MAX_REDIRECTS = 10
RETRY_AFTER_MOST_SECONDS = 24 * 3600.0
KEPT_ACROSS_ORIGINS = frozenset(
    {"accept", "accept-encoding", "accept-language", "connection", "content-length", "content-type"}
    | {"host", "transfer-encoding", "user-agent"}
)
"""All that a redirect to another origin may carry on: any other header may hold a secret."""


class GuardedClient(httpx.AsyncClient):
    """An httpx client that reaches only what its `policy` allows, follows redirects, keeps no
    cookies between requests, and uses no proxy or other setting of the environment."""

    def __init__(self, policy: EgressPolicy, *, limit_bytes: int, timeout_seconds: float) -> None:
        super().__init__(
            transport=GuardedTransport(policy, limit_bytes=limit_bytes),
            timeout=timeout_seconds,
            follow_redirects=True,
            max_redirects=MAX_REDIRECTS,
            trust_env=False,
            # One client serves all workflows: a cookie kept here would leak into another's request.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={"User-Agent": "Orchestrator", "Accept-Encoding": "gzip, deflate"},
        )
        self.policy = policy

    def _redirect_headers(self, request: httpx.Request, url: httpx.URL, method: str) -> httpx.Headers:
        headers = super()._redirect_headers(request, url, method)
        if _origin(url) != _origin(request.url):
            for name in [name for name in headers if name not in KEPT_ACROSS_ORIGINS]:
                del headers[name]
        return headers


class GuardedTransport(httpx.AsyncHTTPTransport):
    """Connections through the guard, answers through the size limit."""

    def __init__(self, policy: EgressPolicy, *, limit_bytes: int) -> None:
        super().__init__(verify=_tls())
        self._limit_bytes = limit_bytes
        self._policy = policy
        self._pool = Pools(self._make_pool)  # type: ignore[assignment]

    def _make_pool(self, kept: int) -> httpcore.AsyncConnectionPool:
        return httpcore.AsyncConnectionPool(
            ssl_context=_tls(),
            max_connections=EACH,
            max_keepalive_connections=kept,
            keepalive_expiry=15,
            network_backend=GuardedBackend(self._policy),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        if url.port is not None:
            self._policy.check_port(url.host, url.port)
        response = await super().handle_async_request(request)
        return LimitedResponse(
            response.status_code,
            headers=response.headers,
            stream=response.stream,
            extensions=response.extensions,
            limit_bytes=self._limit_bytes,
        )


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves, judges, and connects to the judged address; TLS still checks the name."""

    def __init__(self, policy: EgressPolicy) -> None:
        self._policy = policy
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        error: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in await self._policy.resolve(host, port):
            try:
                return await self._inner.connect_tcp(
                    address, port, timeout, local_address, list(socket_options or ())
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failure:
                error = failure
        raise error or httpcore.ConnectError(f"no address for {host}")

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.AsyncNetworkStream:
        raise httpcore.ConnectError("unix sockets are not reached")

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


class LimitedResponse(httpx.Response):
    """A response whose decoded body may not exceed `limit_bytes` (compression bombs included)."""

    def __init__(self, *args: Any, limit_bytes: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._limit_bytes = limit_bytes

    async def aiter_bytes(self, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        # Each layer can blow 64 KB up a thousandfold in one go; two layers a millionfold.
        if "," in self.headers.get("content-encoding", ""):
            raise NodeError("the response is compressed more than once", code="http.too_large")
        size = 0
        async for chunk in super().aiter_bytes(chunk_size):
            size += len(chunk)
            if size > self._limit_bytes:
                raise _too_large(self._limit_bytes)
            yield chunk


def open_client(
    policy: EgressPolicy, *, limit_bytes: int = DEFAULT_LIMIT_BYTES, timeout_seconds: float = 30
) -> GuardedClient:
    """The client of one process, shared by all its runs; close it with `aclose()`. Requests
    raise NodeError (`egress.refused`, `egress.unknown_host`, `http.too_large`) or httpx errors,
    which `http_errors()` turns into NodeErrors."""
    return GuardedClient(policy, limit_bytes=limit_bytes, timeout_seconds=timeout_seconds)


@contextmanager
def http_errors() -> Iterator[None]:
    """Turn httpx failures inside the block, and its time-out, into NodeErrors with a hint and
    a retry."""
    try:
        yield
    except httpx.InvalidURL as error:
        raise _bad_url(str(error)) from error
    except httpx.UnsupportedProtocol as error:
        raise _bad_url(str(error)) from error
    except (httpx.LocalProtocolError, UnicodeError) as error:
        raise NodeError(f"the request is not valid: {error}", code="http.invalid_request") from error
    except httpx.TooManyRedirects as error:
        raise NodeError(f"more than {MAX_REDIRECTS} redirects", code="http.redirects") from error
    except httpx.DecodingError as error:
        raise NodeError(f"the response cannot be decompressed: {error}", code="http.decoding") from error
    except (httpx.TimeoutException, TimeoutError) as error:
        raise _timed_out() from error
    except httpx.TransportError as error:
        raise _unreachable(error) from error


def check_status(response: httpx.Response, *, now: datetime | None = None) -> None:
    """Raise NodeError `http.status` for 4xx and 5xx: worth trying again, no sooner than
    `Retry-After` says, for 408, 425, 429 and 5xx. The body must have been read."""
    status = response.status_code
    if status < 400:
        return
    retry: Retry = "never"
    if status in (408, 425, 429) or status >= 500:
        retry = retry_after(response.headers.get("retry-after"), now=now) or "soon"
    excerpt = " ".join(response.text.split())[:300]
    raise NodeError(
        f"{response.request.url.host} answered {status} {response.reason_phrase}".rstrip()
        + (f": {excerpt}" if excerpt else ""),
        hint=STATUS_HINTS.get(status, ""),
        retry=retry,
        code="http.status",
    )


STATUS_HINTS = {
    400: "The other side does not like the request; its answer usually says which field.",
    401: "Check the credential of this node.",
    403: "The credential is known there but lacks the right to do this.",
    404: "Check the path of the URL.",
    405: "Check the method.",
    429: "The other side limits how often it may be asked; give the node retries with a longer wait.",
}


def retry_after(value: str | None, *, now: datetime | None = None) -> after | None:
    """A `Retry-After` header (RFC 9110 §10.2.3: seconds or a date), at most a day."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (moment - (now or datetime.now(UTC))).total_seconds()
    if not seconds >= 0:  # also false for nan
        return None
    return after(min(seconds, RETRY_AFTER_MOST_SECONDS))


@cache
def _tls() -> ssl.SSLContext:
    """Certificates as certifi has them; loading them takes some 20 ms."""
    return httpx.create_ssl_context(trust_env=False)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _too_large(limit_bytes: int) -> NodeError:
    return NodeError(
        f"the response is larger than {limit_bytes / MEGABYTE:g} MB",
        hint="Ask for less: a page at a time, fewer fields.",
        code="http.too_large",
    )


def _bad_url(message: str) -> NodeError:
    return NodeError(
        f"the URL is not valid: {message}",
        hint="Write it in full, like https://example.com/path.",
        code="http.invalid_url",
    )


def _timed_out() -> NodeError:
    return NodeError(
        "the other side did not answer in time",
        hint="Raise the node's timeout, or find out why the other side is slow.",
        retry="soon",
        code="http.timeout",
    )


def _unreachable(error: httpx.TransportError) -> NodeError:
    host = error._request.url.host if error._request is not None else "the other side"
    return NodeError(
        f"cannot reach {host}: {str(error) or type(error).__name__}",
        hint="Check the host name and the port, and that the other side is up.",
        retry="soon",
        code="http.unreachable",
    )
