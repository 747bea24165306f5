"""What a template gives for one item: the editor's live preview."""

from __future__ import annotations

from typing import Any

from orchestrator.engine.expressions.params import ParamsTemplate
from orchestrator.engine.expressions.scope import ExpressionError, Scope
from orchestrator.sdk.evaluation import Evaluator


async def preview(template: str, scope: Scope, evaluator: Evaluator, *, item: int = 0) -> dict[str, Any]:
    """`{"value": …}` or `{"error": {"message", "hint", "position"}}`; never raises for what a person
    may type. Text that does not start with "=" is its own value."""
    compiled = ParamsTemplate.compile({"value": template})
    if compiled.problems:
        found = compiled.problems[0]
        return {"error": {"message": found.message, "hint": found.hint, "position": None}}
    try:
        [resolved] = await compiled.resolve(scope, [item], evaluator)
    except Exception as error:
        code = getattr(error, "code", "")
        if not str(code).startswith("sandbox."):
            raise
        return {"error": {"message": str(error), "hint": getattr(error, "hint", ""), "position": None}}
    if isinstance(resolved, ExpressionError):
        return {"error": {"message": resolved.message, "hint": resolved.hint, "position": resolved.position}}
    return {"value": resolved["value"]}
