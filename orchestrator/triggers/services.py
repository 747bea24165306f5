"""Triggers follow the life of workflows: switched in the transaction that publishes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from orchestrator.runs.services import cancel_runs_of
from orchestrator.triggers.hooks import switch_webhooks, touch_epoch
from orchestrator.triggers.models import PublicPage, Schedule
from orchestrator.triggers.pages import switch_pages
from orchestrator.triggers.params import checked_params
from orchestrator.triggers.schedules import fire_due, switch_schedules
from orchestrator.workflows.library import library
from orchestrator.workflows.models import Workflow, WorkflowVersion

__all__ = ["fire_due", "on_credential_changed", "on_deleted", "on_published", "on_unpublished"]


def on_published(
    *, workflow: Workflow, version: WorkflowVersion, now: datetime | None = None, **told: Any
) -> None:
    """Open the doors of a version. What is raised here stops the publishing."""
    switch_webhooks(workflow, version, _params_by_node(version, "webhook"))
    forms, chats = _params_by_node(version, "form"), _params_by_node(version, "chat")
    opened = {node: params for node, params in chats.items() if params["page"]["kind"] == "public"}
    switch_pages(workflow, version, PublicPage.FORM, forms)
    switch_pages(workflow, version, PublicPage.CHAT, opened)
    switch_schedules(workflow, version, _params_by_node(version, "schedule"), now=now or timezone.now())


def on_unpublished(*, workflow: Workflow, **told: Any) -> None:
    switch_webhooks(workflow, None, {})
    Schedule.objects.filter(workflow=workflow).delete()
    PublicPage.objects.filter(workflow=workflow).delete()


def on_deleted(*, workflow: Workflow, by: Any, **told: Any) -> None:
    """Nobody could decide about them any more, so unfinished runs are cancelled."""
    cancel_runs_of(workflow_id=workflow.pk, by=str(by or ""))


def on_credential_changed(**told: Any) -> None:
    """Doors may be guarded by it."""
    touch_epoch()


def _params_by_node(version: WorkflowVersion, source: str) -> dict[str, dict[str, Any]]:
    """The checked params of the triggers of one source, by node id, without the disabled ones."""
    found = {}
    for node in version.document["nodes"]:
        node_type = library().get(node["type"])
        if node_type is None or node_type.source != source or node["disabled"]:
            continue
        found[node["id"]] = checked_params(node)
    return found
