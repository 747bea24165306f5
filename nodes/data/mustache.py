"""Mustache templates: names, sections, lists, and no code.

`{{name}}` a value; `{{#list}}…{{/list}}` once for each entry, or once when true;
`{{^list}}…{{/list}}` when there is nothing; `{{.}}` the entry itself; `{{! a note }}`.
https://mustache.github.io/mustache.5.html, without partials, lambdas and other delimiters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Any

from nodes.data.values import text_of
from orchestrator.sdk import NodeError
from orchestrator.sdk.paths import get

MOST_TEMPLATE = 1_000_000
MOST_OUTPUT = 16_000_000
MOST_STEPS = 2_000_000
MOST_DEPTH = 50
TAG = re.compile(r"\{\{\{([^{}]{1,5000})\}\}\}|\{\{([^{}]{0,5000})\}\}")
MISSING = object()


@dataclass
class Section:
    """A part of a template; the outermost one has no name."""

    name: str = ""
    sign: str = ""
    parts: list[str | Section | tuple[str, bool]] = field(default_factory=list)
    """Texts, sections, and values as (name, whether to escape)."""


def parse_template(source: str) -> Section:
    """Raises NodeError `data.template`."""
    if len(source) > MOST_TEMPLATE:
        raise NodeError(f"the template is longer than {MOST_TEMPLATE:,} characters", code="data.too_large")
    stack = [Section()]
    end = 0
    for found in TAG.finditer(source):
        sign, name = _read(found)
        start, after = _alone(source, *found.span(), end) if sign in ("#", "^", "/", "!") else found.span()
        stack[-1].parts.append(source[end:start])
        end = after
        if sign == "!":
            continue
        if not name:
            raise _wrong("a tag has no name")
        if sign in ("#", "^"):
            if len(stack) > MOST_DEPTH:
                raise NodeError(f"sections are nested deeper than {MOST_DEPTH} levels", code="data.too_deep")
            section = Section(name, sign)
            stack[-1].parts.append(section)
            stack.append(section)
        elif sign == "/":
            if len(stack) == 1 or stack.pop().name != name:
                raise _wrong(f"{{{{/{name}}}}} closes a section that is not open")
        else:
            stack[-1].parts.append((name, sign != "&"))
    if len(stack) > 1:
        raise _wrong(f"the section {{{{#{stack[-1].name}}}}} is not closed")
    stack[0].parts.append(source[end:])
    return stack[0]


def _read(found: re.Match[str]) -> tuple[str, str]:
    """The sign (`&` for a value as it is) and the name in a tag."""
    if found[1] is not None:
        return "&", found[1].strip()
    inside = found[2].strip()
    sign = inside[:1] if inside[:1] in ("#", "^", "/", "!", "&") else ""
    return sign, inside.removeprefix(sign).strip()


def _alone(source: str, start: int, end: int, least: int) -> tuple[int, int]:
    """A section's tag alone on its line takes the whole line with it."""
    begin = start
    while begin > least and source[begin - 1] in " \t":
        begin -= 1
    stop = end
    while stop < len(source) and source[stop] in " \t":
        stop += 1
    if (begin == 0 or source[begin - 1] == "\n") and (stop == len(source) or source[stop] in "\r\n"):
        stop += 2 if source.startswith("\r\n", stop) else stop < len(source)
        return begin, stop
    return start, end


def _wrong(reason: str) -> NodeError:
    return NodeError(
        f"the template cannot be used: {reason}",
        hint="{{#list}} … {{/list}} repeats what is between; {{name}} is a value.",
        code="data.template",
    )


class Renderer:
    """Renders one template once. Raises NodeError `data.too_large` instead of growing without end."""

    def __init__(self, *, escapes: bool) -> None:
        self.write: Callable[[str], str] = escape if escapes else str
        self.pieces: list[str] = []
        self.left = MOST_OUTPUT
        self.steps = MOST_STEPS

    def render(self, template: Section, data: Any) -> str:
        self._section(template, [data])
        return "".join(self.pieces)

    def _section(self, section: Section, scopes: list[Any]) -> None:
        for part in section.parts:
            self.steps -= 1
            if isinstance(part, str):
                self._add(part)
            elif isinstance(part, tuple):
                value = _find(part[0], scopes)
                text = "" if value is MISSING else text_of(value)
                self._add(self.write(text) if part[1] else text)
            else:
                self._inner(part, _find(part.name, scopes), scopes)

    def _inner(self, section: Section, value: Any, scopes: list[Any]) -> None:
        is_nothing = value is MISSING or value is None or value is False or value in ("", [])
        if section.sign == "^":
            if is_nothing:
                self._section(section, scopes)
        elif not is_nothing:
            for entry in value if isinstance(value, list) else [value]:
                self._section(section, [*scopes, entry])

    def _add(self, text: str) -> None:
        self.left -= len(text)
        if self.left < 0 or self.steps < 0:
            raise NodeError(
                "the text made by the template is too large",
                hint="Repeat over fewer entries.",
                code="data.too_large",
            )
        self.pieces.append(text)


def _find(name: str, scopes: list[Any]) -> Any:
    """The innermost scope that has the name wins."""
    if name == ".":
        return scopes[-1]
    first = name.partition(".")[0]
    for scope in reversed(scopes):
        if isinstance(scope, dict) and (name in scope or first in scope):
            return get(scope, name, MISSING)
    return MISSING
