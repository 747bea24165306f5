"""A product under load while a nemesis strikes it; then calm, and the judgement."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
import redis

from tests.faults import workload
from tests.faults.ledger import Book, Verdict, judge, read_book
from tests.faults.sink import Sink
from tools.instance import ROOT, Instance

UNFINISHED = ("queued", "running", "paused")


class Storm:
    """One product, its sink, the posts that were acknowledged and the faults that fired."""

    def __init__(
        self, folder: Path, *, database_url: str = "", lease_seconds: int = 1, extra_workers: int = 0
    ) -> None:
        self.sink = Sink()
        self.failpoint = folder / "failpoint"
        env = {
            "RUN_LEASE_SECONDS": str(lease_seconds),
            "FAILPOINT_FILE": str(self.failpoint),
            "RESTART_LONGEST_SECONDS": "0.5",
            # Kills come faster than a run can end a step: they are not the runs' fault.
            "RUN_POISON_DEATHS": "100000",
            "LOG_LEVEL": "WARNING",
        }
        self.product = Instance(folder / "product", database_url=database_url, env=env)
        self.database: str | Path = database_url or self.product.folder / "data" / "orchestrator.sqlite3"
        self.acknowledged: dict[str, str] = {}
        self.operations: dict[str, tuple[str, ...]] = {}
        self.attempted = 0
        self.fired: Counter[str] = Counter()
        self._orders = 0
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._extra = extra_workers
        self.workers: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        self.product.start()
        for _ in range(self._extra):
            env = self.product.env | {"REDIS_URL": self.product.redis_url}
            command = [sys.executable, str(ROOT / "manage.py"), "worker"]
            with open(self.product.log, "ab") as log:
                self.workers.append(subprocess.Popen(command, env=env, stdout=log, stderr=log))

    def close(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(30)
        for worker in self.workers:
            worker.send_signal(signal.SIGCONT)
            worker.kill()
            worker.wait()
        with suppress(Exception):
            self.product.stop()
        self.sink.close()

    def post(self, path: str, operations: tuple[str, ...], **body: Any) -> str | None:
        """One order; its number once it is acknowledged."""
        with self._lock:
            self._orders += 1
            self.attempted += 1
            order = f"order{self._orders}"
        try:
            answer = httpx.post(
                f"{self.product.url}/webhook/{path}", json={"order": order, **body}, timeout=20
            )
        except httpx.HTTPError:
            return None
        if answer.status_code >= 300:
            return None
        with self._lock:
            self.acknowledged[order] = answer.json()["run_id"]
            self.operations[order] = operations
        return order

    def load(self, path: str, operations: tuple[str, ...], *, pause_seconds: float, threads: int = 2) -> None:
        """Post without end, from threads, until `close` or `calm`."""

        def go() -> None:
            while not self._stop.is_set():
                if self.post(path, operations) is None:
                    self._stop.wait(0.2)
                self._stop.wait(pause_seconds)

        for _ in range(threads):
            self._start(go)

    def approve(self) -> None:
        """Approve every open task."""
        with suppress(httpx.HTTPError, KeyError), self.product.api() as api:
            for task in api.get("/inbox", params={"status": "open", "limit": 100}).json()["items"]:
                nonce = api.get(f"/inbox/{task['id']}").json()["nonce"]
                api.post(f"/inbox/{task['id']}/decide", json={"outcome": "approved", "nonce": nonce})

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        self._threads.append(thread)

    # -- faults ----------------------------------------------------------------------------

    def kill(self, name: str) -> bool:
        """SIGKILL to a supervised process; whether it was there."""
        with suppress(psutil.NoSuchProcess, KeyError):
            self.product.kill(name)
            self.fired[f"kill {name}"] += 1
            return True
        return False

    def flush_bells(self) -> None:
        with suppress(redis.RedisError):
            redis.Redis.from_url(self.product.redis_url, socket_timeout=2).flushall()
            self.fired["flushall"] += 1

    def arm(self, point: str, count: int = 1, action: str = "kill") -> None:
        Path(f"{self.failpoint}.fired").unlink(missing_ok=True)
        partial = self.failpoint.with_name("arming")
        partial.write_text(f"{point}:{count}:{action}")
        partial.rename(self.failpoint)

    def has_fired(self, wait_seconds: float) -> bool:
        """Whether the armed fault struck within the time; disarms it otherwise."""
        deadline = time.monotonic() + wait_seconds
        while time.monotonic() < deadline:
            if Path(f"{self.failpoint}.fired").exists():
                return True
            time.sleep(0.02)
        with suppress(FileNotFoundError):
            self.failpoint.unlink()
        return False

    # -- the end ---------------------------------------------------------------------------

    def calm(self, wait_seconds: float = 120) -> Book:
        """Stop posting, approve what is asked, wait until every run has ended; what the database
        holds then."""
        self._stop.set()
        deadline = time.monotonic() + wait_seconds
        while True:
            self.approve()
            book = read_book(self.database)
            left = [id for id, status in book.status.items() if status in UNFINISHED]
            if not left or time.monotonic() > deadline:
                return book
            time.sleep(0.5)

    def judge(self, book: Book) -> Verdict:
        return judge(book, self.sink.effects, self.acknowledged, self.operations)

    @property
    def is_void(self) -> str:
        """Why the storm proves nothing, or an empty text."""
        if len(self.acknowledged) < 0.8 * self.attempted:
            return f"only {len(self.acknowledged)} of {self.attempted} posts were acknowledged"
        return "" if self.fired else "no fault fired"


@contextmanager
def storm(**options: Any) -> Iterator[Storm]:
    with tempfile.TemporaryDirectory(prefix="orchestrator-faults-") as folder:
        here = Storm(Path(folder), **options)
        try:
            here.start()
            yield here
        finally:
            here.close()


def random_kills(count: int, *, seed: int, database_url: str = "") -> tuple[Storm, Verdict]:
    """`count` kills of any process, some flushes between them, under mixed load."""
    dice = random.Random(seed)
    with storm(database_url=database_url) as here:
        here.product.publish(workload.everything(here.sink.url))
        here.product.publish(workload.approval(here.sink.url))
        here.load("everything", workload.OPERATIONS, pause_seconds=0.5)
        here.load("approval", ("ship",), pause_seconds=2.0, threads=1)
        kills = 0
        while kills < count:
            time.sleep(dice.uniform(0.3, 1.2))
            if kills % 10 == 0:
                here.approve()
            if dice.random() < 0.05:
                here.flush_bells()
            name = dice.choices(["worker", "web", "clock", "valkey"], [14, 2, 2, 2])[0]
            kills += here.kill(name)
        return here, here.judge(here.calm())
