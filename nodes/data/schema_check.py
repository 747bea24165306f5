"""Checking values against a JSON schema; performed in a child process, where a schema made to take
hours does no harm."""

from __future__ import annotations

import json
from typing import Any

MOST_PROBLEMS = 20


class Refused(Exception):
    """What the schema's author has to mend."""

    code = "data.schema"
    hint = "It follows JSON Schema; references to other documents are not followed."


def perform(request: dict[str, Any], data: bytes) -> list[list[dict[str, str]]]:
    """For each value in `data`, a JSON list, its problems as `path` and `message`."""
    import jsonschema_rs  # only the child needs it

    try:
        validator = jsonschema_rs.validator_for(
            request["schema"],
            offline=True,
            validate_formats=request["formats"],
            pattern_options=jsonschema_rs.RegexOptions(),
        )
    except (ValueError, TypeError) as error:
        raise Refused(f"the schema cannot be used: {str(error).splitlines()[0]}") from error
    return [_problems(validator, value) for value in json.loads(data)]


def _problems(validator: Any, value: Any) -> list[dict[str, str]]:
    if validator.is_valid(value):
        return []
    found: list[dict[str, str]] = []
    for error in validator.iter_errors(value):
        path = ".".join(str(part) for part in error.instance_path)
        found.append({"path": path, "message": error.message[:500]})
        if len(found) == MOST_PROBLEMS:
            break
    return found
