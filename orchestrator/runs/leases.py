"""The leases of one worker: renewed on a thread of its own, so that a busy event loop costs none."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from django.db import connection

from orchestrator.runs import store
from orchestrator.runs.store import Claim

log = logging.getLogger(__name__)

RENEW_SECONDS = store.LEASE_SECONDS / 3
CLOCK_TOLERANCE_MS = 250.0


class Leases:
    """`hold` what was claimed, `let_go` when it is no longer performed.

    From the thread, `on_lost(run id)` tells of runs that another worker has, `on_signalled(run id)`
    of signals whose announcement may have been missed, and `on_time(ms)` by how much the
    database's clock is ahead of ours."""

    def __init__(
        self,
        worker: str,
        *,
        on_lost: Callable[[str], object],
        on_signalled: Callable[[str], object],
        on_time: Callable[[float], object],
    ) -> None:
        self._worker = worker
        self._on_lost = on_lost
        self._on_signalled = on_signalled
        self._on_time = on_time
        self._held: dict[str, int] = {}
        self._stopping = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._keep, name="leases", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()

    def hold(self, claim: Claim) -> None:
        self._held[claim.id] = claim.attempt

    def holds(self, run_id: str) -> bool:
        return run_id in self._held

    def let_go(self, claim: Claim) -> None:
        """From now on the lease lapses by itself, unless a newer claim of the run is held."""
        if self._held.get(claim.id) == claim.attempt:
            del self._held[claim.id]

    def _keep(self) -> None:
        while not self._stopping.wait(RENEW_SECONDS):
            try:
                self.renew()
            except Exception:
                log.exception("could not renew leases")
                connection.close()

    def renew(self) -> None:
        """Once, now."""
        held = list(self._held)
        kept = store.renew_leases(self._worker, held) if held else {}
        for run_id in held:
            if run_id not in kept:
                self._on_lost(run_id)
            elif kept[run_id]:
                self._on_signalled(run_id)
        self._on_time(clock_difference_ms())


def clock_difference_ms() -> float:
    """By how much the database's clock is ahead of this machine's; 0 when that is hardly anything."""
    if connection.vendor == "sqlite":
        return 0.0  # it asks this machine
    before = time.time()
    now = store.database_time()
    difference = (now - (before + time.time()) / 2) * 1000
    return difference if abs(difference) > CLOCK_TOLERANCE_MS else 0.0
