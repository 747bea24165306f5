"""SIGKILL in the middle of SQLite's commits; PostgreSQL restarted under load."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.faults import workload
from tests.faults.nemesis import Nemesis
from tests.faults.report import Figure, explain, say, settle
from tests.faults.storm import storm
from tools.instance import ROOT
from tools.postgres import new_database, running_server


def sqlite(fast: bool) -> Iterator[Figure]:
    """The file stays whole, what was said to be committed is there, no half of a commit is."""
    count, bad, committed = 10 if fast else 300, 0, 0
    with tempfile.TemporaryDirectory(prefix="orchestrator-faults-") as folder:
        env = {**os.environ, "DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "orchestrator.settings"}
        env.pop("DATABASE_URL", None)
        subprocess.run([sys.executable, str(ROOT / "manage.py"), "migrate", "-v0"], env=env, check=True)
        writers = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.writer"],
            env=env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        for number in range(count):
            told = _kill_a_writer(writers, random.Random(number).uniform(0, 0.15))
            committed += len(told)
            if problem := _examine(Path(folder) / "orchestrator.sqlite3", told):
                bad += 1
                say(f"after kill {number}: {problem}")
        writers.kill()
        writers.wait()
    say(f"{committed} commits were told of before {count} kills")
    yield "sqlite_kills", count, "kills"
    yield "sqlite_bad", bad, "databases"


def _kill_a_writer(writers: subprocess.Popen[str], after_seconds: float) -> list[tuple[str, int]]:
    """Start one, kill it while it writes; the commits it told of: run and last number."""
    assert writers.stdin is not None and writers.stdout is not None
    writers.stdin.write("go\n")
    writers.stdin.flush()
    pid = int(writers.stdout.readline())
    assert writers.stdout.readline() == "writing\n"
    time.sleep(after_seconds)
    os.kill(pid, signal.SIGKILL)
    told = []
    while (line := writers.stdout.readline()) != "ended\n":
        run, _, seq = line.partition(" ")
        told.append((run, int(seq)))
    return told


def _examine(file: Path, told: list[tuple[str, int]]) -> str:
    """What is wrong with the database, or an empty text."""
    with closing(sqlite3.connect(file)) as connection:
        (answer,) = connection.execute("PRAGMA integrity_check").fetchone()
        if answer != "ok":
            return f"integrity: {answer}"
        (halves,) = connection.execute(
            "SELECT count(*) FROM runs_run WHERE last_seq <> COALESCE("
            "(SELECT max(last_seq) FROM runs_segment WHERE run_id = runs_run.id), 0)"
        ).fetchone()
        if halves:
            return f"{halves} halves of commits"
        stored = dict(connection.execute("SELECT id, last_seq FROM runs_run"))
    missing = [(run, seq) for run, seq in told if stored.get(run, 0) < seq]
    return f"committed, but not there: {missing[:3]}" if missing else ""


def postgres(fast: bool) -> Iterator[Figure]:
    """PostgreSQL restarted every few seconds under load, as a power cut would."""
    count = 60 if fast else 1000
    with (
        running_server() as server,
        new_database(server) as url,
        storm(database_url=url, lease_seconds=3, workers=2) as here,
    ):
        nemesis = Nemesis(here, 5)
        here.product.publish(workload.everything(here.sink.url))
        here.refer("everything", workload.OPERATIONS)
        here.load("everything", workload.OPERATIONS, pause_seconds=0.3, threads=3)
        while here.answered < count:
            time.sleep(nemesis.dice.uniform(3, 6) if fast else nemesis.dice.uniform(5, 40))
            nemesis.restart_database()
        verdict = settle(here, nemesis, wait_seconds=180)
    explain(here, verdict)
    yield "pg_restarts", here.fired["database restart"], "restarts"
    yield "pg_runs", len(here.orders), "runs"
    yield "pg_restart_wrong", sum(verdict.broken.values()), "runs"
