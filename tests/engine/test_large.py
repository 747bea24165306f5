"""Many items: in pieces through the nodes that can, with the same outcome as at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest

from orchestrator.engine import chunks, large
from orchestrator.engine.lineage import linked
from orchestrator.engine.state import RunStatus
from orchestrator.sdk import (
    Context,
    Expression,
    Inputs,
    InputsInPieces,
    Item,
    NodeError,
    NodeType,
    Params,
    Route,
    node,
)
from tests.engine.world import Nothing, Runner, document, library


class Value(Params):
    value: Expression = None
    """What to note."""


@node("test.make", title="Make", effect="read", streams=True)
def make(params: Nothing, items: Iterable[Item], context: Context) -> Iterator[Item]:
    """Make `count` items of each."""
    for item in items:
        for n in range(item.json["count"]):
            yield Item({"n": n}, source=item.index)


@node("test.half", title="Half", effect="pure", per="item", outputs=("kept", "dropped"))
def half(params: Nothing, item: Item, context: Context) -> Route:
    """Keep the even ones."""
    return Route("kept" if item.json["n"] % 2 == 0 else "dropped", item)


@node("test.note", title="Note", effect="pure", per="item")
def note(params: Value, item: Item, context: Context) -> dict[str, Any]:
    """Note a value."""
    if item.json["n"] == 24_682:
        raise NodeError("not this one")
    return {**item.json, "noted": params.value}


@node("test.sum", title="Sum", effect="pure", streams=True)
def total(params: Nothing, items: Iterable[Item], context: Context) -> list[Item]:
    """Add up."""
    return [Item({"sum": sum(item.json["n"] for item in items)})]


TYPES: dict[str, NodeType] = library() | {t.key: t for t in (make, half, note, total)}
COUNT = 50_000


def run_of(**noting: Any) -> Runner:
    nodes: dict[str, Any] = {"s": "test.start", "m": "test.make", "h": "test.half"}
    nodes |= {"n": {"type": "test.note", **noting}, "t": "test.sum"}
    doc = document(nodes, ["s -> m", "m -> h", "h.kept -> n", "n -> t"])
    return Runner(doc, [{"count": COUNT}], types=TYPES)


def output(run: Runner, step: str, port: str = "main") -> dict[str, Any]:
    payload: dict[str, Any] = run.state.steps[step].outputs[port]
    return payload


def records(run: Runner, payload: dict[str, Any]) -> list[dict[str, Any]]:
    import orjson

    found: list[dict[str, Any]] = orjson.loads(run.store.fetch(payload)["data"])
    return found


async def test_items_go_through_in_pieces() -> None:
    params = {"value": "={{ $json.n }}"}
    run = run_of(params=params, settings={"on_error": "continue"})
    assert await run.perform() is RunStatus.SUCCEEDED, run.state.error
    assert [output(run, step)["count"] for step in ("m:1", "n:1", "t:1")] == [COUNT, COUNT // 2, 1]
    assert len(output(run, "m:1")["chunks"]) == 3
    noted = records(run, output(run, "n:1"))
    assert [record["n"] for record in noted] == list(range(0, COUNT, 2))
    assert all(record.get("noted") == record["n"] for record in noted if "error" not in record)
    assert [record["n"] for record in noted if "error" in record] == [24_682]
    assert records(run, output(run, "t:1")) == [{"sum": sum(range(0, COUNT, 2))}]
    assert run.of("step.succeeded")[3]["failed_items"] == 1


async def test_each_item_knows_where_it_came_from() -> None:
    run = run_of(settings={"on_error": "continue"})
    assert await run.perform() is RunStatus.SUCCEEDED
    assert chunks.origin(output(run, "h:1", "kept"), 24_999) == 49_998
    assert chunks.origins(output(run, "h:1", "kept"), 19_999, 20_002) == [39_998, 40_000, 40_002]
    assert chunks.origins(output(run, "n:1"), 5, 7) == [5, 6]
    last = run.state.steps["t:1"]
    assert linked(run.state, last, 24_999, "m") == (run.state.steps["m:1"], "main", 49_998)
    assert linked(run.state, last, 24_999, "s") == (run.state.steps["s:1"], "main", 0)


async def test_a_failing_item_is_named_by_its_place() -> None:
    run = run_of()
    assert await run.perform() is RunStatus.FAILED
    assert run.of("step.failed")[0]["error"]["item"] == 12_341


async def test_a_node_that_takes_all_items_gets_them_together() -> None:
    doc = document({"s": "test.start", "m": "test.make", "p": "test.parity"}, ["s -> m", "m -> p"])
    run = Runner(doc, [{"count": COUNT}], types=TYPES)
    assert await run.perform() is RunStatus.SUCCEEDED
    assert [output(run, "p:1", port)["count"] for port in ("even", "odd")] == [COUNT // 2] * 2
    assert chunks.origins(output(run, "p:1", "odd"), 0, 2) == [1, 3]


async def test_a_node_that_takes_all_items_refuses_more_than_it_can_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(large, "MOST_HELD_BYTES", 100_000)
    doc = document(
        {"s": "test.start", "m": "test.make", "h": "test.half", "p": "test.parity"},
        ["s -> m", "m -> h", "h.kept -> p"],
    )
    run = Runner(doc, [{"count": COUNT}], types=TYPES)
    assert await run.perform() is RunStatus.FAILED
    error = run.of("step.failed")[0]
    assert (error["step"], error["error"]["code"]) == ("p:1", "step.too_large")
    assert output(run, "h:1", "kept")["count"] == COUNT // 2  # in pieces: any number


@node("test.breaks", title="Breaks", effect="pure", streams=True)
def breaks(params: Nothing, items: Iterable[Item], context: Context) -> Iterator[Item]:
    """Fail near the end."""
    for item in items:
        if item.json["n"] == COUNT - 1:
            raise NodeError("not this one")
        yield item


@pytest.mark.parametrize(("limit", "carried"), [(10**9, COUNT), (1_000, 1)])
async def test_a_tolerated_failure_carries_as_many_items_as_can_be_held(
    limit: int, carried: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large, "MOST_HELD_BYTES", limit)
    nodes = {
        "s": "test.start",
        "m": "test.make",
        "b": {"type": "test.breaks", "settings": {"on_error": "continue"}},
    }
    types = TYPES | {breaks.key: breaks}
    run = Runner(document(nodes, ["s -> m", "m -> b"]), [{"count": COUNT}], types=types)
    assert await run.perform() is RunStatus.SUCCEEDED
    assert output(run, "b:1")["count"] == carried


@node("test.sides", title="Sides", effect="pure", outputs=("even", "odd"), streams=True)
def sides(params: Nothing, items: Iterable[Item], context: Context) -> Iterator[Item | Route]:
    """Part them."""
    for item in items:
        yield item if item.json["n"] % 2 == 0 else Route("odd", item)


@pytest.mark.parametrize("count", [10, COUNT])
async def test_a_node_that_streams_sends_to_several_ports(count: int) -> None:
    types = TYPES | {sides.key: sides}
    doc = document({"s": "test.start", "m": "test.make", "p": "test.sides"}, ["s -> m", "m -> p"])
    run = Runner(doc, [{"count": count}], types=types)
    assert await run.perform() is RunStatus.SUCCEEDED
    assert [output(run, "p:1", port)["count"] for port in ("even", "odd")] == [count // 2] * 2
    assert chunks.origins(output(run, "p:1", "odd"), 0, 2) == [1, 3]


@pytest.mark.parametrize("count", [0, 1, chunks.CHUNK_ITEMS, chunks.CHUNK_ITEMS + 1])
async def test_few_items_stay_in_one_piece(count: int) -> None:
    doc = document({"s": "test.start", "m": "test.make", "t": "test.sum"}, ["s -> m", "m -> t"])
    run = Runner(doc, [{"count": count}], types=TYPES)
    assert await run.perform() is RunStatus.SUCCEEDED
    if count:
        assert chunks.is_chunked(output(run, "m:1")) is (count > chunks.CHUNK_ITEMS)
        assert records(run, output(run, "t:1")) == [{"sum": sum(range(count))}]


def test_large_items_make_smaller_pieces() -> None:
    items = [Item({"text": "x" * 1_000_000}, index=n) for n in range(20)]
    made = chunks.ChunkedOutput()
    made.add(items, 20)
    payload = made.finish(20)
    assert [chunk["count"] for chunk in payload["chunks"]] == [7, 7, 6]
    assert [chunk["start"] for chunk in payload["chunks"]] == [0, 7, 14]
    assert chunks.origins(payload, 0, 20) == list(range(20))
    assert [(c["start"], low, high) for c, low, high in chunks.between(payload, 6, 15)] == [
        (0, 6, 7),
        (7, 0, 7),
        (14, 0, 1),
    ]


def _all_of(items: Mapping[str, Iterable[Item]]) -> Iterator[Item]:
    for found in items.values():
        yield from found


@node("test.both", title="Both", effect="pure", inputs=("a", "b"), streams=True)
def both(params: Nothing, items: InputsInPieces, context: Context) -> Iterator[Item]:
    """Append."""
    return _all_of(items)


@node("test.later", title="Later", effect="pure", inputs=("a", "b"))
async def later(params: Value, items: Inputs, context: Context) -> list[Item]:
    """Append, once it may."""
    return list(_all_of(items))


@later.in_pieces(unless=lambda params: params.get("value") == "held")
def later_in_pieces(params: Value, items: InputsInPieces, context: Context) -> Iterator[Item]:
    return _all_of(items)


MANY = chunks.CHUNK_ITEMS + 2_000


def joining_run(key: str, **more: Any) -> Runner:
    nodes = {"s": "test.start", "m": "test.make", "h": "test.half", "b": {"type": key, **more}}
    types = TYPES | {both.key: both, later.key: later}
    return Runner(
        document(nodes, ["s -> m", "m -> h", "h.dropped -> b.a", "m -> b.b"]), [{"count": MANY}], types=types
    )


@pytest.mark.parametrize("key", ["test.both", "test.later"])
async def test_several_inputs_go_through_in_pieces_one_after_the_other(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large, "MOST_HELD_BYTES", 100_000)
    run = joining_run(key)
    assert await run.perform() is RunStatus.SUCCEEDED, run.state.error
    made = output(run, "b:1")
    assert [record["n"] for record in records(run, made)] == [*range(1, MANY, 2), *range(MANY)]
    assert chunks.origins(made, MANY // 2 - 1, MANY // 2 + 1) == [MANY // 2 - 1, MANY // 2]
    step = run.state.steps["b:1"]
    assert linked(run.state, step, 0, "m") == (run.state.steps["m:1"], "main", 1)
    assert linked(run.state, step, MANY // 2 + 7, "m") == (run.state.steps["m:1"], "main", 7)


async def test_what_cannot_go_in_pieces_with_these_params_is_held_or_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = joining_run("test.later", params={"value": "held"})
    assert await run.perform() is RunStatus.SUCCEEDED
    monkeypatch.setattr(large, "MOST_HELD_BYTES", 100_000)
    run = joining_run("test.later", params={"value": "held"})
    assert await run.perform() is RunStatus.FAILED
    assert run.of("step.failed")[0]["error"]["code"] == "step.too_large"


def test_only_one_plain_function_works_in_pieces() -> None:
    for wrong in (both, later):
        with pytest.raises(TypeError, match="one plain function"):
            wrong.in_pieces()(later_in_pieces)
