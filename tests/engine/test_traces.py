"""What a node wrote and used is in the trace, however its try ended."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.engine.state import RunStatus
from orchestrator.sdk import Context, Item, NodeError, NodeType, node
from tests.engine.world import Nothing, Runner, document, library


def _say(items: list[Item], context: Context) -> list[Item]:
    context.log("so far", tries=context.try_number)
    context.usage(tokens_in=5)
    if context.try_number < items[0].json.get("good", 99):
        raise NodeError("not this time", retry="soon")
    return items


@node("test.plain", title="Plain", effect="pure")
def plain(params: Nothing, items: list[Item], context: Context) -> list[Item]:
    """Say something and fail."""
    return _say(items, context)


@node("test.async", title="Async", effect="pure")
async def later(params: Nothing, items: list[Item], context: Context) -> list[Item]:
    """The same."""
    return _say(items, context)


TYPES: dict[str, NodeType] = {**library(), plain.key: plain, later.key: later}
KINDS = pytest.mark.parametrize("key", [plain.key, later.key])


def run_of(key: str, item: dict[str, Any], **settings: Any) -> Runner:
    step = {"type": key, "settings": {"retry": {"attempts": 1}, **settings}}
    return Runner(document({"s": "test.start", "a": step}, ["s -> a"]), [item], types=TYPES)


def said(event: dict[str, Any]) -> list[tuple[str, int]]:
    return [(line["message"], line["fields"]["tries"]) for line in event["logs"]]


@KINDS
async def test_a_failed_step_keeps_its_lines(key: str) -> None:
    run = run_of(key, {})
    assert await run.perform() is RunStatus.FAILED
    [event] = run.of("step.failed")
    assert said(event) == [("so far", 1)]
    assert event["usage"]["tokens_in"] == 5


@KINDS
async def test_so_does_each_try_of_it(key: str) -> None:
    run = run_of(key, {"good": 2}, retry={"attempts": 3, "initial_seconds": 0.01})
    assert await run.perform() is RunStatus.SUCCEEDED
    events = run.of("step.retrying") + run.of("step.succeeded")
    assert [said(event) for event in events if event["node"] == "a"] == [[("so far", 1)], [("so far", 2)]]


@KINDS
@pytest.mark.parametrize(
    ("on_error", "type"),
    [("continue", "step.failed"), ("error_output", "step.failed"), ("escalate", "step.paused")],
)
async def test_so_does_a_tolerated_failure(key: str, on_error: str, type: str) -> None:
    run = run_of(key, {}, on_error=on_error)
    await run.perform()
    [event] = run.of(type)
    assert said(event) == [("so far", 1)]
