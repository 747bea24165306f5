"""Run the measurements that were asked for; a figure that cannot be measured fails the command."""

from __future__ import annotations

import importlib
import pkgutil
import sys
import traceback

import bench
from bench.stage import Measurement, stage


def measurements() -> list[Measurement]:
    found = []
    for name in sorted(info.name for info in pkgutil.iter_modules(bench.__path__) if info.name != "__main__"):
        module = importlib.import_module(f"bench.{name}")
        found += [value for value in vars(module).values() if isinstance(value, Measurement)]
    return found


def main() -> int:
    all_of_them = measurements()
    known = {figure for measurement in all_of_them for figure in measurement.figures}
    failed = False
    with stage() as here:
        if unknown := here.only - known:
            raise SystemExit(
                f"unknown figures: {', '.join(sorted(unknown))}\nknown: {', '.join(sorted(known))}"
            )
        for measurement in all_of_them:
            if here.only and not here.only.intersection(measurement.figures):
                continue
            try:
                measurement.measure(here)
            except Exception:
                failed = True
                print(f"not measured: {', '.join(measurement.figures)}", file=sys.stderr)
                traceback.print_exc()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
