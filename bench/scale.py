"""What grows: many waiting runs, many steps, much data."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

import httpx

from bench.graphs import chain, node, webhook
from bench.stage import Stage, measures
from tools.instance import ROOT

STATUS_WAIT_SECONDS = 180.0


def _wait_for(api: httpx.Client, run_id: str, *statuses: str) -> dict[str, Any]:
    deadline = time.monotonic() + STATUS_WAIT_SECONDS
    while time.monotonic() < deadline:
        found = api.get("/runs", params={"limit": 100}).raise_for_status().json()["items"]
        run = next((run for run in found if run["id"] == run_id), None)
        if run and run["status"] in statuses:
            return dict(run)
        time.sleep(0.02)
    raise RuntimeError(f"run {run_id} did not become {statuses}")


def _start(stage: Stage, document: dict[str, Any]) -> str:
    stage.instance.publish(document)
    answer = httpx.get(f"{stage.instance.url}/webhook/{document['name']}", timeout=60).raise_for_status()
    return str(answer.headers["x-run-id"])


def _waiting(name: str, *nodes: dict[str, Any]) -> dict[str, Any]:
    hook = {**webhook(name), "params": {"path": name, "method": "GET", "respond": "at_once"}}
    return chain(
        name, [hook, *nodes, node("wait", "flow.wait", mode={"kind": "event", "name": f"go-{name}"})]
    )


@measures("paused_runs", "paused_added_mb", "paused_resume_p95_s")
def many_paused_runs(stage: Stage) -> None:
    """Runs that wait are rows: neither worker nor clock grows with them."""
    count = 2_000 if stage.fast else 100_000
    with stage.instance.api() as api:
        run_id = _start(stage, _waiting("paused"))
        workflow = _wait_for(api, run_id, "paused")["workflow_id"]
        watched = [stage.instance.children()[name] for name in ("worker", "clock")]
        before = sum(process.memory_info().rss for process in watched)
        env = stage.instance.env
        subprocess.run([sys.executable, "-m", "bench.clone_runs", str(count)], cwd=ROOT, env=env, check=True)
        time.sleep(10)
        after = sum(process.memory_info().rss for process in watched)
        late = sorted(_resume(api, workflow, f"go-{number}") for number in range(0, count, count // 20))
    stage.report("paused_runs", count, "runs")
    stage.report("paused_added_mb", (after - before) / 1e6, "MB")
    stage.report("paused_resume_p95_s", late[-1], "s")


def _resume(api: httpx.Client, workflow: str, event: str) -> float:
    """Seconds from the event to the end of the run of the workflow that waits for it."""

    def ended() -> int:
        query: dict[str, str | int] = {"workflow": workflow, "status": "succeeded", "limit": 100}
        return len(api.get("/runs", params=query).raise_for_status().json()["items"])

    done = ended()
    began = time.monotonic()
    api.post("/events", json={"name": event, "data": {}}).raise_for_status()
    while time.monotonic() - began < STATUS_WAIT_SECONDS:
        if ended() > done:
            return time.monotonic() - began
        time.sleep(0.01)
    raise RuntimeError(f"{event} resumed nothing")


@measures("steps_10000_s", "steps_10000_resume_s", "steps_10000_page_s")
def many_steps(stage: Stage) -> None:
    """A loop of 5,000 turns of two steps each, then a wait."""
    turns = 500 if stage.fast else 5_000
    source = f"return Array.from({{length: {turns}}}, (_, i) => ({{i}}))"
    document = _waiting(
        "steps",
        node("make", "data.code", source=source),
        node("loop", "flow.loop", size=1),
        node("one", "data.set", fields=[{"name": "a", "value": 1}]),
        node("two", "data.set", fields=[{"name": "b", "value": 2}]),
    )
    document["edges"] = [
        {"source": "hook", "output": "main", "target": "make", "input": "main"},
        {"source": "make", "output": "main", "target": "loop", "input": "in"},
        {"source": "loop", "output": "each", "target": "one", "input": "main"},
        {"source": "one", "output": "main", "target": "two", "input": "main"},
        {"source": "two", "output": "main", "target": "loop", "input": "back"},
        {"source": "loop", "output": "done", "target": "wait", "input": "main"},
    ]
    _pause_resume_open(stage, document, "steps_10000", "steps_10000_s")


@measures("data_50mb_s", "data_50mb_resume_s", "data_50mb_page_s")
def much_data(stage: Stage) -> None:
    """Fifty megabytes of items through a Set, then a wait."""
    megabytes = 5 if stage.fast else 50
    source = f"return Array.from({{length: {megabytes * 1000}}}, (_, i) => ({{i, text: 'x'.repeat(990)}}))"
    document = _waiting(
        "data",
        node("make", "data.code", source=source),
        node("set", "data.set", fields=[{"name": "seen", "value": True}]),
    )
    _pause_resume_open(stage, document, "data_50mb", "data_50mb_s")


def _pause_resume_open(stage: Stage, document: dict[str, Any], name: str, first: str) -> None:
    with stage.instance.api() as api:
        began = time.monotonic()
        run_id = _start(stage, document)
        _wait_for(api, run_id, "paused")
        stage.report(first, time.monotonic() - began, "s")
        began = time.monotonic()
        api.post("/events", json={"name": f"go-{document['name']}", "data": {}}).raise_for_status()
        _wait_for(api, run_id, "succeeded")
        stage.report(f"{name}_resume_s", time.monotonic() - began, "s")
        began = time.monotonic()
        api.get(f"/runs/{run_id}").raise_for_status()
        stage.report(f"{name}_page_s", time.monotonic() - began, "s")
