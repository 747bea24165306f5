"""Much data: a million items through a row of nodes, and a large table into items.

Performed by the worker of a product of its own; its files lie in a folder opened for workflows."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from bench import graphs
from bench.memory import Peak, cpu_seconds
from bench.stage import Stage, measures
from tools.instance import Instance

COUNTRIES = ("NO", "SE", "DE", "FR")
LONGEST_RUN_SECONDS = 600


def _write_json_lines(path: Path, rows: int) -> None:
    """Items of about 0.3 KB."""
    padding = "x" * 190
    with path.open("w") as file:
        for n in range(rows):
            country = COUNTRIES[n % len(COUNTRIES)]
            file.write(
                f'{{"id":{n},"country":"{country}","total":{n % 1000},"price":{n % 77}.5,'
                f'"name":"customer {n}","email":"c{n}@example.org","text":"{padding}"}}\n'
            )


def _write_csv(path: Path, size: int) -> int:
    """Ten columns, `size` bytes. Returns the number of rows."""
    line = "{0},customer {0},c{0}@example.org,{1}.25,{2},true,2026-01-05,Oslo,words that say little,{0}\n"
    rows = 0
    with path.open("w") as file:
        file.write("id,name,email,price,count,active,day,city,note,ref\n")
        while file.tell() < size:
            file.write("".join(line.format(n, n % 100, n % 7) for n in range(rows, rows + 10_000)))
            rows += 10_000
    return rows


def _stream() -> dict[str, Any]:
    return graphs.chain(
        "stream",
        [
            graphs.node("start", "trigger.manual"),
            graphs.node("rows", "files.rows", path="rows.jsonl", format="json_lines"),
            graphs.node(
                "kept", "flow.filter", conditions=[{"left": "={{ $json.total }}", "op": "gte", "right": 100}]
            ),
            graphs.fields("set", gross="={{ $json.price }}", source="bench"),
            graphs.node(
                "sum",
                "data.summarize",
                group_by=["country"],
                values=[{"function": "sum", "field": "total"}, {"function": "count", "into": "n"}],
            ),
        ],
    )


def _table() -> dict[str, Any]:
    return graphs.chain(
        "table",
        [
            graphs.node("start", "trigger.manual"),
            graphs.node("rows", "files.rows", path="table.csv", format="csv"),
        ],
    )


class Performance(NamedTuple):
    seconds: float
    cpu_seconds: float
    peak_mb: float
    """Of the whole product, over the run."""
    size: int
    """What `prepare` gave."""


def _performed(stage: Stage, document: dict[str, Any], prepare: Callable[[Path], int]) -> Performance:
    """One run of the document by a product of its own; `prepare` writes its file."""
    folder = stage.folder.with_name(f"{stage.folder.name}-{document['name']}")
    opened = folder / "files"
    opened.mkdir(parents=True)
    size = prepare(opened)
    for edge in document["edges"]:
        edge["output"] = "kept" if edge["source"] == "kept" else "main"
    with Instance(folder, database_url=stage.new_database_url(), env={"FILES_DIR": str(opened)}) as instance:
        assert instance.process is not None
        with instance.api() as api, Peak(instance.process.pid) as peak:
            workflow = api.post("/workflows", json={"document": document}).raise_for_status().json()["id"]
            cpu, began = cpu_seconds(instance.process.pid), time.perf_counter()
            started = api.post(f"/workflows/{workflow}/run", json={"items": [{}]}).raise_for_status()
            _wait(api, started.json()["run_id"])
            seconds = time.perf_counter() - began
            cpu = cpu_seconds(instance.process.pid) - cpu
    shutil.rmtree(folder)
    return Performance(seconds, cpu, peak.mb, size)


def _wait(api: httpx.Client, run_id: str) -> None:
    """Until the run has succeeded. Raises RuntimeError for any other end."""
    deadline = time.monotonic() + LONGEST_RUN_SECONDS
    while time.monotonic() < deadline:
        run = api.get(f"/runs/{run_id}").raise_for_status().json()
        if run["status"] in ("succeeded", "failed", "cancelled"):
            break
        time.sleep(0.1)
    if run["status"] != "succeeded":
        raise RuntimeError(f"the run {run['status']}: {run['error']}")


@measures("stream_1m_s", "stream_1m_peak_mb")
def a_million_items(stage: Stage) -> None:
    """File → Filter → Set → Summarize."""
    rows = 100_000 if stage.fast else 1_000_000

    def prepare(folder: Path) -> int:
        _write_json_lines(folder / "rows.jsonl", rows)
        return rows

    run = _performed(stage, _stream(), prepare)
    stage.report("stream_1m_s", run.seconds, "s", items=rows, cpu_s=round(run.cpu_seconds, 1))
    stage.report("stream_1m_peak_mb", run.peak_mb, "MB", items=rows)


@measures("csv_100mb_s", "csv_100mb_peak_mb")
def a_large_table(stage: Stage) -> None:
    """100 MB of CSV, ten columns, into items."""
    size = 10_000_000 if stage.fast else 100_000_000

    def prepare(folder: Path) -> int:
        return _write_csv(folder / "table.csv", size)

    run = _performed(stage, _table(), prepare)
    stage.report("csv_100mb_s", run.seconds, "s", rows=run.size, cpu_s=round(run.cpu_seconds, 1))
    stage.report("csv_100mb_peak_mb", run.peak_mb, "MB", rows=run.size)
