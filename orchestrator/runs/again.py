"""Running again: retry, fork from a step with edited data, partial runs that reuse a run's data."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from orchestrator.engine.graph import Graph
from orchestrator.engine.payload import from_json
from orchestrator.errors import InvalidInput, NotFound
from orchestrator.runs import store
from orchestrator.runs.services import get_run, start_run
from orchestrator.workflows.library import library
from orchestrator.workflows.models import WorkflowVersion

Events = list[dict[str, Any]]
LIKE: dict[str, Any] = {"type": "", "version": 1, "params": {}, "settings": {}, "disabled": False}
"""What makes a node do the same again, each with its default."""


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

    What ran before it is reused. It and what follows are performed anew; but a write after it that
    was done keeps its recorded result unless its step is in `armed`. Returns the new run's id.
    Raises NotFound `run.not_found`, `run.step_not_found`; InvalidInput `run.trigger_items`."""
    run = get_run(run_id)
    events = store.load_events(run_id)
    started = started_steps(events)
    if unknown := [key for key in (step, *armed) if key not in started]:
        raise NotFound("run.step_not_found", f"the run has no step {unknown[0]!r}")
    if items is not None and not started[step]["inputs"]:
        raise InvalidInput("run.trigger_items", "the trigger has no input to edit; start a new run instead")
    document = WorkflowVersion.objects.values_list("document", flat=True).get(pk=run.version_id)
    graph = Graph.from_document(document, library())
    after, reopened = following(events, {step})
    kept = {key: sent for key, sent in recorded_outputs(events).items() if key not in after | reopened}
    kept |= {
        key: sent
        for key, sent in recorded_outputs(events, tolerated=False).items()
        if key in after - {step} and key not in armed and _is_write(graph, key)
    }
    return start_run(
        workflow_id=run.workflow_id,
        version_id=run.version_id,
        node_id=run.start_node,
        items=store.load_items(events[0]["items"]),
        mode="retry",
        source=run.source,
        by=by,
        reuse=kept,
        edits={step: from_json(items)} if items is not None else None,
        earlier=inputs_of(events),
    )


def reusable(
    *, run_id: str, document: dict[str, Any], start: str | None, dirty: Collection[str]
) -> dict[str, Any]:
    """What a partial run of a draft takes from an earlier run, for `new_run`: `reuse`, `earlier`.

    Outputs are reused of nodes that are as they were, and that neither `start`, nor a node in
    `dirty`, nor anything after these comes before. Raises NotFound `run.not_found`."""
    run = get_run(run_id)
    events = store.load_events(run_id)
    before = WorkflowVersion.objects.values_list("document", flat=True).get(pk=run.version_id)
    changed = {*dirty, *changed_nodes(before, document), *([start] if start else [])}
    touched = {key for key in started_steps(events) if _node_of(key) in changed}
    after, reopened = following(events, touched)
    kept = {key: sent for key, sent in recorded_outputs(events).items() if key not in after | reopened}
    return {"reuse": kept, "earlier": inputs_of(events)}


def changed_nodes(before: dict[str, Any], now: dict[str, Any]) -> set[str]:
    """Ids of nodes that are gone or would not do the same again."""
    nodes = {node["id"]: node for node in now["nodes"]}
    pins = before.get("pins") or {}, now.get("pins") or {}
    return {
        node["id"]
        for node in before["nodes"]
        if node["id"] not in nodes
        or any(
            (node.get(part) or empty) != (nodes[node["id"]].get(part) or empty)
            for part, empty in LIKE.items()
        )
        or pins[0].get(node["id"]) != pins[1].get(node["id"])
    }


def recorded_outputs(events: Events, *, tolerated: bool = True) -> dict[str, dict[str, Any]]:
    """Payloads by port, by step, of the steps that succeeded, or whose failure was `tolerated`."""
    return {
        event["step"]: event.get("outputs") or {}
        for event in events
        if event["type"] == "step.succeeded"
        or (tolerated and event["type"] == "step.failed" and event.get("handled"))
    }


def started_steps(events: Events) -> dict[str, dict[str, Any]]:
    return {event["step"]: event for event in events if event["type"] == "step.started"}


def inputs_of(events: Events) -> dict[str, dict[str, Any]]:
    """By step, the batches that it got."""
    return {key: event["inputs"] for key, event in started_steps(events).items()}


def following(events: Events, steps: Collection[str]) -> tuple[set[str], set[str]]:
    """These steps and all that received, directly or not, what they sent; and the loops around
    them, which take their turns again although their other turns stay as they are."""
    found, reopened = set(steps), set()
    for key, event in started_steps(events).items():
        around = {turn[0] for turn in event.get("scope", ())}
        refs = [ref for batches in event["inputs"].values() for ref in batches]
        follows = any(ref[0] in found or (ref[0] in reopened and ref[1] != "in") for ref in refs)
        if key in found or follows or around & found:
            found.add(key)
            reopened |= around
    return found, reopened


def _is_write(graph: Graph, step: str) -> bool:
    node = graph.nodes.get(_node_of(step))
    return node is not None and node.type.effect_of(node.params) in ("write", "idempotent_write")


def _node_of(step: str) -> str:
    return step.rpartition(":")[0]
