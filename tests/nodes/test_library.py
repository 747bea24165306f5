"""Rules that every node of the library keeps."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from orchestrator.sdk import NodeType, collect
from orchestrator.sdk.schema import cases_path, describe, load_cases, module_path, params_schema, undescribed

LIBRARY = collect("nodes", plugins=False)
ROOT = Path(__file__).parents[2] / "nodes"
GROUPS = sorted(path.parent for path in ROOT.glob("*/__init__.py"))
SOURCES = sorted(ROOT.rglob("*.py"))
MOST_LINES = 100
FEWEST_CASES = 4
MANIFEST_KEYS = {"title", "icon", "owner", "docs_url", "requirements", "credentials", "quality"}
OPENS_SOCKETS = {"socket", "ssl", "urllib.request", "http.client", "requests", "aiohttp", "smtplib", "httpx2"}
"""Connections are the context's business, which guards them."""
OPENERS = {"AsyncClient", "Client", "open_connection", "create_connection", "open_unix_connection"}


def of_type(value: NodeType | Path) -> str:
    return value.key if isinstance(value, NodeType) else "/".join(value.relative_to(ROOT).parts)


every_node = pytest.mark.parametrize("node_type", list(LIBRARY.values()), ids=of_type)
every_group = pytest.mark.parametrize("group", GROUPS, ids=of_type)
every_source = pytest.mark.parametrize("source", SOURCES, ids=of_type)


@every_node
def test_a_node_is_explained(node_type: NodeType) -> None:
    told = describe(node_type)
    assert told["summary"].endswith("."), "the docstring's first line is a sentence"
    assert len(told["summary"]) <= 100
    assert told["title"][0].isupper()
    assert undescribed(params_schema(node_type)) == []


@every_node
def test_a_node_has_cases_with_an_edge_and_an_error_among_them(node_type: NodeType) -> None:
    cases = load_cases(node_type)
    assert len(cases) >= FEWEST_CASES
    assert any("error" in case for case in cases), "one case shows what is refused"
    assert any(case.get("edge") is True for case in cases), "one case shows what is unusual and still works"
    names = [case["name"] for case in cases]
    assert len(set(names)) == len(names)
    known = {"name", "edge", "params", "items", "outputs", "lineage", "error", "pause", "answer", "reply"}
    known |= {"memory", "memory_after", "credentials", "server", "requests", "streamed", "usage"}
    known |= {"now", "timezone", "allow", "files", "files_after", "folder", "folder_after"}
    assert all(case.keys() <= known for case in cases)


@every_node
def test_a_node_lives_where_its_key_says(node_type: NodeType) -> None:
    path = module_path(node_type)
    assert path.parent.name == node_type.group
    assert path.stem.rstrip("_") == node_type.key.partition(".")[2]


@every_node
def test_a_card_shows_only_params_that_exist(node_type: NodeType) -> None:
    fields = params_schema(node_type).get("properties", {})
    for part in node_type.summary_template.split("{")[1:]:
        assert part.partition("}")[0].split(".")[0] in fields


@every_node
def test_credentials_are_announced_by_the_group(node_type: NodeType) -> None:
    manifest = tomllib.loads((module_path(node_type).parent / "manifest.toml").read_text())
    assert set(describe(node_type)["credentials"]) <= set(manifest["credentials"])


@every_group
def test_a_group_has_a_manifest_and_an_icon(group: Path) -> None:
    manifest = tomllib.loads((group / "manifest.toml").read_text())
    assert manifest.keys() == MANIFEST_KEYS
    icon = ElementTree.parse(group / manifest["icon"]).getroot()
    assert icon.attrib["viewBox"] == "0 0 24 24"
    assert icon.attrib["stroke"] == "currentColor"
    assert not any("script" in element.tag or "on" in "".join(element.attrib)[:2] for element in icon.iter())


@pytest.mark.parametrize("cases", sorted(ROOT.rglob("*.cases.json")), ids=of_type)
def test_no_cases_lie_about_without_a_node(cases: Path) -> None:
    assert cases in {cases_path(node_type) for node_type in LIBRARY.values()}


@every_node
def test_a_node_stays_small(node_type: NodeType) -> None:
    assert len(module_path(node_type).read_text().splitlines()) <= MOST_LINES


@every_source
def test_a_node_knows_only_the_sdk_and_its_own_group(source: Path) -> None:
    for name in imports(ast.parse(source.read_text())):
        if name.startswith("orchestrator"):
            assert name.startswith("orchestrator.sdk")
        if name.startswith("nodes"):
            assert name.split(".")[1] == source.parent.name


@every_source
def test_a_node_opens_no_connection_of_its_own(source: Path) -> None:
    tree = ast.parse(source.read_text())
    assert OPENS_SOCKETS.isdisjoint(imports(tree))
    called = {
        call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
    }
    assert OPENERS.isdisjoint(called)


def imports(tree: ast.AST) -> Iterator[str]:
    for found in ast.walk(tree):
        if isinstance(found, ast.Import):
            yield from (alias.name for alias in found.names)
        elif isinstance(found, ast.ImportFrom):
            yield found.module or ""
