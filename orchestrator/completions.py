"""GET /expressions/reference: what the editor offers while somebody writes an expression."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from orchestrator.errors import NotFound
from orchestrator.rest import answer
from orchestrator.runs import store
from orchestrator.runs.models import Run
from orchestrator.sandbox.reference import reference

router = Router(tags=["expressions"])

MOST_FIELDS = 300
DEEPEST = 5
LONGEST_SAMPLE = 80
_PLAIN_NAME = re.compile(r"[A-Za-z_$][\w$]*")


class Method(Schema):
    of: str
    """The type that has it: string, number, boolean, array, object, date; `name`: it stands by itself."""
    name: str
    call: str
    summary: str
    example: str
    result: Any = None


class FieldInScope(Schema):
    path: str
    """As written in an expression: `$json.customer.name`."""
    type: str
    sample: str
    """The value in the run's first item, shortened."""


class Reference(Schema):
    entries: list[Method]
    fields: list[FieldInScope]


class DataWanted(Schema):
    run_id: str = Field("", max_length=26)
    """A run from whose data to name fields."""
    node_id: str = Field("", max_length=100)
    """The node whose param is written."""


@router.get("/reference", response=Reference, operation_id="get_expression_reference")
def get_reference(request: HttpRequest, query: Query[DataWanted]) -> HttpResponse:
    """Names and methods with examples; with a run, also the fields that the node can see in it."""
    fields = list(_fields(query.run_id, query.node_id))[:MOST_FIELDS] if query.run_id else []
    return answer({"entries": reference(), "fields": fields})


def _fields(run_id: str, node_id: str) -> Iterator[dict[str, str]]:
    run = Run.objects.select_related("version").filter(pk=run_id).first()
    if run is None:
        raise NotFound("run.not_found", f"there is no run {run_id}")
    names = {node["id"]: node["name"] for node in run.version.document["nodes"]}
    sent: dict[str, dict[str, Any]] = {}
    arrived: list[list[Any]] = []
    for event in store.load_events(run_id):
        if event["type"] == "step.succeeded":
            sent[event["step"]] = event["outputs"]
        elif event["type"] == "step.started" and event["node"] == node_id:
            arrived = [ref for refs in event["inputs"].values() for ref in refs]
    yield from _named("$vars", (run.version.document.get("settings") or {}).get("vars"))
    for step, port, *_ in arrived[:1]:
        yield from _named("$json", _first(sent.get(step, {}).get(port)))
    latest = {step.rpartition(":")[0]: outputs for step, outputs in sent.items()}
    for id, outputs in latest.items():
        if id in names and id != node_id:
            filled = next((payload for payload in outputs.values() if payload["count"]), None)
            yield from _named(f"$({json.dumps(names[id], ensure_ascii=False)}).item.json", _first(filled))


def _first(payload: dict[str, Any] | None) -> Any:
    try:
        records = store.load_items(payload, 0, 1) if payload else []
    except FileNotFoundError:
        return None
    return records[0] if records else None


def _named(path: str, value: Any, depth: int = 0) -> Iterator[dict[str, str]]:
    if depth:
        sample = json.dumps(value, ensure_ascii=False)[:LONGEST_SAMPLE]
        yield {"path": path, "type": _type_of(value), "sample": sample}
    if depth >= DEEPEST:
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            step = f".{name}" if _PLAIN_NAME.fullmatch(name) else f"[{json.dumps(name, ensure_ascii=False)}]"
            yield from _named(path + step, inner, depth + 1)
    elif isinstance(value, list) and value:
        yield from _named(f"{path}[0]", value[0], depth + 1)


def _type_of(value: Any) -> str:
    kinds = {bool: "boolean", int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return kinds.get(type(value), "null")
