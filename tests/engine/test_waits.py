"""Waits: callbacks, events, conditions on memory, child runs; answers that come too early."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from orchestrator.engine.executor import CALLBACK
from orchestrator.engine.ports import LeaseLost
from orchestrator.engine.state import RunStatus
from orchestrator.sdk import collect
from tests.engine.world import Runner, document, library

TYPES = {**collect("nodes", plugins=False), **library()}


def runner(nodes: dict[str, Any], edges: list[str], items: list[dict[str, Any]] | None = None) -> Runner:
    return Runner(document(nodes, edges), items or [{"n": 1}], types=TYPES)


def wait(**mode: Any) -> dict[str, Any]:
    return {"type": "flow.wait", "params": {"mode": mode}}


WITH_CALLBACK = {"s": "test.start", "w": wait(kind="callback"), "z": "test.add"}


async def test_a_callback_ends_the_wait_with_what_was_sent() -> None:
    run = runner(WITH_CALLBACK, ["s -> w", "w -> z"])
    assert await run.perform() is RunStatus.PAUSED
    run.store.signal(CALLBACK, "called", body={"ok": True})
    assert await run.perform() is RunStatus.SUCCEEDED
    assert run.result == [{"n": 2, "callback": {"ok": True}}]


async def test_a_callback_before_its_wait_is_kept_and_costs_nothing_meanwhile() -> None:
    run = runner({"s": "test.start", "q": "test.ask", "w": wait(kind="callback")}, ["s -> q", "q.yes -> w"])
    run.store.signal(CALLBACK, "called", body=7)
    assert await run.perform() is RunStatus.PAUSED
    assert len(run.store.flushes) == 1
    assert len(run.store.signals_) == 1
    run.store.signal("q:1", "yes")
    assert await run.perform() is RunStatus.SUCCEEDED
    assert run.result == [{"n": 1, "callback": 7}]
    assert not run.store.signals_


async def test_an_answer_for_a_step_that_comes_later_is_kept_while_others_wait() -> None:
    run = runner({"s": "test.start", "q": "test.ask", "r": "test.ask"}, ["s -> q", "q.yes -> r"])
    run.store.signal("r:1", "no")
    assert await run.perform() is RunStatus.PAUSED
    run.store.signal("q:1", "yes")
    assert await run.perform() is RunStatus.SUCCEEDED
    assert run.result == [{"n": 1}]


async def test_one_call_ends_one_wait() -> None:
    run = runner(
        {"s": "test.start", "a": wait(kind="callback"), "b": wait(kind="callback")}, ["s -> a", "a -> b"]
    )
    await run.perform()
    run.store.signal(CALLBACK, "called", body=1)
    assert await run.perform() is RunStatus.PAUSED
    run.store.signal(CALLBACK, "called", body=2)
    assert await run.perform() is RunStatus.SUCCEEDED
    assert run.result == [{"n": 1, "callback": 2}]


async def test_time_is_up_and_the_items_take_the_other_way() -> None:
    nodes = {**WITH_CALLBACK, "late": "test.add"}
    nodes["w"] = wait(kind="callback", timeout={"amount": 1, "unit": "minutes"})
    run = runner(nodes, ["s -> w", "w -> z", "w.timeout -> late"])
    await run.perform()
    assert run.of("step.paused")[0]["wait"]["until"] == run.clock.now_ms() + 60_000
    run.store.signal("w:1", "timeout", pause=run.of("step.paused")[0]["seq"])
    assert await run.perform() is RunStatus.SUCCEEDED
    assert "late" in run.state.counts and "z" not in run.state.counts


async def test_the_resume_address_is_there_for_expressions() -> None:
    fields = [
        {"name": "link", "value": "={{ $run.resume_url }}"},
        {"name": "run", "value": "={{ $run.url }}"},
    ]
    run = runner({"s": "test.start", "d": {"type": "data.set", "params": {"fields": fields}}}, ["s -> d"])
    await run.perform()
    assert run.result == [{"n": 1, "link": "http://here/resume/run/token", "run": "http://here/runs/run"}]


async def test_a_condition_is_looked_at_again_until_it_holds() -> None:
    mode = {"kind": "condition", "left": "={{ $memory.stock }}", "op": "gt", "right": 10, "label": "stock"}
    run = runner({"s": "test.start", "w": wait(**mode)}, ["s -> w"])
    run.remembered = {"stock": 0}
    assert await run.perform() is RunStatus.PAUSED
    first = run.of("step.paused")[0]["wait"]
    assert first["reason"].endswith("because stock = 0, needs > 10")
    assert first["data"]["names"] == ["memory:wf", "memory:shared"]
    run.remembered = {"stock": 5}
    run.clock.ms += 3_600_000
    run.store.signal("w:1", "due", pause=run.of("step.paused")[0]["seq"])
    assert await run.perform() is RunStatus.PAUSED
    second = run.of("step.paused")[1]["wait"]
    assert second["data"]["since"] == first["data"]["since"], "it has waited since the first look"
    assert "stock = 5" in second["reason"]
    run.remembered = {"stock": 11}
    run.store.signal("w:1", "due", pause=run.of("step.paused")[1]["seq"])
    assert await run.perform() is RunStatus.SUCCEEDED
    assert run.result == [{"n": 1}]


async def test_a_condition_gives_up_when_its_time_is_up() -> None:
    hour = {"amount": 1, "unit": "hours"}
    mode = {"kind": "condition", "left": "={{ $memory.stock }}", "op": "gt", "right": 10, "timeout": hour}
    run = runner({"s": "test.start", "w": wait(**mode), "late": "test.add"}, ["s -> w", "w.timeout -> late"])
    await run.perform()
    run.clock.ms += 3_600_000
    run.store.signal("w:1", "due", pause=run.of("step.paused")[0]["seq"])
    assert await run.perform() is RunStatus.SUCCEEDED
    assert "late" in run.state.counts


CALL = {"type": "flow.run_workflow", "params": {"workflow": "other", "mode": "each"}}


async def test_a_parent_waits_for_all_its_children_and_gathers_their_items_in_order() -> None:
    run = runner({"s": "test.start", "c": CALL, "z": "test.add"}, ["s -> c", "c -> z"], [{"n": 1}, {"n": 2}])
    assert await run.perform() is RunStatus.PAUSED
    paused = run.of("step.paused")[0]
    assert len(paused["wait"]["children"]) == 2
    run.store.results = {
        "A": {"status": "succeeded", "outputs": [{"n": 10}], "error": None},
        "B": {"status": "succeeded", "outputs": [{"n": 20}], "error": None},
    }
    run.store.signal("c:1", "child", pause=paused["seq"], index=1, child="B", status="succeeded")
    assert await run.perform() is RunStatus.PAUSED
    run.store.signal("c:1", "child", pause=paused["seq"], index=0, child="A", status="succeeded")
    assert await run.perform() is RunStatus.SUCCEEDED
    assert run.result == [{"n": 11}, {"n": 21}]


async def test_a_flush_and_a_crash_while_a_childs_outputs_are_fetched_keep_its_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = runner({"s": "test.start", "c": CALL}, ["s -> c"])
    await run.perform()
    pause = run.of("step.paused")[0]["seq"]
    run.store.signal("c:1", "child", pause=pause, index=0, child="A", status="succeeded")
    executor = run.claim()

    async def flush_and_die(run_id: str) -> None:
        await executor.flush(releases=True)
        raise LeaseLost(run_id)

    with monkeypatch.context() as patched:
        patched.setattr(run.store, "result", flush_and_die)
        with pytest.raises(LeaseLost):
            await executor.perform()
    run.store.results = {"A": {"status": "succeeded", "outputs": [{"n": 10}], "error": None}}
    assert await run.perform() is RunStatus.SUCCEEDED
    assert run.result == [{"n": 10}]


async def test_a_failed_child_fails_its_parent_by_name_and_a_retry_starts_new_children() -> None:
    retry = {"retry": {"attempts": 2, "initial_seconds": 0.001}}
    run = runner({"s": "test.start", "c": {**CALL, "settings": retry}}, ["s -> c"])
    for _ in range(2):
        assert await run.perform() is RunStatus.PAUSED
        error = {"code": "http.status", "message": "the shop is closed"}
        pause = run.of("step.paused")[-1]["seq"]
        run.store.signal("c:1", "child", pause=pause, index=0, child="A", status="failed", error=error)
    assert await run.perform() is RunStatus.FAILED
    assert len(run.of("step.paused")) == 2
    error = run.of("run.failed")[0]["error"]
    assert (error["code"], error["item"]) == ("flow.child_failed", 0)
    assert error["message"] == "run A of the workflow failed: the shop is closed"


LOOP = {
    "s": "test.start",
    "l": "test.loop",
    "a": "test.add",
    "p": "test.parity",
    "x": "flow.exit_loop",
    "z": "test.add",
}
LOOP_EDGES = ["s -> l.in", "l.each -> a", "a -> p", "p.odd -> l.back", "p.even -> x", "l.done -> z"]


async def test_leaving_a_loop_begins_no_further_turn() -> None:
    run = runner(LOOP, LOOP_EDGES, [{"n": 2}, {"n": 1}, {"n": 4}])
    assert await run.perform() is RunStatus.SUCCEEDED
    assert run.state.counts["a"] == 2, "the third turn never began"
    assert run.result == [{"n": 4}, {"n": 3}]


async def test_a_disabled_exit_leaves_nothing() -> None:
    nodes = {**LOOP, "x": {"type": "flow.exit_loop", "disabled": True}}
    run = runner(nodes, LOOP_EDGES, [{"n": 2}, {"n": 1}, {"n": 4}])
    assert await run.perform() is RunStatus.SUCCEEDED
    assert run.state.counts["a"] == 3


async def test_only_the_inner_loop_is_left() -> None:
    nodes = {"s": "test.start", "o": "test.loop", "i": "test.loop", "x": "flow.exit_loop", "z": "test.add"}
    edges = ["s -> o.in", "o.each -> i.in", "i.each -> x", "i.done -> o.back", "o.done -> z"]
    run = runner(nodes, edges, [{"n": 1}, {"n": 2}])
    assert await run.perform() is RunStatus.SUCCEEDED
    assert run.state.counts["x"] == 2
    assert run.result == [{"n": 2}, {"n": 3}]


async def test_a_signal_is_taken_up_once_while_its_flush_is_under_way() -> None:
    run = runner(
        {"s": "test.start", "a": wait(kind="callback"), "slow": "test.slow", "b": wait(kind="callback")},
        ["s -> a", "a -> slow", "slow -> b"],
        [{"n": 1, "seconds": 0.02}],
    )
    await run.perform()
    run.store.signal(CALLBACK, "called", body=1)
    executor = run.claim()
    work = asyncio.create_task(executor.perform())
    await asyncio.sleep(0.01)
    executor.notify()
    assert await asyncio.wait_for(work, 5) is RunStatus.PAUSED
    assert [event["step"] for event in run.of("step.resumed")] == ["a:1"]
