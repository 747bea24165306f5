"""Connection pools side by side. httpcore looks at every connection of a pool, and at every request
that waits for one, for each request: a thousand at once in one pool cost more than all they do."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable
from types import TracebackType
from typing import Self, cast

import httpcore

EACH = 25
POOLS = 40
KEEPING = 4
"""How many of the pools keep idle connections; the others serve a rush."""

MakePool = Callable[[int], httpcore.AsyncConnectionPool]


class Pools:
    """The part of httpcore's pool that httpx uses: at most EACH × POOLS connections. `make(kept)`
    gives a pool of at most EACH connections of which `kept` may be idle."""

    def __init__(self, make: MakePool) -> None:
        self._pools = [make(EACH if number < KEEPING else 0) for number in range(POOLS)]
        self._busy = [0] * POOLS

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        place = self._place()
        self._busy[place] += 1
        try:
            response = await self._pools[place].handle_async_request(request)
        except BaseException:
            self._busy[place] -= 1
            raise
        body = _Body(response, lambda: self._left(place))
        return httpcore.Response(
            response.status, headers=response.headers, content=body, extensions=response.extensions
        )

    def _place(self) -> int:
        """The first pool with a free connection, so that few are kept busy; else the least busy."""
        return next(
            (n for n, busy in enumerate(self._busy) if busy < EACH), self._busy.index(min(self._busy))
        )

    def _left(self, place: int) -> None:
        self._busy[place] -= 1

    async def aclose(self) -> None:
        for pool in self._pools:
            await pool.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


class _Body:
    """An answer's body that says once when its connection is free again."""

    def __init__(self, response: httpcore.Response, on_close: Callable[[], None]) -> None:
        self._response = response
        self._on_close: Callable[[], None] | None = on_close

    def __aiter__(self) -> AsyncIterator[bytes]:
        # Not `aiter_stream`, which refuses to be asked twice: model clients drain what they have read.
        return aiter(cast(AsyncIterable[bytes], self._response.stream))

    async def aclose(self) -> None:
        on_close, self._on_close = self._on_close, None
        try:
            await self._response.aclose()
        finally:
            if on_close is not None:
                on_close()
