"""Python in code nodes: an interpreter that has no host behind it, in a child behind the wall.

The interpreter (Monty) knows no files, sockets or processes at all; its process stands behind the
same wall as the JavaScript children, so even a fault of the interpreter reaches nothing."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import shutil
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from orchestrator.sandbox.child import failure
from orchestrator.sandbox.engine import FOLDER, libraries
from orchestrator.sandbox.limits import Limits, SandboxError
from orchestrator.sandbox.lines import LONGEST_LINE, Lines
from orchestrator.sandbox.python_source import HEADER_LINES, as_function

_MB = 1024 * 1024
_AT_REST_MB = 80
_CHECKOUTS_OF_A_CHILD = 500
_USER_FILE = "<python-input-1>"

_ALL = "_encoded([main(items, None)])"
_EACH = """
_at = 0
_made = []
while _at < len(items):
    _made.append(_encoded(main(items, items[_at])))
    _at = _at + 1
"[" + ",".join(_made) + "]"
"""


class PythonPool:
    """At most `size` children, the first started when first needed. Each call has an interpreter
    of its own; nothing of it is left for the next."""

    def __init__(self, size: int, limits: Limits) -> None:
        self._size = size
        self._limits = limits
        self._pool: Any = None
        self._starting = asyncio.Lock()

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
        """See `SandboxPool.run_code`. `folder` gives an empty folder for the children."""
        text = orjson.dumps(items).decode()
        if len(text) > self._limits.input_bytes:
            raise SandboxError(
                "sandbox.input", "The data is too large for one call", hint="work on fewer items"
            )
        pool = await self._opened(folder)
        printed = _Printed(lines)
        bounds = {
            "max_feed_duration_secs": seconds,
            "max_memory": self._limits.memory_mb * _MB,
            "max_total_sleep_secs": seconds,
            "max_suspensions": 100_000,
        }
        try:
            async with asyncio.timeout(seconds + 5), pool.checkout(limits=bounds) as session:
                answer = await _perform(session, source, text, per, printed)
        except Exception as error:
            raise _described(error) from None
        finally:
            printed.finish()
        if not isinstance(answer, str) or len(answer) > self._limits.output_bytes:
            raise failure("sandbox.output")
        try:
            values: list[Any] = orjson.loads(answer)
        except orjson.JSONDecodeError:
            raise failure("sandbox.output") from None
        return values

    async def _opened(self, folder: Callable[[], str]) -> Any:
        async with self._starting:
            if self._pool is None:
                from pydantic_monty import AsyncMonty

                self._pool = AsyncMonty(
                    binary_path=_walled_program(Path(folder()), self._limits),
                    min_processes=1,
                    max_processes=self._size,
                    max_checkouts_per_worker=_CHECKOUTS_OF_A_CHILD,
                    checkout_timeout=self._limits.code_seconds,
                )
                await self._pool.__aenter__()
        return self._pool

    async def close(self) -> None:
        """End all children."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.__aexit__(None, None, None)


class _Printed:
    """Makes lines of what the code prints."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._open = {"stdout": "", "stderr": ""}

    def write(self, stream: str, text: str) -> None:
        *whole, rest = (self._open[stream] + text).split("\n")
        self._open[stream] = rest[:LONGEST_LINE]
        for line in whole:
            self._add(stream, line)

    def _add(self, stream: str, line: str) -> None:
        self._lines.add("warning" if stream == "stderr" else "info", line)

    def finish(self) -> None:
        """The last line may have no end."""
        for stream, rest in self._open.items():
            if rest:
                self._add(stream, rest)


@cache
def _prelude() -> str:
    return (FOLDER / "python" / "prelude.py").read_text()


async def _perform(session: Any, source: str, text: str, per: str, printed: _Printed) -> Any:
    await session.feed_run(_prelude())
    await session.feed_run(as_function(source), print_callback=printed.write)
    prepared = (
        "items = _loaded(_text)\n_items, _input = items, Input(items)\n"
        "_item = items[0] if items else None\n_json = _item.json if items else {}\n"
    )
    perform = _EACH if per == "item" else _ALL
    return await session.feed_run(prepared + perform, inputs={"_text": text}, print_callback=printed.write)


def _described(error: Exception) -> SandboxError:
    """The error of a call in the words of the sandbox."""
    import pydantic_monty as monty

    if isinstance(error, TimeoutError) or getattr(error, "timed_out", False):
        return failure("sandbox.timeout")
    if not isinstance(error, monty.MontyRuntimeError | monty.MontySyntaxError):
        return failure("sandbox.crashed")
    said = error.display("type-msg")
    if said.startswith("TimeoutError:") and "limit exceeded" in said:
        return failure("sandbox.timeout")
    if said.startswith("MemoryError"):
        return failure("sandbox.memory")
    frames = [frame for frame in error.traceback() if frame.filename == _USER_FILE]
    line = max(1, frames[-1].line - HEADER_LINES) if frames else None
    column = max(1, frames[-1].column - 1) if frames else None
    message, hint = _in_words(said)
    where = f" (line {line})" if line else ""
    return SandboxError("sandbox.code", message + where, hint=hint, line=line, column=column)


_HINTS = (
    (r"ModuleNotFoundError: No module named '?([\w.]+)", "{0} is not available; the modules are json, re, "
     "math, datetime, time, random, collections, itertools, functools, hashlib and base64"),
    (r"(?:PermissionError|is not supported in this environment)", "code has no files and no environment; "
     "let a node before this one read them"),
    (r"NameError: name '(\w+)'", "the names are items, item (when run for each item), _input and _json"),
    (r"AttributeError: 'dict' object has no attribute '(\w+)'", "fields are read with brackets: "
     "item.json[\"{0}\"]"),
    (r"KeyError: '?([^']*)'?", "the item has no such field; item.json.get(\"{0}\") gives None instead"),
)  # fmt: skip


def _in_words(said: str) -> tuple[str, str]:
    """The message, and a hint that fits it."""
    if unsupported := re.search(r"The monty syntax parser does not yet support (?:the )?(.+)", said):
        return (
            f"{unsupported[1]} cannot be used in Python code here",
            "use functions, lists and dicts instead",
        )
    for pattern, hint in _HINTS:
        if found := re.search(pattern, said):
            return said, hint.format(*found.groups())
    return said, ""


def find_monty() -> str | None:
    """The interpreter's program: beside Python, or on the path."""
    beside_python = str(Path(sys.prefix) / "bin" / "monty")
    found = beside_python if Path(beside_python).is_file() else shutil.which("monty")
    return str(Path(found).resolve()) if found else None


def _walled_program(folder: Path, limits: Limits) -> str:
    """A program that puts up the wall and becomes the interpreter. Without a POSIX shell the
    interpreter itself: it is its own wall then."""
    monty = find_monty()
    if monty is None:
        raise SandboxError(
            "sandbox.missing", "No Python interpreter was found", hint="install the package pydantic-monty"
        )
    if not sys.platform.startswith("linux"):
        return monty
    config = {
        "command": [monty, "subprocess"],
        "parent": os.getpid(),
        "data_bytes": (_AT_REST_MB + 2 * limits.memory_mb) * _MB,
        "readable": ["/etc/ld.so.cache", "/dev/null", "/usr/share/zoneinfo"],
        "executable": [monty, *libraries(monty)],
        "environment": {"TZ": "UTC"},
    }
    words = [sys.executable, "-I", "-S", str(FOLDER / "launcher.py"), json.dumps(config)]
    program = folder / "python"
    program.write_text(f"#!/bin/sh\nexec {shlex.join(words)} 2>/dev/null\n")
    program.chmod(0o500)
    return str(program)
