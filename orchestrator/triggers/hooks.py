"""Webhooks: which doors are open, and who owns them."""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction
from django.db.models import F

from orchestrator.engine.expressions import ParamsTemplate
from orchestrator.errors import Conflict, InvalidInput, Problem
from orchestrator.triggers.models import Webhook, WebhookEpoch
from orchestrator.workflows.models import Workflow, WorkflowVersion

ANY = "ANY"
_NAME = re.compile(r"^:.+$")

local_changes = 0
"""Grows with each change committed by this process, which therefore sees it at once; other
processes see the epoch in the database."""


def pattern_of(path: str) -> str:
    """The path with the names of its parameters left out: `orders/:id` → `orders/:`."""
    return "/".join(":" if _NAME.match(part) else part for part in path.strip("/").split("/"))


def switch_webhooks(
    workflow: Workflow, version: WorkflowVersion | None, wanted: dict[str, dict[str, Any]]
) -> None:
    """Replace the workflow's doors. `wanted`: by node id the params of its trigger. Raises Conflict
    `webhook.path_taken`, naming the workflow in the way, and InvalidInput `webhook.path_twice`."""
    touch_epoch()  # taken first: it is the lock under which the doors are compared
    rows = [row_of(workflow, version, node_id, params) for node_id, params in wanted.items()]
    _refuse_twice(rows)
    _refuse_taken(workflow, rows)
    Webhook.objects.filter(workflow=workflow).delete()
    Webhook.objects.bulk_create(rows)


def touch_epoch() -> None:
    """Tell all processes to read the doors again once this transaction is committed."""
    WebhookEpoch.objects.get_or_create(pk=1)
    WebhookEpoch.objects.filter(pk=1).update(number=F("number") + 1)
    transaction.on_commit(_changed_here)


def _changed_here() -> None:
    global local_changes
    local_changes += 1


def row_of(
    workflow: Workflow, version: WorkflowVersion | None, node_id: str, params: dict[str, Any]
) -> Webhook:
    """The door that a trigger's checked params describe, not stored. Raises InvalidInput."""
    path = params["path"].strip("/")
    names = params.get("deduplicate_by") or ""
    if names and not is_plain(names):
        place = f"nodes.{node_id}.params.deduplicate_by"
        message = f"{names!r} must be an expression that only names a field"
        hint = "It looks like {{ $json.body.id }}: fields joined by dots, without functions or operators."
        problem = Problem(place, "webhook.deduplicate_by", message, hint)
        raise InvalidInput("webhook.deduplicate_by", message, [problem])
    return Webhook(
        workflow=workflow,
        version=version,
        node_id=node_id,
        path=path,
        pattern=pattern_of(path),
        method=params["method"],
        respond=params["respond"],
        status=params["status"],
        authentication=params["authentication"],
        deduplicate_by=names,
    )


def is_plain(template: Any) -> bool:
    """Whether a param is a template that needs no JavaScript: the web process runs none."""
    if not isinstance(template, str) or not template.startswith("="):
        return False
    compiled = ParamsTemplate.compile({"key": template})
    return not (compiled.problems or compiled.needs_javascript or compiled.node_names)


def _overlap(one: Webhook, other: Webhook) -> bool:
    same_method = one.method == other.method or ANY in (one.method, other.method)
    return one.pattern == other.pattern and same_method


def _refuse_twice(rows: list[Webhook]) -> None:
    for index, row in enumerate(rows):
        if any(_overlap(row, other) for other in rows[:index]):
            problem = _problem(row, "webhook.path_twice", f"two nodes listen for {row}")
            raise InvalidInput("webhook.path_twice", problem.message, [problem])


def _refuse_taken(workflow: Workflow, rows: list[Webhook]) -> None:
    others = Webhook.objects.filter(pattern__in={row.pattern for row in rows}).exclude(workflow=workflow)
    taken = [
        (row, other) for other in others.select_related("workflow") for row in rows if _overlap(row, other)
    ]
    if not taken:
        return
    problems = [
        _problem(
            row,
            "webhook.path_taken",
            f"the live workflow “{other.workflow.name}” already listens for {other}",
        )
        for row, other in taken
    ]
    first = taken[0][1].workflow
    extra = {"workflow": {"id": first.pk, "name": first.name}}
    raise Conflict("webhook.path_taken", problems[0].message, problems, extra)


def _problem(row: Webhook, code: str, message: str) -> Problem:
    hint = "Choose another path or method, or unpublish the other one."
    return Problem(f"nodes.{row.node_id}.params.path", code, message, hint)
