"""A product under load, waiting for faults; then calm, and the judgement."""

from __future__ import annotations

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

from tests.faults.ledger import Book, Order, Verdict, count_unfinished, judge, leftovers, read_book
from tests.faults.sink import Sink
from tools.instance import ROOT, Instance

AGAIN_SECONDS = 0.5
MOST_UNFINISHED = 200


class Storm:
    """One product, its sink, the orders it got and the faults that fired.

    An order is posted under one `Idempotency-Key` until it is acknowledged, as a careful sender
    does: each must have made exactly one run."""

    def __init__(
        self,
        folder: Path,
        *,
        database_url: str = "",
        lease_seconds: int = 1,
        workers: int = 1,
        worker_env: tuple[dict[str, str], ...] = (),
    ) -> None:
        self.sink = Sink()
        self.failpoint = folder / "failpoint"
        env = {
            "RUN_LEASE_SECONDS": str(lease_seconds),
            "FAILPOINT_FILE": str(self.failpoint),
            "RESTART_LONGEST_SECONDS": "0.1",
            # Kills come faster than a run can end a step: they are not the runs' fault.
            "RUN_POISON_DEATHS": "100000",
            "LOG_LEVEL": "WARNING",
        }
        self.product = Instance(folder / "product", database_url=database_url, env=env)
        self.database: str | Path = database_url or self.product.folder / "data" / "orchestrator.sqlite3"
        self.orders: list[Order] = []
        self.limits: dict[str, int] = {}
        self.references: dict[str, str] = {}
        self.book = Book({}, {})
        self.attempted = self.answered = 0
        self.strange: Counter[str] = Counter()
        self.fired: Counter[str] = Counter()
        self.workers: dict[int, subprocess.Popen[bytes]] = {}
        self._envs = ({},) * (workers - 1) + worker_env
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []
        self._clients = threading.local()

    # -- life ------------------------------------------------------------------------------

    def start(self) -> None:
        self.product.start()
        for number in range(len(self._envs)):
            self._start_worker(number)
        if self._envs:
            threading.Thread(target=self._tend_workers, daemon=True).start()

    def _start_worker(self, number: int) -> None:
        env = self.product.env | {"REDIS_URL": self.product.redis_url} | self._envs[number]
        command = [sys.executable, str(ROOT / "manage.py"), "worker"]
        with open(self.product.log, "ab") as log:
            self.workers[number] = subprocess.Popen(
                command, env=env, stdout=log, stderr=log, start_new_session=True
            )

    def _tend_workers(self) -> None:
        """Start those again that were killed, as a supervisor on another host does."""
        while not self._closing.wait(0.1):
            for number, worker in list(self.workers.items()):
                if worker.poll() is not None and not self._closing.is_set():
                    self._start_worker(number)

    def close(self) -> None:
        self._stop.set()
        self._closing.set()
        for thread in self._threads:
            thread.join(30)
        for worker in self.workers.values():
            with suppress(ProcessLookupError):
                worker.send_signal(signal.SIGCONT)
                worker.kill()
            worker.wait()
        with suppress(Exception):
            self.product.stop()
        self.sink.close()

    # -- load ------------------------------------------------------------------------------

    def order(self, path: str, operations: tuple[str, ...], *, ends: str = "succeeded", **body: Any) -> Order:
        with self._lock:
            made = Order(f"order{len(self.orders) + 1}", path, operations, ends, body)
            self.orders.append(made)
        return made

    def send(self, order: Order) -> bool:
        """Post it once more; whether it is acknowledged now."""
        with self._lock:
            self.attempted += 1
        try:
            answer = self._client().post(
                f"{self.product.url}/webhook/{order.path}",
                json={"order": order.name, **order.body},
                headers={"Idempotency-Key": order.name},
            )
        except httpx.HTTPError:
            return False
        if answer.status_code >= 300:
            with self._lock:
                self.strange[f"status {answer.status_code}"] += 1
            return False
        with self._lock:
            self.answered += 1
            order.runs.add(answer.json()["run_id"])
        return True

    def _client(self) -> httpx.Client:
        if not hasattr(self._clients, "client"):
            self._clients.client = httpx.Client(timeout=20)
        client: httpx.Client = self._clients.client
        return client

    def post(self, path: str, operations: tuple[str, ...], **body: Any) -> Order:
        """A new order, sent once; `calm` sends again what was not acknowledged."""
        order = self.order(path, operations, **body)
        self.send(order)
        return order

    def post_many(
        self, path: str, operations: tuple[str, ...], bodies: list[dict[str, Any]], *, at_ease: bool = False
    ) -> None:
        """An order each, ten at a time; `at_ease`: none while many wait, as in `load`."""
        queue = iter(bodies)

        def go() -> None:
            while True:
                with self._lock:
                    body = next(queue, None)
                if body is None:
                    return
                while at_ease and self._is_buried() and not self._closing.wait(AGAIN_SECONDS):
                    pass
                order = self.order(path, operations, **body)
                while not self.send(order) and not self._closing.wait(AGAIN_SECONDS):
                    pass

        threads = [threading.Thread(target=go) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def load(self, path: str, operations: tuple[str, ...], *, pause_seconds: float, threads: int = 1) -> None:
        """Orders without end, one after another from each thread, until `calm`; none while many wait: a
        product that is buried under work proves nothing."""

        def go() -> None:
            while not self._stop.is_set():
                if self._is_buried():
                    self._stop.wait(AGAIN_SECONDS)
                    continue
                order = self.order(path, operations)
                while not self.send(order) and not self._stop.wait(AGAIN_SECONDS):
                    pass
                self._stop.wait(pause_seconds)

        for _ in range(threads):
            self.in_background(go)

    def _is_buried(self) -> bool:
        with suppress(Exception):  # the database may be away; then the order finds out
            return count_unfinished(self.database) > MOST_UNFINISHED
        return False

    def in_background(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        self._threads.append(thread)

    def every(self, seconds: float, work: Callable[[], None]) -> None:
        """Do it again and again, to the very end: what other people and systems do for runs."""

        def go() -> None:
            while not self._closing.wait(seconds):
                work()

        threading.Thread(target=go, daemon=True).start()

    def approve(self) -> None:
        """Approve every open task."""
        with suppress(httpx.HTTPError, KeyError), self.product.api() as api:
            for task in api.get("/inbox", params={"status": "open", "limit": 100}).json()["items"]:
                nonce = api.get(f"/inbox/{task['id']}").json()["nonce"]
                api.post(f"/inbox/{task['id']}/decide", json={"outcome": "approved", "nonce": nonce})

    def refer(self, path: str, operations: tuple[str, ...]) -> None:
        """One order before any fault: what the others on this path must come to as well."""
        order = self.post(path, operations)
        assert order.runs, "the product took no order before the storm"
        self.references[path] = next(iter(order.runs))

    # -- the end ---------------------------------------------------------------------------

    def calm(self, wait_seconds: float = 120) -> Book:
        """No more new orders; those not acknowledged are sent again, questions are answered, until
        every run has ended; what the database holds then."""
        self._stop.set()
        for thread in self._threads:
            thread.join(30)
        deadline = time.monotonic() + wait_seconds
        while time.monotonic() < deadline:
            missing = [order for order in self.orders if not order.runs and not self.send(order)]
            self.approve()
            if not missing and count_unfinished(self.database) == 0:
                break
            time.sleep(0.3)
        self.book = read_book(self.database)
        return self.book

    def judge(self, book: Book) -> Verdict:
        verdict = judge(book, self.sink.effects, self.orders, limits=self.limits, references=self.references)
        for what in leftovers(self.database):
            verdict.add("left over", what)
        return verdict

    @property
    def is_void(self) -> str:
        """Why the storm proves nothing, or an empty text."""
        if self.answered < 0.8 * self.attempted:
            return f"only {self.answered} of {self.attempted} posts were acknowledged"
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
