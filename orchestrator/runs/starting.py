"""Making new runs: their first event, their limits, and the starts that other runs cause."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from orchestrator.engine.payload import from_json
from orchestrator.ids import new_id
from orchestrator.runs import limits, store
from orchestrator.sdk import FileRef
from orchestrator.workflows.models import Workflow, WorkflowVersion

MOST_DEPTH = 20
"""Runs in a chain of parents; more is taken for a workflow that calls itself without end."""
_settings_kept = 500
_settings: OrderedDict[str, dict[str, Any]] = OrderedDict()


def new_run(
    *,
    workflow_id: str,
    version_id: str,
    node_id: str,
    items: Sequence[dict[str, Any]],
    files: Sequence[dict[str, FileRef]] | None = None,
    mode: str = "production",
    source: str = "manual",
    by: str | None = None,
    until: str | None = None,
    reply_to: str = "",
    dedupe_key: str = "",
    reuse: dict[str, dict[str, Any]] | None = None,
    edits: dict[str, dict[str, Any]] | None = None,
    earlier: dict[str, dict[str, Any]] | None = None,
    only: Sequence[str] | None = None,
    given: bool = False,
    parent: dict[str, Any] | None = None,
    depth: int = 0,
) -> store.NewRun:
    """A run ready to be inserted, with its first event. `files` are those of each item, by name.
    Raises NodeError when items are not JSON.

    A run that goes on from an earlier one has, by steps of that one, recorded outputs to `reuse`,
    `edits` that replace an input, and in `earlier` the input batches of all its steps. `until` is
    the last node to perform, `only` names the nodes that may be performed at all. Items that were
    `given` count more than what is pinned to the trigger."""
    items = list(items)
    payload = from_json(items, files)
    store.spill(payload)
    event: dict[str, Any] = {
        "seq": 1,
        "at": int(time.time() * 1000),
        "attempt": 0,
        "type": "run.queued",
        "workflow_id": workflow_id,
        "version_id": version_id,
        "node": node_id,
        "mode": mode,
        "source": source,
        "items": payload,
    }
    optional = {"by": by, "until": until, "only": only, "given": given, "parent": parent, "depth": depth}
    optional |= {"reuse": reuse, "edits": edits, "earlier": earlier}
    event |= {name: value for name, value in optional.items() if value}
    limit_key, found, priority = limits.of_settings(workflow_id, version_settings(version_id), items)
    return store.NewRun(
        id=new_id(),
        workflow_id=workflow_id,
        version_id=version_id,
        start_node=node_id,
        mode=mode,
        source=source,
        first_event=event,
        reply_to=reply_to,
        priority=priority,
        limit_key=limit_key,
        limits=found,
        dedupe_key=dedupe_key[:200],
        parent_run=(parent or {}).get("run", ""),
        parent_step=(parent or {}).get("step", ""),
    )


def knows_settings(version_id: str) -> bool:
    """Whether `version_settings` answers without asking the database."""
    return version_id in _settings


def version_settings(version_id: str) -> dict[str, Any]:
    """The settings in a frozen document; kept in memory, as a version never changes."""
    found = _settings.get(version_id)
    if found is None:
        document = WorkflowVersion.objects.filter(pk=version_id).values_list("document", flat=True).first()
        found = _settings[version_id] = (document or {}).get("settings") or {}
        if len(_settings) > _settings_kept:
            _settings.popitem(last=False)
    return found


def live_start(
    workflow_id: str, types: tuple[str, ...], *, number: int | None = None
) -> tuple[str, str] | None:
    """(version id, node id) where another run may enter a workflow: the first enabled trigger of
    these types, in the order of the types, in its live version, or in the published version with
    this number, whether it is live or not."""
    version = _live_version(workflow_id) if number is None else _published(workflow_id, number)
    if version is None:
        return None
    nodes = [node for node in version.document.get("nodes", []) if not node.get("disabled")]
    for type in types:
        for node in nodes:
            if node["type"] == type:
                return version.id, node["id"]
    return None


def _live_version(workflow_id: str) -> WorkflowVersion | None:
    workflow = Workflow.objects.select_related("live").filter(pk=workflow_id, deleted_at=None).first()
    return workflow.live if workflow else None


def _published(workflow_id: str, number: int) -> WorkflowVersion | None:
    return WorkflowVersion.objects.filter(
        workflow_id=workflow_id, workflow__deleted_at=None, number=number
    ).first()
