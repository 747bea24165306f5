"""More items than fit into memory: the same outcome, with little of it held."""

from __future__ import annotations

import math
import tracemalloc
from collections.abc import Iterator
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as any_

from nodes.data import aside
from nodes.data.aggregate import aggregate
from nodes.data.ordering import SortBy, in_order, key_for
from nodes.data.remove_duplicates import remove_duplicates
from nodes.data.sort import sort
from nodes.data.summarize import summarize
from orchestrator.sdk import Context, FileRef, Item, NodeError, NodeType, Route
from orchestrator.sdk.cases import CaseContext, CaseMemory

VALUES = any_.none() | any_.booleans() | any_.integers(-5, 5) | any_.sampled_from(["", "a", "B", "10", "9"])


def context() -> Context:
    from datetime import UTC, datetime

    moment = datetime(2026, 1, 1, tzinfo=UTC)
    made = CaseContext(cast(Any, None), CaseMemory({}), {}, moment, "UTC")
    return cast(Context, made)


def performed(node_type: NodeType, items: Any, **params: Any) -> list[Any]:
    return list(node_type(node_type.params.model_validate(params), items, context()))


def numbered(records: list[dict[str, Any]]) -> list[Item]:
    return [Item(record, index=place) for place, record in enumerate(records)]


@settings(max_examples=60, deadline=None)
@given(
    records=any_.lists(any_.fixed_dictionaries({"a": VALUES, "b": VALUES}), max_size=60),
    rules=any_.lists(
        any_.tuples(
            any_.sampled_from("ab"),
            any_.sampled_from(["ascending", "descending"]),
            any_.sampled_from(["value", "number", "text"]),
        ),
        max_size=3,
    ),
)
def test_sorting_on_disk_gives_the_order_of_sorting_in_memory(
    records: list[dict[str, Any]], rules: list[tuple[Any, Any, Any]]
) -> None:
    by = [SortBy(field=field, order=order, compare=compare) for field, order, compare in rules]
    expected = [item.index for item in in_order(numbered(records), by)]
    with pytest.MonkeyPatch.context() as patch, aside.Aside(context()) as put_aside:
        patch.setattr(aside, "HELD_BYTES", 100)  # some items a part
        patch.setattr(aside, "PIECE_BYTES", 17)  # several pieces an item
        found = list(put_aside.sorted(iter(numbered(records)), key_for(by)))
    assert [item.index for item in found] == expected
    assert [item.json for item in found] == [records[place] for place in expected]


def test_files_come_back_with_their_items() -> None:
    file = FileRef("hash", "a.txt", "text/plain", 3)
    items = [Item({"n": n}, {"data": file} if n else None, index=n) for n in range(3)]
    found = performed(sort, iter(items), by=[{"field": "n", "order": "descending"}])
    assert [(item.json["n"], item.files) for item in found] == [
        (2, {"data": file}),
        (1, {"data": file}),
        (0, None),
    ]


def test_a_shuffle_of_many_loses_none_and_is_the_same_again() -> None:
    items = numbered([{"n": n} for n in range(500)])
    first, second = [[i.json["n"] for i in performed(sort, iter(items), mode="shuffle")] for _ in range(2)]
    assert first == second != sorted(first)
    assert sorted(first) == list(range(500))


def much(count: int) -> Iterator[Item]:
    for n in range(count):
        yield Item({"n": (n * 7919) % count, "text": f"{n} {'x' * 1000}"}, index=n)


def test_a_large_sort_holds_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside, "HELD_BYTES", 2_000_000)
    count = 30_000
    tracemalloc.start()
    in_a_row = 0
    made = sort(sort.params.model_validate({"by": [{"field": "n"}]}), much(count), context())
    for place, item in enumerate(made):
        in_a_row += item.json["n"] == place
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert in_a_row == count
    assert peak < 25_000_000  # of 31 MB of text


def ports(found: list[Any]) -> tuple[list[int], list[int]]:
    kept = [item.json["n"] for item in found if isinstance(item, Item)]
    return kept, [entry.item.json["n"] for entry in found if isinstance(entry, Route)]


def test_the_last_of_many_is_found_in_two_passes() -> None:
    items = iter([Item({"id": n % 3, "n": n}, index=n) for n in range(9)])
    found = performed(remove_duplicates, items, compare="only", fields=["id"], keep="last")
    assert ports(found) == ([6, 7, 8], [0, 1, 2, 3, 4, 5])


def test_one_item_does_not_take_in_more_than_it_can_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nodes.data.aggregate.MOST_BYTES", 1_000_000)
    with pytest.raises(NodeError, match="cannot hold more") as caught:
        performed(aggregate, much(2_000))
    assert caught.value.code == "data.too_large"
    [item] = performed(aggregate, much(2_000), mode="fields", fields=[{"field": "n"}])
    assert len(item.json["n"]) == 2_000
    assert len(item.source) == 1_000


def test_a_group_for_each_item_takes_little_each() -> None:
    tracemalloc.start()
    values = [{"function": "sum", "field": "n"}, {"function": "max", "field": "n"}]
    found = performed(summarize, (Item({"n": n}) for n in range(20_000)), group_by=["n"], values=values)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [item.json for item in found[:2]] == [{"n": n, "sum_n": n, "max_n": n} for n in range(2)]
    assert peak < 20_000 * 2_000


@pytest.mark.parametrize(
    ("params", "limit"),
    [
        ({"values": [{"function": "list", "field": "text"}]}, "summing.MOST_KEPT_BYTES"),
        ({"values": [{"function": "concat", "field": "text"}]}, "summing.MOST_KEPT_BYTES"),
        ({"values": [{"function": "unique", "field": "text"}]}, "summing.MOST_KEPT_BYTES"),
        ({"values": [{"function": "count_unique", "field": "text"}]}, "summing.MOST_KEPT_BYTES"),
        ({"values": [{}], "group_by": ["text"]}, "groups.MOST_CELLS"),
    ],
)
def test_what_would_be_kept_without_end_is_refused(
    params: dict[str, Any], limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"nodes.data.{limit}", 1_000)
    with pytest.raises(NodeError) as caught:
        performed(summarize, much(1_001), **params)
    assert caught.value.code == "data.too_large"


def test_sums_of_fractions_lose_nothing_on_the_way() -> None:
    numbers = [0.1] * 1_000 + [1e16, 1.0, -1e16] * 300
    [item] = performed(
        summarize, numbered([{"n": n} for n in numbers]), values=[{"function": "sum", "field": "n"}]
    )
    assert item.json["sum_n"] == math.fsum(numbers)
