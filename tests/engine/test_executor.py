"""The executor and the decision core together, in a world kept in memory."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from orchestrator.engine.state import RunStatus
from orchestrator.sdk import Context, Item, NodeError, Params, node
from tests.engine.world import Nothing, Runner, Sink, document, library


class Words(Params):
    text: str = "said"
    """What to log."""


def numbers(*values: int) -> list[dict[str, Any]]:
    return [{"n": value} for value in values]


async def test_a_chain_of_pure_steps_costs_one_flush() -> None:
    nodes = {"s": "test.start"} | {f"a{i}": "test.add" for i in range(20)}
    edges = ["s -> a0"] + [f"a{i} -> a{i + 1}" for i in range(19)]
    run = Runner(document(nodes, edges), numbers(0))
    assert await run.perform() is RunStatus.SUCCEEDED
    assert run.result == numbers(20)
    assert len(run.store.flushes) == 1
    assert [event["seq"] for event in run.store.events] == list(range(1, len(run.store.events) + 1))


async def test_an_empty_port_sends_nothing_and_the_node_is_skipped_with_a_reason() -> None:
    doc = document(
        {
            "s": "test.start",
            "p": {"type": "test.parity", "name": "Parity"},
            "e": "test.add",
            "o": "test.add",
            "o2": "test.add",
        },
        ["s -> p", "p.even -> e", "p.odd -> o", "o -> o2"],
    )
    run = Runner(doc, numbers(2))
    assert await run.perform() is RunStatus.SUCCEEDED
    assert run.of("nodes.skipped")[0]["nodes"] == {"o": "no items from Parity → odd", "o2": "o did not run"}


async def test_a_failed_run_says_why_it_did_not_come_to_the_other_nodes() -> None:
    sink = Sink()
    sink.failures = 1
    sink.error = NodeError("refused", code="test.refused")
    doc = document(
        {
            "s": "test.start",
            "p": {"type": "test.parity", "name": "Parity"},
            "w": {"type": "test.write", "name": "Write"},
            "after": {"type": "test.add", "name": "After"},
            "last": "test.add",
            "odd": "test.add",
        },
        ["s -> p", "p.even -> w", "p.odd -> odd", "w -> after", "after -> last"],
    )
    run = Runner(doc, numbers(2), sink=sink)
    assert await run.perform() is RunStatus.FAILED
    [event] = run.of("nodes.skipped")
    assert event["nodes"] == {
        "after": "Write failed",
        "last": "After did not run",
        "odd": "no items from Parity → odd",
    }
    assert event["seq"] < run.of("run.failed")[0]["seq"]


async def test_a_merge_waits_for_both_branches() -> None:
    doc = document(
        {"s": "test.start", "p": "test.parity", "x": "test.slow", "y": "test.add", "m": "test.merge"},
        ["s -> p", "p.even -> x", "p.odd -> y", "x -> m.a", "y -> m.b"],
    )
    run = Runner(doc, [{"n": 2, "seconds": 0.01}, {"n": 1}])
    assert await run.perform() is RunStatus.SUCCEEDED
    assert [item["n"] for item in run.result] == [2, 2]


async def test_a_merge_behind_a_dead_branch_starts_with_what_arrived() -> None:
    doc = document(
        {"s": "test.start", "p": "test.parity", "x": "test.add", "y": "test.add", "m": "test.merge"},
        ["s -> p", "p.even -> x", "p.odd -> y", "x -> m.a", "y -> m.b"],
    )
    run = Runner(doc, numbers(2, 4))
    assert await run.perform() is RunStatus.SUCCEEDED
    assert run.result == numbers(3, 5)


async def test_cascaded_merges_are_released_in_order() -> None:
    doc = document(
        {"s": "test.start", "p": "test.parity", "m1": "test.merge", "m2": "test.merge"},
        ["s -> p", "p.even -> m1.a", "p.odd -> m1.b", "m1 -> m2.a", "p.odd -> m2.b"],
    )
    run = Runner(doc, numbers(2))
    assert await run.perform() is RunStatus.SUCCEEDED
    assert run.result == numbers(2)
    assert run.state.counts["m2"] == 1


async def test_two_edges_into_one_port_start_two_steps() -> None:
    doc = document({"s": "test.start", "a": "test.add", "b": "test.add"}, ["s -> a", "s -> b", "a -> b"])
    run = Runner(doc, numbers(0))
    await run.perform()
    assert run.state.counts["b"] == 2


async def test_independent_branches_run_at_the_same_time() -> None:
    doc = document(
        {"s": "test.start", **{f"x{i}": "test.slow" for i in range(10)}}, [f"s -> x{i}" for i in range(10)]
    )
    run = Runner(doc, [{"seconds": 0.05}])
    started = asyncio.get_running_loop().time()
    await run.perform()
    assert asyncio.get_running_loop().time() - started < 0.3


async def test_sequential_order_is_depth_first_and_top_most_first() -> None:
    doc = document(
        {"s": "test.start", "a": "test.slow", "b": "test.slow", "a2": "test.slow"},
        ["s -> b", "s -> a", "a -> a2"],
        order="sequential",
    )
    run = Runner(doc, [{}])
    await run.perform()
    assert [event["node"] for event in run.of("step.started")] == ["s", "a", "a2", "b"]


async def test_a_pause_lets_go_and_an_answer_goes_down_the_right_branch() -> None:
    doc = document(
        {"s": "test.start", "q": "test.ask", "y": "test.add", "n": "test.add"},
        ["s -> q", "q.yes -> y", "q.no -> n"],
    )
    run = Runner(doc, numbers(0))
    assert await run.perform() is RunStatus.PAUSED
    assert run.store.flushes[-1].releases
    assert run.store.flushes[-1].waiting[0]["kind"] == "person"
    run.store.signal("q:1", "no")
    assert await run.perform() is RunStatus.SUCCEEDED
    assert run.result == numbers(1)
    assert run.of("nodes.skipped")[0]["nodes"] == {"y": "no items from q → yes"}
    assert not run.store.signals_


async def test_a_signal_before_its_pause_is_kept() -> None:
    doc = document({"s": "test.start", "q": "test.ask", "y": "test.add"}, ["s -> q", "q.yes -> y"])
    run = Runner(doc, numbers(0))
    run.store.signal("q:1", "yes")
    assert await run.perform() is RunStatus.SUCCEEDED
    assert run.result == numbers(1)


async def test_a_second_answer_changes_nothing() -> None:
    doc = document({"s": "test.start", "q": "test.ask", "y": "test.add"}, ["s -> q", "q.yes -> y"])
    run = Runner(doc, numbers(0))
    await run.perform()
    run.store.signal("q:1", "yes")
    run.store.signal("q:1", "no")
    assert await run.perform() is RunStatus.SUCCEEDED
    assert len(run.of("step.resumed")) == 1


async def test_a_step_is_durable_before_its_write_and_after_it() -> None:
    sink = Sink()
    doc = document(
        {"s": "test.start", "a": "test.add", "w": "test.write", "b": "test.add"},
        ["s -> a", "a -> w", "w -> b"],
    )
    run = Runner(doc, numbers(0), sink=sink)
    assert await run.perform() is RunStatus.SUCCEEDED
    first, second = run.store.flushes[0], run.store.flushes[1]
    assert [e["type"] for e in first.events][-1] == "step.started" and first.events[-1]["node"] == "w"
    assert second.events[0]["type"] == "step.succeeded" and second.events[0]["node"] == "w"
    assert sink.effects == ["run:w:1"]


async def test_a_write_cut_short_is_in_doubt_and_a_person_decides() -> None:
    sink = Sink()
    sink.gate = asyncio.Event()
    run = Runner(document({"s": "test.start", "w": "test.write"}, ["s -> w"]), numbers(0), sink=sink)
    await run.crash_when(lambda: sink.effects)
    assert await run.perform(taken_over=True) is RunStatus.PAUSED
    assert "in doubt" in run.of("step.paused")[0]["wait"]["reason"]
    sink.gate = None
    run.store.signal("w:1", "retry")
    assert await run.perform() is RunStatus.SUCCEEDED
    assert sink.effects == ["run:w:1", "run:w:1"]


async def test_a_keyed_write_cut_short_is_repeated_under_the_same_key() -> None:
    sink = Sink()
    sink.gate = asyncio.Event()
    run = Runner(document({"s": "test.start", "w": "test.put"}, ["s -> w"]), numbers(0), sink=sink)
    await run.crash_when(lambda: sink.effects)
    sink.gate = None
    assert await run.perform(taken_over=True) is RunStatus.SUCCEEDED
    assert sink.effects == ["run:w:1", "run:w:1"]
    assert run.of("step.started")[-1]["try"] == 2


async def test_a_recorded_write_never_runs_again() -> None:
    sink = Sink()
    doc = document({"s": "test.start", "w": "test.write", "x": "test.slow"}, ["s -> w", "w -> x"])
    run = Runner(doc, [{"seconds": 0.05}], sink=sink)
    await run.crash_when(
        lambda: any(e["type"] == "step.succeeded" and e["node"] == "w" for e in run.store.events)
    )
    assert await run.perform(taken_over=True) is RunStatus.SUCCEEDED
    assert sink.effects == ["run:w:1"]


@pytest.mark.parametrize("before", ["queued", "paused"])
async def test_a_run_that_is_taken_over_keeps_its_place_from_the_first_flush_on(before: str) -> None:
    """As `queued` or `paused` it would count under no limit, and others could claim it."""
    run = Runner(document({"s": "test.start", "q": "test.ask"}, ["s -> q"]), [{}])
    if before == "paused":
        assert await run.perform() is RunStatus.PAUSED
        run.store.signal("q:1", "approved")
    run.claim()  # and its worker dies before anything is recorded
    written = len(run.store.flushes)
    await run.perform(taken_over=True)
    first = run.store.flushes[written]
    assert first.status == "running"
    assert [event["type"] for event in first.events[:2]] == [
        "run.taken_over",
        "run.started" if before == "queued" else "run.resumed",
    ]


async def test_three_workers_dead_at_one_step_end_the_run() -> None:
    run = Runner(document({"s": "test.start", "x": "test.slow"}, ["s -> x"]), [{"seconds": 9}])
    await run.crash_when(lambda: run.state.active)
    for _ in range(2):
        executor = run.claim(taken_over=True)
        task = asyncio.create_task(executor.perform())
        await asyncio.sleep(0.02)
        run.store.is_dead = True
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert await run.perform(taken_over=True) is RunStatus.FAILED
    assert run.of("run.failed")[0]["error"]["code"] == "run.poisoned"


async def test_a_failed_try_is_repeated_with_the_same_key() -> None:
    sink = Sink()
    sink.failures = 2
    node = {"type": "test.write", "settings": {"retry": {"attempts": 3, "initial_seconds": 0.001}}}
    run = Runner(document({"s": "test.start", "w": node}, ["s -> w"]), numbers(0), sink=sink)
    assert await run.perform() is RunStatus.SUCCEEDED
    assert [e["try"] for e in run.of("step.started") if e["node"] == "w"] == [1, 2, 3]


async def test_a_try_that_died_with_its_worker_is_none_of_those_a_node_may_have() -> None:
    sink = Sink()
    sink.gate = asyncio.Event()
    settings = {"retry": {"attempts": 2, "initial_seconds": 0.001}, "in_doubt": "retry"}
    node = {"type": "test.write", "settings": settings}
    run = Runner(document({"s": "test.start", "w": node}, ["s -> w"]), numbers(0), sink=sink)
    for deaths in (1, 2):
        await run.crash_when(lambda deaths=deaths: len(sink.effects) == deaths)
    sink.gate.set()
    sink.failures = 1
    assert await run.perform(taken_over=True) is RunStatus.SUCCEEDED
    assert [e["try"] for e in run.of("step.started") if e["node"] == "w"] == [1, 2, 3, 4]
    assert len(run.of("step.retrying")) == 1


@pytest.mark.parametrize("on_error", ["stop", "continue", "error_output", "escalate"])
async def test_a_failed_try_keeps_its_log_its_usage_and_its_params(on_error: str) -> None:
    @node("test.talk", title="Talk", effect="read", per="item")
    async def talk(params: Words, item: Item, context: Context) -> Item:
        """Log, and fail."""
        context.log(params.text, try_number=context.try_number)
        context.usage(tokens_in=5, cost=0.5)
        raise NodeError("no", retry="soon")

    settings = {"retry": {"attempts": 2, "initial_seconds": 0.001}, "on_error": on_error}
    spec = {"type": "test.talk", "settings": settings, "params": {"text": "=n is {{ $json.n }}"}}
    types = {**library(), "test.talk": talk}
    run = Runner(document({"s": "test.start", "t": spec}, ["s -> t"]), numbers(7), types=types)
    await run.perform()
    ends = [event for event in run.store.events if event.get("node") == "t" and "error" in event]
    assert [event["try"] for event in run.of("step.retrying")] == [1]
    assert len(ends) == 2
    for place, event in enumerate(ends, 1):
        [logged] = event["logs"]
        assert (logged["message"], logged["fields"]) == ("n is 7", {"try_number": place})
        assert event["usage"] == {"tokens_in": 5, "tokens_out": 0, "cost": 0.5}
        assert event["params"] == {"text": "n is 7"}


async def test_a_log_has_bounds() -> None:
    @node("test.shout", title="Shout", effect="pure", per="item")
    async def shout(params: Nothing, item: Item, context: Context) -> Item:
        """Log a lot."""
        for place in range(600):
            context.log("x" * 3000, place=place)
        return item

    types = {**library(), "test.shout": shout}
    run = Runner(document({"s": "test.start", "t": "test.shout"}, ["s -> t"]), numbers(1, 2), types=types)
    assert await run.perform() is RunStatus.SUCCEEDED
    logs = run.of("step.succeeded")[-1]["logs"]
    assert len(logs) == 1000
    assert logs[0]["fields"] == {"place": 0}
    assert (len(logs[-1]["message"]), logs[-1]["fields"]) == (200, {})
    assert sum(len(line["message"]) for line in logs) < 1_200_000


async def test_items_that_succeeded_are_not_repeated_by_a_retry() -> None:
    sink = Sink()
    sink.failures = 1
    node = {"type": "test.write", "settings": {"retry": {"attempts": 2, "initial_seconds": 0.001}}}
    run = Runner(document({"s": "test.start", "w": node}, ["s -> w"]), numbers(1, 2, 3), sink=sink)
    assert await run.perform() is RunStatus.SUCCEEDED
    assert sorted(sink.effects) == ["run:w:1:0", "run:w:1:1", "run:w:1:2"]


@pytest.mark.parametrize("policy", ["stop", "continue", "error_output", "escalate"])
async def test_what_a_failure_does_is_the_nodes_policy(policy: str) -> None:
    sink = Sink()
    sink.failures = 1
    sink.error = NodeError("refused", code="test.refused")
    node = {"type": "test.write", "settings": {"on_error": policy}}
    doc = document(
        {"s": "test.start", "w": node, "ok": "test.add", "bad": "test.add"},
        ["s -> w", "w -> ok", "w.error -> bad"],
    )
    run = Runner(doc, numbers(0), sink=sink)
    status = await run.perform()
    if policy == "stop":
        assert status is RunStatus.FAILED
        assert run.of("run.failed")[0]["error"] == {
            "code": "test.refused",
            "message": "refused",
            "hint": "",
            "item": 0,
            "node": "w",
            "step": "w:1",
        }
    elif policy == "escalate":
        assert status is RunStatus.PAUSED
        run.store.signal("w:1", "retry")
        assert await run.perform() is RunStatus.SUCCEEDED
    else:
        assert status is RunStatus.SUCCEEDED
        assert run.result == [{"n": 1, "error": {"code": "test.refused", "message": "refused"}}]
        assert set(run.state.counts) == {"s", "w", "ok" if policy == "continue" else "bad"}


async def test_cancel_ends_a_run_at_work_and_a_paused_one() -> None:
    run = Runner(document({"s": "test.start", "x": "test.slow"}, ["s -> x"]), [{"seconds": 9}])
    executor = run.claim()
    task = asyncio.create_task(executor.perform())
    await asyncio.sleep(0.02)
    run.store.signal("", "cancel", by="Ada")
    executor.notify()
    assert await task is RunStatus.CANCELLED
    paused = Runner(document({"s": "test.start", "q": "test.ask"}, ["s -> q"]), [{}])
    await paused.perform()
    paused.store.signal("", "cancel")
    assert await paused.perform() is RunStatus.CANCELLED
    assert paused.of("run.cancelled")[0]["open_steps"] == ["q:1"]


async def test_a_stopped_run_says_what_was_not_done() -> None:
    run = Runner(
        document({"s": "test.start", "q": "test.ask", "z": "test.add"}, ["s -> q", "q.yes -> z"]), [{}]
    )
    await run.perform()
    run.store.signal("", "cancel")
    assert await run.perform() is RunStatus.CANCELLED
    assert run.of("nodes.skipped")[-1]["nodes"] == {"z": "the run was stopped while q was not done"}


async def test_a_disabled_node_passes_its_items_on() -> None:
    doc = document(
        {"s": "test.start", "a": {"type": "test.add", "disabled": True}, "b": "test.add"},
        ["s -> a", "a -> b"],
    )
    run = Runner(doc, numbers(0))
    await run.perform()
    assert run.result == numbers(1)


async def test_pins_count_in_manual_runs_only() -> None:
    doc = document({"s": "test.start", "a": "test.add", "b": "test.add"}, ["s -> a", "a -> b"])
    doc["pins"] = {"a": numbers(41)}
    manual = Runner(doc, numbers(0), mode="manual")
    await manual.perform()
    assert manual.result == numbers(42)
    production = Runner(doc, numbers(0))
    await production.perform()
    assert production.result == numbers(2)


async def test_run_to_here_leaves_the_rest_alone() -> None:
    doc = document(
        {"s": "test.start", "a": "test.add", "b": "test.add", "c": "test.add"}, ["s -> a", "a -> b", "s -> c"]
    )
    run = Runner(doc, numbers(0), until="a", mode="manual")
    assert await run.perform() is RunStatus.SUCCEEDED
    assert set(run.state.counts) == {"s", "a"}


async def test_a_loop_takes_turns_and_sends_what_came_back_in_order() -> None:
    doc = document(
        {
            "s": "test.start",
            "l": {"type": "test.loop", "params": {"size": 2, "concurrency": 2}},
            "x": "test.slow",
            "z": "test.add",
        },
        ["s -> l.in", "l.each -> x", "x -> l.back", "l.done -> z"],
    )
    run = Runner(doc, [{"n": i, "seconds": 0.02 - i * 0.004} for i in range(5)])
    assert await run.perform() is RunStatus.SUCCEEDED
    assert [item["n"] for item in run.result] == [1, 2, 3, 4, 5]
    assert run.state.counts["x"] == 3


async def test_loops_nest_and_pause_inside() -> None:
    doc = document(
        {"s": "test.start", "o": "test.loop", "i": "test.loop", "q": "test.ask", "z": "test.add"},
        ["s -> o.in", "o.each -> i.in", "i.each -> q", "q.yes -> i.back", "i.done -> o.back", "o.done -> z"],
    )
    run = Runner(doc, numbers(1, 2))
    assert await run.perform() is RunStatus.PAUSED
    run.store.signal("q:1", "yes")
    assert await run.perform() is RunStatus.PAUSED
    run.store.signal("q:2", "yes")
    assert await run.perform() is RunStatus.SUCCEEDED
    assert run.result == numbers(2, 3)


async def test_an_outdated_worker_writes_nothing() -> None:
    run = Runner(document({"s": "test.start", "x": "test.slow"}, ["s -> x"]), [{"seconds": 0.05}])
    old = asyncio.create_task(run.claim().perform())
    await asyncio.sleep(0.01)
    before = list(run.store.events)
    assert await run.perform(taken_over=True) is RunStatus.SUCCEEDED
    done = len(run.store.events)
    with pytest.raises(Exception, match="run"):
        await old
    assert run.store.events[: len(before)] == before and len(run.store.events) == done
