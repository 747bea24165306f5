"""The pool's children come and go; calls do not notice."""

from __future__ import annotations

import os
import signal

import pytest

from orchestrator.sandbox import SandboxError
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
