"""A run written as a worker writes it: real tables, real flushes, events of our choosing."""

from __future__ import annotations

from typing import Any

import orjson

from orchestrator.engine.ports import Flush
from orchestrator.ids import new_id
from orchestrator.runs import store
from orchestrator.runs.store import NewRun
from orchestrator.workflows.models import Workflow, WorkflowVersion

STATUSES = {"run.succeeded": "succeeded", "run.failed": "failed", "run.cancelled": "cancelled"}
DOCUMENT = {
    "format": 1,
    "name": "Orders",
    "nodes": [
        {
            "id": "hook",
            "type": "trigger.manual",
            "version": 1,
            "name": "Order in",
            "position": [0, 0],
            "params": {},
        },
        {
            "id": "tag",
            "type": "data.set",
            "version": 1,
            "name": "Tag it",
            "position": [240, 0],
            "params": {"fields": [{"name": "tag", "value": "new"}]},
        },
    ],
    "edges": [{"source": "hook", "output": "main", "target": "tag", "input": "main"}],
    "settings": {},
}


def new_workflow(name: str = "Orders") -> WorkflowVersion:
    workflow = Workflow.objects.create(name=name, document={**DOCUMENT, "name": name})
    return WorkflowVersion.objects.create(
        workflow=workflow, number=1, document=workflow.document, content_hash="0" * 64
    )


def payload(records: list[Any], **more: Any) -> dict[str, Any]:
    data = orjson.dumps(records)
    return {"count": len(records), "bytes": len(data), "data": data, **more}


EventFields = tuple[str, dict[str, Any]]


def started(step: str, **inputs: list[list[Any]]) -> EventFields:
    """`inputs`: by port, the references of the batches that arrived."""
    return "step.started", {"step": step, "node": step.partition(":")[0], "try": 1, "inputs": inputs}


def succeeded(step: str, sent: dict[str, Any], **more: Any) -> EventFields:
    """`sent`: the payload of the port `main`."""
    node = step.partition(":")[0]
    return "step.succeeded", {"step": step, "node": node, "outputs": {"main": sent}, "ms": 1.5, **more}


class RecordedRun:
    """One run and the worker that has claimed it."""

    def __init__(self, version: WorkflowVersion, items: list[dict[str, Any]] | None = None) -> None:
        self.id = new_id()
        self.workflow_id = version.workflow_id
        self.seq = 1
        ids = {"workflow_id": version.workflow_id, "version_id": version.id}
        first = self._event(
            1, 0, "run.queued", node="hook", mode="manual", source="manual", by="alice", **ids
        )
        first["items"] = payload(items or [{}])
        store.insert_runs(
            [NewRun(self.id, **ids, start_node="hook", mode="manual", source="manual", first_event=first)]
        )
        (claim,) = store.claim_runs([self.id], "worker-1")
        self.attempt = claim.attempt

    @staticmethod
    def _event(seq: int, attempt: int, type: str, **fields: Any) -> dict[str, Any]:
        return {"seq": seq, "at": 1_700_000_000_000 + seq, "attempt": attempt, "type": type, **fields}

    def commit(self, *events: EventFields, **changes: Any) -> list[dict[str, Any]]:
        """Append these in one segment; the events as committed."""
        written = [
            self._event(seq, self.attempt, type, **fields)
            for seq, (type, fields) in enumerate(events, self.seq + 1)
        ]
        status = STATUSES.get(written[-1]["type"], "running")
        flush = Flush(
            run_id=self.id,
            workflow_id=self.workflow_id,
            attempt=self.attempt,
            after_seq=self.seq,
            events=written,
            status=status,
            releases=status != "running",
            **changes,
        )
        assert store.flush_runs([flush])[self.id] is not None, "the run was not ours"
        self.seq += len(written)
        return written

    def chatter(self, count: int, *, ends: bool = False) -> list[dict[str, Any]]:
        """Append `count` events of steps; then the run's end, when asked."""
        events = [succeeded(f"tag:{n}", payload([{"n": n}])) for n in range(self.seq, self.seq + count)]
        return self.commit(*events, *([("run.succeeded", {})] if ends else []))
