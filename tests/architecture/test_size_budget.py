"""Small functions, honest files: the size budget, checked."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import shown, source_files

PYTHON = ("orchestrator", "nodes", "bench", "tools", "tests")
FUNCTION_USUAL, FUNCTION_MOST = 40, 60
PYTHON_FILE_MOST = 500
TSX_FILE_MOST = 350


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and length in lines (without decorators and docstring) of each function."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = node.body[0] if ast.get_docstring(node) is not None else None
            docstring_lines = (docstring.end_lineno or 0) - docstring.lineno + 1 if docstring else 0
            yield (
                f"{shown(path)}:{node.lineno} {node.name}",
                node.end_lineno - node.lineno + 1 - docstring_lines,
            )


def all_functions() -> list[tuple[str, int]]:
    found = []
    for path in source_files(*PYTHON, suffix=".py"):
        if "migrations" not in path.parts:
            found += functions(path)
    return found


def test_no_function_is_longer_than_sixty_lines() -> None:
    too_long = {name: lines for name, lines in all_functions() if lines > FUNCTION_MOST}
    assert not too_long


def test_nearly_every_function_stays_within_forty_lines() -> None:
    lengths = all_functions()
    longer = {name: lines for name, lines in lengths if lines > FUNCTION_USUAL}
    assert len(longer) <= len(lengths) * 0.03, longer


def test_no_python_file_is_longer_than_five_hundred_lines() -> None:
    lengths = {shown(path): path.read_text().count("\n") for path in source_files(*PYTHON, suffix=".py")}
    assert not {name: lines for name, lines in lengths.items() if lines > PYTHON_FILE_MOST}


def test_no_component_file_is_longer_than_three_hundred_and_fifty_lines() -> None:
    lengths = {
        shown(path): path.read_text().count("\n")
        for path in source_files("editor_frontend/src", suffix=".tsx")
    }
    assert not {name: lines for name, lines in lengths.items() if lines > TSX_FILE_MOST}
