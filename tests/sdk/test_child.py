"""A child process fails alone: whatever it does, its caller gets a plain error."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from orchestrator.sdk import NodeError
from orchestrator.sdk.child import in_child

SCRIPT = """
import os, sys, time
class Refused(Exception):
    code = "data.refused"
    hint = "Try another."
def perform(request, data):
    {body}
"""


@pytest.fixture
def perform(tmp_path: Path) -> Any:
    async def run(body: str, request: Any = None, data: bytes = b"", **limits: Any) -> Any:
        script = tmp_path / "script.py"
        script.write_text(SCRIPT.format(body=body))
        return await in_child(script, request, data, **limits)

    return run


async def test_a_child_answers(perform: Any) -> None:
    answer = await perform('return [request["a"], data.decode()]', {"a": 1}, "Grüße".encode())
    assert answer == [1, "Grüße"]


async def test_a_child_knows_nothing_of_its_parent(perform: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "canary")
    assert await perform('return [k for k in os.environ if k != "LC_CTYPE"]') == []
    assert await perform('return [name for name in sys.modules if name.startswith("orchestrator")]') == []


async def test_a_refusal_keeps_its_code_and_hint(perform: Any) -> None:
    with pytest.raises(NodeError, match="no good") as caught:
        await perform('raise Refused("no good")')
    assert (caught.value.code, caught.value.hint) == ("data.refused", "Try another.")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("while True: pass", "child.timeout"),
        ("time.sleep(60)", "child.timeout"),
        ("return len(bytearray(2_000_000_000))", "child.memory"),
        ("os.abort()", "child.crashed"),
        ('raise RuntimeError("broken")', "child.crashed"),
        ("return object()", "child.crashed"),
    ],
)
async def test_a_misbehaving_child_is_ended(perform: Any, body: str, code: str) -> None:
    began = time.monotonic()
    with pytest.raises(NodeError) as caught:
        await perform(body, seconds=1, megabytes=512)
    assert caught.value.code == code
    assert time.monotonic() - began < 10


async def test_children_wait_for_each_other(perform: Any) -> None:
    answers = await asyncio.gather(*(perform("return request", n) for n in range(5)))
    assert answers == list(range(5))
