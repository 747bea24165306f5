"""Steps that failed and are repaired by a person."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from orchestrator.engine.state import RunStatus
from orchestrator.sdk import NodeError
from tests.engine.world import Runner, Sink, document


def numbers(*values: int) -> list[dict[str, Any]]:
    return [{"n": value} for value in values]


def escalating(count: int, **settings: Any) -> Runner:
    """A run whose write is refused once and then waits for a person to repair it."""
    sink = Sink()
    sink.failures = 1
    sink.error = NodeError("refused", code="test.refused")
    node = {"type": "test.write", "settings": {"on_error": "escalate"}}
    doc = document({"s": "test.start", "w": node, "after": "test.add"}, ["s -> w", "w -> after"], **settings)
    return Runner(doc, numbers(*range(count)), sink=sink)


def with_first(value: int) -> dict[str, Any]:
    """What a person sends back of the fifty items shown: the first one changed."""
    return {"items": numbers(value, *range(1, 50))}


@pytest.mark.parametrize("outcome", ["retry", "use_as_output"])
async def test_a_repair_keeps_the_items_that_were_not_shown(outcome: str) -> None:
    run = escalating(120)
    assert await run.perform() is RunStatus.PAUSED
    [asked] = run.of("step.paused")
    assert len(asked["wait"]["data"]["proposed"]["items"]) == 50
    run.store.signal("w:1", outcome, proposed=with_first(900))
    assert await run.perform() is RunStatus.SUCCEEDED
    assert [item["n"] for item in run.result] == [901, *range(2, 121)]
    is_written = {item.get("written", False) for item in run.result}
    assert is_written == {outcome == "retry"}


async def test_the_settings_say_who_repairs() -> None:
    asked = {"assignees": ["team:ops"], "queue": "repairs", "tags": ["nightly"]}
    run = escalating(1, repairs=asked)
    assert await run.perform() is RunStatus.PAUSED
    [event] = run.of("step.paused")
    assert event["wait"]["data"].items() >= asked.items()


async def test_a_repair_may_drop_some_of_the_items_shown() -> None:
    run = escalating(60)
    await run.perform()
    run.store.signal("w:1", "retry", proposed={"items": numbers(7)})
    assert await run.perform() is RunStatus.SUCCEEDED
    assert [item["n"] for item in run.result] == [8, *range(51, 61)]


@pytest.mark.parametrize("outcome", ["retry", "use_as_output"])
async def test_a_repair_that_was_chosen_survives_a_crash(outcome: str) -> None:
    run = escalating(120)
    await run.perform()
    run.store.signal("w:1", outcome, proposed=with_first(900))
    executor = run.claim()
    task = asyncio.create_task(executor.perform())
    while not run.of("step.resumed"):
        await executor.flush()
        await asyncio.sleep(0)
    run.store.is_dead = True
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    if not run.of("run.succeeded"):
        status = await run.perform(taken_over=True)
        if status is RunStatus.PAUSED:
            assert outcome == "retry", "a write under way is in doubt"
            run.store.signal("w:1", "retry")
            status = await run.perform()
        assert status is RunStatus.SUCCEEDED
    assert [item["n"] for item in run.result] == [901, *range(2, 121)]
