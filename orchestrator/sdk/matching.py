"""Telling whether two items are the same: keys made of the values of their fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from orchestrator.sdk.paths import get


def key_of(record: dict[str, Any], paths: Sequence[str], *, strict: bool = False) -> bytes | None:
    """A key that is equal for records whose fields at `paths` are; None when one is missing or null.

    Unless `strict`, a number and the text that spells it are equal: ids often are one here
    and the other there.
    """
    values = [get(record, path) for path in paths]
    if any(value is None for value in values):
        return None
    return canonical([_plain(value, strict) for value in values])


def canonical(value: Any) -> bytes:
    """JSON that is equal for equal values, whatever the order of fields."""
    # A copy: orjson leaves 4 KB behind its answer, and keys are kept by the million.
    return bytes(memoryview(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)))


def _plain(value: Any, strict: bool) -> Any:
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    if strict or isinstance(value, str | list | dict):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)
