"""A process that does nothing but commit runs; it is killed in the middle of it."""

from __future__ import annotations

import sys

import django


def main() -> None:
    django.setup()
    from orchestrator.engine.ports import Flush
    from orchestrator.runs import store
    from orchestrator.runs.starting import new_run
    from orchestrator.workflows.models import Workflow, WorkflowVersion

    workflow, _ = Workflow.objects.get_or_create(name="Writer", defaults={"document": {"nodes": []}})
    version, _ = WorkflowVersion.objects.get_or_create(
        workflow=workflow, number=1, defaults={"document": {}, "content_hash": "0" * 64}
    )
    sys.stdout.write("writing\n")
    sys.stdout.flush()
    while True:
        run = new_run(
            workflow_id=workflow.pk, version_id=version.pk, node_id="s", items=[{"text": "x" * 2000}]
        )
        store.insert_runs([run])
        (claim,) = store.claim_runs([run.id], "writer")
        for seq in range(2, 12):
            event = {
                "seq": seq,
                "at": 0,
                "attempt": claim.attempt,
                "type": "step.started",
                "step": f"s:{seq}",
            }
            flush = Flush(
                run_id=run.id,
                workflow_id=workflow.pk,
                attempt=claim.attempt,
                after_seq=seq - 1,
                events=[event],
                status="running",
                releases=False,
            )
            store.flush_runs([flush])


if __name__ == "__main__":
    main()
