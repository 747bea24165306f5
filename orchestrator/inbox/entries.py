"""What people typed into a task's form, as values. Controls are numbered, as names may be any text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict

from orchestrator.errors import InvalidInput, Problem
from orchestrator.inbox import forms, proposed, shapes
from orchestrator.inbox.models import HumanTask


def entered(given: QueryDict, task: HumanTask) -> dict[str, str]:
    """What the controls of the proposed arguments hold, by argument."""
    return {
        name: given[f"field-{index}"] for index, name in enumerate(task.proposed) if f"field-{index}" in given
    }


def entered_values(given: QueryDict, task: HumanTask) -> dict[str, Any]:
    """The arguments that were changed, typed. Raises InvalidInput with all that cannot be read."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, text in entered(given, task).items():
        original = task.proposed[name]
        if text.replace("\r\n", "\n") == shapes.as_text(original):
            continue
        try:
            values[name] = proposed.from_text(original, text, f"proposed.{name}")
        except InvalidInput as error:
            problems.extend(error.problems)
    if problems:
        raise InvalidInput("proposed.invalid", problems[0].message, problems)
    return values


def entered_answer(given: QueryDict, fields: list[dict[str, Any]]) -> dict[str, Any]:
    """The answers to a form's questions, not yet checked."""
    return {
        field["name"]: forms.from_text(field, [str(text) for text in given.getlist(f"answer-{index}")])
        for index, field in enumerate(fields)
    }


def by_field(problems: Iterable[Problem]) -> dict[str, str]:
    """Messages by the name of the argument or question."""
    return {
        problem.path.removeprefix("proposed.").removeprefix("answer."): problem.message
        for problem in problems
    }
