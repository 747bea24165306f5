"""The same thing done to many runs."""

from __future__ import annotations

from typing import Any, Literal

from orchestrator.errors import InvalidInput, ServiceError
from orchestrator.runs import again, services
from orchestrator.runs.models import Run

MOST_AT_ONCE = 500
Action = Literal["retry", "cancel"]
FITTING = {"retry": ("failed", "cancelled"), "cancel": ("queued", "running", "paused")}


def act_on_runs(
    *, action: Action, by: str, ids: list[str] | None = None, workflow_id: str = "", status: str = ""
) -> dict[str, Any]:
    """Retry or cancel the runs named, or those of a workflow (oldest first), with `status` if given.

    One that cannot be helped does not stop the others: `{"done": [{"run_id", "new_run_id"?}],
    "refused": [{"run_id", "code", "message"}], "is_more"}`. Raises InvalidInput `run.bulk_empty`."""
    if ids is None and not workflow_id:
        raise InvalidInput("run.bulk_empty", "name the runs in `ids`, or a `workflow` and perhaps a `status`")
    if ids is None:
        wanted = [status] if status else FITTING[action]
        found = Run.objects.filter(workflow_id=workflow_id, status__in=wanted).order_by("id")
        ids = list(found.values_list("id", flat=True)[: MOST_AT_ONCE + 1])
    done: list[dict[str, str]] = []
    refused: list[dict[str, str]] = []
    for run_id in dict.fromkeys(ids[:MOST_AT_ONCE]):
        try:
            done.append(_act(action, run_id, by))
        except ServiceError as error:
            refused.append({"run_id": run_id, "code": error.code, "message": error.message})
    return {"done": done, "refused": refused, "is_more": len(ids) > MOST_AT_ONCE}


def _act(action: Action, run_id: str, by: str) -> dict[str, str]:
    if action == "cancel":
        services.cancel_run(run_id=run_id, by=by)
        return {"run_id": run_id}
    return {"run_id": run_id, "new_run_id": again.retry_run(run_id=run_id, by=by)}
