"""Starting a run by hand: from the editor or by a program."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import Any, Literal

from django.utils import timezone

from orchestrator.accounts.models import User
from orchestrator.engine.problems import Problem
from orchestrator.errors import Conflict, InvalidInput
from orchestrator.runs import store
from orchestrator.runs.again import reusable
from orchestrator.runs.models import Run
from orchestrator.runs.services import get_run, start_run
from orchestrator.sdk import FileRef
from orchestrator.workflows.library import library, problems_of
from orchestrator.workflows.models import Workflow, WorkflowVersion
from orchestrator.workflows.services import freeze_version, get_workflow

POLL_SECONDS = 0.05

Which = Literal["draft", "live"]


def run_workflow(
    *,
    workflow_id: str,
    by: User,
    items: list[dict[str, Any]] | None = None,
    node_id: str | None = None,
    until: str | None = None,
    which: Which = "draft",
    reuse_run: str | None = None,
    first: str | None = None,
    dirty: Collection[str] = (),
    source: str = "manual",
    files: list[dict[str, FileRef]] | None = None,
    reply_to: str = "",
) -> str:
    """Start a run of the draft, frozen as it is now, or of the live version. `node_id` is where it
    starts (its trigger, when left out), `until` the last node to run.

    With `reuse_run`, an earlier run of the workflow, its recorded data is used where nothing has
    changed since: all before the node `first`, which is performed anew with what follows; nodes in
    `dirty` are performed anew too. Returns the run's id. Raises InvalidInput `workflow.has_problems`,
    `run.unknown_node`, `workflow.no_trigger`, `run.of_another_workflow`; Conflict `workflow.not_live`."""
    workflow = get_workflow(workflow_id)
    version = _live(workflow) if which == "live" else None
    document = version.document if version else workflow.document
    earlier = _earlier(workflow, reuse_run) if reuse_run else None
    start = _start_node(document, node_id or _start_of(earlier, document))
    for named in (until, first):
        if named is not None:
            _node(document, named)
    reused: dict[str, Any] = {}
    is_given = items is not None
    if earlier is not None:
        changed = {*dirty, *([start["id"]] if items is not None else [])}
        reused = reusable(run_id=earlier.pk, document=document, start=first, dirty=changed)
        if first is not None:
            reused["only"] = _around(document, first, reused["reuse"])
        items = _given(earlier) if items is None and earlier.start_node == start["id"] else items
    if version is None:
        refuse_problems(document, start["id"], until)
        version = freeze_version(workflow, by=by)
    return start_run(
        workflow_id=workflow.pk,
        version_id=version.pk,
        node_id=start["id"],
        items=_sample(start, document) if items is None else items,
        mode="manual" if which == "draft" else "production",
        source=source,
        by=by.email,
        until=until,
        files=files,
        reply_to=reply_to,
        given=is_given,
        **reused,
    )


def _earlier(workflow: Workflow, run_id: str) -> Run:
    run = get_run(run_id)
    if run.workflow_id != workflow.pk:
        raise InvalidInput("run.of_another_workflow", "the run to take data from is of another workflow")
    return run


def _start_of(run: Run | None, document: dict[str, Any]) -> str | None:
    """Where the earlier run started, if that node is still there."""
    if run is not None and any(node["id"] == run.start_node for node in document["nodes"]):
        return run.start_node
    return None


def _given(run: Run) -> list[dict[str, Any]]:
    return store.load_items(store.load_events(run.pk)[0]["items"])


def _around(document: dict[str, Any], first: str, reuse: Collection[str]) -> list[str]:
    """What may be performed at all: the way to `first`, what follows it, and what is only reused."""
    recorded = {step.rpartition(":")[0] for step in reuse}
    ways = _reach(document, first, forward=False) | _reach(document, first, forward=True)
    return sorted(ways | recorded)


def wait_for(run_id: str, *, seconds: float, sleep: Callable[[float], None] = time.sleep) -> dict[str, Any]:
    """`{"run_id", "status"}`, and for a run that ended within `seconds` its `outputs` (the items of its
    last step) and `error`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = store.run_result(run_id)
        if found is not None and found["status"] != "running":
            shown = {"run_id": run_id, "status": found["status"], "outputs": found["outputs"]}
            return {**shown, "error": found["error"]} if found["error"] else shown
        sleep(POLL_SECONDS)
    status = Run.objects.values_list("status", flat=True).get(pk=run_id)
    return {"run_id": run_id, "status": status}


def _live(workflow: Workflow) -> WorkflowVersion:
    if workflow.live is None:
        raise Conflict("workflow.not_live", f"“{workflow.name}” is not published")
    return workflow.live


def _node(document: dict[str, Any], node_id: str) -> dict[str, Any]:
    for node in document["nodes"]:
        if node["id"] == node_id:
            return dict(node)
    raise InvalidInput("run.unknown_node", f"the workflow has no node {node_id!r}")


def _start_node(document: dict[str, Any], node_id: str | None) -> dict[str, Any]:
    """The node named, else the manual trigger, else the first trigger."""
    if node_id is not None:
        return _node(document, node_id)
    found = [node for node in document["nodes"] if _source(node) and not node["disabled"]]
    found.sort(key=lambda node: _source(node) != "manual")
    if not found:
        raise InvalidInput(
            "workflow.no_trigger", "the workflow has no trigger; add one, such as the Manual trigger"
        )
    return dict(found[0])


def _source(node: dict[str, Any]) -> str | None:
    node_type = library().get(node["type"])
    return node_type.source if node_type else None


def refuse_problems(document: dict[str, Any], start: str, until: str | None) -> None:
    """Only what lies on the way counts: half of a draft may be unfinished."""
    way = _reach(document, start, forward=True)
    if until is not None:
        way &= _reach(document, until, forward=False)
    problems = [problem for problem in problems_of(document) if _is_on(problem, way, document)]
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise InvalidInput("workflow.has_problems", errors[0].message, problems)


def _is_on(problem: Problem, way: set[str], document: dict[str, Any]) -> bool:
    kind, _, rest = problem.path.partition(".")
    place = rest.partition(".")[0]
    if kind == "nodes":
        return place in way
    if kind == "edges" and place.isdecimal() and int(place) < len(document["edges"]):
        return document["edges"][int(place)]["source"] in way
    return True


def _reach(document: dict[str, Any], start: str, *, forward: bool) -> set[str]:
    here, there = ("source", "target") if forward else ("target", "source")
    seen, todo = {start}, [start]
    while todo:
        node_id = todo.pop()
        for edge in document["edges"]:
            if edge[here] == node_id and edge[there] not in seen:
                seen.add(edge[there])
                todo.append(edge[there])
    return seen


def _sample(node: dict[str, Any], document: dict[str, Any]) -> list[dict[str, Any]]:
    """What a trigger would bring, when it is started by hand without items."""
    source = _source(node)
    if source == "webhook":
        path, method = str(node["params"].get("path", "")), str(node["params"].get("method", "POST"))
        empty: dict[str, Any] = {"body": {}, "query": {}, "headers": {}, "params": {}}
        return [{**empty, "method": method, "path": path.strip("/")}]
    if source == "schedule":
        zone = node["params"].get("timezone") or document["settings"].get("timezone") or "UTC"
        return [{"due_at": timezone.now().isoformat(timespec="seconds"), "timezone": zone}]
    if source == "form":
        answer = {field["name"]: field.get("default") or None for field in node["params"].get("fields", [])}
        moment = timezone.now().isoformat(timespec="seconds")
        path = str(node["params"].get("path", "")).strip("/")
        return [{"answer": answer, "submitted_at": moment, "path": path}]
    if source == "chat":
        return [{"message": "Hello", "session": "example", "history": []}]
    if source == "error":
        error = {"code": "example", "message": "an example", "hint": "", "node": "", "node_name": ""}
        run = {"id": "", "url": "", "mode": "production", "error": error}
        return [{"run": run, "workflow": {"id": "", "name": "Example"}}]
    return [{}]
