"""Conditions: the typed comparisons that If, Switch and Filter share.

A missing value (null) satisfies no comparison of order or content; it never fails one.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

import re2
from pydantic import Field

from orchestrator.sdk.errors import NodeError
from orchestrator.sdk.params import Expression, Params, ui

Op = Literal[
    "eq",
    "ne",
    "gt",
    "gte",
    "lt",
    "lte",
    "contains",
    "not_contains",
    "starts_with",
    "not_starts_with",
    "ends_with",
    "not_ends_with",
    "matches",
    "not_matches",
    "in",
    "not_in",
    "exists",
    "not_exists",
    "is_empty",
    "is_not_empty",
    "is_true",
    "is_false",
    "before",
    "not_before",
    "after",
    "not_after",
    "length_eq",
    "length_gt",
    "length_lt",
]
Combine = Literal["and", "or"]


class Condition(Params):
    """One comparison: `left op right`."""

    left: Expression = Field(default=None, description="The value to look at, mostly an expression.")
    op: Op = Field(default="eq", description="How to compare.")
    right: Expression = Field(
        default=None, description="What to compare with; tests such as `exists` need nothing here."
    )


CONDITIONS_UI = ui(widget="conditions")
"""For `Field(json_schema_extra=CONDITIONS_UI)` on a list of conditions."""

NUMBERS = frozenset({int, float})
Test = Callable[[Any, Any, bool, str], bool]


def holds(
    conditions: Sequence[Condition], combine: Combine = "and", *, strict: bool = False, timezone: str = "UTC"
) -> bool:
    """Whether all (`and`) or any (`or`) of the conditions are true; no conditions are true.

    Loose comparison reads "5" as a number and "true" as yes where the other side asks for
    that; strict comparison raises NodeError `condition.type` instead. Dates without an
    offset are in `timezone`.
    """
    if combine == "and":
        for condition in conditions:
            if not TESTS[condition.op](condition.left, condition.right, strict, timezone):
                return False
        return True
    for condition in conditions:
        if TESTS[condition.op](condition.left, condition.right, strict, timezone):
            return True
    return not conditions


def _equal(left: Any, right: Any, strict: bool, timezone: str) -> bool:
    if type(left) is type(right):
        return bool(left == right)
    if isinstance(left, bool) or isinstance(right, bool):
        return not strict and left is not None and right is not None and _truth(left) is _truth(right)
    if strict:
        return bool(left == right)
    if isinstance(left, int | float) and isinstance(right, str):
        return left == _number(right)
    if isinstance(left, str) and isinstance(right, int | float):
        return _number(left) == right
    return bool(left == right)


def _ordered(compare: Callable[[Any, Any], bool], word: str) -> Test:
    def test(left: Any, right: Any, strict: bool, timezone: str) -> bool:
        if type(left) in NUMBERS and type(right) in NUMBERS:  # the busy path comes first
            return compare(left, right)
        if left is None or right is None:
            return False
        if not strict:
            low, high = _number(left), _number(right)
            if low is not None and high is not None:
                return compare(low, high)
        if isinstance(left, str) and isinstance(right, str):
            return compare(left, right)
        raise _mismatch(left, right, word)

    return test


def _contains(left: Any, right: Any, strict: bool, timezone: str) -> bool:
    if left is None:
        return False
    if isinstance(left, list):
        return any(_equal(entry, right, strict, timezone) for entry in left)
    if isinstance(left, dict):
        return isinstance(right, str) and right in left
    return _text(right, strict, "contains") in _text(left, strict, "contains")


def _starts_with(left: Any, right: Any, strict: bool, timezone: str) -> bool:
    return left is not None and _text(left, strict, "starts with").startswith(
        _text(right, strict, "starts with")
    )


def _ends_with(left: Any, right: Any, strict: bool, timezone: str) -> bool:
    return left is not None and _text(left, strict, "ends with").endswith(_text(right, strict, "ends with"))


def _matches(left: Any, right: Any, strict: bool, timezone: str) -> bool:
    if left is None:
        return False
    return _pattern(_text(right, strict, "matches")).search(_text(left, strict, "matches")) is not None


def _in(left: Any, right: Any, strict: bool, timezone: str) -> bool:
    if isinstance(right, str) and not strict:
        right = [entry.strip() for entry in right.split(",")]
    if not isinstance(right, list):
        raise NodeError(
            f"`in` needs a list on the right, not {_kind(right)}",
            hint="Write a list, or a text with commas between the values.",
            code="condition.type",
        )
    return any(_equal(left, entry, strict, timezone) for entry in right)


def _is_empty(left: Any, right: Any, strict: bool, timezone: str) -> bool:
    return left is None or (isinstance(left, str | list | dict) and not left)


def _is_true(left: Any, right: Any, strict: bool, timezone: str) -> bool:
    if strict and not isinstance(left, bool | None):
        raise _mismatch(left, True, "is true")
    return _truth(left) is True


def _is_false(left: Any, right: Any, strict: bool, timezone: str) -> bool:
    if strict and not isinstance(left, bool | None):
        raise _mismatch(left, False, "is false")
    return _truth(left) is False


def _dated(compare: Callable[[datetime, datetime], bool]) -> Test:
    def test(left: Any, right: Any, strict: bool, timezone: str) -> bool:
        if left is None or right is None:
            return False
        return compare(_moment(left, timezone), _moment(right, timezone))

    return test


def _long(compare: Callable[[float, float], bool]) -> Test:
    def test(left: Any, right: Any, strict: bool, timezone: str) -> bool:
        if left is None or right is None:
            return False
        wanted = _number(right)
        if not isinstance(left, str | list | dict) or wanted is None or (strict and isinstance(right, str)):
            raise _mismatch(left, right, "has a length of")
        return compare(len(left), wanted)

    return test


def _not(test: Test) -> Test:
    return lambda left, right, strict, timezone: not test(left, right, strict, timezone)


TESTS: dict[str, Test] = {
    "eq": _equal,
    "ne": _not(_equal),
    "gt": _ordered(operator.gt, "is greater than"),
    "gte": _ordered(operator.ge, "is at least"),
    "lt": _ordered(operator.lt, "is less than"),
    "lte": _ordered(operator.le, "is at most"),
    "contains": _contains,
    "not_contains": _not(_contains),
    "starts_with": _starts_with,
    "not_starts_with": _not(_starts_with),
    "ends_with": _ends_with,
    "not_ends_with": _not(_ends_with),
    "matches": _matches,
    "not_matches": _not(_matches),
    "in": _in,
    "not_in": _not(_in),
    "exists": lambda left, right, strict, timezone: left is not None,
    "not_exists": lambda left, right, strict, timezone: left is None,
    "is_empty": _is_empty,
    "is_not_empty": _not(_is_empty),
    "is_true": _is_true,
    "is_false": _is_false,
    "before": _dated(operator.lt),
    "not_before": _dated(operator.ge),
    "after": _dated(operator.gt),
    "not_after": _dated(operator.le),
    "length_eq": _long(operator.eq),
    "length_gt": _long(operator.gt),
    "length_lt": _long(operator.lt),
}


def _number(value: Any) -> float | None:
    """The number that a text spells; None for anything else (and for nan and infinity)."""
    if type(value) in NUMBERS:
        return value  # type: ignore[no-any-return]
    if not isinstance(value, str) or len(value) > 400 or "_" in value:
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


SPELLED = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def _truth(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return {1.0: True, 0.0: False}.get(value)
    return SPELLED.get(value.strip().lower()) if isinstance(value, str) else None


def _text(value: Any, strict: bool, word: str) -> str:
    if isinstance(value, str):
        return value
    if strict or isinstance(value, list | dict) or value is None:
        raise NodeError(
            f"`{word}` compares texts, and one side is {_kind(value)}",
            hint="Choose another comparison, or turn the value into a text.",
            code="condition.type",
        )
    return str(value).lower() if isinstance(value, bool) else str(value)


@lru_cache(maxsize=256)
def _pattern(source: str) -> Any:
    # RE2 takes linear time whatever the pattern: a workflow cannot hang the worker with one.
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(source, options)
    except re2.error as error:
        raise NodeError(
            f"{source!r} is not a pattern: {_words(error)}",
            hint="Patterns follow RE2: no look-around and no back-references.",
            code="condition.pattern",
        ) from error


def _words(error: Exception) -> str:
    first = error.args[0] if error.args else ""
    return first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)


def _moment(value: Any, timezone: str) -> datetime:
    """ISO 8601 text, or epoch milliseconds."""
    try:
        if type(value) in NUMBERS:
            return datetime.fromtimestamp(value / 1000, UTC)
        if isinstance(value, datetime):
            moment = value
        elif isinstance(value, date):
            moment = datetime(value.year, value.month, value.day)  # noqa: DTZ001 - set below
        else:
            moment = datetime.fromisoformat(value)
    except (ValueError, TypeError, OverflowError, OSError) as error:
        raise NodeError(
            f"{value!r:.80} is not a date",
            hint="Dates look like 2026-03-09 or 2026-03-09T08:30:00+01:00.",
            code="condition.type",
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))


def _kind(value: Any) -> str:
    if value is None:
        return "missing"
    names = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list"}
    return names.get(type(value), "an object")


def _mismatch(left: Any, right: Any, word: str) -> NodeError:
    return NodeError(
        f"cannot tell whether {_kind(left)} {word} {_kind(right)}",
        hint="Make both sides the same type, or turn strict comparison off.",
        code="condition.type",
    )
