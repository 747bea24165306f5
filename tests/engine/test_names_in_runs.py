"""What expressions of a real run see of it: the step, the node before it, the files, the variables."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.engine.check import check
from orchestrator.engine.state import RunStatus
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
    assert check(doc, TYPES) == []
    pool = SandboxPool(1)
    monkeypatch.setattr(world, "NoJavaScript", lambda: pool)
    run = Runner(doc, [{"n": 0}, {"n": 1}], types=TYPES)
    try:
        assert await run.perform() is RunStatus.SUCCEEDED, run.state.error
    finally:
        await pool.close()
    return [item["is"] for item in run.result]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("={{ [$nodeVersion, $nodeName, $runIndex] }}", [3, "n", 0]),
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
