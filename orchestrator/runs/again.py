"""Running again: retry, fork from a step with edited data, partial runs that reuse a run's data."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from orchestrator.engine.graph import Graph
from orchestrator.engine.payload import from_json
from orchestrator.errors import NotFound
from orchestrator.runs import store
from orchestrator.runs.services import get_run, start_run
from orchestrator.workflows.library import library
from orchestrator.workflows.models import WorkflowVersion


def retry_run(*, run_id: str, by: str) -> str:
    """Start the same version again with the same items. Returns the new run's id."""
    run = get_run(run_id)
    first = store.load_events(run_id)[0]
    return start_run(
        workflow_id=run.workflow_id,
        version_id=run.version_id,
        node_id=run.start_node,
        items=store.load_items(first["items"]),
        mode="retry",
        source=run.source,
        by=by,
    )


def fork_run(
    *, run_id: str, step: str, by: str, items: list[dict[str, Any]] | None = None, armed: Collection[str] = ()
) -> str:
    """Go on from a step of an earlier run, with `items` in the place of its input if given.

    What ran before it is reused. After it, steps are performed anew; a write that was done keeps
    its recorded result unless its step is in `armed`. Returns the new run's id."""
    run = get_run(run_id)
    events = store.load_events(run_id)
    outputs = recorded_outputs(events)
    if step not in started_steps(events):
        raise NotFound("run.step_not_found", f"the run has no step {step!r}")
    document = WorkflowVersion.objects.values_list("document", flat=True).get(pk=run.version_id)
    graph = Graph.from_document(document, library())
    after = following(events, {step})
    kept = {
        key: found
        for key, found in outputs.items()
        if key not in after or (key != step and key not in armed and _is_write(graph, key))
    }
    edits = {step: from_json(items)} if items is not None else None
    return start_run(
        workflow_id=run.workflow_id,
        version_id=run.version_id,
        node_id=run.start_node,
        items=store.load_items(events[0]["items"]),
        mode="retry",
        source=run.source,
        by=by,
        reuse=kept,
        edits=edits,
    )


def reusable(*, run_id: str, graph: Graph, start: str | None, dirty: Collection[str]) -> dict[str, Any]:
    """Recorded outputs of a run for a partial run of the draft: those of nodes that still exist,
    and that neither `start`, nor a node in `dirty`, nor anything after these has changed."""
    events = store.load_events(run_id)
    outputs = recorded_outputs(events)
    changed = {*dirty, *([start] if start else [])}
    touched = {key for key in started_steps(events) if key.rpartition(":")[0] in changed}
    stale = following(events, touched)
    return {
        key: found
        for key, found in outputs.items()
        if key not in stale and key.rpartition(":")[0] in graph.nodes
    }


def recorded_outputs(events: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Payloads by port, by step, of the steps that succeeded."""
    return {event["step"]: event["outputs"] for event in events if event["type"] == "step.succeeded"}


def started_steps(events: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {event["step"]: event for event in events if event["type"] == "step.started"}


def following(events: list[dict[str, Any]], steps: Collection[str]) -> set[str]:
    """These steps and all that received, directly or not, what they sent."""
    found = set(steps)
    for key, event in started_steps(events).items():
        sources = {ref[0] for refs in event["inputs"].values() for ref in refs}
        sources |= {turn[0] for turn in event.get("scope", ())}
        if sources & found:
            found.add(key)
    return found


def _is_write(graph: Graph, step: str) -> bool:
    node = graph.nodes.get(step.rpartition(":")[0])
    return node is not None and node.type.effect_of(node.params) in ("write", "idempotent_write")
