"""Joins: refused before they fill the memory; on disk the same as in memory, with little of it held."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as any_

from nodes.data.compare import compare
from nodes.flow import joining
from nodes.flow.joining import everything_with_everything, join_by_fields
from nodes.flow.merge import merge, merge_in_pieces
from orchestrator.sdk import Context, FileRef, Item, NodeError, Route
from orchestrator.sdk.cases import CaseContext, CaseMemory

MODES: list[dict[str, Any]] = [
    {"mode": "append"},
    {"mode": "combine_by_position"},
    {"mode": "combine_by_position", "keep_unpaired": True},
    {"mode": "combine_all"},
    {"mode": "choose_branch", "branch": 2},
    *({"mode": "combine_by_fields", "fields": ["a"], "join": join}
      for join in ("inner", "left", "outer", "non_matches")),
]  # fmt: skip
RECORDS = any_.lists(
    any_.fixed_dictionaries(
        {}, optional={"a": any_.sampled_from([1, "1", 2, None, "x"]), "b": any_.integers(0, 9)}
    ),
    max_size=8,
)


def context() -> Context:
    made = CaseContext(cast(Any, None), CaseMemory({}), {}, datetime(2026, 1, 1, tzinfo=UTC), "UTC")
    return cast(Context, made)


def branches_of(*branches: list[dict[str, Any]]) -> dict[str, list[Item]]:
    places = iter(range(1_000_000))
    return {
        f"input{n}": [Item(record, index=next(places)) for record in branch]
        for n, branch in enumerate(branches, start=1)
    }


def in_pieces(items: dict[str, list[Item]]) -> dict[str, Iterator[Item]]:
    return {port: iter(found) for port, found in items.items()}


def seen(items: Iterable[Any]) -> list[Any]:
    routes = [entry if isinstance(entry, Route) else Route("main", entry) for entry in items]
    return [(route.port, route.item.json, route.item.source or route.item.index) for route in routes]


@pytest.mark.parametrize("params", MODES, ids=lambda params: "-".join(map(str, params.values())))
@settings(max_examples=25, deadline=None)
@given(branches=any_.lists(RECORDS, min_size=3, max_size=3))
async def test_on_disk_branches_merge_as_in_memory(
    params: dict[str, Any], branches: list[list[dict[str, Any]]]
) -> None:
    chosen = merge.params.model_validate({**params, "inputs": 3})
    held = await merge(chosen, branches_of(*branches), context())
    assert seen(merge_in_pieces(chosen, in_pieces(branches_of(*branches)), context())) == seen(held)


@settings(max_examples=50, deadline=None)
@given(a=RECORDS, b=RECORDS)
def test_on_disk_lists_compare_as_in_memory(a: list[dict[str, Any]], b: list[dict[str, Any]]) -> None:
    chosen = compare.params.model_validate({"match": [{"a": "a"}]})
    items = dict(zip("ab", branches_of(a, b).values(), strict=True))
    held = seen(compare(chosen, items, context()))
    assert seen(compare(chosen, in_pieces(items), context())) == held
    assert len(held) == len(a) + len(b) - sum(port in ("same", "different") for port, *_ in held)


def many(count: int, start: int = 0) -> Iterator[Item]:
    for n in range(start, start + count):
        yield Item({"id": n, "text": f"{n} " * 200}, {"f": FileRef("0" * 64, "f", "text/plain", n)}, index=n)


def test_a_large_join_holds_little() -> None:
    tracemalloc.start()
    found = join_by_fields([many(20_000), many(20_000, 10_000)], ["id"], "inner", context())
    ids = [(item.json["id"], item.files["f"].size) for item in found if item.files]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert ids == [(n, n) for n in range(10_000, 20_000)]
    assert peak < 8_000_000  # the items themselves are 48 MB


def test_a_large_comparison_holds_little() -> None:
    tracemalloc.start()
    chosen = compare.params.model_validate({"match": [{"a": "id"}]})
    counts: dict[str, int] = {}
    for route in compare(chosen, {"a": many(10_000), "b": many(10_000, 5_000)}, context()):
        counts[route.port] = counts.get(route.port, 0) + 1
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert counts == {"in_a_only": 5_000, "same": 5_000, "in_b_only": 5_000}
    assert peak < 8_000_000


def test_too_many_combinations_are_refused_before_they_are_made() -> None:
    branch = [Item({"n": n}, index=n) for n in range(1_001)]
    with pytest.raises(NodeError, match="1,002,001 items") as caught:
        next(everything_with_everything([branch, branch], context()))
    assert caught.value.code == "flow.too_many_items"


def test_too_many_combinations_of_long_branches_are_refused_at_the_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(joining, "MOST_ITEMS", 25)
    made = everything_with_everything([many(10), many(10)], context())
    assert [item.json["id"] for item in (next(made) for _ in range(20))] == [*range(10), *range(10)]
    with pytest.raises(NodeError, match="30 items"):
        next(made)


@pytest.mark.parametrize("is_held", [True, False])
def test_a_key_that_everything_shares_is_refused_too(is_held: bool) -> None:
    branch = [Item({"key": 1}, index=n) for n in range(1_001)]
    branches = [branch, [*branch]] if is_held else [iter(branch), iter(branch)]
    with pytest.raises(NodeError, match="1,000,000"):
        for _ in join_by_fields(branches, ["key"], "inner", context()):
            pass
