"""POST /expressions/preview: what a template gives, evaluated in a sandbox child."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from orchestrator.accounts.schemas import Input
from orchestrator.engine import payload as payloads
from orchestrator.engine.expressions import NodeData, Scope
from orchestrator.engine.expressions.preview import preview
from orchestrator.errors import NotFound
from orchestrator.rest import answer
from orchestrator.runs import store
from orchestrator.runs.models import Run
from orchestrator.sandbox import SandboxPool
from orchestrator.sdk import Item
from orchestrator.workflows.services import get_workflow

router = Router(tags=["expressions"])
Result = TypeVar("Result")

SECONDS = 10


class PreviewWanted(Input):
    template: str = Field(max_length=50_000)
    """A param's text; templates start with `=`."""
    node_id: str = Field("", max_length=100)
    """The node whose param it is."""
    workflow_id: str | None = Field(None, max_length=26)
    run_id: str | None = Field(None, max_length=26)
    """A run whose data to use: the node's input, and what other nodes gave."""
    items: list[dict[str, Any]] | None = Field(None, max_length=10_000)
    """The node's input, over that of the run."""
    item: int = Field(0, ge=0, le=1_000_000)
    """The place of the current item."""


class PreviewError(Schema):
    message: str
    hint: str
    position: int | None
    """Where in the template, when that is known."""


class Preview(Schema):
    value: Any = None
    error: PreviewError | None = None


class _Sandbox:
    """A pool of sandbox children on an event loop of its own thread, made at first use: requests
    come on loops and threads that end with them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.pool = SandboxPool(size=1)

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="previews", daemon=True).start()
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(SECONDS)

    def close(self) -> None:
        if self._loop is not None:
            self.run(self.pool.close())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._loop = None


sandbox = _Sandbox()


@router.post("/preview", response=Preview, operation_id="preview_expression")
def post_preview(request: HttpRequest, payload: PreviewWanted) -> HttpResponse:
    """The value of a template for one item, or what is wrong with it. Always 200 for what a person
    may type."""
    scope = _scope(payload)
    place = min(payload.item, len(scope.items) - 1)
    return answer(sandbox.run(preview(payload.template, scope, sandbox.pool, item=place)))


def _scope(wanted: PreviewWanted) -> Scope:
    document: dict[str, Any] = {}
    workflow: dict[str, Any] = {}
    gave: dict[str, dict[str, Any]] = {}
    items: list[Item] = []
    if wanted.run_id:
        run = Run.objects.select_related("version", "workflow").filter(pk=wanted.run_id).first()
        if run is None:
            raise NotFound("run.not_found", f"there is no run {wanted.run_id}")
        document, workflow = run.version.document, {"id": run.workflow_id, "name": run.workflow.name}
        gave, inputs = _recorded(run.pk, wanted.node_id)
        items = inputs if wanted.items is None else []
    if wanted.workflow_id:
        # The names are those of the draft, in which the expression is being written.
        found = get_workflow(wanted.workflow_id)
        document = found.document
        workflow = {"id": found.pk, "name": found.name, "active": found.live_id is not None}
    nodes = {node["id"]: node for node in document.get("nodes", [])}
    settings, node = document.get("settings") or {}, nodes.get(wanted.node_id, {})
    return Scope(
        items=(wanted.items if wanted.items is not None else [item.json for item in items]) or [{}],
        files=[item.files for item in items],
        node_items={nodes[key]["name"]: _node_data(nodes[key], gave[key]) for key in gave if key in nodes},
        run={"id": wanted.run_id or "", "mode": "preview"},
        workflow=workflow,
        now_ms=int(time.time() * 1000),
        timezone=str(settings.get("timezone") or "UTC"),
        vars=settings.get("vars") or {},
        node_name=node.get("name", ""),
        node_version=node.get("version", 1),
        params=node.get("params") or {},
    )


def _recorded(run_id: str, node_id: str) -> tuple[dict[str, dict[str, Any]], list[Item]]:
    """What each node gave last (payloads by port), and the items that came to `node_id` last."""
    by_step: dict[str, dict[str, Any]] = {}
    by_node: dict[str, dict[str, Any]] = {}
    refs: list[list[str]] = []
    for event in store.load_events(run_id):
        if event["type"] == "step.succeeded":
            by_step[event["step"]] = by_node[event["node"]] = event["outputs"]
        elif event["type"] == "step.started" and event["node"] == node_id:
            refs = [ref for listed in event.get("inputs", {}).values() for ref in listed]
    items = [
        item
        for step, port in refs
        if port in by_step.get(step, {})
        for item in payloads.decode(store.load_payload(by_step[step][port]))
    ]
    return by_node, items


def _node_data(node: dict[str, Any], outputs: dict[str, Any]) -> NodeData:
    """The first port that gave something. Items are linked by place, which is right for all but nodes
    that change their number or order; a run knows better."""
    port = next((name for name, payload in outputs.items() if payload["count"]), "main")
    items = store.load_items(outputs[port]) if port in outputs else []

    def paired(index: int) -> int | None:
        return index if index < len(items) else 0 if len(items) == 1 else None

    return NodeData(items=items, paired=paired, params=node["params"], output=port)
