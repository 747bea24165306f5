"""Documents made with older node types are checked and run as the present types have them."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from orchestrator.engine.check import check
from orchestrator.engine.plan import Plan
from orchestrator.engine.upgrades import upgraded
from orchestrator.sdk import Context, Item, NodeType, Params, node
from tests.engine.world import Runner, document, library


class Amount(Params):
    step: int
    """How much to add."""


def _step(params: dict[str, Any]) -> dict[str, Any]:
    return {"step": params["by"]}


def _not_text(params: dict[str, Any]) -> dict[str, Any]:
    step = params["step"]
    return {"step": int(step) if isinstance(step, str) and not step.startswith("=") else step}


@node("test.add", title="Add", effect="pure", per="item", upgrades=(_step, _not_text))
def add(params: Amount, item: Item, context: Context) -> Item:
    """Add to n."""
    return item.derive({"n": item.json["n"] + params.step})


def types() -> dict[str, NodeType]:
    return {**library(), "test.add": add}


def made_with(version: int, **params: Any) -> dict[str, Any]:
    doc = document({"s": "test.start", "a": "test.add"}, ["s -> a"])
    doc["nodes"][1] |= {"version": version, "params": params}
    return doc


@pytest.mark.parametrize(
    ("version", "params"),
    [(1, {"by": "2"}), (1, {"by": "={{ $json.by }}"}), (2, {"step": "2"}), (3, {"step": 2})],
)
async def test_a_document_of_any_version_runs_and_stays_as_it_is(
    version: int, params: dict[str, Any]
) -> None:
    doc = made_with(version, **params)
    frozen = copy.deepcopy(doc)
    assert check(doc, types()) == []
    run = Runner(doc, [{"n": 1, "by": 2}], types=types())
    assert await run.perform() == "succeeded"
    assert run.result == [{"n": 3}]
    assert doc == frozen


def test_a_document_that_is_not_older_is_given_back_itself() -> None:
    doc = made_with(3, step=2)
    assert upgraded(doc, types()) is doc
    [_, node] = upgraded(made_with(1, by="2"), types())["nodes"]
    assert (node["version"], node["params"]) == (3, {"step": 2})


def test_what_cannot_be_upgraded_is_told_and_does_not_run() -> None:
    doc = made_with(1, nothing="that was ever known")
    [problem] = check(doc, types())
    assert (problem.path, problem.code) == ("nodes.a.version", "node.not_upgraded")
    assert problem.message == "its settings of version 1 of Add do not fit version 3"
    with pytest.raises(ValueError, match="a is of version 1, here is version 3"):
        Plan.compile(doc, types())


def test_a_newer_document_does_not_run() -> None:
    assert [problem.code for problem in check(made_with(4, step=2), types())] == ["node.newer_version"]
    with pytest.raises(ValueError, match="a is of version 4, here is version 3"):
        Plan.compile(made_with(4, step=2), types())
