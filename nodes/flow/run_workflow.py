"""Run workflow: have another workflow do a part of the work."""

from typing import Any, Literal

from pydantic import Field

from orchestrator.sdk import Answer, Context, Item, NodeError, Params, Pause, node, ui

MOST_RUNS = 1000


class RunWorkflowParams(Params):
    workflow: str = Field(
        min_length=1,
        max_length=26,
        description="The workflow to run; it must be published.",
        json_schema_extra=ui(widget="workflow"),
    )
    version: int | None = Field(
        default=None,
        ge=1,
        description="Number of the version to run, whatever is published later; empty follows the live one.",
        json_schema_extra=ui(placeholder="the live version"),
    )
    mode: Literal["once", "each"] = Field(
        default="once", description="One run with all items, or one run for each item."
    )
    wait: bool = Field(
        default=True,
        description="Wait for the end and go on with its items; otherwise go on at once with what came in.",
    )


@node(
    "flow.run_workflow",
    title="Run workflow",
    effect="idempotent_write",
    summary="{workflow}",
    aliases=("sub-workflow", "execute workflow", "call", "child", "subroutine"),
)
async def call(params: RunWorkflowParams, items: list[Item], context: Context) -> Pause:
    """Run another published workflow with these items.

    Its live version is run, or the one named here, which then stays the same until you choose another.
    It starts at its trigger “When called by another workflow”. While it waits, for a person say,
    this run waits too, without a worker. The items of its last step come out. When a run fails,
    this step fails and names it.
    """
    batches = [[item.json] for item in items] if params.mode == "each" else [[item.json for item in items]]
    if len(batches) > MOST_RUNS:
        raise NodeError(
            f"{len(batches)} items would start as many runs; {MOST_RUNS} at once are possible",
            hint="Put a Loop before this node, or let one run take all items.",
            code="flow.too_many_runs",
        )
    runs = "the workflow" if len(batches) == 1 else f"{len(batches)} runs of the workflow"
    data: dict[str, Any] = {"workflow_id": params.workflow, "wait": params.wait, "batches": batches}
    if params.version is not None:
        data["version"] = params.version
    return Pause("child", f"waiting for {runs}" if params.wait else f"starting {runs}", data=data)


@call.resume
def collect(params: RunWorkflowParams, items: list[Item], answer: Answer, context: Context) -> list[Item]:
    """All runs ended, or have begun when nobody waits for them."""
    results: list[dict[str, Any]] = answer.data.get("results") or []
    for place, result in enumerate(results):
        if result["status"] not in ("succeeded", "started"):
            raise _failure(result, place if params.mode == "each" else None)
    for result in results:
        context.log(f"run {result['run']} {result['status']}", run=result["run"])
    if not params.wait:
        return items
    if params.mode == "once":
        return [Item(record) for result in results for record in result["items"]]
    pairs = zip(items, results, strict=True)
    return [item.derive(record) for item, result in pairs for record in result["items"]]


def _failure(result: dict[str, Any], item: int | None) -> NodeError:
    error = result.get("error") or {}
    message = error.get("message") or f"it was {result['status']}"
    if not result.get("run"):
        code = error.get("code", "flow.child_failed")
        return NodeError(message, hint=error.get("hint", ""), item=item, code=code)
    return NodeError(
        f"run {result['run']} of the workflow {result['status']}: {message}",
        hint=error.get("hint") or "Open that run to see where it stopped.",
        retry="soon",
        item=item,
        code="flow.child_failed",
    )
