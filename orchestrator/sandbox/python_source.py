"""User code as the body of a function, without a change to any of its texts."""

from __future__ import annotations

import re

HEADER_LINES = 2

_STEP = re.compile(
    r"""(?P<comment>\#[^\n]*)|(?P<long>\"{3}|'{3})|(?P<short>["'])|(?P<line>\n)|(?P<escape>\\.)""", re.DOTALL
)


def as_function(source: str) -> str:
    """`def main(items, item):` with the source as its body, HEADER_LINES further down.

    Lines that begin inside a text of several lines stay as they are: indenting them would change
    the text."""
    lines = source.replace("\r\n", "\n").split("\n")
    inside = _lines_inside_texts("\n".join(lines))
    body = "\n".join(line if number in inside else f" {line}" for number, line in enumerate(lines))
    return f"def main(items, item):\n pass\n{body}\n"


def _lines_inside_texts(source: str) -> set[int]:
    """Numbers, from 0, of the lines that begin inside a text in triple quotes."""
    inside: set[int] = set()
    number = at = 0
    while found := _STEP.search(source, at):
        at = found.end()
        if found.lastgroup == "line":
            number += 1
        elif found.lastgroup == "escape":
            number += found[0].count("\n")
        elif found.lastgroup in ("long", "short"):
            at = _end_of_text(source, at, found[0])
            lines = source.count("\n", found.end(), at)
            inside.update(range(number + 1, number + lines + 1))
            number += lines
    return inside


def _end_of_text(source: str, start: int, quote: str) -> int:
    """Where the text that began before `start` ends; a short one ends with its line at the latest."""
    pattern = rf"\\.|{quote}" if len(quote) == 3 else rf"\\.|{quote}|\n"
    at = start
    for found in re.compile(pattern, re.DOTALL).finditer(source, start):
        at = found.end()
        if found[0] == quote:
            return at
        if found[0] == "\n":
            return found.start()
    return len(source) if len(quote) == 3 else max(at, start)
