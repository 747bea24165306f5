"""One child process: started behind the wall, asked one thing at a time over two pipes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from orchestrator.sandbox.engine import FOLDER, find_node, launch_config
from orchestrator.sandbox.limits import Limits, SandboxError
from orchestrator.sandbox.lines import FRAME_START, Lines

_HEADER = struct.Struct("<I")
_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / (1024 * 1024)
_CHUNK = 1 << 18
_SHORT = 16_384
"""Bytes of a call that may be answered within the next moment."""
_LOOK_OUT_SECONDS = 0.00015
# Signals that V8 ends itself with when its heap is full.
_OUT_OF_MEMORY = {signal.SIGABRT, signal.SIGTRAP, signal.SIGILL}

_SENTENCES = {
    "sandbox.timeout": (
        "It took too long and was stopped",
        "look for an endless loop, or work on less data at a time",
    ),
    "sandbox.memory": ("It needed too much memory and was stopped", "work on less data at a time"),
    "sandbox.output": ("Its result is too large", "return less data"),
    "sandbox.crashed": ("The sandbox ended unexpectedly", "try again; if it stays, simplify the code"),
    "sandbox.closed": ("The sandbox is closed", ""),
}


def failure(code: str) -> SandboxError:
    message, hint = _SENTENCES[code]
    return SandboxError(code, message, hint=hint)


class Child:
    """Lives in one asyncio loop. `on_end` is called once when the process is gone."""

    def __init__(self, limits: Limits, folder: str, on_end: Callable[[Child], None]) -> None:
        self._limits = limits
        self._loop = asyncio.get_running_loop()
        self._on_end = on_end
        self._answer: asyncio.Future[bytes] | None = None
        self._lines: Lines | None = None
        self._buffer = bytearray()
        self._expected = -1
        self._outgoing = memoryview(b"")
        self._why = ""
        self.is_ended = False
        self.is_worn = False
        self.started_at = 0.0
        self.seconds = 0.0
        self.cpu_seconds: float | None = None
        self._cpu_from: float | None = None
        self._start(folder)

    def _start(self, folder: str) -> None:
        find_node()  # fails before anything is open
        source, self._to = os.pipe()
        self._from, sink = os.pipe()
        config = launch_config(self._limits, (source, sink))
        launcher = [sys.executable, "-I", "-S", str(FOLDER / "launcher.py"), json.dumps(config)]
        try:
            self._process = subprocess.Popen(
                launcher,
                pass_fds=(source, sink),
                env={},
                cwd=folder,
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        finally:
            os.close(source)
            os.close(sink)
        self.pid = self._process.pid
        os.set_blocking(self._to, False)
        os.set_blocking(self._from, False)
        self._loop.add_reader(self._from, self._readable)

    async def ready(self) -> None:
        """Wait for its first frame. Raises SandboxError when it cannot start."""
        self._begin(seconds=15.0, cpu_seconds=None)
        assert self._answer is not None
        await self._answer
        self.started_at = 0.0

    async def ask(
        self, body: bytes, *, seconds: float, cpu_seconds: float | None, lines: Lines | None = None
    ) -> bytes:
        """The answer to one frame; `lines` takes what the child says before it. Raises SandboxError
        when the child breaks a limit or ends."""
        answer = self._begin(seconds=seconds, cpu_seconds=cpu_seconds)
        self._lines = lines
        if not self.is_ended:  # its descriptors may be another child's by now
            self._send(_HEADER.pack(len(body)) + body)
            if len(body) < _SHORT:
                self._look_out()
        try:
            return await answer
        finally:
            self.started_at = 0.0

    def _begin(self, *, seconds: float, cpu_seconds: float | None) -> asyncio.Future[bytes]:
        self._answer = answer = self._loop.create_future()
        self.started_at = self._loop.time()
        self.seconds = seconds
        self.cpu_seconds = cpu_seconds
        self._cpu_from = None
        if self.is_ended:
            answer.set_exception(failure(self._why or "sandbox.crashed"))
        return answer

    def _look_out(self) -> None:
        """Watch for the answer of a short call for a moment. To be woken by the system when it comes
        takes longer than most expressions; the processor is given to whoever else wants it."""
        until = time.perf_counter() + _LOOK_OUT_SECONDS
        while self._answer is not None and not self.is_ended and time.perf_counter() < until:
            self._readable()
            os.sched_yield()

    def _send(self, frame: bytes) -> None:
        try:
            sent = os.write(self._to, frame)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # it has ended: the reader will see that too
        if sent < len(frame):
            self._outgoing = memoryview(frame)[sent:]
            self._loop.add_writer(self._to, self._writable)

    def _writable(self) -> None:
        try:
            self._outgoing = self._outgoing[os.write(self._to, self._outgoing) :]
        except BlockingIOError:
            return
        except OSError:
            self._outgoing = memoryview(b"")
        if not self._outgoing:
            self._loop.remove_writer(self._to)

    def _readable(self) -> None:
        try:
            data = os.read(self._from, _CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._ended()
            return
        self._buffer += data
        while (frame := self._frame()) is not None:
            if self._lines is not None and self._answer is not None and frame.startswith(FRAME_START):
                if not self._lines.take(frame):
                    self.kill("sandbox.output")
            else:
                self._answered(frame)

    def _frame(self) -> bytes | None:
        """The next whole frame, taken out of the buffer."""
        buffer = self._buffer
        if self._expected < 0:
            if len(buffer) < 4 or self.is_ended:
                return None
            self._expected = _HEADER.unpack_from(buffer)[0]
            if not 0 < self._expected <= self._limits.output_bytes * 4:
                self.kill("sandbox.output")
                return None
        end = self._expected + 4
        if len(buffer) < end:
            return None
        frame = bytes(memoryview(buffer)[4:end])
        del buffer[:end]
        self._expected = -1
        return frame

    def _answered(self, body: bytes) -> None:
        # What follows the answer was not asked for: a child that says more is not trusted.
        if self._buffer or self._answer is None:
            self.kill("sandbox.crashed")
            return
        self._lines = None
        answer, self._answer = self._answer, None
        if not answer.done():
            answer.set_result(body)

    def check(self, now: float) -> None:
        """Kill it when its call has used up its time or memory."""
        memory = self._memory_mb()
        if memory > self._limits.heap_mb + self._limits.memory_mb:
            self.kill("sandbox.memory")
            return
        self.is_worn = self.is_worn or memory > self._limits.heap_mb
        if not self.started_at:
            return
        cpu = self._cpu()
        if self._cpu_from is None:
            self._cpu_from = cpu
        spent = cpu - self._cpu_from
        if now - self.started_at > self.seconds or (self.cpu_seconds and spent > self.cpu_seconds):
            self.kill("sandbox.timeout")

    def _memory_mb(self) -> float:
        try:
            with open(f"/proc/{self.pid}/statm", "rb", buffering=0) as statm:
                return int(statm.read(100).split()[1]) * _PAGE_MB
        except OSError:
            return 0.0

    def _cpu(self) -> float:
        """Seconds of processor time of the process so far (CPU clock id of a pid, clock_getcpuclockid(3))."""
        try:
            return time.clock_gettime((~self.pid << 3) | 2)
        except OSError:
            return 0.0

    def kill(self, why: str) -> None:
        """End the whole process group at once; a waiting call fails with `why`."""
        self._why = self._why or why
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._ended()

    def _ended(self) -> None:
        if self.is_ended:
            return
        self.is_ended = True
        self._loop.remove_reader(self._from)
        self._loop.remove_writer(self._to)
        os.close(self._to)
        os.close(self._from)
        self._loop.call_soon(self._reap, 0)

    def _reap(self, tries: int) -> None:
        """Learn how it ended (a big process takes a moment to go), then tell the caller."""
        code = self._process.poll()
        if code is None and tries < 200:
            if tries == 100:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(self.pid, signal.SIGKILL)
            self._loop.call_later(0.005, self._reap, tries + 1)
            return
        if not self._why:
            self._why = (
                "sandbox.memory" if code is not None and -code in _OUT_OF_MEMORY else "sandbox.crashed"
            )
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_exception(failure(self._why))
        self._on_end(self)

    async def wait_ended(self) -> None:
        """After `kill`: until the process is gone."""
        for _ in range(400):
            if self._process.poll() is not None:
                return
            await asyncio.sleep(0.005)
