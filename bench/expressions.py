"""Expressions and user code: look-ups in Python, and calls into a sandbox child."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from bench.stage import Stage, measures
from orchestrator.engine.expressions import ParamsTemplate, Scope
from orchestrator.sandbox import SandboxPool

FIBONACCI = "const fib = n => n < 2 ? n : fib(n - 1) + fib(n - 2);\nreturn {{ value: fib({n}) }};"


def _scope(items: list[dict[str, Any]], run: str = "run") -> Scope:
    return Scope(items=items, run={"id": run}, workflow={"id": "w", "name": "W"}, timezone="Europe/Berlin")


async def _best(times: int, work: Callable[[], Awaitable[object]]) -> float:
    """Seconds of the middle one of `times` performances, after a few for warmth."""
    for _ in range(min(times, 20)):
        await work()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        await work()
        taken.append(time.perf_counter() - started)
    return sorted(taken)[len(taken) // 2]


def _with_pool(measure: Callable[[Stage, SandboxPool], Awaitable[None]], here: Stage) -> None:
    async def run() -> None:
        pool = SandboxPool(1, warm=1)
        await pool.start()
        try:
            await measure(here, pool)
        finally:
            await pool.close()

    asyncio.run(run())


@measures("path_item_us")
def paths(here: Stage) -> None:
    template = ParamsTemplate.compile({"value": "={{ $json.order.total }}"})
    scope = _scope([{"order": {"total": n}} for n in range(10_000)])

    async def resolve() -> None:
        template.resolve_plain(scope, range(10_000))

    here.report("path_item_us", asyncio.run(_best(20, resolve)) / 10_000 * 1e6, "us")


@measures("expr_simple_ms", "expr_item_us", "expr_map10k_ms", "isolate_cold_ms")
def calls(here: Stage) -> None:
    _with_pool(_calls, here)


async def _calls(here: Stage, pool: SandboxPool) -> None:
    simple = ParamsTemplate.compile({"value": "={{ $json.total * 2 }}"})
    one = _scope([{"total": 21}])
    here.report("expr_simple_ms", await _best(2000, lambda: simple.resolve(one, [0], pool)) * 1000, "ms")

    batch = ParamsTemplate.compile({"value": "={{ $json.name.toUpperCase() + $json.total }}"})
    many = _scope([{"total": n, "name": f"name {n}", "email": "a@example.org"} for n in range(1000)])
    here.report("expr_item_us", await _best(50, lambda: batch.resolve(many, range(1000), pool)) * 1e3, "us")

    mapped = ParamsTemplate.compile({"value": "={{ $json.list.map(n => n * 2) }}"})
    long = _scope([{"list": list(range(10_000))}])
    here.report("expr_map10k_ms", await _best(50, lambda: mapped.resolve(long, [0], pool)) * 1000, "ms")

    await _cold(here, pool)


async def _cold(here: Stage, pool: SandboxPool) -> None:
    """The first expression of a run, never seen before; `child_start_ms` is a whole new child's."""
    fresh = iter(range(1_000_000))

    async def first_of_a_run() -> None:
        number = next(fresh)
        template = ParamsTemplate.compile({"value": f"={{{{ $json.total + {number} }}}}"})
        await template.resolve(_scope([{"total": 1}], run=f"run {number}"), [0], pool)

    cold = await _best(200, first_of_a_run)
    started = time.perf_counter()
    other = SandboxPool(1, warm=1)
    await other.start()
    start_ms = (time.perf_counter() - started) * 1000
    await other.close()
    here.report("isolate_cold_ms", cold * 1000, "ms", child_start_ms=round(start_ms, 1))


@measures("code_10000_items_s", "code_fib10_40_s", "code_fib33_10_s")
def code(here: Stage) -> None:
    """`code_fib…` are the sandbox's part of the runs of 40 × fibonacci(10) and 10 × fibonacci(33)."""
    _with_pool(_code, here)


async def _code(here: Stage, pool: SandboxPool) -> None:
    items = [{"id": n, "text": "x" * 1000} for n in range(10_000)]
    source = "return items.map(item => ({ ...item.json, size: item.json.text.length }));"
    here.report("code_10000_items_s", await _best(3, lambda: pool.run_code(source, items)), "s")
    for figure, number, times in (("code_fib10_40_s", 10, 40), ("code_fib33_10_s", 33, 10)):

        async def steps(number: int = number, times: int = times) -> None:
            for _ in range(times):
                await pool.run_code(FIBONACCI.format(n=number), [{}])

        here.report(figure, await _best(1 if here.fast else 3, steps), "s")
