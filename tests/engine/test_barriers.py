"""What must be durable before what: effects seen from the outside world."""

from __future__ import annotations

import asyncio

import pytest

from orchestrator.engine.ports import Flush
from orchestrator.engine.state import RunStatus
from orchestrator.sdk import Context, Item, NodeType, node
from tests.engine.world import FakeStore, Nothing, Runner, Sink, document, library


class SlowStore(FakeStore):
    """A commit takes a while, as on a busy database."""

    async def flush(self, flush: Flush) -> bool:
        await asyncio.sleep(0.05)
        return await super().flush(flush)


def looking(store: SlowStore, seen: list[list[str]]) -> NodeType:
    """A read that notes which steps were recorded as done when it asked the outside world."""

    @node("test.look", title="Look", effect="read", per="item")
    async def look(params: Nothing, item: Item, context: Context) -> Item:
        """Look at the journal."""
        seen.append([event["node"] for event in store.events if event["type"] == "step.succeeded"])
        return item.derive(item.json)

    return look


@pytest.mark.parametrize("write", ["test.write", "test.put"])
@pytest.mark.parametrize("between", [[], ["test.add"]], ids=["next", "after a pure step"])
async def test_a_read_asks_only_after_the_write_before_it_is_recorded(write: str, between: list[str]) -> None:
    sink, store, seen = Sink(), SlowStore(), list[list[str]]()
    row = ["test.start", write, *between, "test.look"]
    nodes = {f"n{place}": key for place, key in enumerate(row)}
    edges = [f"n{place} -> n{place + 1}" for place in range(len(row) - 1)]
    types = library(sink) | {"test.look": looking(store, seen)}
    run = Runner(document(dict(nodes), edges), [{"n": 0}], types=types)
    store.events = run.store.events
    run.store = store
    assert await run.perform() is RunStatus.SUCCEEDED
    assert len(seen) == 1
    assert "n1" in seen[0], "the read asked before the write's result was recorded"
