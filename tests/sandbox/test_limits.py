"""What misbehaves is stopped, says why, and harms nobody else."""

from __future__ import annotations

import asyncio
import os

import pytest

from orchestrator.sandbox import Limits, SandboxError, SandboxPool
from orchestrator.sdk.evaluation import EvalCall, EvalError
from tests.sandbox.conftest import Sandbox

pytestmark = pytest.mark.asyncio(loop_scope="module")

ENDLESS = "(() => { while (true) {} })()"


async def _failure(sandbox: Sandbox, source: str) -> SandboxError | EvalError:
    try:
        found = await sandbox.value(source)
    except SandboxError as error:
        return error
    assert isinstance(found, EvalError), found
    return found


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (ENDLESS, "sandbox.timeout"),
        ("(() => { for (;;) try { throw 1 } catch (e) {} })()", "sandbox.timeout"),
        ("/^(a+)+$/.test('a'.repeat(40) + '!')", "sandbox.timeout"),
        ("[...Array(1e7).keys()].map(x => 'x'.repeat(1e4) + x)", "memory"),
        ("(() => { const l = []; for (;;) l.push(new Uint8Array(1e7).fill(7)) })()", "memory"),
        ("'x'.repeat(1e8)", "sandbox.output"),
    ],
)
async def test_a_bomb_is_stopped_and_the_next_call_is_fine(sandbox: Sandbox, source: str, code: str) -> None:
    failure = await _failure(sandbox, source)
    if code.startswith("sandbox."):
        assert isinstance(failure, SandboxError) and failure.code == code
    elif isinstance(failure, SandboxError):  # on a slow machine the time may run out first
        assert failure.code in ("sandbox.memory", "sandbox.timeout")
    assert failure.message
    assert await sandbox.value("$json.a + 1", {"a": 1}) == 2


@pytest.mark.parametrize(
    "source",
    ["'a'.repeat(2 ** 30)", "(function f() { return f() })()", "(1.1).toFixed(1e9)", "new Promise(() => {})"],
)
async def test_a_refused_excess_costs_no_child(sandbox: Sandbox, source: str) -> None:
    await sandbox.value("1")
    before = sandbox.pool.pids
    assert isinstance(await sandbox.value(source), EvalError)
    assert sandbox.pool.pids == before


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("for (;;) await null;", "sandbox.timeout"),
        ("(function again() { Promise.resolve().then(again) })(); return 1", "sandbox.timeout"),
        ("await new Promise(done => setTimeout(done, 60_000)); return 1", "sandbox.timeout"),
        ("return 'x'.repeat(1e8)", "sandbox.output"),
        ("await new Promise(() => {})", "sandbox.code"),
    ],
)
async def test_code_is_held_to_its_limits(sandbox: Sandbox, source: str, code: str) -> None:
    with pytest.raises(SandboxError) as caught:
        await sandbox.code(source, seconds=5 if code == "sandbox.output" else 0.5)
    assert caught.value.code == code
    assert await sandbox.code("return items.length", [{}, {}]) == 2


async def test_code_may_wait_within_its_limits(sandbox: Sandbox) -> None:
    assert await sandbox.code("await new Promise(done => setTimeout(done, 20)); return 7", seconds=20) == 7


async def test_an_array_buffer_within_the_limit_is_fine(sandbox: Sandbox) -> None:
    assert await sandbox.value("new Uint8Array(1e7).fill(7).length") == 10_000_000


async def test_a_flood_of_logs_is_cut(sandbox: Sandbox) -> None:
    result = await sandbox.pool.run_code(
        "for (let n = 0; n < 1e5; n++) console.log('x'.repeat(1000)); return 1", [{}]
    )
    assert len(result.logs) <= 1001 and sum(len(line["message"]) for line in result.logs) < 300_000
    assert "left out" in result.logs[-1]["message"]


async def test_only_the_offending_call_fails() -> None:
    pool = SandboxPool(2)
    try:
        good = EvalCall(sources=["$json.n * 2"], items=[{"n": n} for n in range(100)])
        bad = EvalCall(sources=[ENDLESS], items=[{}])
        results = await asyncio.gather(
            pool.evaluate(bad), *(pool.evaluate(good) for _ in range(20)), return_exceptions=True
        )
        assert isinstance(results[0], SandboxError)
        assert all(rows == [[n * 2] for n in range(100)] for rows in results[1:])
    finally:
        await pool.close()


async def test_a_killed_child_is_replaced(sandbox: Sandbox) -> None:
    await sandbox.value("1")
    [before] = sandbox.pool.pids
    with pytest.raises(SandboxError):
        await sandbox.value(ENDLESS)
    assert await sandbox.value("1") == 1
    assert before not in sandbox.pool.pids


async def test_a_cancelled_call_frees_its_place(sandbox: Sandbox) -> None:
    await sandbox.value("1")
    task = asyncio.create_task(sandbox.code("for (;;);"))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await sandbox.value("1 + 1") == 2


async def test_input_over_the_limit_is_refused() -> None:
    pool = SandboxPool(1, Limits(input_bytes=1000))
    try:
        with pytest.raises(SandboxError) as caught:
            await pool.evaluate(EvalCall(sources=["1"], items=[{"a": "x" * 1000}]))
        assert caught.value.code == "sandbox.input"
        assert await pool.evaluate(EvalCall(sources=["1"], items=[{}])) == [[1]]
    finally:
        await pool.close()


async def test_a_closed_pool_leaves_no_process() -> None:
    pool = SandboxPool(1)
    call = EvalCall(sources=["1"], items=[{}])
    assert await pool.evaluate(call) == [[1]]
    [pid] = pool.pids
    await pool.close()
    assert pool.pids == []
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(SandboxError):
        await pool.evaluate(call)
