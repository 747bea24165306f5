"""A pool of children that evaluate JavaScript for one asyncio loop."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import orjson

from orchestrator.sandbox.child import Child, failure
from orchestrator.sandbox.full_python import FullPython
from orchestrator.sandbox.limits import CodeResult, Limits, SandboxError
from orchestrator.sandbox.lines import Lines, OnLine
from orchestrator.sandbox.python_code import PythonPool
from orchestrator.sdk.evaluation import EvalCall, EvalError

_encode = msgspec.json.Encoder().encode
_TICK_SECONDS = 0.05
_FOLDER = "orchestrator-sandbox-"


class SandboxPool:
    """At most `size` children, started when first needed; `start` keeps `warm` of them ready.
    A call has a child to itself; a child that breaks a limit is killed and replaced, and only
    its own call fails (SandboxError). All runs share the children safely: their JavaScript
    builtins are frozen and no global can be set, so nothing stays behind."""

    def __init__(
        self,
        size: int = 2,
        limits: Limits | None = None,
        *,
        warm: int = 0,
        packages: Sequence[str] | None = None,
    ) -> None:
        """`packages`: those that full Python may import; None: there is no full Python."""
        self._size = max(1, size)
        self._limits = limits or Limits()
        self._warm = min(warm, self._size)
        self._children: set[Child] = set()
        self._idle: list[Child] = []
        self._starting = 0
        self._waiting: deque[asyncio.Future[Child | None]] = deque()
        self._folder = ""
        self._python = PythonPool(self._size, self._limits)
        self._full_python = None if packages is None else FullPython(self._size, self._limits, packages)
        self._tick: asyncio.TimerHandle | None = None
        self._is_closed = False

    async def start(self) -> None:
        """Bring up the warm children. May be called again, and need not be called at all."""
        missing = self._warm - len(self._children)
        for child in await asyncio.gather(*(self._spawn() for _ in range(max(0, missing)))):
            self._release(child)

    async def close(self) -> None:
        """Kill all children; calls under way fail with `sandbox.closed`."""
        self._is_closed = True
        await self._python.close()
        children = list(self._children)
        for child in children:
            child.kill("sandbox.closed")
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_exception(failure("sandbox.closed"))
        await asyncio.gather(*(child.wait_ended() for child in children))
        await asyncio.sleep(0)
        if self._tick:
            self._tick.cancel()
            self._tick = None
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = ""

    @property
    def pids(self) -> list[int]:
        """The children's process ids."""
        return [child.pid for child in self._children if not child.is_ended]

    async def evaluate(self, call: EvalCall, *, exact: bool = False) -> list[list[Any]]:
        """See `Evaluator.evaluate`. Values are JSON: undefined is None, dates are ISO text.
        `exact` keeps undefined, NaN and Infinity as {"$undefined": true} and so on."""
        frame = {
            "kind": "eval",
            "sources": call.sources,
            "items": call.items,
            "indexes": call.indexes,
            "whole": call.whole,
            "as_text": call.as_text,
            "shared": call.shared,
            "nodes": call.nodes,
            "files": call.files,
            "exact": exact,
            "max_output": self._limits.output_bytes,
        }
        seconds = min(call.deadline_seconds, self._limits.expression_seconds)
        answer = await self._ask(frame, seconds, self._limits.expression_cpu_seconds)
        rows: list[list[Any]] = answer["rows"]
        for row, place, message, hint, position in answer["errors"]:
            item = call.indexes[row] if call.indexes is not None else row
            rows[row][place] = EvalError(message, call.sources[place], item, position, hint)
        return rows

    async def run_code(
        self,
        source: str,
        items: list[dict[str, Any]],
        *,
        language: str = "javascript",
        per: str = "batch",
        shared: dict[str, Any] | None = None,
        nodes: dict[str, Any] | None = None,
        run_key: str = "",
        seconds: float | None = None,
        on_line: OnLine | None = None,
    ) -> CodeResult:
        """Run the body of a function over the JSON of items. Raises SandboxError, with code
        `sandbox.code` for what the user's code threw. `run_key` names the run; as children keep
        nothing between calls, it changes nothing. `on_line` hears what the code writes, while it works."""
        lines = Lines(on_line)
        seconds = seconds or self._limits.code_seconds
        try:
            if language == "javascript":
                value = await self._javascript(source, items, per, shared, nodes, seconds, lines)
            else:
                python = self._interpreter(language)
                value = await python.run(
                    source, items, per=per, folder=self._own_folder, seconds=seconds, lines=lines
                )
        except SandboxError as error:
            error.logs = lines.lines
            raise
        return CodeResult(value, lines.lines)

    def _interpreter(self, language: str) -> PythonPool | FullPython:
        if language == "python":
            return self._python
        if language != "full_python":
            raise SandboxError(
                "sandbox.language", f"Code in {language} cannot be run here", hint="use JavaScript or Python"
            )
        if self._full_python is None:
            raise SandboxError(
                "sandbox.language",
                "Full Python is turned off here",
                hint="an administrator turns it on with the setting FULL_PYTHON; or choose Python",
            )
        return self._full_python

    async def _javascript(
        self,
        source: str,
        items: list[dict[str, Any]],
        per: str,
        shared: dict[str, Any] | None,
        nodes: dict[str, Any] | None,
        seconds: float,
        lines: Lines,
    ) -> list[Any]:
        frame = {
            "kind": "code",
            "source": source,
            "items": items,
            "per": per,
            "shared": shared or {},
            "nodes": nodes or {},
            "max_output": self._limits.output_bytes,
        }
        answer = await self._ask(frame, seconds, None, lines)
        if error := answer.get("error"):
            where = f" (line {error['line']})" if error["line"] else ""
            raise SandboxError(
                "sandbox.code",
                error["message"] + where,
                hint=error["hint"],
                line=error["line"],
                column=error["column"],
                item=error["item"],
            )
        values: list[Any] = answer["values"]
        return values

    async def _ask(
        self, frame: dict[str, Any], seconds: float, cpu_seconds: float | None, lines: Lines | None = None
    ) -> dict[str, Any]:
        body = _encode(frame)
        if len(body) > self._limits.input_bytes:
            raise SandboxError(
                "sandbox.input", "The data is too large for one call", hint="work on fewer items"
            )
        try:
            return await self._ask_child(body, seconds, cpu_seconds, lines)
        except SandboxError as error:
            if error.code != "sandbox.crashed" or (lines is not None and lines.lines):
                raise
            # A child may be ended between two calls, by the system or by an earlier call's last
            # breath. Nothing outside was touched, so a second one may be asked the same.
            return await self._ask_child(body, seconds, cpu_seconds, lines)

    async def _ask_child(
        self, body: bytes, seconds: float, cpu_seconds: float | None, lines: Lines | None
    ) -> dict[str, Any]:
        child = self._idle.pop() if self._idle else await self._acquire()
        if self._tick is None:
            self._tick = asyncio.get_running_loop().call_later(_TICK_SECONDS, self._check)
        try:
            raw = await child.ask(body, seconds=seconds, cpu_seconds=cpu_seconds, lines=lines)
        except asyncio.CancelledError:
            child.kill("sandbox.closed")
            raise
        finally:
            self._release(child)
        try:
            answer = orjson.loads(raw)
        except orjson.JSONDecodeError:
            answer = None
        if not isinstance(answer, dict):
            child.kill("sandbox.crashed")
            raise failure("sandbox.crashed")
        if "failed" in answer:
            raise failure("sandbox.output")
        return answer

    async def _acquire(self) -> Child:
        while True:
            if self._is_closed:
                raise failure("sandbox.closed")
            if self._idle:
                return self._idle.pop()
            if len(self._children) + self._starting < self._size:
                return await self._spawn()
            waiter: asyncio.Future[Child | None] = asyncio.get_running_loop().create_future()
            self._waiting.append(waiter)
            try:
                child = await waiter
            except asyncio.CancelledError:
                # Handed over just as its caller gave up: pass it on.
                if waiter.done() and not waiter.cancelled() and (given := waiter.result()):
                    self._release(given)
                raise
            if child is not None:
                return child

    def _own_folder(self) -> str:
        """A folder that only this process sees into, for the children's programs."""
        if not self._folder:
            _forget_the_dead()
            self._folder = tempfile.mkdtemp(prefix=f"{_FOLDER}{os.getpid()}-")
        return self._folder

    def _working_folder(self) -> str:
        """Where children stand: an empty folder that nobody may write to."""
        folder = os.path.join(self._own_folder(), "work")
        if not os.path.isdir(folder):
            os.mkdir(folder, 0o500)
        return folder

    async def _spawn(self) -> Child:
        self._starting += 1
        try:
            child = Child(self._limits, self._working_folder(), self._ended)
            self._children.add(child)
        finally:
            self._starting -= 1
        try:
            await child.ready()
        except asyncio.CancelledError:
            child.kill("sandbox.closed")
            raise
        return child

    def _release(self, child: Child) -> None:
        if child.is_ended:
            return
        if child.is_worn or self._is_closed:
            child.kill("sandbox.closed")
            return
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(child)
                return
        self._idle.append(child)

    def _ended(self, child: Child) -> None:
        """A child is gone: room for another."""
        self._children.discard(child)
        if child in self._idle:
            self._idle.remove(child)
        while self._waiting and not self._is_closed:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return

    def _check(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        busy = [child for child in self._children if child.started_at]
        for child in busy:
            child.check(now)
        self._tick = loop.call_later(_TICK_SECONDS, self._check) if busy else None


def _forget_the_dead() -> None:
    """Remove the folders of processes that were killed before they could."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*-*"):
        owner = folder.name.removeprefix(_FOLDER).partition("-")[0]
        with suppress(OSError, ValueError):
            if folder.stat().st_uid == os.getuid() and not _is_alive(int(owner)):
                shutil.rmtree(folder, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
