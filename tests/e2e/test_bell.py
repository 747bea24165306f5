"""Redis is only a bell: losing every message costs seconds, never a run."""

from __future__ import annotations

import os
import signal
from collections import Counter

import httpx
import redis

from tests.e2e.documents import ask, in_a_row, webhook
from tests.e2e.following import FINAL, all_runs, wait_until
from tests.e2e.outside import Outside
from tools.instance import Instance

RUNS = 200


def test_two_hundred_queued_runs_finish_after_a_flush(product: Instance, outside: Outside) -> None:
    workflow_id = product.publish(in_a_row("Flushed", webhook("flushed"), ask("done", f"{outside.url}/done")))
    worker = product.children()["worker"]
    os.kill(worker.pid, signal.SIGSTOP)
    try:
        with httpx.Client() as client:
            for number in range(RUNS):
                answer = client.post(f"{product.url}/webhook/flushed", json={"number": number})
                assert answer.status_code < 300, answer.text
        api = product.api()
        queued = all_runs(api, workflow_id)
        assert len(queued) == RUNS
        assert {run["status"] for run in queued} == {"queued"}
        redis.Redis.from_url(product.redis_url).flushall()
    finally:
        os.kill(worker.pid, signal.SIGCONT)

    wait_until(
        lambda: all(run["status"] in FINAL for run in all_runs(api, workflow_id)),
        "all flushed runs to end",
        60,
    )
    assert Counter(run["status"] for run in all_runs(api, workflow_id)) == {"succeeded": RUNS}
    assert outside.calls["/done"] == RUNS


def test_runs_finish_after_the_bundled_server_was_killed(product: Instance, outside: Outside) -> None:
    workflow_id = product.publish(in_a_row("Bell", webhook("bell"), ask("done", f"{outside.url}/done")))
    url = f"{product.url}/webhook/bell"
    assert httpx.post(url, json={}).status_code < 300
    outside.wait_for("/done", 1)
    product.kill("valkey")
    assert httpx.post(url, json={}, timeout=20).status_code < 300, (
        "a webhook needs the database, not the bell"
    )
    outside.wait_for("/done", 2, 45)
    api = product.api()
    wait_until(lambda: {run["status"] for run in all_runs(api, workflow_id)} == {"succeeded"}, "both runs")
