"""What code writes is shown to those who watch while it works, and recorded with its step."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from orchestrator.runs.context import NodeContext, RunFacts, Services
from orchestrator.sandbox import SandboxError, SandboxPool


async def test_code_speaks_live_and_leaves_its_lines_behind() -> None:
    pool = SandboxPool(1)
    shown: list[tuple[str, str, str]] = []
    first = asyncio.Event()

    def show(*told: str) -> None:
        shown.append(told)  # type: ignore[arg-type]
        first.set()

    moments = iter(range(1000, 9000))
    services = Services(cast(Any, None), cast(Any, None), cast(Any, None), pool.run_code)
    facts = RunFacts("run", "wf", "W", "UTC", lambda: next(moments), show)
    context = NodeContext(services, facts, "code:1", "code", "Code", 1, "run:code:1")
    try:
        source = "console.log('a'); await new Promise(done => setTimeout(done, 300)); console.error('b')"
        running = asyncio.create_task(context.run_code(source + "; return 1", [{}]))
        async with asyncio.timeout(10):
            await first.wait()
        assert not running.done()
        assert (await running, shown) == ([1], [("code:1", "code", "a\n"), ("code:1", "code", "b\n")])
        with pytest.raises(SandboxError):
            await context.run_code("console.log('c'); throw new Error('no')", [{}])
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await context.run_code("console.log('d'); for (;;);", [{}])
    finally:
        await pool.close()
    assert context.logs == [
        {"at": at, "level": level, "message": message}
        for at, level, message in [
            (1000, "info", "a"),
            (1001, "error", "b"),
            (1002, "info", "c"),
            (1003, "info", "d"),
        ]
    ]
