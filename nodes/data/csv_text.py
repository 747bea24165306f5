"""CSV in and out."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal

from nodes.data.values import text_of
from orchestrator.sdk import NodeError

Delimiter = Literal["auto", "comma", "semicolon", "tab", "pipe"]
MARKS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
MOST_CHARACTERS = 32_000_000
MOST_FIELD = 16_000_000
MOST_COLUMNS = 16_384
MOST_CELLS = 5_000_000
PLAIN_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,15})?", re.ASCII)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows_of(text: str, *, delimiter: Delimiter, header: bool, types: bool) -> Iterator[dict[str, Any]]:
    """The rows as objects, empty lines left out. Raises NodeError `data.csv` and `data.too_large`."""
    csv.field_size_limit(MOST_FIELD)
    text = text.removeprefix("\ufeff")
    mark = MARKS.get(delimiter) or _guessed(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    names: list[str] = []
    cells = 0
    try:
        for row in reader:
            if not any(row):
                continue
            if header and not names:
                names = _names(row)
                continue
            if len(row) > len(names):
                names = _names(names + [""] * (len(row) - len(names)))
            cells += len(names)
            if cells > MOST_CELLS:
                raise NodeError(
                    f"the CSV has more than {MOST_CELLS:,} cells",
                    hint="Rows of a file reads tables of any length.",
                    code="data.too_large",
                )
            values = [_typed(value) for value in row] if types else row
            yield dict(zip(names, values + [""] * (len(names) - len(row)), strict=True))
    except csv.Error as error:
        raise NodeError(
            f"the CSV cannot be read: {error} in line {reader.line_num}", code="data.csv"
        ) from error


def _guessed(text: str) -> str:
    """The mark that is most frequent in the first line, outside quotes."""
    first = re.sub(r'"[^"]*"', "", text.lstrip("\r\n")[:10_000].split("\n", 1)[0])
    return max(MARKS.values(), key=first.count)


def _names(row: list[str]) -> list[str]:
    """Column names: none empty, none twice."""
    if len(row) > MOST_COLUMNS:
        raise NodeError(f"the CSV has more than {MOST_COLUMNS:,} columns", code="data.too_large")
    names: dict[str, None] = {}
    met: Counter[str] = Counter()
    for place, cell in enumerate(row, start=1):
        name = wanted = cell.strip() or f"column_{place}"
        met[wanted] += 1
        while name in names:
            name = f"{wanted}_{met[wanted]}"
            met[wanted] += name in names
        names[name] = None
    return list(names)


def _typed(text: str) -> Any:
    """Plain numbers, true and false; `007` and long digits (ids, phone numbers) stay texts."""
    if not text:
        return text
    if text[0] in "-0123456789" and PLAIN_NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return {"true": True, "false": False}.get(text.lower(), text)


def write_csv(
    records: list[list[Any]], heads: list[str] | None, *, delimiter: Delimiter, guard_formulas: bool
) -> str:
    """Rows after an optional line of names, with CRLF as RFC 4180 says."""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, delimiter=MARKS.get(delimiter, ","))
    if heads is not None:
        writer.writerow([_guarded(head) if guard_formulas else head for head in heads])
    for record in records:
        texts = (_guarded(value) if guard_formulas else value for value in record)
        writer.writerow([text_of(value) for value in texts])
    return lines.getvalue()


def _guarded(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula, with an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
