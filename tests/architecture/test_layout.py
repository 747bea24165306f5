"""One obvious place for everything: names that say nothing are not used."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, shown, source_files

VAGUE = {"utils", "util", "helpers", "helper", "common", "core", "managers", "misc"}
NODE_FILES = list(source_files("nodes", suffix=".py"))


def test_no_file_or_folder_has_a_vague_name() -> None:
    places = ("orchestrator", "nodes", "bench", "tools", "tests", "editor_frontend/src")
    vague = [
        shown(path)
        for place in places
        for suffix in (".py", ".ts", ".tsx")
        for path in source_files(place, suffix=suffix)
        if VAGUE.intersection((*path.relative_to(ROOT).parts[:-1], path.stem.lower()))
    ]
    assert not vague


def test_the_project_package_has_an_empty_init() -> None:
    assert (ROOT / "orchestrator/__init__.py").read_text() == ""


def imported_modules(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{shown(path)}:{node.lineno} imports relatively"
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("path", NODE_FILES, ids=shown)
def test_a_node_imports_only_the_sdk_and_its_own_group(path: Path) -> None:
    group = path.relative_to(ROOT / "nodes").parts[0]
    for module in imported_modules(path):
        if module.startswith("orchestrator"):
            assert module == "orchestrator.sdk" or module.startswith("orchestrator.sdk."), module
        if module == "nodes" or module.startswith("nodes."):
            assert module.split(".")[1:2] == [group], f"{shown(path)} knows another group: {module}"


@pytest.mark.parametrize("path", NODE_FILES, ids=shown)
def test_a_node_opens_no_socket_of_its_own(path: Path) -> None:
    """Requests go through `context.http`, whose guard decides which addresses may be reached."""
    forbidden = {"socket", "ssl", "urllib.request", "http.client", "requests", "aiohttp", "subprocess"}
    assert not imported_modules(path) & forbidden
