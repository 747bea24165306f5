"""Before anything starts: the data directory, the port, the database's state."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import IO

import django

ROOT = Path(__file__).resolve().parents[2]


class CannotStart(Exception):
    """The reason, and what to do about it, for the person at the terminal."""


def lock_data_dir(data_dir: Path) -> IO[str]:
    """Hold the directory for this supervisor alone; keep the returned file open."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        file = open(data_dir / "up.lock", "a+")  # noqa: SIM115 - open as long as we run
    except OSError as error:
        raise CannotStart(f"The data directory {data_dir} cannot be written: {error.strerror}.") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.seek(0)
        raise CannotStart(
            f"Orchestrator is already running with {data_dir} (process {file.read().strip() or 'unknown'}).\n"
            "Stop it first, or give this one a directory of its own: DATA_DIR=./data2 make run"
        ) from error
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def check_port(host: str, port: int) -> None:
    """Raise CannotStart when the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CannotStart(
                    f"Port {port} is in use by another program. Choose another: PORT={port + 1} make run"
                ) from error
            raise CannotStart(f"Cannot listen on {host}:{port}: {error.strerror}.") from error


class Migrations:
    """Whether the database is known to be up to date, without starting Django.

    Only SQLite is judged here: the names in its `django_migrations` against the files, and a
    fingerprint of those files left by the last successful `migrate`. When in doubt, migrate."""

    def __init__(self, *, data_dir: Path, database_url: str) -> None:
        self.is_sqlite = not database_url
        self.database = data_dir / "orchestrator.sqlite3"
        self.stamp = data_dir / ".migrated"

    def are_applied(self) -> bool:
        if not self.is_sqlite or not self.database.exists() or not self.stamp.exists():
            return False
        return self.stamp.read_text() == self.fingerprint() and self._ours() <= self._applied()

    def note_applied(self) -> None:
        if self.is_sqlite:
            self.stamp.write_text(self.fingerprint())

    def fingerprint(self) -> str:
        """Changes with every migration file and with Django, which brings migrations of its own."""
        lines = [f"django {django.VERSION}"]
        for path in self._files():
            state = path.stat()
            lines.append(f"{path.relative_to(ROOT)} {state.st_size} {state.st_mtime_ns}")
        return "\n".join(lines)

    def _files(self) -> list[Path]:
        return sorted(ROOT.glob("orchestrator/*/migrations/[0-9]*.py"))

    def _ours(self) -> set[tuple[str, str]]:
        return {(path.parts[-3], path.stem) for path in self._files()}

    def _applied(self) -> set[tuple[str, str]]:
        try:
            with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
                return set(connection.execute("SELECT app, name FROM django_migrations"))
        except sqlite3.Error:
            return set()
