"""Processes that do nothing but commit runs; each is killed in the middle of it.

For every line of input a child is started: its process id is printed, then `writing`, then a line for
each commit (run, last number), and `ended` once it is dead."""

from __future__ import annotations

import os
import sys

import django


def main() -> None:
    django.setup()
    from orchestrator.runs import store
    from orchestrator.workflows.models import Workflow, WorkflowVersion

    assert store
    workflow, _ = Workflow.objects.get_or_create(name="Writer", defaults={"document": {"nodes": []}})
    version, _ = WorkflowVersion.objects.get_or_create(
        workflow=workflow, number=1, defaults={"document": {}, "content_hash": "0" * 64}
    )
    from django.db import connection

    connection.close()  # each child opens its own
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            write(workflow.pk, version.pk)
        os.waitpid(pid, 0)
        say("ended")


def say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def write(workflow_id: str, version_id: str) -> None:
    """Commit without end."""
    from orchestrator.engine.ports import Flush
    from orchestrator.runs import store
    from orchestrator.runs.starting import new_run

    say(str(os.getpid()))
    say("writing")
    while True:
        items = [{"text": "x" * 2000}]
        run = new_run(workflow_id=workflow_id, version_id=version_id, node_id="s", items=items)
        store.insert_runs([run])
        say(f"{run.id} 1")
        (claim,) = store.claim_runs([run.id], "writer")
        for seq in range(2, 12):
            event = {"seq": seq, "at": 0, "attempt": 1, "type": "step.started", "step": f"s:{seq}"}
            flush = Flush(
                run_id=run.id,
                workflow_id=workflow_id,
                attempt=claim.attempt,
                after_seq=seq - 1,
                events=[event],
                status="running",
                releases=False,
            )
            store.flush_runs([flush])
            say(f"{run.id} {seq}")


if __name__ == "__main__":
    main()
