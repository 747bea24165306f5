"""Listening for a test request: for two minutes, one request to a webhook of a draft."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from orchestrator.accounts.models import User
from orchestrator.errors import Conflict, InvalidInput
from orchestrator.sdk import FileRef
from orchestrator.triggers.doors import Table, table_of
from orchestrator.triggers.hooks import ANY, row_of
from orchestrator.triggers.manual import refuse_problems, run_workflow
from orchestrator.triggers.models import Listening, Webhook
from orchestrator.triggers.params import checked_params
from orchestrator.workflows.library import library
from orchestrator.workflows.services import get_workflow

LISTEN_SECONDS = 120
PREFIX = "/webhook-test/"


def listen(
    *,
    workflow_id: str,
    by: User,
    node_id: str | None = None,
    seconds: int = LISTEN_SECONDS,
    now: datetime | None = None,
) -> dict[str, Any]:
    """Wait for a request to the draft's webhook `node_id` (its first, when left out), in the place of
    what was waited for before. Raises InvalidInput `listening.no_webhook`, `workflow.has_problems`;
    Conflict `listening.path_taken`."""
    workflow = get_workflow(workflow_id)
    node = _webhook_node(workflow.document, node_id)
    refuse_problems(workflow.document, node["id"], None)
    params = checked_params(node)
    moment = now or timezone.now()
    with transaction.atomic():
        _refuse_taken(row_of(workflow, None, node["id"], params), moment)
        found, _ = Listening.objects.update_or_create(
            workflow=workflow,
            defaults={
                "node_id": node["id"],
                "params": params,
                "by": by,
                "started_at": moment,
                "expires_at": moment + timedelta(seconds=seconds),
                "run_id": "",
            },
        )
    return shown(found, moment)


def stop_listening(*, workflow_id: str) -> None:
    """Nothing happens when nobody listens."""
    Listening.objects.filter(workflow_id=get_workflow(workflow_id).pk).delete()


def listening_of(workflow_id: str, *, now: datetime | None = None) -> dict[str, Any] | None:
    """How the last listening stands; None when there was none."""
    found = Listening.objects.filter(workflow_id=get_workflow(workflow_id).pk).first()
    return shown(found, now or timezone.now()) if found else None


def shown(listening: Listening, now: datetime) -> dict[str, Any]:
    status = "received" if listening.run_id else "listening" if listening.expires_at > now else "expired"
    return {
        "status": status,
        "node": listening.node_id,
        "method": listening.params["method"],
        "address": PREFIX + listening.params["path"].strip("/"),
        "started_at": listening.started_at,
        "expires_at": listening.expires_at,
        "run_id": listening.run_id or None,
    }


def open_doors() -> Table:
    """The doors that somebody listens at."""
    waiting = Listening.objects.filter(run_id="", expires_at__gt=timezone.now()).select_related("workflow")
    return table_of(_row(found) for found in waiting)


def take(
    *, workflow_id: str, node_id: str, item: dict[str, Any], files: dict[str, FileRef], reply_to: str
) -> str | None:
    """Start the draft, as it is now, with the request. None when another request came first. Raises
    what `run_workflow` raises; the listening goes on then."""
    with transaction.atomic():
        # The update locks the row: of two requests, one starts a run.
        waiting = Listening.objects.filter(
            workflow_id=workflow_id, node_id=node_id, run_id="", expires_at__gt=timezone.now()
        )
        if not waiting.update(run_id="taken"):
            return None
        listening = Listening.objects.select_related("by").get(workflow_id=workflow_id)
        run_id = run_workflow(
            workflow_id=workflow_id,
            by=listening.by,
            items=[item],
            node_id=node_id,
            source="webhook",
            files=[files] if files else None,
            reply_to=reply_to,
        )
        Listening.objects.filter(pk=listening.pk).update(run_id=run_id)
    return run_id


def _row(listening: Listening) -> Webhook:
    return row_of(listening.workflow, None, listening.node_id, listening.params)


def _webhook_node(document: dict[str, Any], node_id: str | None) -> dict[str, Any]:
    for node in document["nodes"]:
        node_type = library().get(node["type"])
        is_webhook = node_type is not None and node_type.source == "webhook"
        if is_webhook and (node["id"] == node_id or (node_id is None and not node["disabled"])):
            return dict(node)
    message = f"{node_id!r} is not a webhook of the draft" if node_id else "the draft has no webhook"
    raise InvalidInput("listening.no_webhook", message)


def _refuse_taken(row: Webhook, now: datetime) -> None:
    waiting = Listening.objects.filter(run_id="", expires_at__gt=now).exclude(workflow=row.workflow)
    for other in waiting.select_related("workflow"):
        theirs = _row(other)
        is_same = row.pattern == theirs.pattern
        if is_same and (row.method == theirs.method or ANY in (row.method, theirs.method)):
            name = other.workflow.name
            raise Conflict(
                "listening.path_taken",
                f"somebody listens there for a test request to “{name}” just now",
                extra={"workflow": {"id": other.workflow.pk, "name": name}},
            )
