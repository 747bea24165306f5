"""After a claim: what to do with steps that an earlier worker left unfinished."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestrator.engine.failures import repair_task
from orchestrator.engine.state import Step, StepStatus

if TYPE_CHECKING:
    from orchestrator.engine.executor import Executor

IN_DOUBT_OUTCOMES = ("retry", "skip", "fail")
IN_DOUBT = (
    "This step changes the outside world. It had begun when its worker stopped, and no answer was "
    "recorded. Look at the other side, then choose."
)


def recover(executor: Executor) -> None:
    """Start again what may be repeated; ask a person about a write that may have happened.

    A pure, read or idempotent step is performed again under the same idempotency key. A plain
    write is in doubt: its node's setting `in_doubt` says `retry` or `ask` (the default)."""
    for step in list(executor.state.active.values()):
        if step.key in executor.state.loops:
            continue
        if step.status is StepStatus.RETRYING:
            executor.work.failures.retry(step)
        elif step.status is StepStatus.RUNNING:
            _recover_running(executor, step)


def _recover_running(executor: Executor, step: Step) -> None:
    node = executor.state.plan.node(step.node)
    is_write = node.type.effect_of(node.params) == "write"
    pauses = executor.work.pauses
    if step.answer is not None and pauses.is_repair(step):
        pauses.use_as_output(step)
    elif step.answer is not None and not (is_write and node.type.resume_function is None):
        executor.work.resume_again(step)
    elif is_write and not node.is_disabled and node.settings.get("in_doubt", "ask") != "retry":
        subject = f"Was “{node.name}” done? The machine stopped in the middle"
        task = repair_task(
            executor.state.plan.graph, subject, why=IN_DOUBT, items=[], outcomes=IN_DOUBT_OUTCOMES
        )
        executor.work.pauses.emit(step, {"kind": "person", "reason": f"in doubt: {subject}", "data": task})
    else:
        executor.work.again(step)
