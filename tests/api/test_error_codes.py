"""docs/error_codes.md lists the codes that the source can give."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT: Path = settings.BASE_DIR
CODE = re.compile(r"^[a-z][a-z0-9]*(_[a-z0-9]+)*\.[a-z][a-z0-9_]*$")
ERRORS = re.compile(r"(Error|Input|Body|Large|Allowed|Found|Conflict|Many|SignedIn|Unavailable)$")
PROBLEMS = re.compile(r"([Pp]roblem|_at)$")
"""Their first argument is a place, not a code."""


def documented() -> set[str]:
    text = (ROOT / "docs" / "error_codes.md").read_text()
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return {code for cell in cells for code in re.findall(r"`([^`]+)`", cell)}


def sources() -> Iterator[Path]:
    for folder in ("orchestrator", "nodes"):
        yield from (ROOT / folder).rglob("*.py")


def in_code() -> dict[str, str]:
    """Every code with a file that gives it."""
    return {code: str(path.relative_to(ROOT)) for path in sources() for code in _codes(path)}


def _codes(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        for place in _places(node):
            for part in ast.walk(place):
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and CODE.match(part.value):
                    yield part.value


def _places(node: ast.AST) -> Iterator[ast.AST]:
    """The expressions in which a code may stand."""
    if isinstance(node, ast.Call):
        yield from (keyword.value for keyword in node.keywords if keyword.arg == "code")
        name = _name(node.func)
        if ERRORS.search(name):
            yield from node.args[:1]
        elif PROBLEMS.search(name):
            yield from node.args[1:2]
    elif isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        yield from (value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "code")


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_every_code_is_documented() -> None:
    known = documented()
    assert {code: path for code, path in in_code().items() if code not in known} == {}


def test_every_documented_code_is_in_the_source() -> None:
    text = "\n".join(path.read_text() for path in sources())
    made_from_parts = {"input.*", "run.failed", "run.cancelled"}
    assert {code for code in documented() - made_from_parts if f'"{code}"' not in text} == set()
