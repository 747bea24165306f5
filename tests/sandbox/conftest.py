"""A real pool of real children, shared by the tests of a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from orchestrator.sandbox import SandboxPool
from orchestrator.sdk.evaluation import EvalCall


class Sandbox:
    """A pool with short ways to ask it."""

    def __init__(self, pool: SandboxPool) -> None:
        self.pool = pool

    async def value(self, source: str, json: Any = None, **call: Any) -> Any:
        """The value of one expression for one item (or the EvalError)."""
        return (await self.values(source, [{} if json is None else json], **call))[0]

    async def values(self, source: str, items: list[Any], **call: Any) -> list[Any]:
        rows = await self.pool.evaluate(EvalCall(sources=[source], items=items, **call))
        return [row[0] for row in rows]

    async def code(self, source: str, items: list[Any] | None = None, **options: Any) -> Any:
        """What user code returns, run once for all items."""
        result = await self.pool.run_code(source, [{}] if items is None else items, **options)
        return result.value[0]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sandbox() -> AsyncIterator[Sandbox]:
    pool = SandboxPool(1, packages=())
    yield Sandbox(pool)
    await pool.close()
