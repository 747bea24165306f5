"""Reading workflows for the API."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast

from orchestrator.errors import NotFound
from orchestrator.pages import Page
from orchestrator.workflows.document import behaviour_hash
from orchestrator.workflows.folders import inside, read_path
from orchestrator.workflows.library import problems_of
from orchestrator.workflows.models import Workflow, WorkflowVersion


def workflow_out(workflow: Workflow) -> dict[str, Any]:
    problems = [problem.as_dict() for problem in problems_of(workflow.document)]
    return {**_head(workflow), "document": workflow.document, "problems": problems}


def list_workflows(
    page: Page,
    *,
    search: str = "",
    tag: str | None = None,
    uses: str | None = None,
    folder: str | None = None,
    below: bool = False,
) -> dict[str, Any]:
    """One page of rows without documents, the last changed first. `uses`: the id of a workflow that
    their drafts run. `folder`: only what is filed there, with `below` also in the folders in it."""
    rows = _with_last_run(Workflow.objects.filter(deleted_at=None).select_related("live"))
    if search:
        rows = rows.filter(name__icontains=search)
    if tag:
        # As it stands in the text of the list, quotes and all.
        rows = rows.alias(listed=Cast("tags", TextField())).filter(listed__contains=json.dumps(tag))
    if uses is not None:
        # An id is long and random: in the text of a document it means this workflow and nothing else.
        rows = rows.alias(text=Cast("document", TextField())).filter(text__contains=uses).exclude(pk=uses)
    if folder is not None:
        path = read_path(folder)
        rows = inside(rows, path) if below else rows.filter(folder=path)
    if page.cursor and (last := Workflow.objects.filter(pk=page.cursor).first()):
        is_before = Q(updated_at__lt=last.updated_at) | Q(updated_at=last.updated_at, pk__lt=last.pk)
        rows = rows.filter(is_before)
    found = list(rows.order_by("-updated_at", "-pk")[: page.limit + 1])
    shown = found[: page.limit]
    next_cursor = shown[-1].pk if len(found) > page.limit else None
    return {"items": [_row(workflow) for workflow in shown], "next": next_cursor}


def revision_of(workflow_id: str) -> int:
    """The draft's revision. Raises NotFound, also for a deleted workflow."""
    found = (
        Workflow.objects.filter(pk=workflow_id, deleted_at=None).values_list("revision", flat=True).first()
    )
    if found is None:
        raise NotFound("workflow.not_found", f"the workflow {workflow_id} does not exist")
    return found


def version_row(version: WorkflowVersion, live_id: str | None) -> dict[str, Any]:
    return {
        "id": version.pk,
        "workflow_id": version.workflow_id,
        "number": version.number,
        "name": version.name,
        "created_at": version.created_at,
        "by": str(version.created_by or ""),
        "is_live": version.pk == live_id,
    }


def list_versions(workflow: Workflow) -> list[dict[str, Any]]:
    """The published versions, newest first; not those frozen for runs of a draft."""
    rows = workflow.versions.filter(number__isnull=False).defer("document").select_related("created_by")
    return [version_row(version, workflow.live_id) for version in rows.order_by("-number")]


def _with_last_run(rows: QuerySet[Workflow]) -> QuerySet[Workflow]:
    runs = Workflow._meta.get_field("runs").related_model._default_manager  # type: ignore[union-attr]
    last = runs.filter(workflow=OuterRef("pk")).order_by("-id")
    return rows.annotate(
        last_run_id=Subquery(last.values("id")[:1]),
        last_run_status=Subquery(last.values("status")[:1]),
        last_run_at=Subquery(last.values("created_at")[:1]),
    )


def workflow_row(workflow: Workflow) -> dict[str, Any]:
    return _row(_with_last_run(Workflow.objects.select_related("live")).get(pk=workflow.pk))


def _row(workflow: Any) -> dict[str, Any]:
    last = {"id": workflow.last_run_id, "status": workflow.last_run_status, "at": workflow.last_run_at}
    return {**_head(workflow), "last_run": last if workflow.last_run_id else None}


def _head(workflow: Workflow) -> dict[str, Any]:
    live = workflow.live
    differs = live is None or behaviour_hash(live.document) != behaviour_hash(workflow.document)
    return {
        "id": workflow.pk,
        "name": workflow.name,
        "revision": workflow.revision,
        "live_version": live.number if live else None,
        "draft_differs": differs,
        "tags": workflow.tags,
        "folder": workflow.folder,
        "created_at": workflow.created_at,
        "updated_at": workflow.updated_at,
    }
