"""Run the measurements of the editor; a figure that cannot be measured fails the command."""

from __future__ import annotations

import sys
import traceback

from bench.stage import stage
from bench_editor import figures
from bench_editor.tab import Measurement, Tab
from tools.browser import running_browser

MEASUREMENTS = [value for value in vars(figures).values() if isinstance(value, Measurement)]


def main() -> int:
    known = {figure for measurement in MEASUREMENTS for figure in measurement.figures}
    failed = False
    with stage() as here:
        if unknown := here.only - known:
            raise SystemExit(
                f"unknown figures: {', '.join(sorted(unknown))}\nknown: {', '.join(sorted(known))}"
            )
        with running_browser() as browser:
            tab = Tab(browser, here)
            for measurement in MEASUREMENTS:
                if here.only and not here.only.intersection(measurement.figures):
                    continue
                try:
                    measurement.measure(tab)
                except Exception:
                    failed = True
                    print(f"not measured: {', '.join(measurement.figures)}", file=sys.stderr)
                    traceback.print_exc()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
