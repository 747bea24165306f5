"""Tables in files, a row at a time."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Literal

import orjson

from orchestrator.sdk import NodeError

Delimiter = Literal["auto", "comma", "semicolon", "tab", "pipe"]
MARKS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
LONGEST_FIELD = 16_000_000
LONGEST_LINE = 64_000_000
MOST_COLUMNS = 16_384
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(\.\d{1,15})?", re.ASCII)
_WORDS = {"true": True, "false": False, "True": True, "False": False, "TRUE": True, "FALSE": False}
_FIRST_OF_NUMBERS = frozenset("-0123456789")


def csv_rows(file: BinaryIO, *, delimiter: Delimiter, header: bool, types: bool) -> Iterator[dict[str, Any]]:
    """Rows as objects, empty lines left out. Raises NodeError `file.table` with the line."""
    csv.field_size_limit(LONGEST_FIELD)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    reader = None
    try:
        first = _line(text)
        reader = csv.reader(_lines(first, text), delimiter=MARKS.get(delimiter) or _guessed(first))
        names = _names(next(reader, [])) if header else []
        width = len(names)
        for row in reader:
            if not row:
                continue
            if len(row) > width:
                names = _names([*names, *[""] * (len(row) - width)])
                width = len(names)
            elif len(row) < width:
                row += [""] * (width - len(row))
            if types:
                row = [_typed(cell) if cell and (cell[0] in _FIRST_OF_NUMBERS or cell in _WORDS) else cell
                       for cell in row]  # fmt: skip
            yield dict(zip(names, row, strict=True))
    except (csv.Error, UnicodeDecodeError) as error:
        where = f" in line {reader.line_num}" if reader is not None else ""
        raise NodeError(
            f"the table cannot be read: {error}{where}",
            hint="It must be UTF-8 text; check the quotes.",
            code="file.table",
        ) from error


def json_lines(file: BinaryIO) -> Iterator[dict[str, Any]]:
    """One object a line; empty lines are left out. Raises NodeError `file.table` with the line."""
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if line.isspace():
            continue
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise _bad_line(number, str(error)) from error
        if not isinstance(record, dict):
            raise _bad_line(number, "it is no object")
        yield record


def _bad_line(number: int, why: str) -> NodeError:
    return NodeError(
        f"line {number} cannot be read: {why}", hint="One JSON object a line.", code="file.table"
    )


def _line(text: io.TextIOWrapper) -> str:
    line = text.readline(LONGEST_LINE)
    if len(line) >= LONGEST_LINE:
        raise NodeError("a line is longer than 64 MB", code="file.table")
    return line


def _lines(first: str, text: io.TextIOWrapper) -> Iterator[str]:
    yield first
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise NodeError("a line is longer than 64 MB", code="file.table")
        yield line


def _guessed(first: str) -> str:
    """The mark that is most frequent in the first line, outside quotes."""
    bare = re.sub(r'"[^"]*"', "", first[:10_000])
    return max(MARKS.values(), key=bare.count)


def _names(row: list[str]) -> list[str]:
    """Column names: none empty, none twice."""
    if len(row) > MOST_COLUMNS:
        raise NodeError(f"the table has more than {MOST_COLUMNS:,} columns", code="file.table")
    names: dict[str, None] = {}
    for place, cell in enumerate(row, start=1):
        name = wanted = cell.strip() or f"column_{place}"
        copies = 1
        while name in names:
            copies += 1
            name = f"{wanted}_{copies}"
        names[name] = None
    return list(names)


def _typed(cell: str) -> Any:
    if found := _NUMBER.fullmatch(cell):
        return float(cell) if found[1] else int(cell)
    return _WORDS.get(cell, cell)
