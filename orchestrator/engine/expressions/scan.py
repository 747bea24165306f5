"""Cut a template into text and JavaScript, knowing enough of the language to find the true end
of a `{{ … }}`: strings, template literals, comments, regular expressions and brackets."""

from __future__ import annotations

import re
from dataclasses import dataclass

_INTERESTING = re.compile(r"""["'`/{}()\[\]]""")
_WORD_BEFORE = re.compile(r"[\w$]+$")
_REGEX_MAY_FOLLOW = frozenset(
    [
        "return",
        "typeof",
        "case",
        "in",
        "of",
        "instanceof",
        "new",
        "delete",
        "void",
        "throw",
        "do",
        "else",
        "yield",
        "await",
    ]
)
_CLOSES = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True)
class Body:
    """The inside of one `{{ }}`; `start` is its offset in the param's text."""

    source: str
    start: int


@dataclass(frozen=True)
class ScanProblem:
    message: str
    hint: str
    position: int


class _BrokenError(Exception):
    def __init__(self, message: str, hint: str, position: int) -> None:
        super().__init__(message)
        self.problem = ScanProblem(message, hint, position)


def scan(text: str) -> tuple[list[str | Body], list[ScanProblem]]:
    """Parts of a template (`text` starts with "="), in order, and what is wrong with it.
    Adjacent braces inside strings and objects do not end a body."""
    parts: list[str | Body] = []
    problems: list[ScanProblem] = []
    at = 1
    while True:
        opening = text.find("{{", at)
        if opening < 0:
            break
        if opening > at:
            parts.append(text[at:opening])
        start = opening + 2
        try:
            end = _find_end(text, start)
        except _BrokenError as broken:
            problems.append(broken.problem)
            end = text.find("}}", start)
            if end < 0:
                return parts, problems
        if not text[start:end].strip():
            problems.append(ScanProblem("The braces {{ }} are empty", "write an expression inside", start))
        parts.append(Body(text[start:end], start))
        at = end + 2
    if at < len(text):
        parts.append(text[at:])
    return parts, problems


def _find_end(text: str, start: int) -> int:
    """The offset of the `}}` that closes the body begun at `start`."""
    open_brackets: list[tuple[str, int]] = []
    at = start
    while match := _INTERESTING.search(text, at):
        at = match.start()
        char = text[at]
        if char == "}" and not open_brackets and text.startswith("}}", at):
            return at
        if char in "\"'":
            at = _skip_quoted(text, at)
        elif char == "`":
            at = _skip_template(text, at)
        elif char == "/":
            at = _skip_slash(text, at, start)
        elif char in _CLOSES:
            open_brackets.append((char, at))
            at += 1
        else:
            _close(open_brackets, char, at)
            at += 1
    raise _unclosed(open_brackets, start)


def _close(open_brackets: list[tuple[str, int]], char: str, at: int) -> None:
    if not open_brackets:
        raise _BrokenError(f"Unexpected “{char}”", "remove it, or open the bracket it closes", at)
    opened, where = open_brackets.pop()
    if _CLOSES[opened] != char:
        raise _BrokenError(
            f"“{opened}” is closed by “{char}”",
            f"write “{_CLOSES[opened]}” for the “{opened}” at {where}",
            at,
        )


def _unclosed(open_brackets: list[tuple[str, int]], start: int) -> _BrokenError:
    if open_brackets:
        opened, where = open_brackets[-1]
        return _BrokenError(f"“{opened}” is never closed", f"add “{_CLOSES[opened]}” before “}}}}”", where)
    return _BrokenError("The expression is never closed", "add “}}” at its end", start - 2)


def _skip_quoted(text: str, at: int) -> int:
    quote = text[at]
    here = at + 1
    while here < len(text):
        char = text[here]
        if char == "\\":
            here += 2
            continue
        if char == quote:
            return here + 1
        if char == "\n":
            break
        here += 1
    raise _BrokenError("The text in quotes is never closed", f"add {quote} at its end", at)


def _skip_template(text: str, at: int) -> int:
    here = at + 1
    while here < len(text):
        char = text[here]
        if char == "\\":
            here += 2
        elif char == "`":
            return here + 1
        elif char == "$" and text.startswith("${", here):
            here = _skip_braces(text, here + 2)
        else:
            here += 1
    raise _BrokenError("The template text is never closed", "add ` at its end", at)


def _skip_braces(text: str, start: int) -> int:
    """From just after `${` to just after its `}`."""
    depth = 1
    at = start
    while match := _INTERESTING.search(text, at):
        at = match.start()
        char = text[at]
        if char in "\"'":
            at = _skip_quoted(text, at)
        elif char == "`":
            at = _skip_template(text, at)
        elif char == "/":
            at = _skip_slash(text, at, start)
        else:
            depth += (char == "{") - (char == "}")
            at += 1
            if not depth:
                return at
    raise _BrokenError("“${” is never closed", "add “}” after it", start - 2)


def _skip_slash(text: str, at: int, start: int) -> int:
    """Past a comment, a regular expression, or a mere division sign."""
    following = text[at + 1 : at + 2]
    if following == "*":
        end = text.find("*/", at + 2)
        if end < 0:
            raise _BrokenError("The comment is never closed", "add */ at its end", at)
        return end + 2
    if following == "/":
        line_end = text.find("\n", at)
        closing = text.find("}}", at)
        ends = [place for place in (line_end, closing) if place >= 0]
        return min(ends) if ends else len(text)
    return _skip_regex(text, at) if _starts_regex(text, at, start) else at + 1


def _starts_regex(text: str, at: int, start: int) -> bool:
    before = text[start:at].rstrip()
    if not before:
        return True
    if word := _WORD_BEFORE.search(before):
        return word.group() in _REGEX_MAY_FOLLOW
    return before[-1] not in ")]}\"'`"


def _skip_regex(text: str, at: int) -> int:
    here = at + 1
    in_class = False
    while here < len(text):
        char = text[here]
        if char == "\\":
            here += 1
        elif char == "[":
            in_class = True
        elif char == "]":
            in_class = False
        elif char == "/" and not in_class:
            return here + 1
        elif char == "\n":
            break
        here += 1
    raise _BrokenError("The regular expression is never closed", "add / at its end", at)
