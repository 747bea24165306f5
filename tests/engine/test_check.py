"""What `check` says of documents, good and bad."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.engine.check import check
from tests.engine.world import document, library


def codes(doc: Any) -> list[tuple[str, str]]:
    return [(problem.path, problem.code) for problem in check(doc, library())]


def good() -> dict[str, Any]:
    return document({"s": "test.start", "a": "test.add"}, ["s -> a"])


def test_a_good_document_has_no_problem() -> None:
    assert codes(good()) == []


@pytest.mark.parametrize(
    "shape",
    [
        None,
        [],
        3,
        {},
        {"nodes": {}, "edges": []},
        {"nodes": [1], "edges": []},
        {"nodes": [{}], "edges": [{}]},
    ],
)
def test_any_shape_gets_an_answer(shape: Any) -> None:
    assert codes(shape)


def test_each_mistake_is_named_with_its_place() -> None:
    doc = good()
    doc["nodes"] += [
        {"id": "x", "type": "test.nothing"},
        {"id": "b", "type": "test.add", "name": "a", "params": {"zzz": 1}},
        {"id": "c", "type": "test.loop", "params": {"size": "={{ $json.n }}", "concurrency": "two"}},
        {"id": "d", "type": "test.add", "params": {"q": "={{ $json.n"}, "settings": {"on_error": "hope"}},
    ]
    doc["edges"] += [{"source": "s", "target": "nobody"}, {"source": "s", "output": "side", "target": "a"}]
    doc["settings"] = {"timezone": "Mars/Base", "order": "random"}
    found = codes(doc)
    for expected in [
        ("nodes.x.type", "node.unknown_type"),
        ("nodes.b.name", "node.duplicate_name"),
        ("nodes.b.params.zzz", "params.extra_forbidden"),
        ("nodes.c.params.concurrency", "params.int_parsing"),
        ("nodes.d.settings.on_error", "settings.on_error"),
        ("edges.1", "edge.node_missing"),
        ("edges.2", "edge.port_missing"),
        ("settings.timezone", "settings.invalid"),
        ("settings.order", "settings.invalid"),
    ]:
        assert expected in found
    assert ("nodes.c.params.size", "params.int_parsing") not in found
    assert any(path.startswith("nodes.d.params.q") and code == "expression.syntax" for path, code in found)


def test_a_circle_needs_a_loop_node() -> None:
    circle = document({"s": "test.start", "a": "test.add", "b": "test.add"}, ["s -> a", "a -> b", "b -> a"])
    assert ("nodes.a", "workflow.cycle") in codes(circle)
    loop = document(
        {"s": "test.start", "l": "test.loop", "b": "test.add"}, ["s -> l.in", "l.each -> b", "b -> l.back"]
    )
    assert codes(loop) == []


def test_what_no_trigger_reaches_is_a_warning() -> None:
    doc = good()
    doc["nodes"].append({"id": "z", "type": "test.add"})
    problems = check(doc, library())
    assert [(p.path, p.code, p.severity) for p in problems] == [("nodes.z", "node.unreachable", "warning")]


def test_a_node_of_a_version_that_is_not_installed_is_named() -> None:
    doc = good()
    doc["nodes"][1]["version"] = 2
    [problem] = check(doc, library())
    assert (problem.path, problem.code) == ("nodes.a.version", "node.newer_version")
    assert problem.message == "made with version 2 of Add; version 1 is installed"
    for nonsense in (0, "1", True, 1.5, None):
        doc["nodes"][1]["version"] = nonsense
        assert codes(doc) == [("nodes.a.version", "document.shape")]
