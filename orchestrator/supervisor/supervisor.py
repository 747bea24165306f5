"""The supervisor's loop: start in order, pass on the logs, restart the dead, stop in order."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from orchestrator.environment import redis_socket
from orchestrator.supervisor import preflight, readiness, valkey
from orchestrator.supervisor.child import Child
from orchestrator.supervisor.lines import Lines

MANAGE = str(preflight.ROOT / "manage.py")
START_TRIES = 3
"""A child that ends this often before all is ready has a lasting fault: give up and say so."""
VALKEY_WAIT_SECONDS = 20.0
READY_POLL_SECONDS = 0.05


class Supervisor:
    """`run()` returns the exit status: 0 after a wanted stop, 1 when it could not start."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.lines = Lines()
        self.data_dir = Path(os.environ.get("DATA_DIR") or preflight.ROOT / "data").expanduser().resolve()
        self.host = os.environ.get("HOST") or "127.0.0.1"
        port = os.environ.get("PORT") or "8000"
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise preflight.CannotStart(f"PORT={port} is not a port number.")
        self.port = int(port)
        self.redis_socket = redis_socket(self.data_dir)
        self.env = os.environ | {
            "DATA_DIR": str(self.data_dir),
            "PYTHONUNBUFFERED": "1",
            # Fewer malloc arenas: threads share them, and idle memory stays low.
            "MALLOC_ARENA_MAX": os.environ.get("MALLOC_ARENA_MAX", "2"),
        }
        self.children: list[Child] = []
        self.selector = selectors.DefaultSelector()
        self.is_ready = False
        self.is_stopping = False

    # Starting

    def run(self) -> int:
        lock = preflight.lock_data_dir(self.data_dir)
        preflight.check_port(self.host, self.port)
        self._catch_signals()
        try:
            if self._start_all():
                self._loop()
        finally:
            self._stop_all()
            lock.close()
        return 0 if self.is_ready or self.is_stopping else 1

    def _start_all(self) -> bool:
        if not self.env.get("REDIS_URL"):
            self.redis_socket.unlink(missing_ok=True)
            self._add("valkey", valkey.command(data_dir=self.data_dir, listen=self.redis_socket))
        if not self._migrate() or not self._wait_for_valkey():
            return False
        for name in ("web", "worker", "clock"):
            self._add(name, [sys.executable, MANAGE, name])
        return True

    def _add(self, name: str, command: list[str]) -> None:
        child = Child(name, command, self.env)
        self.children.append(child)
        self._start(child)

    def _start(self, child: Child) -> None:
        child.start()
        assert child.process is not None and child.process.stdout is not None
        self.selector.register(child.process.stdout, selectors.EVENT_READ, child)

    def _migrate(self) -> bool:
        migrations = preflight.Migrations(
            data_dir=self.data_dir, database_url=self.env.get("DATABASE_URL", "")
        )
        if migrations.are_applied():
            return True
        done = subprocess.run(
            [sys.executable, MANAGE, "migrate", "--no-input", "--skip-checks", "--verbosity=0"],
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for line in done.stdout.splitlines():
            self.lines.child("migrate", line)
        if done.returncode:
            self.lines.warn("The database could not be prepared; nothing was started.")
            return False
        migrations.note_applied()
        return True

    def _wait_for_valkey(self) -> bool:
        if self.env.get("REDIS_URL"):
            return True
        deadline = time.monotonic() + VALKEY_WAIT_SECONDS
        while not valkey.answers(self.redis_socket):
            self._pass_on(0.02)
            if self.is_stopping:
                return False
            if time.monotonic() > deadline or not self.children[0].is_running:
                self.lines.warn("The bundled Valkey server did not start; its last lines are above.")
                return False
        return True

    # Running

    def _loop(self) -> None:
        while not self.is_stopping:
            self._pass_on(0.5 if self.is_ready else READY_POLL_SECONDS)
            for child in self.children:
                self._tend(child)
            if not self.is_ready and not self.is_stopping and readiness.is_ready(self.host, self.port):
                self.is_ready = True
                self._announce()

    def _announce(self) -> None:
        url = os.environ.get("PUBLIC_URL") or f"http://localhost:{self.port}"
        self.lines.say(f"Ready in {time.monotonic() - self.began:.1f} s: {url}  (Ctrl-C stops it)")

    def _tend(self, child: Child) -> None:
        if child.process is None:
            if not self.is_stopping and time.monotonic() >= child.start_at:
                self._start(child)
        elif not child.is_running:
            self._drain(child)
            child.kill()
            how, delay = child.note_end()
            if not self.is_ready and child.ends >= START_TRIES:
                self.lines.warn(f"{child.name} ended {child.ends} times ({how}); giving up.")
                self.is_stopping = True
                return
            self.lines.warn(f"{child.name} ended ({how}); starting it again in {delay:g} s")

    def _pass_on(self, timeout_seconds: float) -> None:
        """Print what the children wrote; return after the first lot, a signal or the timeout."""
        for key, _ in self.selector.select(timeout_seconds):
            if isinstance(key.data, Child):
                self._read(key.data)
            else:
                self._wake_read.recv(4096)

    def _read(self, child: Child) -> bool:
        lines, is_open = child.read_lines()
        for line in lines:
            if child.name != "valkey" or not valkey.is_noise(line):
                self.lines.child(child.name, line)
        if not is_open and child.process is not None and child.process.stdout is not None:
            self.selector.unregister(child.process.stdout)
            child.process.stdout.close()
        return is_open and bool(lines)

    def _drain(self, child: Child) -> None:
        assert child.process is not None and child.process.stdout is not None
        while not child.process.stdout.closed and self._read(child):
            pass
        if not child.process.stdout.closed:  # A grandchild holds it open.
            self.selector.unregister(child.process.stdout)
            child.process.stdout.close()

    # Stopping

    def _catch_signals(self) -> None:
        self._wake_read, self._wake_write = socket.socketpair()
        self._wake_read.setblocking(False)
        self._wake_write.setblocking(False)
        self.selector.register(self._wake_read, selectors.EVENT_READ, None)
        signal.set_wakeup_fd(self._wake_write.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_stop)

    def _on_stop(self, number: int, frame: object) -> None:
        if self.is_stopping:  # Asked twice: do not wait any longer.
            for child in self.children:
                child.kill()
        self.is_stopping = True

    def _stop_all(self) -> None:
        """The web first, so that nothing new comes in; Valkey last, since the others use it."""
        running = [child for child in self.children if child.process is not None]
        if running:
            self.lines.say("Stopping")
        for names in ({"web"}, {"worker", "clock"}, {"valkey"}):
            self._stop_together([child for child in running if child.name in names])
        signal.set_wakeup_fd(-1)

    def _stop_together(self, children: list[Child]) -> None:
        for child in children:
            child.terminate()
        deadline = time.monotonic() + max((child.grace_seconds for child in children), default=0)
        while any(child.is_running for child in children) and time.monotonic() < deadline:
            self._pass_on(0.05)
        for child in children:
            if child.is_running:
                self.lines.warn(f"{child.name} did not stop within {child.grace_seconds:g} s; killed")
            child.kill()
            assert child.process is not None
            child.process.wait()
            self._drain(child)


def main() -> int:
    try:
        return Supervisor().run()
    except (preflight.CannotStart, valkey.NoValkey) as error:
        Lines(sys.stderr).warn(str(error))
        return 1
