"""Runs that runs start: children that a step waits for, and the workflow that handles errors.

All of it happens in the transaction that records the event which asks for it.
"""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.db import transaction

from orchestrator.engine.ports import Flush
from orchestrator.runs import store
from orchestrator.runs.actors import ring
from orchestrator.runs.models import Run
from orchestrator.runs.signals import cancel_signal, signal_step
from orchestrator.runs.starting import MOST_DEPTH, live_start, new_run

log = logging.getLogger(__name__)

Event = dict[str, Any]
CHILD_ENTRIES = ("trigger.workflow", "trigger.manual")
ERROR_ENTRIES = ("trigger.error",)


def start_children(flush: Flush, event: Event) -> None:
    """Start the child runs of a paused step; answer at once what cannot be started."""
    wait = event["wait"]
    workflow_id = str(wait["data"].get("workflow_id") or "")
    number = wait["data"].get("version")
    entry = live_start(workflow_id, CHILD_ENTRIES, number=number)
    waits = wait["data"].get("wait", True)
    problem = _problem(entry, flush.depth, number)
    runs: list[store.NewRun] = []
    for index, child in enumerate(wait["children"]):
        parent = {"run": flush.run_id, "step": event["step"], "index": index, "pause": event["seq"]}
        if problem is not None or entry is None:
            _answer(parent, status="failed", error=problem)
            continue
        run = new_run(
            workflow_id=workflow_id,
            version_id=entry[0],
            node_id=entry[1],
            items=store.load_items(child["items"]),
            mode="child",
            source="workflow",
            parent=parent if waits else None,
            depth=flush.depth + 1,
        )
        runs.append(run)
        if not waits:
            _answer(parent, status="started", child=run.id)
    if runs:
        store.insert_runs(runs)
        transaction.on_commit(lambda: ring([run.id for run in runs]))


def _problem(entry: tuple[str, str] | None, depth: int, number: int | None) -> dict[str, str] | None:
    if entry is None and number is not None:
        return {
            "code": "version.not_found",
            "message": f"the workflow to run has no version {number} that others may start",
            "hint": "Choose a version that is there and has the trigger “When called by another workflow”.",
        }
    if entry is None:
        return {
            "code": "workflow.not_live",
            "message": "the workflow to run is not published, or has no trigger that others may start",
            "hint": "Add the trigger “When called by another workflow” to it and publish it.",
        }
    if depth >= MOST_DEPTH:
        return {
            "code": "workflow.too_deep",
            "message": f"{MOST_DEPTH} workflows have called each other in a chain",
            "hint": "Look for a workflow that calls itself.",
        }
    return None


def _answer(
    parent: dict[str, Any], *, status: str, child: str | None = None, error: dict[str, Any] | None = None
) -> None:
    signal_step(
        run_id=parent["run"],
        step=parent["step"],
        outcome="child",
        data={
            "pause": parent["pause"],
            "index": parent["index"],
            "child": child,
            "status": status,
            "error": error,
        },
        key=f"child:{parent['step']}:{parent['pause']}:{parent['index']}",
    )


def run_ended(flush: Flush, event: Event) -> None:
    """Tell the parent, end the children, start the error workflow."""
    status = event["type"].removeprefix("run.")
    if flush.parent is not None:
        _answer(flush.parent, status=status, child=flush.run_id, error=event.get("error"))
    if event.get("open_steps"):
        children = Run.objects.filter(parent_run=flush.run_id, finished_at=None).values_list("id", flat=True)
        for child in list(children):
            cancel_signal(run_id=child, by="")
    if event.get("error_workflow"):
        _start_error_workflow(flush, event)


def _start_error_workflow(flush: Flush, event: Event) -> None:
    entry = live_start(str(event["error_workflow"]), ERROR_ENTRIES)
    if entry is None:
        log.warning("run %s failed, but its error workflow is not live or has no error trigger", flush.run_id)
        return
    run = new_run(
        workflow_id=str(event["error_workflow"]),
        version_id=entry[0],
        node_id=entry[1],
        items=[_report(flush, event["error"])],
        mode="error",
        source="error",
        depth=flush.depth + 1,
    )
    store.insert_runs([run])
    transaction.on_commit(lambda: ring([run.id]))


def _report(flush: Flush, error: dict[str, Any]) -> dict[str, Any]:
    """The item of the error workflow's trigger."""
    mode, name = Run.objects.values_list("mode", "workflow__name").get(pk=flush.run_id)
    if node := error.get("node"):
        error = {**error, "node_name": flush.names.get(node, node)}
    url = f"{settings.PUBLIC_URL}/runs/{flush.run_id}"
    return {
        "run": {"id": flush.run_id, "url": url, "mode": mode, "error": error},
        "workflow": {"id": flush.workflow_id, "name": name},
    }
