"""Reading JSON from strangers: whatever is not plain, storable JSON is refused with a position.

Python's own parser lets through NaN, repeated keys and lone surrogates, and fails in odd ways
on deep nesting and on numbers of thousands of digits."""

from __future__ import annotations

import json
from typing import Any

import orjson

from orchestrator.errors import MalformedBody, Problem

DEEPEST = 200
LARGEST_INTEGER = 2**64 - 1
SMALLEST_INTEGER = -(2**63)
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def loads(body: bytes) -> Any:
    """The value in `body`. Raises MalformedBody, with line and column where they are known."""
    body = body.removeprefix(BYTE_ORDER_MARK)
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _malformed(error) from None
    if body.count(b"[") + body.count(b"{") > DEEPEST and _is_deeper(value, DEEPEST):
        raise MalformedBody("json.too_deep", f"the JSON is nested deeper than {DEEPEST} levels")
    if b"\\u0000" in body:
        json.loads(body, parse_int=_integer, object_pairs_hook=_object_without_nul)
        _refuse_nul(value)
    elif b'"' in body or len(body) > 18:
        json.loads(body, parse_int=_integer, object_pairs_hook=_object)
    return value


def _malformed(error: orjson.JSONDecodeError) -> MalformedBody:
    where = f"line {error.lineno}, column {error.colno}"
    reason = error.msg[:1].lower() + error.msg[1:]
    if "allocate memory" in reason:  # what orjson says of brackets that are never closed
        reason = "unexpected end of data"
    if "depth limit" in error.msg:
        return MalformedBody("json.too_deep", f"the JSON is nested deeper than {DEEPEST} levels")
    if "infinity" in error.msg:
        return MalformedBody("json.number_too_large", f"a number is too large at {where}")
    problem = Problem("body", "json.malformed", f"{reason} at {where}", "Check the JSON at that place.")
    extra = {"line": error.lineno, "column": error.colno}
    return MalformedBody(
        "json.malformed", f"the body is not valid JSON: {reason} at {where}", [problem], extra
    )


def _integer(digits: str) -> int:
    """Larger numbers would silently lose digits on their way."""
    if len(digits) > 20 or not SMALLEST_INTEGER <= int(digits) <= LARGEST_INTEGER:
        raise MalformedBody(
            "json.number_too_large",
            f"the whole number {digits[:20]}… does not fit in 64 bits; send it as a string",
        )
    return 0


def _object(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) == len(pairs):
        return
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise MalformedBody("json.duplicate_key", f"the key {key!r} appears twice in one object")
        seen.add(key)


def _object_without_nul(pairs: list[tuple[str, Any]]) -> None:
    _object(pairs)
    for key, _ in pairs:
        _refuse_nul(key)


def _refuse_nul(value: Any) -> None:
    """PostgreSQL stores no NUL characters in text."""
    stack = [value]
    while stack:
        entry = stack.pop()
        if isinstance(entry, str) and "\x00" in entry:
            raise MalformedBody("json.nul_character", "a string contains the character U+0000")
        if isinstance(entry, dict):
            stack.extend(entry.values())
        elif isinstance(entry, list):
            stack.extend(entry)


def _is_deeper(value: Any, limit: int) -> bool:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(limit):
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True
