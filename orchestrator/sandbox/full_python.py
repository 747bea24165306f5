"""Full Python in code nodes, with the packages an administrator has listed. Off unless turned on.

CPython is no wall of its own: each call gets a process that first shuts itself in behind the whole
wall (no files but Python's own and the listed packages, no network, no further process) and is gone
afterwards. Where a part of the wall is missing, nothing is run."""

from __future__ import annotations

import asyncio
import sys
from asyncio import IncompleteReadError, StreamReader
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import orjson

from orchestrator.sandbox.child import failure
from orchestrator.sandbox.engine import FOLDER
from orchestrator.sandbox.limits import Limits, SandboxError
from orchestrator.sandbox.lines import FRAME_START, Lines
from orchestrator.sandbox.packages import Packages, find_packages
from orchestrator.sandbox.python_source import HEADER_LINES, as_function

_MB = 1024 * 1024
_AT_REST_MB = 120


class FullPython:
    """At most `size` processes at a time."""

    def __init__(self, size: int, limits: Limits, packages: Sequence[str]) -> None:
        self._limits = limits
        self._packages = tuple(packages)
        self._gate = asyncio.Semaphore(size)

    async def run(
        self,
        source: str,
        items: list[dict[str, Any]],
        *,
        per: str,
        folder: Callable[[], str],
        seconds: float,
        lines: Lines,
    ) -> list[Any]:
        """See `SandboxPool.run_code`. `folder` gives a folder that only this process sees into."""
        data = orjson.dumps(items)
        if len(data) > self._limits.input_bytes:
            raise SandboxError(
                "sandbox.input", "The data is too large for one call", hint="work on fewer items"
            )
        head = orjson.dumps(self._head(source, per, folder()))
        async with self._gate:
            sent = len(head).to_bytes(8, "big") + head + data
            answer = await self._asked(sent, folder(), seconds, lines)
        return _result(answer)

    def _head(self, source: str, per: str, folder: str) -> dict[str, Any]:
        found = find_packages(self._packages)
        site = _site(Path(folder) / "site", found)
        return {
            "source": as_function(source),
            "per": per,
            "prelude": (FOLDER / "python" / "prelude.py").read_text(),
            "wall": str(FOLDER.parent / "sdk" / "wall.py"),
            "data_bytes": (_AT_REST_MB + self._limits.memory_mb) * _MB,
            "readable": [str(site), *found.places.values()],
            "path": [str(site)],
        }

    async def _asked(self, sent: bytes, folder: str, seconds: float, lines: Lines) -> bytes:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", "-X", "utf8", str(FOLDER / "python" / "full.py")),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            cwd=folder,
            env={"TZ": "UTC", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"},
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(seconds):
                return await _exchanged(process, sent, self._limits.output_bytes * 2, lines)
        except TimeoutError:
            raise failure("sandbox.timeout") from None
        finally:
            if process.returncode is None:
                process.kill()
            # Not `wait`: what is left in a pipe that was too full to be read on would hold it for ever.
            await process.communicate()


async def _exchanged(process: Process, sent: bytes, most: int, lines: Lines) -> bytes:
    """Send everything, then read frames: lines while the code works, then the answer. Raises
    SandboxError when it is too large, or followed by anything."""
    assert process.stdin is not None and process.stdout is not None
    try:
        process.stdin.write(sent)
        await process.stdin.drain()
        process.stdin.close()
    except (BrokenPipeError, ConnectionResetError):
        pass  # it has ended: what it answered says why
    while (frame := await _frame(process.stdout, most)).startswith(FRAME_START):
        if not lines.take(frame):
            raise failure("sandbox.output")
    if frame and await process.stdout.read(1):
        raise failure("sandbox.crashed")
    return frame


async def _frame(source: StreamReader, most: int) -> bytes:
    """Empty when there is none any more."""
    try:
        size = int.from_bytes(await source.readexactly(4), "little")
        if size > most:
            raise failure("sandbox.output")
        return await source.readexactly(size)
    except IncompleteReadError:
        return b""


def _result(answer: bytes) -> list[Any]:
    try:
        told = orjson.loads(answer)
        ending, values = told["told"], told["values"]
    except (orjson.JSONDecodeError, TypeError, KeyError):
        raise failure("sandbox.output" if answer else "sandbox.crashed") from None
    if ending.get("memory"):
        raise failure("sandbox.memory")
    if error := ending.get("error"):
        line = max(1, error["line"] - HEADER_LINES) if error["line"] else None
        where = f" (line {line})" if line else ""
        message = error["message"] + where
        raise SandboxError("sandbox.code", message, hint=_hint(message), line=line, item=error["item"])
    return list(values)


def _hint(message: str) -> str:
    if message.startswith(("ModuleNotFoundError", "ImportError")):
        return "only Python's own modules and the packages that an administrator has listed are there"
    if message.startswith("PermissionError"):
        return "code has no files, no network and no other processes"
    return ""


def _site(folder: Path, packages: Packages) -> Path:
    """A folder of packages that holds the listed ones only, as links."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for name, place in packages.places.items():
        link = folder / name
        if not link.is_symlink():
            link.symlink_to(place)
    return folder
