"""The inbox with 100,000 open tasks: how long its page takes, and a decision until its run goes on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import closing
from datetime import datetime
from typing import Any

import httpx

from bench.graphs import chain, node
from bench.stage import Stage, measures
from tools.instance import ROOT

OPEN_TASKS = 100_000
PLACES = (
    "?view=mine",
    "?view=everything",
    "?view=overdue",
    "?view=everything&q=refund+77",
    "?view=unassigned",
)
WAIT_SECONDS = 60.0


def p95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


def _fill(stage: Stage) -> int:
    count = OPEN_TASKS // 5 if stage.fast else OPEN_TASKS
    command = [sys.executable, "-m", "bench.inbox_tasks", str(count)]
    subprocess.run(command, env={**os.environ, **stage.instance.env}, cwd=ROOT, check=True, timeout=900)
    return count


@measures("inbox_page_p95_ms", "decision_resume_p95_ms")
def many_tasks(stage: Stage) -> None:
    stage.instance.api().close()
    count = _fill(stage)
    took = _open_pages(stage, rounds=4 if stage.fast else 12)
    stage.report(
        "inbox_page_p95_ms", p95(took), "ms", p50_ms=round(sorted(took)[len(took) // 2], 2), tasks=count
    )
    took = _decide(stage, times=20 if stage.fast else 60)
    stage.report(
        "decision_resume_p95_ms", p95(took), "ms", p50_ms=round(sorted(took)[len(took) // 2], 2), tasks=count
    )


def _open_pages(stage: Stage, *, rounds: int) -> list[float]:
    """Milliseconds of each page, of all lists in turn, for somebody who is signed in."""
    with closing(stage.instance.sign_in()) as session:
        page = f"{stage.instance.url}/admin/inbox/humantask/"
        for place in PLACES:
            session.get(page + place).raise_for_status()
        took = []
        for _ in range(rounds):
            for place in PLACES:
                began = time.perf_counter()
                session.get(page + place).raise_for_status()
                took.append((time.perf_counter() - began) * 1000)
    return took


def _decide(stage: Stage, *, times: int) -> list[float]:
    """Milliseconds from the moment of each decision to the recorded resumption of its run."""
    document = chain(
        "approve",
        [
            node("start", "trigger.manual"),
            node("gate", "human.approval", subject="Go on?"),
            node("after", "flow.noop"),
        ],
    )
    document["edges"][1]["output"] = "approved"
    workflow_id = stage.instance.publish(document)
    with stage.instance.api() as api:
        runs = []
        for _ in range(times):
            started = api.post(f"/workflows/{workflow_id}/run", json={"items": [{}]})
            runs.append(str(started.raise_for_status().json()["run_id"]))
        return [_decide_one(api, run_id) for run_id in runs]


def _decide_one(api: httpx.Client, run_id: str) -> float:
    _wait_for(api, run_id, "paused")
    [wait] = api.get(f"/runs/{run_id}").raise_for_status().json()["waiting"]
    task = api.get(f"/inbox/{_task_of(api, run_id)}").raise_for_status().json()
    body = {"outcome": "approved", "nonce": task["nonce"]}
    decided = api.post(f"/inbox/{task['id']}/decide", json=body).raise_for_status().json()
    done = _wait_for(api, run_id, "succeeded")
    [resumed] = [
        event for event in done["events"] if event["type"] == "step.resumed" and event["step"] == wait["step"]
    ]
    at = datetime.fromisoformat(decided["decision"]["at"].replace("Z", "+00:00")).timestamp() * 1000
    return float(max(resumed["at"] - at, 0))


def _task_of(api: httpx.Client, run_id: str) -> str:
    found = api.get("/inbox", params={"q": "approve go on", "limit": 200}).raise_for_status().json()["items"]
    return str(next(task["id"] for task in found if task["run_id"] == run_id))


def _wait_for(api: httpx.Client, run_id: str, status: str) -> dict[str, Any]:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        run: dict[str, Any] = api.get(f"/runs/{run_id}").raise_for_status().json()
        if run["status"] == status:
            return run
        time.sleep(0.02)
    raise RuntimeError(f"run {run_id} is {run['status']}, not {status}")
