"""Writing workflows: drafts, versions, publishing, deleting."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.dispatch import Signal
from django.utils import timezone

from orchestrator.accounts.models import User
from orchestrator.credentials.services import record_uses
from orchestrator.errors import Conflict, InvalidInput, NotFound
from orchestrator.workflows.document import content_hash, empty_document, read_document
from orchestrator.workflows.folders import ensure_folder
from orchestrator.workflows.library import credential_refs, problems_of
from orchestrator.workflows.models import Workflow, WorkflowVersion

published = Signal()
"""Sent with `workflow` and `version` inside the transaction; a receiver that raises stops it."""
unpublished = Signal()
"""Sent with `workflow` inside the transaction."""
deleted = Signal()
"""Sent with `workflow` and `by` inside the transaction, after `unpublished`."""

COPY = " (copy)"
LONGEST_NAME = 200


def get_workflow(workflow_id: str, *, lock: bool = False) -> Workflow:
    """Raises NotFound, also for a deleted one. `lock` needs a transaction."""
    rows = Workflow.objects.filter(deleted_at=None)
    if lock:
        rows = rows.select_for_update()
    workflow = rows.filter(pk=workflow_id).first()
    if workflow is None:
        was_there = Workflow.objects.filter(pk=workflow_id).exists()
        reason = "was deleted" if was_there else "does not exist"
        raise NotFound("workflow.not_found", f"the workflow {workflow_id} {reason}")
    return workflow


def get_version(version_id: str) -> WorkflowVersion:
    """Also of a deleted workflow: its runs can still be looked at. Raises NotFound."""
    version = WorkflowVersion.objects.select_related("workflow", "created_by").filter(pk=version_id).first()
    if version is None:
        raise NotFound("version.not_found", f"the version {version_id} does not exist")
    return version


@transaction.atomic
def create_workflow(
    *,
    by: User | None,
    name: str = "",
    document: Any = None,
    tags: list[str] | None = None,
    folder: str = "",
) -> Workflow:
    """A new draft: from `document`, or empty; its folder is made if need be. Raises InvalidInput for a
    wrong shape."""
    found = read_document(document) if document is not None else empty_document(name or "New workflow")
    if name:
        found["name"] = name
    workflow = Workflow.objects.create(
        name=found["name"], document=found, tags=tags or [], folder=ensure_folder(folder), created_by=by
    )
    _record_credentials(workflow)
    return workflow


@transaction.atomic
def save_draft(*, workflow_id: str, document: Any, revision: int, tags: list[str] | None = None) -> Workflow:
    """Save a draft made from `revision`. Raises Conflict `workflow.revision_conflict`, carrying the
    present document and revision, when somebody else saved meanwhile."""
    workflow = get_workflow(workflow_id, lock=True)
    found = read_document(document)
    is_same = found == workflow.document and (tags is None or tags == workflow.tags)
    if is_same:
        # Also the answer to a save that is sent again because its answer was lost.
        return workflow
    if revision != workflow.revision:
        raise Conflict(
            "workflow.revision_conflict",
            f"the workflow was saved by somebody else (revision {workflow.revision}, yours is {revision})",
            extra={"current": {"document": workflow.document, "revision": workflow.revision}},
        )
    workflow.document, workflow.name = found, found["name"]
    workflow.tags = workflow.tags if tags is None else tags
    workflow.revision += 1
    workflow.updated_at = timezone.now()
    workflow.save()
    _record_credentials(workflow)
    return workflow


@transaction.atomic
def publish(*, workflow_id: str, by: User | None, name: str = "") -> WorkflowVersion:
    """Make the draft live and switch its triggers, all or nothing. Raises InvalidInput
    `workflow.has_problems`; what triggers raise (a path that is taken) passes through."""
    workflow = get_workflow(workflow_id, lock=True)
    problems = problems_of(workflow.document)
    if any(problem.severity == "error" for problem in problems):
        count = sum(problem.severity == "error" for problem in problems)
        message = f"{count} problem{'s stand' if count > 1 else ' stands'} in the way of publishing"
        raise InvalidInput("workflow.has_problems", message, problems)
    version = _live_version_if_same(workflow) or _new_version(workflow, by)
    if name:
        version.name = name
        version.save(update_fields=["name"])
    workflow.live = version
    workflow.save(update_fields=["live"])
    _record_credentials(workflow)
    published.send(sender=Workflow, workflow=workflow, version=version)
    return version


def _live_version_if_same(workflow: Workflow) -> WorkflowVersion | None:
    """Publishing twice makes one version."""
    live = workflow.live
    return live if live and live.content_hash == content_hash(workflow.document) else None


def _new_version(workflow: Workflow, by: User | None) -> WorkflowVersion:
    last = workflow.versions.aggregate(last=Max("number"))["last"] or 0
    return WorkflowVersion.objects.create(
        workflow=workflow,
        number=last + 1,
        document=workflow.document,
        content_hash=content_hash(workflow.document),
        created_by=by,
    )


@transaction.atomic
def unpublish(*, workflow_id: str) -> Workflow:
    """Close the doors; runs under way go on."""
    workflow = get_workflow(workflow_id, lock=True)
    _take_down(workflow)
    return workflow


def _take_down(workflow: Workflow) -> None:
    workflow.live = None
    workflow.save(update_fields=["live"])
    unpublished.send(sender=Workflow, workflow=workflow)


@transaction.atomic
def tag_workflow(*, workflow_id: str, tags: list[str]) -> Workflow:
    """Replace its tags; each stays once, without spaces around it."""
    workflow = get_workflow(workflow_id, lock=True)
    workflow.tags = list(dict.fromkeys(tag for tag in (given.strip() for given in tags) if tag))
    workflow.save(update_fields=["tags"])
    return workflow


def duplicate(*, workflow_id: str, by: User | None) -> Workflow:
    """A new draft with the same document in the same folder, not live."""
    workflow = get_workflow(workflow_id)
    name = workflow.name[: LONGEST_NAME - len(COPY)] + COPY
    return create_workflow(
        by=by, name=name, document=workflow.document, tags=workflow.tags, folder=workflow.folder
    )


@transaction.atomic
def delete_workflow(*, workflow_id: str, by: User | None, now: datetime | None = None) -> None:
    """Its doors close and its unfinished runs are cancelled, also those that wait for people; its
    finished runs can still be looked at."""
    workflow = get_workflow(workflow_id, lock=True)
    _take_down(workflow)
    workflow.deleted_at = now or timezone.now()
    workflow.save(update_fields=["deleted_at"])
    record_uses(workflow_id=workflow.pk, credential_ids=set())
    deleted.send(sender=Workflow, workflow=workflow, by=by)


def freeze_version(workflow: Workflow, *, by: User | None) -> WorkflowVersion:
    """The draft as a version without number, for a run of it; equal drafts share one."""
    version, _ = WorkflowVersion.objects.get_or_create(
        workflow=workflow,
        content_hash=content_hash(workflow.document),
        number=None,
        defaults={"document": workflow.document, "created_by": by},
    )
    return version


def _record_credentials(workflow: Workflow) -> None:
    documents = [workflow.document] + ([workflow.live.document] if workflow.live else [])
    refs = {ref for document in documents for _, ref, _ in credential_refs(document)}
    record_uses(workflow_id=workflow.pk, credential_ids=refs)
