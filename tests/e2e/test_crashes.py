"""`kill -9` at the worst moment: runs go on from what was recorded, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from tests.e2e.documents import ask, in_a_row, node, webhook
from tests.e2e.following import (
    all_runs,
    assert_no_step_succeeded_twice,
    decide,
    latest_run,
    open_task,
    wait_for_run,
    wait_until,
)
from tests.e2e.outside import Outside
from tools.instance import Instance

LEASE_AND_SWEEP_SECONDS = 60.0
"""Twenty by promise; a test machine may be three times as busy."""


def told(run: dict[str, Any]) -> str:
    """The run's events, a line each, for a failed assertion."""
    return "\n".join(str(event) for event in run["events"])


def test_a_killed_run_goes_on_from_the_recorded_step(
    database_url: str, new_product: Callable[..., Instance], outside: Outside
) -> None:
    product = new_product(database_url=database_url)
    outside.hold("/slow")
    workflow_id = product.publish(
        in_a_row(
            "Killed twice",
            webhook("orders"),
            ask("first", f"{outside.url}/first"),
            ask("slow", f"{outside.url}/slow", method="GET"),
            ask("second", f"{outside.url}/second"),
            node("decision", "human.approval", subject="Ship it?"),
            ask("third", f"{outside.url}/third"),
        )
    )
    assert httpx.post(f"{product.url}/webhook/orders", json={"total": 7}).status_code < 300
    api = product.api()
    run_id = latest_run(api, workflow_id)
    outside.wait_for("/slow")
    product.kill("worker")
    outside.release()

    paused = wait_for_run(api, run_id, "paused", wait_seconds=LEASE_AND_SWEEP_SECONDS)
    assert outside.calls["/first"] == 1, "a recorded step ran again"
    assert outside.calls["/second"] == 1, told(paused)

    product.kill_everything()
    product.start()
    paused = wait_for_run(api, run_id, "paused")
    assert paused["waiting"][0]["kind"] == "person"
    decide(api, open_task(api, run_id), "approved", "go")

    finished = wait_for_run(api, run_id, "succeeded")
    assert_no_step_succeeded_twice(finished)
    assert dict(outside.calls) == {"/first": 1, "/slow": 2, "/second": 1, "/third": 1}


def test_all_of_twenty_running_runs_finish_after_everything_was_killed(
    database_url: str, new_product: Callable[..., Instance], outside: Outside
) -> None:
    product = new_product(database_url=database_url, env={"RUN_LEASE_SECONDS": "3"})
    outside.hold("/slow")
    workflow_id = product.publish(
        in_a_row(
            "Twenty",
            webhook("twenty"),
            ask("slow", f"{outside.url}/slow", method="GET"),
            node("mark", "data.set", fields=[{"name": "marked", "value": True}]),
            node("again", "data.set", fields=[{"name": "again", "value": "={{ $json.marked }}"}]),
            ask("done", f"{outside.url}/done"),
        )
    )
    for number in range(20):
        assert httpx.post(f"{product.url}/webhook/twenty", json={"number": number}).status_code < 300
    outside.wait_for("/slow", 20)
    product.kill_everything()
    assert outside.calls["/done"] == 0
    outside.release()

    product.start()
    api = product.api()
    wait_until(
        lambda: all(run["status"] == "succeeded" for run in all_runs(api, workflow_id)),
        "all twenty runs to succeed",
        LEASE_AND_SWEEP_SECONDS,
    )
    assert len(all_runs(api, workflow_id)) == 20
    assert outside.calls["/done"] == 20
    for run in all_runs(api, workflow_id):
        assert_no_step_succeeded_twice(api.get(f"/runs/{run['id']}").json())


def test_a_timer_fires_although_everything_was_killed_while_it_ran(
    new_product: Callable[..., Instance], outside: Outside
) -> None:
    product = new_product()
    workflow_id = product.publish(
        in_a_row(
            "Later",
            webhook("later"),
            node("wait", "flow.wait", mode={"kind": "interval", "amount": 4, "unit": "seconds"}),
            ask("done", f"{outside.url}/done"),
        )
    )
    httpx.post(f"{product.url}/webhook/later", json={})
    api = product.api()
    run_id = latest_run(api, workflow_id)
    wait_for_run(api, run_id, "paused")
    product.kill_everything()
    product.start()
    wait_for_run(api, run_id, "succeeded", wait_seconds=LEASE_AND_SWEEP_SECONDS)
    assert outside.calls["/done"] == 1
