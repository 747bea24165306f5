"""Running a workflow over the API."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from orchestrator.accounts.api import user_of
from orchestrator.accounts.schemas import Input
from orchestrator.rest import answer
from orchestrator.triggers.manual import run_workflow, wait_for

router = Router(tags=["workflows"])

LONGEST_WAIT_SECONDS = 60


class RunWorkflow(Input):
    items: list[dict[str, Any]] | None = Field(None, max_length=100_000)
    """Left out: what the trigger would bring, empty."""
    node: str | None = Field(None, max_length=100)
    """Id of the node to start at; left out: the trigger."""
    until: str | None = Field(None, max_length=100)
    """Id of the last node to run."""
    wait_seconds: float = Field(0, ge=0, le=LONGEST_WAIT_SECONDS)
    """How long to wait for the end."""
    version: Literal["draft", "live"] = "draft"
    reuse_run: str | None = Field(None, max_length=26)
    """An earlier run of the workflow, whose data is used where nothing has changed since."""
    first: str | None = Field(None, max_length=100, alias="from")
    """With `reuse_run`: id of the node that is performed anew, with all that follows."""
    dirty: list[str] = Field(default_factory=list, max_length=5000)
    """With `reuse_run`: ids of further nodes to perform anew."""


class RunStarted(Schema):
    run_id: str
    status: str
    outputs: list[dict[str, Any]] | None = None
    """The last step's items, when the run ended within the wait."""
    error: dict[str, Any] | None = None


@router.post("/{workflow_id}/run", response={201: RunStarted}, operation_id="run_workflow")
def post_run(request: HttpRequest, workflow_id: str, payload: RunWorkflow | None = None) -> HttpResponse:
    """Start a run by hand. The draft is frozen as it is now."""
    wanted = payload or RunWorkflow()
    run_id = run_workflow(
        workflow_id=workflow_id,
        by=user_of(request),
        items=wanted.items,
        node_id=wanted.node,
        until=wanted.until,
        which=wanted.version,
        reuse_run=wanted.reuse_run,
        first=wanted.first,
        dirty=wanted.dirty,
    )
    return answer(wait_for(run_id, seconds=wanted.wait_seconds), status=201)
