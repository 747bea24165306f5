"""`make faults`: strike the product, judge what is left, print one JSON line a figure.

`ONLY=kills,timers` runs a part (function or figure names), `FAST=1` a short form.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator

from tests.faults.figures import bells, databases, decisions, kills, simulated, timers, workers
from tests.faults.report import Figure, say

Measure = Callable[[bool], Iterator[Figure]]

ALL: dict[Measure, tuple[str, ...]] = {
    simulated.simulation: ("sim_seeds", "sim_s", "sim_broken"),
    databases.sqlite: ("sqlite_kills", "sqlite_bad"),
    bells.flush: ("flush_lost", "flush_s"),
    workers.takeover: ("takeover_runs", "takeover_p99_s"),
    workers.late_writes: ("freezes", "late_writes_refused", "late_writes"),
    kills.webhooks: ("webhook_posts", "webhook_wrong"),
    decisions.decisions: ("decisions_made", "decisions_double"),
    timers.timers: ("timers_early", "timers_lost", "timers_p99_late_s"),
    databases.postgres: ("pg_restarts", "pg_runs", "pg_restart_wrong"),
    kills.random: ("random_faults", "random_broken"),
    kills.matrix: ("matrix_kills", "matrix_unreached", "matrix_broken"),
    kills.kills: ("kills", "kills_lost", "kills_double", "kills_broken"),
}


def main() -> int:
    only = {name for name in os.environ.get("ONLY", "").split(",") if name}
    fast = os.environ.get("FAST") == "1"
    failed = False
    for measure, produced in ALL.items():
        name = measure.__name__
        if only and not only & {name, *produced}:
            continue
        began = time.monotonic()
        try:
            for figure, value, unit in measure(fast):
                line = {"figure": figure, "value": value, "unit": unit} | ({"fast": True} if fast else {})
                print(json.dumps(line), flush=True)  # noqa: T201
        except Exception:
            failed = True
            say(f"not measured: {', '.join(produced)}: {traceback.format_exc()}")
        say(f"{name}: {time.monotonic() - began:.0f} s, load {os.getloadavg()[0]:.1f}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
