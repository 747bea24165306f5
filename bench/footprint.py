"""How soon it is ready, and what it costs while it does nothing."""

from __future__ import annotations

import statistics
import time

from bench.memory import proportional_mb, resident_mb, tree
from bench.stage import Stage, measures
from tools.instance import Instance

SETTLE_SECONDS = 5


@measures("cold_start_s", "idle_mb")
def start_and_rest(stage: Stage) -> None:
    """Starts on an existing data directory, as every start but the first."""
    folder = stage.folder.with_name(stage.folder.name + "-idle")
    instance = Instance(folder, database_url=stage.new_database_url())
    times = [instance.start()]
    for _ in range(1 if stage.fast else 3):
        instance.stop()
        times.append(instance.start())
    time.sleep(SETTLE_SECONDS)
    assert instance.process is not None
    pid = instance.process.pid
    stage.report("cold_start_s", statistics.median(times[1:]), "s", first_start_s=round(times[0], 2))
    stage.report(
        "idle_mb",
        resident_mb(pid),
        "MB",
        proportional_mb=round(proportional_mb(pid), 1),
        processes={
            f"{p.name()} {p.cmdline()[-1][-20:]}": round(p.memory_info().rss / 1e6) for p in tree(pid)
        },
    )
    instance.stop()
