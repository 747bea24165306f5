"""JSON that means one thing only, and can be stored as it is."""

from __future__ import annotations

import json
from typing import Any

import orjson

from nodes.data.values import MOST_DEPTH, check_depth, check_size, too_deep
from orchestrator.sdk import NodeError


def parse_json(text: str, *, lines: bool = False) -> Any:
    """The value, or with `lines` the list of the values of all lines that are not blank.

    Raises NodeError `data.json`, `data.too_deep`, `data.too_large`.
    """
    check_size(text, "the JSON")
    text = text.removeprefix("\ufeff")
    if not lines:
        return _parsed(text, "")
    rows = enumerate(text.split("\n"), start=1)
    return [_parsed(row, f" in line {number}") for number, row in rows if row.strip()]


def _parsed(text: str, where: str) -> Any:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if "depth" in error.msg or "memory" in error.msg:
            raise too_deep("the JSON") from error
        place = where or f" at line {error.lineno}, column {error.colno}"
        raise NodeError(
            f"the JSON cannot be read: {error.msg}{place}",
            hint="Names and texts are in double quotes; there is no comma after the last entry.",
            code="data.json",
        ) from error
    check_depth(value, "the JSON", MOST_DEPTH)
    # What orjson lets pass: repeated keys, and whole numbers that lose digits.
    json.loads(text, parse_int=_integer, object_pairs_hook=_object)
    return value


def _integer(digits: str) -> int:
    if len(digits) > 20 or not -(2**63) <= int(digits) < 2**64:
        raise NodeError(
            f"the whole number {digits[:20]}… does not fit in 64 bits",
            hint="Write it as a text, in quotes.",
            code="data.json",
        )
    return 0


def _object(pairs: list[tuple[str, Any]]) -> None:
    if len({key for key, _ in pairs}) == len(pairs):
        return
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise NodeError(f"the key {key[:60]!r} appears twice in one object", code="data.json")
        seen.add(key)


def build_json(value: Any, *, indent: bool, sort: bool) -> str:
    """Raises NodeError `data.json` for what JSON cannot hold."""
    options = (orjson.OPT_INDENT_2 if indent else 0) | (orjson.OPT_SORT_KEYS if sort else 0)
    try:
        return orjson.dumps(value, option=options).decode()
    except (TypeError, ValueError) as error:
        raise NodeError(f"the value cannot be written as JSON: {error}", code="data.json") from error
