"""Long rows of steps: a hundred Set nodes, and code that computes."""

from __future__ import annotations

import statistics
import subprocess
from typing import Any

from bench import graphs
from bench.load import all_at_once, closed_loop
from bench.memory import Peak, cpu_seconds
from bench.stage import Measurement, Stage, measures
from orchestrator.sandbox.engine import find_node


def _median_seconds(stage: Stage, document: dict[str, Any], query: str = "") -> float:
    """One run at a time; `webhook` has done one before, so all is warm."""
    url = stage.webhook(document, query)
    times = []
    for _ in range(1 if stage.fast else 3):
        load = all_at_once(url, clients=1)
        if load.errors:
            raise RuntimeError(f"{document['name']} {query}: {load.errors}")
        times.append(load.latencies[0])
    return statistics.median(times)


def _chain(items: int) -> Measurement:
    figures = [f"chain100_{items}_s"] + ([f"chain100_{items}_peak_mb"] if items == 10_000 else [])

    @measures(*figures)
    def chain(stage: Stage) -> None:
        stage.webhook(graphs.sets(100), "n=1")
        with Peak(stage.pid) as peak:
            seconds = _median_seconds(stage, graphs.sets(100), f"n={items}")
        stage.report(figures[0], seconds, "s")
        if len(figures) > 1:
            stage.report(figures[1], peak.mb, "MB")

    return chain


one_item, thousand_items, ten_thousand_items = _chain(1), _chain(1_000), _chain(10_000)


@measures("step_cpu_us")
def one_step(stage: Stage) -> None:
    """What one Set node more costs a run, in processor time of all processes: 1,000 against 100. A
    shorter run is over before the processor has warmed up, and would measure that."""
    few, many = _cpu_of_a_run(stage, 100), _cpu_of_a_run(stage, 1000)
    stage.report("step_cpu_us", (many - few) / 900 * 1e6, "us", run_of_100_ms=round(few * 1000, 2))


def _cpu_of_a_run(stage: Stage, steps: int) -> float:
    url = stage.webhook(graphs.sets(steps), "n=1")
    closed_loop(url, clients=1, seconds=1)
    before = cpu_seconds(stage.pid)
    load = closed_loop(url, clients=1, seconds=2 if stage.fast else 8)
    if load.errors:
        raise RuntimeError(f"a chain of {steps}: {load.errors}")
    return (cpu_seconds(stage.pid) - before) / len(load.latencies)


@measures("wm40_s")
def forty_small_computations(stage: Stage) -> None:
    stage.report("wm40_s", _median_seconds(stage, graphs.fibonacci(40, 10)), "s")


@measures("wm10_s")
def ten_big_computations(stage: Stage) -> None:
    """With what the same work takes in a bare JavaScript engine, measured right before."""
    bare = _bare_seconds(10, 33)
    seconds = _median_seconds(stage, graphs.fibonacci(10, 33))
    stage.report("wm10_s", seconds, "s", bare_s=round(bare, 3), ratio=round(seconds / bare, 2))


def _bare_seconds(steps: int, number: int) -> float:
    source = (
        f"{graphs.FIBONACCI}; const began = performance.now(); let sum = 0;"
        f"for (let i = 0; i < {steps}; i++) sum += f({number});"
        "console.log(sum, performance.now() - began)"
    )
    done = subprocess.run([find_node(), "-e", source], capture_output=True, text=True, check=True)
    return float(done.stdout.split()[1]) / 1000


@measures("fan200_s", "fan200_peak_mb")
def two_hundred_waiting(stage: Stage) -> None:
    """200 runs that each wait two seconds on a slow server."""
    url = stage.webhook(graphs.fan(stage.slow_url))
    with Peak(stage.pid) as peak:
        before = peak.mb
        load = all_at_once(url, clients=200)
    if load.errors:
        raise RuntimeError(f"fan: {load.errors}")
    stage.report("fan200_s", load.seconds, "s", runs=len(load.latencies))
    stage.report("fan200_peak_mb", peak.mb, "MB", added_mb=round(peak.mb - before, 1))
