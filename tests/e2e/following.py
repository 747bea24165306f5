"""Waiting for what a product does, through its API."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx

FINAL = {"succeeded", "failed", "cancelled"}


def wait_until(question: Callable[[], Any], what: str, wait_seconds: float = 45.0) -> Any:
    """The first true answer; an answer that cannot be had while the product restarts counts as none."""
    deadline = time.monotonic() + wait_seconds
    while time.monotonic() < deadline:
        try:
            if answer := question():
                return answer
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"waited {wait_seconds:g} s in vain for {what}")


def wait_for_run(
    api: httpx.Client, run_id: str, *statuses: str, wait_seconds: float = 45.0
) -> dict[str, Any]:
    """The run (with its events) once it has one of `statuses`; fails at once when it ended otherwise."""

    def look() -> dict[str, Any] | None:
        run = api.get(f"/runs/{run_id}").raise_for_status().json()
        if run["status"] in FINAL:
            assert run["status"] in statuses, f"{run['status']}: {run['error']} {run['events'][-4:]}"
        return run if run["status"] in statuses else None

    return dict(wait_until(look, f"run {run_id} to be {' or '.join(statuses)}", wait_seconds))


def latest_run(api: httpx.Client, workflow_id: str) -> str:
    """The id of the workflow's newest run, once there is one."""

    def look() -> str | None:
        items = (
            api.get("/runs", params={"workflow": workflow_id, "limit": 1}).raise_for_status().json()["items"]
        )
        return items[0]["id"] if items else None

    return str(wait_until(look, f"a run of {workflow_id}"))


def all_runs(api: httpx.Client, workflow_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        params = {"workflow": workflow_id, "limit": 100} | ({"cursor": cursor} if cursor else {})
        page = api.get("/runs", params=params).raise_for_status().json()
        found += page["items"]
        cursor = page["next"]
        if not cursor:
            return found


def open_task(api: httpx.Client, run_id: str) -> dict[str, Any]:
    """The run's task in the inbox, with the nonce that a decision needs."""

    def look() -> dict[str, Any] | None:
        tasks = api.get("/inbox", params={"status": "open"}).raise_for_status().json()["items"]
        return next((task for task in tasks if task["run_id"] == run_id), None)

    task = wait_until(look, f"a task of run {run_id}")
    return dict(api.get(f"/inbox/{task['id']}").raise_for_status().json())


def decide(api: httpx.Client, task: dict[str, Any], outcome: str, comment: str = "") -> None:
    body = {"outcome": outcome, "comment": comment, "nonce": task["nonce"]}
    answer = api.post(f"/inbox/{task['id']}/decide", json=body)
    assert answer.status_code == 200, answer.text


def assert_no_step_succeeded_twice(run: dict[str, Any]) -> None:
    done = Counter(event["step"] for event in run["events"] if event["type"] == "step.succeeded")
    assert all(count == 1 for count in done.values()), done
    numbers = [event["seq"] for event in run["events"]]
    assert numbers == list(range(1, len(numbers) + 1)), "the journal has a gap or a repetition"
