"""One supervised process: start, notice its end, start again with back-off, stop."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = float(os.environ.get("RESTART_LONGEST_SECONDS") or 30)
STEADY_SECONDS = 60.0
"""A child that lived this long has recovered: its next back-off starts from the shortest."""

PR_SET_PDEATHSIG = 1


def _die_with_parent() -> Callable[[], None] | None:
    """For `preexec_fn`: the kernel kills the child when the supervisor dies, even of SIGKILL.
    Linux only; elsewhere children outlive a killed supervisor and end by their own errors."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def before_exec() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # It died between fork and prctl.
            os._exit(1)

    return before_exec


@dataclass
class Child:
    """A process by name. `grace_seconds`: how long it may take to end after SIGTERM."""

    name: str
    command: list[str]
    env: dict[str, str]
    grace_seconds: float = 10.0
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    """When to start it (again), by the monotonic clock."""
    ends: int = 0
    """How often it ended by itself, in a row."""
    _rest: bytes = field(default=b"", repr=False)

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches the supervisor alone; it stops them in order.
            preexec_fn=_die_with_parent(),
        )
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdout.fileno(), False)
        self.started_at = time.monotonic()

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def read_lines(self) -> tuple[list[bytes], bool]:
        """Whole lines written since the last call, and whether the output is still open."""
        assert self.process is not None and self.process.stdout is not None
        try:
            data = os.read(self.process.stdout.fileno(), 65536)
        except BlockingIOError:
            return [], True
        if not data:
            rest, self._rest = self._rest, b""
            return ([rest] if rest else []), False
        *lines, self._rest = (self._rest + data).split(b"\n")
        return lines, True

    def note_end(self) -> tuple[str, float]:
        """After the process ended: how it ended, in words, and the delay before its next start."""
        assert self.process is not None
        status = self.process.returncode
        if time.monotonic() - self.started_at >= STEADY_SECONDS:
            self.ends = 0
        delay = min(FIRST_DELAY_SECONDS * 2**self.ends, LONGEST_DELAY_SECONDS)
        self.ends += 1
        self.start_at = time.monotonic() + delay
        self.process = None
        return (f"killed by {signal.Signals(-status).name}" if status < 0 else f"status {status}"), delay

    def terminate(self) -> None:
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the process and whatever it started in its group."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self.process is None:
            return
        try:
            if number == signal.SIGKILL:
                os.killpg(self.process.pid, number)
            elif self.process.poll() is None:
                self.process.send_signal(number)
        except ProcessLookupError:
            pass
