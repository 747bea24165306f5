"""What expressions of a real run see of it: the step, the node before it, the files, the variables."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.engine.check import check
from orchestrator.sandbox import SandboxPool
from orchestrator.sdk import Context, Expression, FileRef, Item, NodeType, Params, Route, node
from tests.engine import world
from tests.engine.world import Nothing, Runner, document, library

PHOTO = FileRef("0" * 64, "photo.PNG", "image/png", 70)


class Note(Params):
    value: Expression = None
    """What to note."""
    beside: str = "me"
    """Another setting."""


@node("test.photo", title="Photo", effect="pure", per="item", outputs=("none", "main"))
def photo(params: Nothing, item: Item, context: Context) -> Any:
    """Put a file on the item."""
    return Route("main", item.derive(item.json, {"data": PHOTO} if item.json.get("n") else None))


@node("test.note", title="Note", effect="pure", per="item", upgrades=(dict, dict))
def note(params: Note, item: Item, context: Context) -> dict[str, Any]:
    """Note a value."""
    return {"is": params.value}


TYPES: dict[str, NodeType] = library() | {photo.key: photo, note.key: note}


async def noted(value: str, monkeypatch: pytest.MonkeyPatch, **settings: Any) -> list[Any]:
    """What the template gives for two items, of which the second has a file."""
    nodes = {"s": "test.start", "p": "test.photo", "n": {"type": "test.note", "params": {"value": value}}}
    doc = document(nodes, ["s -> p", "p.main -> n"], **settings)
    run = await performed(doc, [{"n": 0}, {"n": 1}], monkeypatch)
    return [item["is"] for item in run.result]


async def performed(
    doc: dict[str, Any], items: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> Runner:
    assert check(doc, TYPES) == []
    pool = SandboxPool(1)
    monkeypatch.setattr(world, "NoJavaScript", lambda: pool)
    run = Runner(doc, items, types=TYPES)
    try:
        await run.perform()
    finally:
        await pool.close()
    return run


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("={{ [$nodeVersion, $nodeName, $runIndex] }}", [3, "n", 0]),
        ("={{ Object.keys($input.params) }}", []),
        ("={{ $prevNode.name + $prevNode.outputIndex + $prevNode.runIndex }}", "p10"),
        ("={{ $parameter.beside ?? 'left out' }}", "left out"),
        ("={{ $parameter.value.length > 10 }}", True),
        ("={{ $vars.limit }}", 3),
        ("={{ $vars.limit + ($vars.nothing ?? 1) }}", 4),
        ("={{ $vars.names.map(name => name.length) }}", [3, 3]),
    ],
)
async def test_the_step_and_what_was_before_it(
    value: str, found: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await noted(value, monkeypatch, vars={"limit": 3, "names": ["Ada", "Ben"]})
    assert made == [found, found]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("={{ $binary.data?.fileName ?? 'no file' }}", ["no file", "photo.PNG"]),
        ("={{ $binary.data?.mime_type + $binary.data?.size }}", [None, "image/png70"]),
        ("={{ Object.keys($binary).length }}", [0, 1]),
        ("={{ $binary.data?.fileExtension }}", [None, "PNG"]),
    ],
)
async def test_the_files_of_each_item(value: str, found: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert await noted(value, monkeypatch) == found


def test_variables_are_an_object() -> None:
    doc = document({"s": "test.start"}, [], vars=["limit"])
    assert [(p.path, p.code) for p in check(doc, TYPES)] == [("settings.vars", "settings.invalid")]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("={{ $('p').all().map(item => item.json.n) }}", [2, 4]),
        ("={{ $('p').all(1).map(item => item.json.n) }}", [1, 3, 5]),
        ("={{ $('p').first(1).json.n + $('p').last(0).json.n }}", 5),
        ("={{ $('p').all(undefined, 0).length + $('p').all(1, -1).length }}", 5),
        ("={{ $('p').all(7).length }}", 0),
        ("={{ $items('p', 1).map(item => item.json.n) }}", [1, 3, 5]),
        ("={{ $node['p'].all(1).length }}", 3),
    ],
)
async def test_what_another_output_gave(value: str, found: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = {"s": "test.start", "p": "test.parity", "n": {"type": "test.note", "params": {"value": value}}}
    doc = document(nodes, ["s -> p", "p.even -> n"])
    run = await performed(doc, [{"n": n} for n in range(1, 6)], monkeypatch)
    assert [item["is"] for item in run.result][-2:] == [found, found], run.state.error


async def test_a_turn_that_never_was_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = {"s": "test.start", "n": {"type": "test.note", "params": {"value": "={{ $('s').all(0, 5) }}"}}}
    run = await performed(document(nodes, ["s -> n"]), [{"n": 1}], monkeypatch)
    assert run.of("step.failed")[0]["error"]["message"] == "value: “s” has no turn 5"


async def test_each_turn_of_a_loop_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    value = "={{ [$runIndex, $('n').all(0, 1).length, $('n').all(undefined, -1)[0].json.is] }}"
    nodes = {
        "s": "test.start",
        "l": "test.loop",
        "n": {"type": "test.note", "params": {"value": "={{ $json.n * 10 + $runIndex }}"}},
        "z": {"type": "test.note", "params": {"value": value}},
    }
    doc = document(nodes, ["s -> l.in", "l.each -> n", "n -> l.back", "l.done -> z"])
    run = await performed(doc, [{"n": 1}, {"n": 2}, {"n": 3}], monkeypatch)
    assert [item["is"] for item in run.result] == [[0, 1, 32]] * 3, run.state.error
