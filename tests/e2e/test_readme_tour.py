"""The README's tour, command by command, as written."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

from tests.architecture.sources import ROOT
from tests.e2e.following import all_runs, decide, open_task, wait_for_run, wait_until
from tools.instance import Instance

README = (ROOT / "README.md").read_text()


def curl_commands() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    return [block for block in blocks if block.strip().startswith("curl")]


def answers() -> list[tuple[int, dict[str, Any]]]:
    found = re.findall(r"The answer is `(\d+)` with `(\{.*?\})`", README)
    return [(int(status), json.loads(body)) for status, body in found]


def perform(command: str, product: Instance) -> tuple[int, dict[str, Any]]:
    """Run a README command against this product; the status and body that curl showed."""
    here = command.replace("http://localhost:8000", product.url).replace("curl -i", "curl -sS -i")
    shown = subprocess.run(["sh", "-c", here], capture_output=True, text=True, timeout=60, check=True).stdout
    head, _, body = shown.replace("\r", "").partition("\n\n")
    return int(head.split()[1]), json.loads(body)


def test_the_tour_works_as_written(product: Instance) -> None:
    commands, expected = curl_commands(), answers()
    assert len(commands) == len(expected) == 2

    with product.api() as api:
        created = api.post("/workflows", json={"starter": "order_triage"})
        assert created.status_code < 300, created.text
        workflow_id = created.json()["id"]
        assert api.post(f"/workflows/{workflow_id}/publish", json={}).status_code < 300

        assert perform(commands[0], product) == expected[0]
        run = wait_until(lambda: all_runs(api, workflow_id), "the first run")[0]
        wait_for_run(api, run["id"], "succeeded")

        assert perform(commands[1], product) == expected[1]
        large = wait_until(
            lambda: [found for found in all_runs(api, workflow_id) if found["id"] != run["id"]],
            "the second run",
        )[0]
        waiting = wait_for_run(api, large["id"], "paused")
        assert waiting["waiting"][0]["node_name"] == "Ask a person"
        decide(api, open_task(api, large["id"]), "approved", "known customer")
        wait_for_run(api, large["id"], "succeeded")
