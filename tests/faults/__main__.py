"""`make faults`: strike the product, judge what is left, print one JSON line a figure.

`ONLY=kills,timers` runs a part (function or figure names), `FAST=1` a short form.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator

from tests.faults import figures

ALL: dict[str, tuple[str, ...]] = {
    "simulation": ("sim_seeds", "sim_s", "sim_broken"),
    "sqlite": ("sqlite_bad",),
    "flush": ("flush_lost", "flush_s"),
    "matrix": ("matrix_kills", "matrix_broken"),
    "kills": ("kills", "kills_lost", "kills_double"),
    "late_writes": ("late_writes",),
    "takeover": ("takeover_p99_s",),
    "timers": ("timers_early", "timers_lost", "timers_p99_late_s"),
    "decisions": ("decisions_double",),
    "postgres": ("pg_restart_wrong",),
}


def main() -> int:
    only = {name for name in os.environ.get("ONLY", "").split(",") if name}
    fast = os.environ.get("FAST") == "1"
    failed = False
    for name, produced in ALL.items():
        if only and not only & {name, *produced}:
            continue
        measure: Callable[[bool], Iterator[figures.Figure]] = getattr(figures, name)
        try:
            for figure, value, unit in measure(fast):
                line = {"figure": figure, "value": value, "unit": unit} | ({"fast": True} if fast else {})
                print(json.dumps(line), flush=True)  # noqa: T201
        except Exception as error:
            failed = True
            print(f"not measured: {', '.join(produced)}: {error!r}", file=sys.stderr)  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
