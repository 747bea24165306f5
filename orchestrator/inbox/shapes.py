"""What tasks show of their context, as plain values that templates print, escaped, without thinking."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

MOST_ROWS = 100
MOST_COLUMNS = 12
DEEPEST = 4
FOLDED_FROM = 6
"""Fields of an inner object from which it is folded, such as the headers of a request."""
BLOCK_KEYS = ("markdown", "items", "table", "rows", "fields", "data", "json", "text", "files", "before")


@dataclass(frozen=True)
class Shape:
    """A JSON value as the page draws it. `kind`: fields, table, list, text, link, number, yes, no,
    empty or code; `rows` holds what the kind needs."""

    kind: str
    text: str = ""
    columns: tuple[tuple[str, str, bool], ...] = ()
    rows: tuple[Any, ...] = ()
    more: int = 0
    is_folded: bool = False


@dataclass(frozen=True)
class File:
    """A file to open: its address, and what it is called."""

    address: str
    name: str
    size: int


@dataclass(frozen=True)
class Block:
    """A titled part of the context: `markdown`, a shape, what changed between two texts, or files."""

    title: str
    shape: Shape | None = None
    markdown: str = ""
    diff: tuple[tuple[str, str], ...] = ()
    files: tuple[File, ...] = ()


def label_of(name: str) -> str:
    """`customerSince` and `customer_since` → `customer since`; other names stay as they are."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])", " ", name).replace("_", " ").strip()
    return (spaced[:1] + spaced[1:].lower() if spaced != name else name) or name


def shape_of(value: Any, depth: int = 0) -> Shape:
    if value is None or value == "" or value == [] or value == {}:
        return Shape("empty")
    if isinstance(value, bool):
        return Shape("yes" if value else "no")
    if isinstance(value, int | float):
        return Shape("number", text=_number(value))
    if isinstance(value, str):
        is_link = re.fullmatch(r"https?://[^\s<>\"']+", value) is not None
        return Shape("link" if is_link else "text", text=value)
    if depth >= DEEPEST:
        return Shape("code", text=_pretty(value))
    if isinstance(value, dict):
        rows = tuple((name, label_of(name), shape_of(inner, depth + 1)) for name, inner in value.items())
        return Shape("fields", rows=rows, is_folded=depth > 0 and len(rows) > FOLDED_FROM)
    if all(isinstance(entry, dict) for entry in value):
        return _table(value, depth)
    shown = tuple(shape_of(entry, depth + 1) for entry in value[:MOST_ROWS])
    return Shape("list", rows=shown, more=len(value) - len(shown))


def _table(rows: list[dict[str, Any]], depth: int) -> Shape:
    shown = rows[:MOST_ROWS]
    columns = list(dict.fromkeys(name for row in shown for name in row))[:MOST_COLUMNS]
    cells = tuple(tuple(shape_of(row.get(name), depth + 2) for name in columns) for row in shown)
    return Shape(
        "table",
        columns=tuple((name, label_of(name), _is_numeric(name, shown)) for name in columns),
        rows=cells,
        more=len(rows) - len(shown),
    )


def _is_numeric(name: str, rows: list[dict[str, Any]]) -> bool:
    kinds = {type(row.get(name)) for row in rows}
    return bool(kinds & {int, float}) and kinds <= {int, float, type(None)}


def blocks_of(context: list[Any]) -> list[Block]:
    """Entries such as `{"title", "markdown" | "items" | "data" | …}` become blocks of their own;
    plain records are gathered in one."""
    blocks: list[Block] = []
    records: list[Any] = []
    for entry in context:
        content = _block_content(entry)
        if content is None:
            # An item without fields tells nothing.
            records += [entry] if entry != {} else []
            continue
        blocks.append(_block(str(entry.get("title") or "Context"), content, entry))
    if records:
        only = records[0] if len(records) == 1 else records
        blocks.insert(0, Block("Context", shape=shape_of(_unwrapped(only))))
    return blocks


def _block(title: str, content: str, entry: dict[str, Any]) -> Block:
    value = entry[content]
    if content == "markdown":
        return Block(title, markdown=str(value))
    if content == "before":
        return Block(title, diff=word_diff(as_text(value), as_text(entry["after"])))
    if content == "files" and isinstance(value, list):
        return Block(title, files=tuple(_file(each) for each in value if isinstance(each, dict)))
    return Block(title, shape=shape_of(_unwrapped(value)))


def _file(found: dict[str, Any]) -> File:
    name = str(found.get("name") or "file")
    about = urlencode({"name": name, "type": str(found.get("mime_type") or ""), "inline": "true"})
    address = f"/api/v1/files/{quote(str(found.get('hash') or ''), safe='')}?{about}"
    size = found.get("size")
    return File(address, name, size if isinstance(size, int) else 0)


def _block_content(entry: Any) -> str | None:
    """The key of a block's content; None for a plain record."""
    if not isinstance(entry, dict):
        return None
    others = {"title", "kind", "type"} | ({"after"} if "before" in entry else set())
    if not entry.keys() <= {*others, *BLOCK_KEYS} or ("before" in entry and "after" not in entry):
        return None
    found = [name for name in BLOCK_KEYS if name in entry]
    return found[0] if len(found) == 1 and len(entry) > 1 else None


def _unwrapped(value: Any) -> Any:
    """A list of one record reads better as its fields."""
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
        return value[0]
    return value


def as_text(value: Any) -> str:
    """A value as its control holds it; `proposed.from_text` reads it back."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return _number(value)
    return "" if value is None else _pretty(value)


def _number(value: float) -> str:
    """1480.0 → `1480`: people do not write whole numbers with a point."""
    return json.dumps(int(value) if float(value).is_integer() and abs(value) < 2**53 else value)


def word_diff(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Pieces `("same" | "gone" | "new", text)`; in order they tell both texts."""
    old, new = _words(before), _words(after)
    pieces: list[tuple[str, str]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(("same", "".join(old[a:b])))
            continue
        pieces += [("gone", "".join(old[a:b]))] if b > a else []
        pieces += [("new", "".join(new[c:d]))] if d > c else []
    return tuple(pieces)


def _words(text: str) -> list[str]:
    words = re.findall(r"\s+|[\w.,]+|[^\w\s]", text)
    return words if len(words) <= 2000 else [text]


def _pretty(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, indent=2, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False)
