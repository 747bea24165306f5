"""The pool's children come and go; calls do not notice."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from orchestrator.sandbox import SandboxError, SandboxPool
from tests.sandbox.conftest import Sandbox

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_child_that_was_ended_between_two_calls_harms_none(sandbox: Sandbox) -> None:
    assert await sandbox.value("1 + 1") == 2
    (pid,) = sandbox.pool.pids
    os.kill(pid, signal.SIGKILL)
    assert await sandbox.value("1 + 2") == 3
    assert sandbox.pool.pids != [pid]


async def test_a_call_that_ends_every_child_fails_alone(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError) as caught:
        await sandbox.value("Array(1e9).fill(0).map(() => 'x'.repeat(1e6))")
    assert caught.value.code in {"sandbox.memory", "sandbox.timeout", "sandbox.crashed"}
    assert await sandbox.value("2 + 2") == 4


async def test_a_pool_removes_the_folder_of_one_whose_process_was_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    script = (
        "import asyncio\nfrom orchestrator.sandbox import SandboxPool\n"
        "pool = SandboxPool(1, warm=1)\nasync def main():\n"
        "    await pool.start()\n    print('up', flush=True)\n    await asyncio.sleep(60)\n"
        "asyncio.run(main())"
    )
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", script, env=env, stdout=PIPE)
    assert killed.stdout is not None and await killed.stdout.readline() == b"up\n"
    killed.kill()
    await killed.wait()
    (left,) = tmp_path.iterdir()
    pool = SandboxPool(1, warm=1)
    await pool.start()
    (own,) = tmp_path.iterdir()
    assert own != left
    await pool.close()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("first", [3, *range(95, 103)])
async def test_a_child_starts_whatever_numbers_its_pipes_have(first: int) -> None:
    """A worker with some hundred connections has pipes of any number."""
    taken = [os.open("/dev/null", os.O_RDONLY)]
    while taken[-1] < first - 1:
        taken.append(os.open("/dev/null", os.O_RDONLY))
    pool = SandboxPool(1, warm=1)
    try:
        await pool.start()
        assert await Sandbox(pool).value("6 * 7") == 42
    finally:
        await pool.close()
        for descriptor in taken:
            os.close(descriptor)
