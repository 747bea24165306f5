"""Runs over the API. Bodies may be large, so they are sent as bytes, not checked field by field."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from orchestrator.accounts.api import user_of
from orchestrator.rest import answer
from orchestrator.runs import again, bulk, queries, search, services
from orchestrator.runs.course import latest_steps
from orchestrator.runs.schemas import (
    BulkAction,
    BulkDone,
    EventFilter,
    EventList,
    Fork,
    Retried,
    RunDetail,
    RunFilter,
    RunList,
    RunSummary,
    StepDetail,
    StepLimit,
    StepLines,
    StepWindow,
)
from orchestrator.runs.step_detail import Window, step_detail

router = Router(tags=["runs"])


@router.get("", response=RunList, operation_id="list_runs")
def list_runs(request: HttpRequest, query: Query[RunFilter]) -> HttpResponse:
    """Runs, newest first; of one workflow, status or time when asked, or with a text in their data."""
    runs = queries.filtered(
        workflow=query.workflow, status=query.status, since=query.since, until=query.until
    )
    if text := query.text.strip():
        return answer(search.find_runs(runs, query, text))
    return answer(queries.list_runs(query, runs))


@router.post("/bulk", response=BulkDone, operation_id="act_on_runs")
def act_on_runs(request: HttpRequest, payload: BulkAction) -> HttpResponse:
    """Retry or cancel many runs: those named, or those of a workflow. At most 500 at once."""
    done = bulk.act_on_runs(
        action=payload.action,
        by=str(user_of(request)),
        ids=payload.ids,
        workflow_id=payload.workflow,
        status=payload.status,
    )
    return answer(done)


@router.get("/{run_id}", response=RunDetail, operation_id="get_run")
def get_run(request: HttpRequest, run_id: str) -> HttpResponse:
    """A run with its frozen document and all its events, without the items."""
    return answer(queries.run_with_events(run_id))


@router.get("/{run_id}/events", response=EventList, operation_id="list_run_events")
def list_run_events(request: HttpRequest, run_id: str, query: Query[EventFilter]) -> HttpResponse:
    """The events after a sequence number, without the items."""
    return answer({"items": queries.events_after(run_id, query.after)})


@router.get("/{run_id}/steps", response=StepLines, operation_id="list_run_steps", by_alias=True)
def list_run_steps(request: HttpRequest, run_id: str, query: Query[StepLimit]) -> HttpResponse:
    """The run's latest steps in their order, how each went, without the items."""
    return answer(latest_steps(run_id, query.limit))


@router.get("/{run_id}/steps/{step}", response=StepDetail, operation_id="get_run_step", by_alias=True)
def get_run_step(request: HttpRequest, run_id: str, step: str, query: Query[StepWindow]) -> HttpResponse:
    """What a step received and made, its items in pages."""
    window = Window(side=query.side, port=query.port, offset=query.offset, limit=query.limit)
    return answer(step_detail(run_id, step, window))


@router.post("/{run_id}/cancel", response=RunSummary, operation_id="cancel_run")
def cancel_run(request: HttpRequest, run_id: str) -> HttpResponse:
    """Ask for the run's end; it follows within moments. 409 `run.ended`."""
    services.cancel_run(run_id=run_id, by=str(user_of(request)))
    return answer(queries.summary(run_id))


@router.post("/{run_id}/retry", response={201: Retried}, operation_id="retry_run")
def retry_run(request: HttpRequest, run_id: str) -> HttpResponse:
    """Start the same version again with the same items, as a new run."""
    return answer({"run_id": again.retry_run(run_id=run_id, by=str(user_of(request)))}, status=201)


@router.post("/{run_id}/fork", response={201: Retried}, operation_id="fork_run")
def fork_run(request: HttpRequest, run_id: str, payload: Fork) -> HttpResponse:
    """Go on from a step of this run as a new run, with other items if given. What ran before the
    step is reused; a write after it that was done is not repeated unless it is `armed`."""
    forked = again.fork_run(
        run_id=run_id, step=payload.step, by=str(user_of(request)), items=payload.items, armed=payload.armed
    )
    return answer({"run_id": forked}, status=201)
