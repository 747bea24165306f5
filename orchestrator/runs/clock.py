"""The clock: fires timers and schedules, rings again for runs whose bell was lost.

Any number may run; a lease in Redis lets one at a time do the work. Correctness does not hang on
it: every timer and due time is turned into a signal or run exactly once by the database.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import redis
from django.conf import settings
from django.db import close_old_connections, connection

from orchestrator.runs.actors import ring
from orchestrator.runs.broker import QUEUE
from orchestrator.runs.services import fire_timers, sweep, wake
from orchestrator.runs.store import LEASE_SECONDS

log = logging.getLogger(__name__)

TICK_SECONDS = 0.5
SWEEP_SECONDS = min(2.0, LEASE_SECONDS / 4)
LEADER_KEY = "orchestrator:clock:leader"
LEADER_MS = 1500
"""How long a leader that says nothing keeps the lead: timers are that late when it is killed."""
ALIVE_KEY = "orchestrator:alive:clock"
RING_CHUNK = 50
FULL_QUEUE = 200
"""Messages in the queue above which ringing again would only add to the pile."""


class ClockWork:
    """One tick after another. `fire_schedules(now)` starts what is due and returns run ids."""

    def __init__(self, fire_schedules: Callable[[datetime], list[str]]) -> None:
        self.id = f"{socket.gethostname()}:{os.getpid()}"
        self._fire_schedules = fire_schedules
        self._redis = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
        self._stopping = threading.Event()
        self._last_sweep = 0.0

    def run(self) -> None:
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: self._stopping.set())
        log.info("clock %s is ready", self.id)
        while not self._stopping.is_set():
            started = time.monotonic()
            try:
                if self._leads():
                    self.tick()
            except Exception:
                log.exception("clock tick failed")
                connection.close()
            close_old_connections()
            self._stopping.wait(max(TICK_SECONDS - (time.monotonic() - started), 0))

    def tick(self) -> None:
        """Fire what is due; every two seconds, sweep."""
        while runs := fire_timers():
            wake(runs)
        if started := self._fire_schedules(datetime.now(UTC)):
            ring(started)
        if time.monotonic() - self._last_sweep >= SWEEP_SECONDS:
            self._last_sweep = time.monotonic()
            self._sweep()

    def _sweep(self) -> None:
        try:
            if self._redis.llen(f"dramatiq:{QUEUE}") > FULL_QUEUE:
                return
        except redis.RedisError:
            return
        runs = sweep(stale_seconds=min(5.0, LEASE_SECONDS / 3))
        for start in range(0, len(runs), RING_CHUNK):
            ring(runs[start : start + RING_CHUNK])

    def _leads(self) -> bool:
        """Hold or take the lead; without Redis every clock works."""
        try:
            self._redis.set(ALIVE_KEY, self.id, ex=10)
            if self._redis.set(LEADER_KEY, self.id, nx=True, px=LEADER_MS):
                return True
            if self._redis.get(LEADER_KEY) == self.id.encode():
                self._redis.pexpire(LEADER_KEY, LEADER_MS)
                return True
        except redis.RedisError as error:
            log.warning("clock: %s", error)
            return True
        return False
