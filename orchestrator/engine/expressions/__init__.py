"""Expressions in params: compile templates, answer plain paths here, leave JavaScript to an
`Evaluator`. Pure Python: user text is never evaluated in this process."""

from orchestrator.engine.expressions.params import ParamsTemplate
from orchestrator.engine.expressions.preview import preview
from orchestrator.engine.expressions.scope import ExpressionError, NodeData, Scope
from orchestrator.sdk.evaluation import EvalCall, EvalError, Evaluator

__all__ = [
    "EvalCall",
    "EvalError",
    "Evaluator",
    "ExpressionError",
    "NodeData",
    "ParamsTemplate",
    "Scope",
    "preview",
]
