"""From an event on the server to a real browser that watches the run."""

from __future__ import annotations

import time
from typing import Any

from bench import graphs
from bench.stage import Stage, measures
from tools.browser import running_browser
from tools.instance import Instance

STEPS = 20

LISTEN = """
(runId) => new Promise((resolve, reject) => {
  const delays = [];
  const socket = new WebSocket(location.origin.replace('http', 'ws') + '/ws/live');
  socket.onopen = () => socket.send(JSON.stringify({op: 'subscribe', topic: 'run:' + runId, after: 0}));
  socket.onerror = () => reject(new Error('the websocket failed'));
  socket.onmessage = (message) => {
    const now = Date.now();
    const data = JSON.parse(message.data);
    if (data.op === 'error') reject(new Error(message.data));
    const events = data.events ?? [];
    if (data.op === 'events') delays.push(...events.map((event) => now - event.at));
    const last = events.at(-1)?.type;
    if (['run.succeeded', 'run.failed', 'run.cancelled'].includes(last)) resolve({last, delays});
  };
})
"""


def _watched_run(page: Any, api: Any, workflow_id: str) -> list[float]:
    """Delays in ms of the events that a page received while it watched one run."""
    started = api.post(f"/workflows/{workflow_id}/run", json={"items": [{}], "version": "live"})
    started.raise_for_status()
    watched = page.evaluate(LISTEN, started.json()["run_id"])
    if watched["last"] != "run.succeeded":
        raise RuntimeError(f"the watched run ended with {watched['last']}")
    return list(watched["delays"])


@measures("event_to_browser_p95_ms")
def event_to_browser(stage: Stage) -> None:
    workflow_id = stage.instance.publish(graphs.unhurried(stage.slow_url, STEPS))
    delays: list[float] = []
    with stage.instance.api() as api, running_browser() as browser:
        page = signed_in_page(stage.instance, browser)
        page.goto(f"{stage.instance.url}/healthz")
        for _ in range(3 if stage.fast else 10):
            delays += _watched_run(page, api, workflow_id)
            time.sleep(0.2)
    delays.sort()
    stage.report(
        "event_to_browser_p95_ms",
        delays[int(len(delays) * 0.95)],
        "ms",
        p50_ms=delays[len(delays) // 2],
        events=len(delays),
    )


def signed_in_page(instance: Instance, browser: Any) -> Any:
    """A page of a fresh browser context that carries the owner's session."""
    session = instance.sign_in()
    context = browser.new_context()
    context.add_cookies(
        [{"name": cookie.name, "value": cookie.value, "url": instance.url} for cookie in session.cookies.jar]
    )
    return context.new_page()
