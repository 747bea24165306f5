"""The proposed action: people may change its values, not its shape."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from orchestrator.errors import InvalidInput, Problem
from orchestrator.inbox.question import plain

LARGEST_BYTES = 256 * 1024
WORDS = {bool: "true or false", str: "text", dict: "an object", list: "a list"}


def edited(original: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`original` with `changes` put in; arguments that are not named stay.

    Each value keeps the type it had: text stays text, a number a number, a list a list; an empty
    one (null) may become anything. Raises InvalidInput with `proposed.<argument>` paths."""
    problems: list[Problem] = []
    for name, value in changes.items():
        path = f"proposed.{name}"
        if name not in original:
            problems.append(_problem(path, "proposed.unknown", "is not part of what was proposed"))
        else:
            problems.extend(_mismatches(original[name], value, path))
    if problems:
        raise InvalidInput("proposed.invalid", problems[0].message, problems)
    result = {name: changes.get(name, value) for name, value in original.items()}
    if changes and len(json.dumps(result)) > LARGEST_BYTES:
        raise InvalidInput("proposed.too_large", f"the edited values are larger than {LARGEST_BYTES} bytes")
    return {name: plain(value) for name, value in result.items()}


def changed_names(original: Mapping[str, Any], decided: Mapping[str, Any]) -> list[str]:
    """The arguments whose values differ. 1 and 1.0 are equal; 1 and true are not."""
    return [
        name
        for name, value in original.items()
        if decided.get(name) != value or isinstance(decided.get(name), bool) != isinstance(value, bool)
    ]


def from_text(original: Any, text: str, path: str) -> Any:
    """The value that `text` from a form stands for, given the value it replaces.

    Raises InvalidInput when it cannot be one of that type."""
    text = text.replace("\r\n", "\n")
    if isinstance(original, str):
        return text
    if isinstance(original, bool):
        return text == "true"
    if original is None:
        return text or None
    if isinstance(original, int | float):
        return _number(text, path)
    try:
        return json.loads(text)
    except ValueError as error:
        problem = _problem(path, "proposed.malformed", f"is not valid JSON ({error})")
        raise InvalidInput("proposed.invalid", problem.message, [problem]) from None


def _number(text: str, path: str) -> int | float:
    compact = text.strip().replace(",", ".") if text.count(",") == 1 and "." not in text else text.strip()
    try:
        number = float(compact)
        if not math.isfinite(number):
            raise ValueError
        return int(compact) if compact.lstrip("+-").isdigit() else number
    except ValueError:
        problem = _problem(path, "proposed.not_a_number", "must be a number")
        raise InvalidInput("proposed.invalid", problem.message, [problem]) from None


def _mismatches(original: Any, value: Any, path: str) -> list[Problem]:
    if original is None:
        return []
    if isinstance(original, int | float) and not isinstance(original, bool):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return [] if is_number and math.isfinite(value) else [_wrong_type(path, "a number")]
    for kind, word in WORDS.items():
        if isinstance(original, kind) and not isinstance(value, kind):
            return [_wrong_type(path, word)]
    if isinstance(original, dict):
        return _object_mismatches(original, value, path)
    return []


def _object_mismatches(original: dict[str, Any], value: dict[str, Any], path: str) -> list[Problem]:
    problems = []
    for name in original.keys() - value.keys():
        problems.append(_problem(f"{path}.{name}", "proposed.missing", "must not be left out"))
    for name, inner in value.items():
        if name in original:
            problems.extend(_mismatches(original[name], inner, f"{path}.{name}"))
        else:
            problems.append(
                _problem(f"{path}.{name}", "proposed.unknown", "is not part of what was proposed")
            )
    return problems


def _wrong_type(path: str, word: str) -> Problem:
    return _problem(path, "proposed.wrong_type", f"must be {word}, as in what was proposed")


def _problem(path: str, code: str, rest: str) -> Problem:
    return Problem(path, code, f"{path.removeprefix('proposed.')} {rest}")
