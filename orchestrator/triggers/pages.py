"""Public pages: which are open, and what became of what was sent there."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from django.db import IntegrityError, transaction

from orchestrator.errors import Conflict, InvalidInput, NotFound, Problem
from orchestrator.runs import store
from orchestrator.runs.services import start_run
from orchestrator.triggers.models import PublicPage
from orchestrator.workflows.models import Workflow, WorkflowVersion


def switch_pages(
    workflow: Workflow, version: WorkflowVersion, kind: str, wanted: dict[str, dict[str, Any]]
) -> None:
    """Replace the workflow's pages of a kind. `wanted`: by node id the params of its trigger. Raises
    Conflict `page.path_taken`, naming the workflow in the way, and InvalidInput `page.path_twice`."""
    rows = [
        PublicPage(
            kind=kind,
            path=_place(kind, params)["path"].strip("/"),
            workflow=workflow,
            version=version,
            node_id=node_id,
            params=params,
        )
        for node_id, params in wanted.items()
    ]
    for index, row in enumerate(rows):
        if any(row.path == other.path for other in rows[:index]):
            problem = _problem(row, "page.path_twice", f"two nodes want the address {row}")
            raise InvalidInput("page.path_twice", problem.message, [problem])
        _refuse_taken(row)
    PublicPage.objects.filter(workflow=workflow, kind=kind).delete()
    try:
        with transaction.atomic():
            PublicPage.objects.bulk_create(rows)
    except IntegrityError:  # another workflow was published at the same moment
        for row in rows:
            _refuse_taken(row)
        raise


def _refuse_taken(row: PublicPage) -> None:
    others = PublicPage.objects.filter(kind=row.kind, path=row.path).exclude(workflow=row.workflow)
    other = others.select_related("workflow").first()
    if other is not None:
        name = other.workflow.name
        problem = _problem(row, "page.path_taken", f"the live workflow “{name}” has the address {row}")
        extra = {"workflow": {"id": other.workflow.pk, "name": name}}
        raise Conflict("page.path_taken", problem.message, [problem], extra)


def _problem(row: PublicPage, code: str, message: str) -> Problem:
    hint = "Choose another path, or unpublish the other one."
    field = "page.path" if row.kind == PublicPage.CHAT else "path"
    return Problem(f"nodes.{row.node_id}.params.{field}", code, message, hint)


def _place(kind: str, params: dict[str, Any]) -> dict[str, Any]:
    """The part of a trigger's params that says where its page is."""
    part: dict[str, Any] = params["page"] if kind == PublicPage.CHAT else params
    return part


def page_at(kind: str, path: str) -> PublicPage:
    """Raises NotFound `page.not_found`."""
    found = PublicPage.objects.filter(kind=kind, path=path.strip("/")).first()
    if found is None:
        raise NotFound("page.not_found", "there is nothing at this address, or no longer")
    return found


def start_from_page(page: PublicPage, item: dict[str, Any], *, key: str) -> str:
    """Start the live workflow with what was sent. `key` names the message: sent twice, it starts one
    run. Returns the run's id."""
    digest = hashlib.sha256(orjson.dumps([page.node_id, key])).hexdigest()
    named = (page.workflow_id, f"{page.kind}:{digest}")
    if run_id := store.known_runs([named]).get(named):
        return run_id
    try:
        return start_run(
            workflow_id=page.workflow_id,
            version_id=page.version_id,
            node_id=page.node_id,
            items=[item],
            source=page.kind,
            dedupe_key=named[1],
        )
    except IntegrityError:  # the same message came twice in this very moment
        return store.known_runs([named])[named]


def said(result: dict[str, Any], field: str) -> str:
    """What an ended run answers people: the body of its Respond node, else the field of its last
    item; other values as JSON."""
    reply = result["reply"]
    if reply is not None:
        body = bytes(reply["body"])
        kinds = [value for name, value in reply["headers"].items() if name.lower() == "content-type"]
        if not any("json" in str(kind).lower() for kind in kinds):
            return body.decode("utf-8", "replace")
        try:
            value = orjson.loads(body)
        except orjson.JSONDecodeError:
            return body.decode("utf-8", "replace")
    else:
        value = result["outputs"][-1] if result["outputs"] else ""
    if isinstance(value, dict) and field in value:
        value = value[field]
    return value if isinstance(value, str) else orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
