"""What the data nodes ask of values: size, depth, whether a text spells a number."""

from __future__ import annotations

import math
import re
from typing import Any

import orjson

from orchestrator.sdk import Item, NodeError
from orchestrator.sdk.paths import get

MOST_CHARACTERS = 16_000_000
MOST_DEPTH = 128
MOST_ITEMS = 2_000_000
NUMBER = re.compile(r"[+-]?(\d{1,300}(\.\d{0,300})?|\.\d{1,300})([eE][+-]?\d{1,3})?", re.ASCII)


def check_size(text: str, what: str, most: int = MOST_CHARACTERS) -> str:
    """The text itself. Raises NodeError `data.too_large`."""
    if len(text) > most:
        raise NodeError(
            f"{what} is {len(text):,} characters long; at most {most:,} can be read",
            hint="Take it apart first, or fetch less.",
            code="data.too_large",
        )
    return text


def too_deep(what: str, most: int = MOST_DEPTH) -> NodeError:
    return NodeError(f"{what} is nested deeper than {most} levels", code="data.too_deep")


def check_depth(value: Any, what: str, most: int = MOST_DEPTH) -> Any:
    """The value itself. Raises NodeError `data.too_deep`; never recurses."""
    level = [value]
    for _ in range(most + 1):
        level = [
            child
            for parent in level
            if isinstance(parent, dict | list)
            for child in (parent.values() if isinstance(parent, dict) else parent)
        ]
        if not level:
            return value
    raise too_deep(what, most)


def number_of(value: Any) -> int | float | None:
    """A number, or the one that a text spells; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if not isinstance(value, str) or not NUMBER.fullmatch(text := value.strip()):
        return None
    number = float(text)
    if not math.isfinite(number):
        return None
    return int(text) if text.lstrip("+-").isdigit() and len(text) < 18 else number


def need_number(item: Item, path: str) -> int | float | None:
    """The number in a field, None when it is missing, null or empty. Raises NodeError `data.field`."""
    value = get(item.json, path)
    if value is None or value == "":
        return None
    number = number_of(value)
    if number is None:
        raise NodeError(
            f"{path} is {shown(value)}, which is no number",
            hint="Turn it into a number first, or leave the item out.",
            item=item.index,
            code="data.field",
        )
    return number


def text_of(value: Any) -> str:
    """A value as text: nothing as an empty text, lists and objects as JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else orjson.dumps(value).decode()


def shown(value: Any) -> str:
    """A value for a message, cut short."""
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return f"{text[:60]!r}{'…' if len(text) > 60 else ''}"
