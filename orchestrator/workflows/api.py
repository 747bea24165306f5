"""Workflows over the API."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from orchestrator.accounts.api import user_of
from orchestrator.rest import answer
from orchestrator.workflows import queries, services
from orchestrator.workflows.document import canonical
from orchestrator.workflows.library import description
from orchestrator.workflows.schemas import (
    NewWorkflow,
    Publish,
    Published,
    Save,
    StarterList,
    Tags,
    VersionList,
    VersionOut,
    WorkflowFilter,
    WorkflowList,
    WorkflowOut,
    WorkflowRow,
)
from orchestrator.workflows.starters import starter_document, starters

router = Router(tags=["workflows"])


@router.get("/node-types", response=dict[str, Any], operation_id="list_node_types")
def list_node_types(request: HttpRequest) -> HttpResponse:
    """The node library: groups, and for each node its ports, params schema, help and examples."""
    return answer(description())


@router.get("/starters", response=StarterList, operation_id="list_starters")
def list_starters(request: HttpRequest) -> HttpResponse:
    """Ready-made workflows to begin with."""
    items = [
        {"key": found.key, "title": found.title, "summary": found.summary, "document": found.document}
        for found in starters()
    ]
    return answer({"items": items, "next": None})


@router.get("/workflows", response=WorkflowList, operation_id="list_workflows")
def list_workflows(request: HttpRequest, query: Query[WorkflowFilter]) -> HttpResponse:
    """Workflows without their documents, the last changed first."""
    return answer(
        queries.list_workflows(
            query,
            search=query.search or "",
            tag=query.tag,
            uses=query.uses,
            folder=query.folder,
            below=query.below,
        )
    )


@router.post("/workflows", response={201: WorkflowOut}, operation_id="create_workflow")
def post_workflow(request: HttpRequest, payload: NewWorkflow) -> HttpResponse:
    """Empty, from a document, or from a starter."""
    document = starter_document(payload.starter) if payload.starter else payload.document
    workflow = services.create_workflow(
        by=user_of(request),
        name=payload.name or "",
        document=document,
        tags=payload.tags,
        folder=payload.folder,
    )
    return answer(queries.workflow_out(workflow), status=201)


@router.get("/workflows/{workflow_id}", response=WorkflowOut, operation_id="get_workflow")
def get_workflow(request: HttpRequest, workflow_id: str) -> HttpResponse:
    """The draft, and what stands in the way of running it."""
    return answer(queries.workflow_out(services.get_workflow(workflow_id)))


@router.put("/workflows/{workflow_id}", response=WorkflowOut, operation_id="save_workflow")
def put_workflow(request: HttpRequest, workflow_id: str, payload: Save) -> HttpResponse:
    """Save the draft. 409 `workflow.revision_conflict`, with `current: {document, revision}`, when it
    was saved by somebody else since the revision you name."""
    workflow = services.save_draft(
        workflow_id=workflow_id, document=payload.document, revision=payload.revision, tags=payload.tags
    )
    return answer(queries.workflow_out(workflow))


@router.put("/workflows/{workflow_id}/tags", response=WorkflowRow, operation_id="tag_workflow")
def put_tags(request: HttpRequest, workflow_id: str, payload: Tags) -> HttpResponse:
    """Replace its tags. The draft and its revision stay as they are."""
    return answer(queries.workflow_row(services.tag_workflow(workflow_id=workflow_id, tags=payload.tags)))


@router.delete("/workflows/{workflow_id}", response={204: None}, operation_id="delete_workflow")
def remove_workflow(request: HttpRequest, workflow_id: str) -> HttpResponse:
    """Its doors close and its unfinished runs are cancelled; past runs stay."""
    services.delete_workflow(workflow_id=workflow_id, by=user_of(request))
    return HttpResponse(status=204)


@router.get("/workflows/{workflow_id}/export", response=dict[str, Any], operation_id="export_workflow")
def export_workflow(request: HttpRequest, workflow_id: str) -> HttpResponse:
    """The draft as canonical text, for git. Secrets are never part of a document."""
    return answer(canonical(services.get_workflow(workflow_id).document).encode())


@router.post("/workflows/{workflow_id}/publish", response=Published, operation_id="publish_workflow")
def publish_workflow(request: HttpRequest, workflow_id: str, payload: Publish | None = None) -> HttpResponse:
    """Make the draft live. 422 `workflow.has_problems`, 409 `webhook.path_taken`."""
    name = payload.name if payload else ""
    version = services.publish(workflow_id=workflow_id, by=user_of(request), name=name)
    return answer({"version": queries.version_row(version, version.pk)})


@router.post("/workflows/{workflow_id}/unpublish", response=WorkflowOut, operation_id="unpublish_workflow")
def unpublish_workflow(request: HttpRequest, workflow_id: str) -> HttpResponse:
    """Close its doors; runs under way go on."""
    return answer(queries.workflow_out(services.unpublish(workflow_id=workflow_id)))


@router.post(
    "/workflows/{workflow_id}/duplicate", response={201: WorkflowOut}, operation_id="duplicate_workflow"
)
def duplicate_workflow(request: HttpRequest, workflow_id: str) -> HttpResponse:
    """A copy as a new draft, not live."""
    workflow = services.duplicate(workflow_id=workflow_id, by=user_of(request))
    return answer(queries.workflow_out(workflow), status=201)


@router.get("/workflows/{workflow_id}/versions", response=VersionList, operation_id="list_versions")
def list_versions(request: HttpRequest, workflow_id: str) -> HttpResponse:
    """Published versions, newest first."""
    return answer({"items": queries.list_versions(services.get_workflow(workflow_id)), "next": None})


@router.get("/versions/{version_id}", response=VersionOut, operation_id="get_version")
def get_version(request: HttpRequest, version_id: str) -> HttpResponse:
    """One version with its document, also of a deleted workflow."""
    version = services.get_version(version_id)
    row = queries.version_row(version, version.workflow.live_id)
    return answer({**row, "document": version.document})
