"""The measurements of `make faults`, each a function that yields figures."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from tests.faults import workload
from tests.faults.ledger import Book, Verdict
from tests.faults.storm import Storm, random_kills, storm
from tools.instance import ROOT
from tools.postgres import new_database, restart, running_server

Figure = tuple[str, float, str]


def say(text: str) -> None:
    sys.stderr.write(text + "\n")


def _explain(verdict: Verdict) -> None:
    for name, example in verdict.examples.items():
        say(f"broken {name} ({verdict.broken[name]}): {example}")


def kills(fast: bool) -> Iterator[Figure]:
    """Random kills under mixed load: nothing lost, nothing done under two keys."""
    count = 20 if fast else 1000
    here, verdict = random_kills(count, seed=7)
    if here.is_void:
        raise RuntimeError(f"the run is void: {here.is_void}")
    _explain(verdict)
    say(f"fired: {dict(here.fired)}; acknowledged {len(here.acknowledged)} of {here.attempted}")
    yield "kills", sum(n for name, n in here.fired.items() if name.startswith("kill")), "kills"
    yield "kills_lost", verdict.broken["lost"], "runs and effects"
    yield "kills_double", verdict.broken["double"] + verdict.broken["dishonest"], "effects"


def matrix(fast: bool) -> Iterator[Figure]:
    """A kill at every named point; points that a mixed load never reaches are listed."""
    from orchestrator.runs.failpoints import POINTS

    points = POINTS[:: 4 if fast else 1]
    unreached = []
    with storm() as here:
        here.product.publish(workload.everything(here.sink.url))
        here.product.publish(workload.approval(here.sink.url))
        for point in points:
            for count in (1,) if fast else (1, 2, 5):
                here.arm(point, count)
                for _ in range(6):
                    here.post("everything", workload.OPERATIONS)
                    here.post("approval", ("ship",))
                here.approve()
                if here.has_fired(8):
                    here.fired[f"kill at {point}"] += 1
                elif count == 1:
                    unreached.append(point)
        verdict = here.judge(here.calm())
    _explain(verdict)
    say(f"never reached: {unreached}")
    yield "matrix_kills", sum(here.fired.values()), "kills"
    yield "matrix_broken", sum(verdict.broken.values()), "invariants"


def takeover(fast: bool) -> Iterator[Figure]:
    """With the product's own lease: from a worker's death to the take-over of its runs."""
    late: list[float] = []
    with storm(lease_seconds=15) as here:
        here.product.publish(workload.slow(here.sink.url, 4.0))
        for _ in range(2 if fast else 12):
            for _ in range(8):
                here.post("slow", ("last",))
            time.sleep(1.5)
            died_at = time.time()
            here.kill("worker")
            time.sleep(20)
            book = here.calm()
            late += [
                event["at"] / 1000 - died_at
                for events in book.events.values()
                for event in events
                if event["type"] == "run.taken_over" and event["at"] / 1000 > died_at
            ]
            here._stop.clear()
        _explain(here.judge(book))
    late.sort()
    yield "takeover_p99_s", round(late[int(len(late) * 0.99)], 1), "s"


def late_writes(fast: bool) -> Iterator[Figure]:
    """Workers frozen for longer than their lease, then thawed: what they still write is refused."""
    with storm(extra_workers=1) as here:
        here.product.publish(workload.everything(here.sink.url))
        here.load("everything", workload.OPERATIONS, pause_seconds=0.3)
        worker = here.workers[0]
        for _ in range(5 if fast else 100):
            time.sleep(0.4)
            worker.send_signal(signal.SIGSTOP)
            time.sleep(1.8)
            worker.send_signal(signal.SIGCONT)
            here.fired["freeze"] += 1
        verdict = here.judge(here.calm())
    _explain(verdict)
    yield (
        "late_writes",
        sum(verdict.broken[name] for name in ("late_writes", "order", "final", "double")),
        "writes",
    )


def flush(fast: bool) -> Iterator[Figure]:
    """FLUSHALL with runs queued: all of them finish."""
    count = 200 if fast else 2000
    with storm(lease_seconds=15) as here:
        here.product.publish(workload.quick(here.sink.url))
        worker = here.product.children()["worker"]
        worker.suspend()
        threads = [
            threading.Thread(target=lambda: [here.post("quick", ("last",)) for _ in range(count // 10)])
            for _ in range(10)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        here.flush_bells()
        worker.resume()
        began = time.monotonic()
        verdict = here.judge(here.calm())
        took = time.monotonic() - began
    _explain(verdict)
    yield "flush_lost", verdict.broken["lost"] + count - len(here.acknowledged), "runs"
    yield "flush_s", round(took, 1), "s"


def sqlite(fast: bool) -> Iterator[Figure]:
    """SIGKILL in the middle of commits: the database file stays whole."""
    bad = 0
    with tempfile.TemporaryDirectory(prefix="orchestrator-faults-") as folder:
        env = {**os.environ, "DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "orchestrator.settings"}
        env.pop("DATABASE_URL", None)
        subprocess.run([sys.executable, str(ROOT / "manage.py"), "migrate", "-v0"], env=env, check=True)
        for number in range(10 if fast else 300):
            writer = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.writer"], env=env, cwd=ROOT, stdout=subprocess.PIPE
            )
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(random.Random(number).uniform(0, 0.05))
            writer.kill()
            writer.wait()
            with sqlite3.connect(Path(folder) / "orchestrator.sqlite3") as connection:
                (answer,) = connection.execute("PRAGMA integrity_check").fetchone()
                (orphans,) = connection.execute(
                    "SELECT count(*) FROM runs_run WHERE last_seq <> COALESCE("
                    "(SELECT max(last_seq) FROM runs_segment WHERE run_id = runs_run.id), 0)"
                ).fetchone()
            bad += answer != "ok" or orphans > 0
    yield "sqlite_bad", bad, "databases"


def timers(fast: bool) -> Iterator[Figure]:
    """Timers over restarts: never early, never lost, soon."""
    count, restarts = (300, 2) if fast else (10_000, 20)
    dice = random.Random(3)
    longest = 20 if fast else 240
    with storm(lease_seconds=2) as here:
        here.product.publish(workload.timer())

        def post() -> None:
            for _ in range(count // 10):
                here.post("timer", (), seconds=round(dice.uniform(5, longest), 2))

        threads = [threading.Thread(target=post) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        outages = []
        for _ in range(restarts):
            time.sleep(longest / restarts)
            down_at = time.time()
            here.product.kill_everything()
            here.product.start()
            here.fired["kill everything"] += 1
            outages.append((down_at, time.time() + 1))
        book = here.calm(wait_seconds=longest + 120)
    early, late = _lateness(book, outages)
    yield "timers_early", early, "timers"
    yield "timers_lost", count - sum(status == "succeeded" for status in book.status.values()), "timers"
    yield "timers_p99_late_s", round(late[int(len(late) * 0.99)], 2), "s"


def _lateness(book: Book, outages: list[tuple[float, float]]) -> tuple[int, list[float]]:
    """How many resumed early; by how much the others were late, not counting time when nothing ran."""
    early, late = 0, []
    for events in book.events.values():
        due = next((e["wait"]["until"] / 1000 for e in events if e["type"] == "step.paused"), None)
        at = next((e["at"] / 1000 for e in events if e["type"] == "step.resumed"), None)
        if due is None or at is None:
            continue
        early += at < due - 0.002
        from_when = max([due, *(up for down, up in outages if down <= due <= up or due <= down <= at)])
        late.append(max(at - from_when, 0.0))
    return early, sorted(late)


def decisions(fast: bool) -> Iterator[Figure]:
    """Many people decide one task at once: one of them does."""
    tasks, people = (20, 20) if fast else (1000, 100)
    double = 0
    with storm(lease_seconds=15) as here:
        here.product.publish(workload.approval(here.sink.url))
        for _ in range(tasks):
            here.post("approval", ("ship",))
        time.sleep(2)
        with here.product.api() as api:
            while True:
                found = api.get("/inbox", params={"status": "open", "limit": 50}).json()["items"]
                if not found:
                    break
                for task in found:
                    double += _race(here, api, task["id"], people) != 1
        verdict = here.judge(here.calm())
    _explain(verdict)
    yield "decisions_double", double + verdict.broken["double"], "decisions"


def _race(here: Storm, api: httpx.Client, task_id: str, people: int) -> int:
    """How many of `people` parallel decisions were accepted."""
    nonce = api.get(f"/inbox/{task_id}").json()["nonce"]
    won: list[int] = []
    gate = threading.Barrier(8)

    def decide() -> None:
        with here.product.api() as client:
            gate.wait()
            for _ in range(people // 8 + 1):
                body = {"outcome": "approved", "nonce": nonce}
                if client.post(f"/inbox/{task_id}/decide", json=body).status_code == 200:
                    won.append(1)

    threads = [threading.Thread(target=decide) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(won)


def postgres(fast: bool) -> Iterator[Figure]:
    """PostgreSQL restarted every few seconds under load."""
    count = 60 if fast else 1000
    dice = random.Random(5)
    with (
        running_server() as server,
        new_database(server) as url,
        storm(database_url=url, lease_seconds=3) as here,
    ):
        here.product.publish(workload.everything(here.sink.url))
        here.load("everything", workload.OPERATIONS, pause_seconds=0.05, threads=3)
        while len(here.acknowledged) < count:
            time.sleep(dice.uniform(2, 4) if fast else dice.uniform(5, 40))
            restart(url)
            here.fired["postgres restart"] += 1
        verdict = here.judge(here.calm(wait_seconds=180))
    _explain(verdict)
    say(f"fired: {dict(here.fired)}; acknowledged {len(here.acknowledged)} of {here.attempted}")
    yield "pg_restart_wrong", sum(verdict.broken.values()), "runs"


def simulation(fast: bool) -> Iterator[Figure]:
    """Seeds of the pure core's simulation."""
    command = [sys.executable, "-m", "tests.faults.simulation", "200" if fast else "2000"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            figure: dict[str, Any] = json.loads(line)
            yield figure["figure"], figure["value"], figure["unit"]
        else:
            say(line)
