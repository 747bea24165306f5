"""What is done to a product: kills, freezes, lost and doubled bells, full disks, restarts."""

from __future__ import annotations

import random
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import dramatiq
import httpx
import psutil
import psycopg
import redis
from dramatiq.brokers.redis import RedisBroker

from tests.faults.storm import Storm
from tools.postgres import restart

ALIVE = "orchestrator:alive:worker:*"
ALIVE_CLOCK = "orchestrator:alive:clock"
DISK_NAMES = ("web", "worker", "clock")


class Nemesis:
    """Strikes one product; every strike that met something is counted in `storm.fired`."""

    def __init__(self, here: Storm, seed: int) -> None:
        self.here = here
        self.dice = random.Random(seed)
        self._seen: set[int] = set()
        self.orphans: list[psutil.Process] = []
        self.deaths: dict[int, float] = {}
        """When workers were killed, by process id."""

    # -- whom ------------------------------------------------------------------------------

    def supervised(self, name: str) -> psutil.Process | None:
        """A process of `manage.py up` that is at work, else None: killing one again that has only just
        begun would prove little."""
        with suppress(psutil.Error, redis.RedisError, httpx.HTTPError, AssertionError):
            process = self.here.product.children().get(name)
            if process is not None and self._is_at_work(name, process.pid):
                return process
        return None

    def _is_at_work(self, name: str, pid: int) -> bool:
        if name == "web":
            return httpx.get(f"{self.here.product.url}/healthz", timeout=1).status_code == 200
        if name == "clock":
            told = self._redis().get(ALIVE_CLOCK)
            return told is not None and int(told.split(b":")[-1]) == pid
        return bool(self._redis().ping()) if name == "valkey" else True

    def working(self) -> list[psutil.Process]:
        """The workers that have said they are ready, supervised or not."""
        with suppress(redis.RedisError):
            keys = self._redis().keys(ALIVE)
            self._seen |= {int(key.decode().split(":")[-2]) for key in keys}
        pids = {worker.pid for worker in self.here.workers.values() if worker.poll() is None}
        if supervised := self.supervised("worker"):
            pids.add(supervised.pid)
        found = []
        for pid in sorted(pids & self._seen):
            with suppress(psutil.NoSuchProcess):
                found.append(psutil.Process(pid))
        return found

    def _redis(self) -> redis.Redis:
        return redis.Redis.from_url(self.here.product.redis_url, socket_timeout=2)

    def _choose(self, name: str) -> psutil.Process | None:
        if name != "worker":
            return self.supervised(name)
        workers = self.working()
        return self.dice.choice(workers) if workers else None

    # -- strikes ---------------------------------------------------------------------------

    def kill(self, name: str) -> bool:
        """SIGKILL; whether somebody was there."""
        with suppress(psutil.NoSuchProcess):
            process = self._choose(name)
            if process is not None:
                self.orphans += process.children(recursive=True)
                self.deaths[process.pid] = time.time()
                process.kill()
                self.here.fired[f"kill {name}"] += 1
                return True
        return False

    def kill_everything(self) -> None:
        """The power fails: all processes at once, then a start. Returns when a worker and the clock are
        there; what the dead said of themselves is still in Redis, so `/readyz` is too early."""
        for worker in self.here.workers.values():
            with suppress(ProcessLookupError):
                worker.kill()
        self.here.product.kill_everything()
        self.here.product.start()
        while not (self.working() and self.supervised("clock")):
            time.sleep(0.02)
        self.here.fired["kill everything"] += 1

    def freeze(self, name: str, seconds: float) -> bool:
        """SIGSTOP now, SIGCONT later."""
        with suppress(psutil.NoSuchProcess):
            process = self._choose(name)
            if process is not None:
                process.suspend()
                self.here.fired[f"freeze {name}"] += 1
                threading.Timer(seconds, thaw, [process]).start()
                return True
        return False

    def flush_bells(self) -> bool:
        with suppress(redis.RedisError):
            self._redis().flushall()
            self.here.fired["flushall"] += 1
            return True
        return False

    def double_bells(self) -> bool:
        """Ring again, some times too often and in another order, for the latest runs."""
        runs = [run for order in self.here.orders[-50:] for run in order.runs]
        self.dice.shuffle(runs)
        broker = RedisBroker(client=self._redis())
        broker.declare_queue("runs")
        with suppress(redis.RedisError, dramatiq.DramatiqError):
            for _ in range(self.dice.randint(2, 10)):
                message: Any = dramatiq.Message("runs", "advance", ([*runs],), {}, {})
                broker.enqueue(message)
            self.here.fired["doubled bells"] += 1
            return True
        return False

    def fill_disk(self, seconds: float) -> bool:
        """For a while no process may make a file longer: every commit fails."""
        struck = [process for name in DISK_NAMES if (process := self.supervised(name)) is not None]
        _limit_all(struck, 1)
        self.here.fired["disk full"] += bool(struck)
        threading.Timer(seconds, _limit_all, [struck, psutil.RLIM_INFINITY]).start()
        return bool(struck)

    def restart_database(self) -> bool:
        assert isinstance(self.here.database, str)
        with suppress(psycopg.Error):
            restart(self.here.database)
            self.here.fired["database restart"] += 1
            return True
        return False

    # -- aimed -----------------------------------------------------------------------------

    def arm(self, point: str, count: int = 1, action: str = "kill") -> None:
        """Let the next process that comes to a named point strike itself there."""
        file = self.here.failpoint
        Path(f"{file}.fired").unlink(missing_ok=True)
        partial = file.with_name("arming")
        partial.write_text(f"{point}:{count}:{action}")
        partial.rename(file)

    def has_fired(self, wait_seconds: float) -> bool:
        """Whether the armed fault struck within the time."""
        deadline = time.monotonic() + wait_seconds
        while not Path(f"{self.here.failpoint}.fired").exists():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def disarm(self) -> None:
        with suppress(FileNotFoundError):
            self.here.failpoint.unlink()

    def stopped(self) -> list[psutil.Process]:
        """Workers that stand still at a named point."""
        found = []
        for process in self.working():
            with suppress(psutil.NoSuchProcess):
                if process.status() == psutil.STATUS_STOPPED:
                    found.append(process)
        return found

    def surviving_children(self, wait_seconds: float = 5) -> int:
        """How many children of killed processes still live: none should."""
        deadline = time.monotonic() + wait_seconds
        while alive := [process for process in self.orphans if process.is_running()]:
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
        return len(alive)


def thaw(process: psutil.Process) -> None:
    with suppress(psutil.NoSuchProcess):
        process.resume()


def _limit_all(processes: list[psutil.Process], most: int) -> None:
    """How long they may make a file."""
    for process in processes:
        with suppress(psutil.Error, OSError):
            _, hard = process.rlimit(psutil.RLIMIT_FSIZE)
            process.rlimit(psutil.RLIMIT_FSIZE, (most, hard))
