"""The settings of a trigger, read before any run: no expression works in them."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from orchestrator.errors import InvalidInput, Problem
from orchestrator.workflows.library import library


def checked_params(node: dict[str, Any]) -> dict[str, Any]:
    """The params of a document's node, with defaults. Raises InvalidInput `workflow.has_problems`."""
    node_type = library()[node["type"]]
    try:
        return node_type.params.model_validate(node["params"]).model_dump(mode="json")
    except ValidationError as error:
        raise _invalid(node, error) from None


def _invalid(node: dict[str, Any], error: ValidationError) -> InvalidInput:
    problems = [
        Problem(
            ".".join([f"nodes.{node['id']}.params", *(str(part) for part in entry["loc"])]),
            "param.invalid",
            entry["msg"],
            "A trigger's settings are fixed when it is published; expressions do not work in them.",
        )
        for entry in error.errors(include_url=False)
    ]
    return InvalidInput("workflow.has_problems", f"{node['name']}: {problems[0].message}", problems)
