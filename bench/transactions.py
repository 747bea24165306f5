"""How many write transactions a database committed between two looks."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

WAL_HEADER, FRAME_HEADER = 32, 24


class Counter:
    """`count` is filled in when the block ends."""

    count = 0


@contextmanager
def counted(*, database_url: str, sqlite_file: Path) -> Iterator[Counter]:
    counter = Counter()
    if database_url:
        before = _transaction_number(database_url)
        yield counter
        counter.count = _transaction_number(database_url) - before
        return
    with closing(sqlite3.connect(sqlite_file, isolation_level=None)) as reader:
        # An open read keeps the log from being reset, so every commit stays in it.
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        wal = sqlite_file.with_name(sqlite_file.name + "-wal")
        before = _commits(wal)
        yield counter
        counter.count = _commits(wal) - before


def _transaction_number(database_url: str) -> int:
    """PostgreSQL gives each writing transaction the next number; readers take none."""
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text").fetchone()
    assert row is not None
    return int(row[0])


def _commits(wal: Path) -> int:
    """Commit frames in SQLite's log (https://www.sqlite.org/fileformat2.html#walformat)."""
    if not wal.exists() or wal.stat().st_size < WAL_HEADER:
        return 0
    with open(wal, "rb") as file:
        header = file.read(WAL_HEADER)
        page_size, salts = struct.unpack(">I", header[8:12])[0], header[16:24]
        commits = 0
        while len(frame := file.read(FRAME_HEADER)) == FRAME_HEADER and frame[8:16] == salts:
            commits += struct.unpack(">I", frame[4:8])[0] != 0
            file.seek(page_size, 1)
    return commits
