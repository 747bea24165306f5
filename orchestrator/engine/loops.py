"""The loop node: opening its turns and gathering what came back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestrator.engine import payload as payloads
from orchestrator.engine.batches import Batches
from orchestrator.engine.graph import Node
from orchestrator.engine.state import Step
from orchestrator.sdk import NodeError

if TYPE_CHECKING:
    from orchestrator.engine.steps import StepWork


async def open_loop(work: StepWork, step: Step, node: Node) -> None:
    """Resolve the loop's params and announce how many turns there are."""
    items = Batches.flat(await work.batches.load(step))
    try:
        _, (settings,) = await work.resolve(step, node, items)
        if isinstance(settings, NodeError):
            raise settings
    except NodeError as error:
        work.failures.fail(step, node, error, items)
        return
    size, concurrency = settings.model_dump()["size"], settings.model_dump()["concurrency"]
    work.executor.emit(
        "loop.opened", step=step.key, node=step.node, total=len(items), size=size, concurrency=concurrency
    )


async def finish_loop(work: StepWork, step: Step) -> None:
    """All turns are over: send what came back, in the order of the turns."""
    loop = work.state.loops[step.key]
    back = [(turn, ref) for turn in sorted(loop.back) for ref in loop.back[turn]]
    if back or work.plan.graph.incoming[step.node].get("back"):
        items = [item for _, ref in back for item in await work.batches.of(ref)]
        lineage = [loop.places(turn) for turn, ref in back for _ in range(work.batches.count(ref))]
    else:
        items, lineage = Batches.flat(await work.batches.load(step)), None
    work.batches.forget_loop(step)
    outputs = {"done": payloads.encode(items, lineage)} if items else {}
    work.succeed(step, outputs, turns=loop.turns)
