"""Work on what strangers made, in a child process that may fail alone.

Libraries in C or Rust can be made to use all memory, to run for hours while holding the
interpreter, or to crash. In a child that costs one step, not the worker with its other runs. The
child stands behind the same wall as user code: it reads Python's own modules, and reaches no other
file, no network and no process.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import orjson

from orchestrator.sdk.errors import NodeError

MAIN = Path(__file__).with_name("child_main.py")
AT_ONCE = 2
_gates: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


async def in_child(
    script: Path, request: Any, data: bytes = b"", *, seconds: float = 60, megabytes: int = 1024
) -> Any:
    """What `perform(request, data)` of `script` returns, as JSON.

    The script is a file of its own that imports nothing of Orchestrator; an exception of it
    that has a `code` becomes a NodeError with that code. Raises NodeError `child.timeout`,
    `child.memory` and `child.crashed` for a child that went over its limits.
    """
    head = orjson.dumps(
        {"script": str(script), "request": request, "seconds": seconds, "megabytes": megabytes}
    )
    gate = _gates.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
    async with gate:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-X", "utf8", str(MAIN), stdin=PIPE, stdout=PIPE, stderr=PIPE, env={}
        )
        try:
            async with asyncio.timeout(seconds):
                sent = len(head).to_bytes(8, "big") + head + data
                answer, complaint = await process.communicate(sent)
        except TimeoutError as error:
            raise NodeError(
                f"it took longer than {seconds:g} seconds",
                hint="The data is too large or made to take long.",
                code="child.timeout",
            ) from error
        finally:
            await _ended(process)
    return _result(answer, complaint, megabytes)


async def _ended(process: Process) -> None:
    if process.returncode is None:
        process.kill()
        # Not `wait`: what is left in a pipe that was too full to be read on would hold it for ever.
        await process.communicate()


def _result(answer: bytes, complaint: bytes, megabytes: int) -> Any:
    try:
        told = orjson.loads(answer)
    except orjson.JSONDecodeError as error:
        said = complaint.decode("utf-8", "replace")
        if "memory allocation" in said:  # Rust ends the process, without an exception
            raise _too_large(megabytes) from error
        lines = [line for line in said.strip().splitlines() if not line.startswith("note:")]
        raise NodeError(
            f"it could not be read: {lines[-1][:200] if lines else 'the reader broke down'}",
            hint="The data is damaged, or made to do harm.",
            code="child.crashed",
        ) from error
    if told.get("memory"):
        raise _too_large(megabytes)
    if "error" in told:
        failure = told["error"]
        raise NodeError(failure["message"], hint=failure["hint"], code=failure["code"])
    return told["result"]


def _too_large(megabytes: int) -> NodeError:
    return NodeError(
        f"it needs more than {megabytes:,} MB of memory", hint="Take it apart first.", code="child.memory"
    )
