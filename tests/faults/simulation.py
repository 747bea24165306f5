"""Seeded simulation: random graphs in a world where workers die, freeze and lie.

`python -m tests.faults.simulation [SEEDS] [FIRST]` prints the figures `sim_seeds`, `sim_s` and
`sim_broken`, and the first counter-example with its seed.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from orchestrator.engine import executor as executor_module
from orchestrator.engine import payload as payloads
from orchestrator.engine.executor import Executor
from orchestrator.engine.ports import Flush, LeaseLost
from orchestrator.engine.state import Event, RunStatus
from orchestrator.sdk import Context, Item, NodeType, node
from tests.engine.world import FakeStore, Nothing, Runner, document, library
from tests.faults.virtual_time import run_virtually

MOST_CLAIMS = 60
LEASE = 15.0


@dataclass
class Dice:
    """The seed's choices. Two streams, so that faults do not change the graph."""

    graph: random.Random
    faults: random.Random

    @classmethod
    def of(cls, seed: int) -> Dice:
        return cls(random.Random(f"graph {seed}"), random.Random(f"faults {seed}"))


def random_document(dice: random.Random) -> dict[str, Any]:
    """A graph in which every input port has one edge, so its outputs do not depend on order."""
    nodes: dict[str, Any] = {"s": "test.start"}
    edges: list[str] = []
    open_ports = ["s"]
    for number in range(dice.randint(2, 12)):
        kind = dice.choice(["add", "add", "parity", "slow", "slow", "put", "write", "ask", "merge", "loop"])
        id = f"{kind}{number}"
        source = dice.choice(open_ports)
        if kind == "merge":
            other = dice.choice(open_ports)
            nodes[id] = "test.merge"
            edges += [f"{source} -> {id}.a", f"{other} -> {id}.b"]
            open_ports.append(id)
        elif kind == "loop":
            params = {"size": dice.randint(1, 3), "concurrency": dice.randint(1, 3)}
            nodes[id] = {"type": "test.loop", "params": params}
            nodes[f"{id}body"] = dice.choice(["test.add", "test.slow", "test.put", "test.sometimes"])
            edges += [f"{source} -> {id}.in", f"{id}.each -> {id}body", f"{id}body -> {id}.back"]
            open_ports.append(f"{id}.done")
        else:
            settings = {"in_doubt": "retry"} if dice.random() < 0.5 else {}
            nodes[id] = {"type": f"test.{kind}", "settings": settings}
            edges.append(f"{source} -> {id}")
            outputs = {"parity": ["even", "odd"], "ask": ["yes", "no"]}.get(kind)
            open_ports += [f"{id}.{port}" for port in outputs] if outputs else [id]
    return document(nodes, edges, order=dice.choice(["parallel", "parallel", "sequential"]))


@dataclass
class Ledger:
    """What the outside world saw: every call, and what was recorded before it."""

    store: FakeStore | None = None
    calls: Counter[str] = field(default_factory=Counter)
    repeated_after_record: list[str] = field(default_factory=list)

    def call(self, key: str, step: str) -> None:
        self.calls[key] += 1
        assert self.store is not None
        if any(e["type"] == "step.succeeded" and e["step"] == step for e in self.store.events):
            self.repeated_after_record.append(key)


def outside(ledger: Ledger, dice: random.Random) -> dict[str, NodeType]:
    """Nodes that take time and touch the ledger."""

    @node("test.slow", title="Slow", effect="read", per="item")
    async def slow(params: Nothing, item: Item, context: Context) -> Item:
        """Take a while."""
        await asyncio.sleep(dice.random() * 4)
        return item.derive({**item.json, "slow": item.json.get("slow", 0) + 1})

    @node("test.put", title="Put", effect="idempotent_write", per="item")
    async def put(params: Nothing, item: Item, context: Context) -> Item:
        """A keyed write."""
        ledger.call(context.idempotency_key, context.step_id)
        await asyncio.sleep(dice.random() * 2)
        return item.derive({**item.json, "put": item.json.get("put", 0) + 1})

    @node("test.write", title="Write", effect="write", per="batch")
    async def write(params: Nothing, items: list[Item], context: Context) -> list[Item]:
        """A plain write."""
        ledger.call(context.idempotency_key, context.step_id)
        await asyncio.sleep(dice.random() * 2)
        return [item.derive({**item.json, "write": item.json.get("write", 0) + 1}) for item in items]

    @node("test.sometimes", title="Sometimes", effect="pure", per="item")
    def sometimes(params: Nothing, item: Item, context: Context) -> Item | None:
        """Drop every third."""
        return None if item.json["n"] % 3 == 0 else item

    return {t.key: t for t in (slow, put, write, sometimes)}


class FaultyStore(FakeStore):
    """Commits slowly; sometimes fails before, sometimes after the commit."""

    dice: random.Random
    is_faulty = True

    async def flush(self, flush: Flush) -> bool:
        await asyncio.sleep(self.dice.random() * 0.05 if self.is_faulty else 0)
        if self.is_faulty and self.dice.random() < 0.01:
            raise ConnectionError("the database went away before the commit")
        done = await super().flush(flush)
        if self.is_faulty and self.dice.random() < 0.01:
            raise ConnectionError("the database went away after the commit")
        return done


class World:
    """One run under faults, from its start to its end."""

    def __init__(self, seed: int, *, is_faulty: bool) -> None:
        dice = Dice.of(seed)
        self.dice = dice.faults
        self.ledger = Ledger()
        self.doc = random_document(dice.graph)
        items = [{"n": n} for n in range(dice.graph.randint(1, 5))]
        timing = dice.faults if is_faulty else random.Random(0)
        self.runner = Runner(self.doc, items, types=library() | outside(self.ledger, timing))
        store = FaultyStore(events=self.runner.store.events)
        store.dice, store.is_faulty = dice.faults, is_faulty
        self.runner.store = self.ledger.store = store
        self.runner.poison_deaths = 10**6
        self.is_faulty = is_faulty
        self.answered: set[int] = set()
        self.frozen: list[asyncio.Task[Any]] = []

    async def live(self) -> RunStatus:
        for claims in range(MOST_CLAIMS):
            last = self.runner.store.events[-1]["type"]
            is_dead = claims > 0 and last not in ("run.paused", "run.handed_back")
            executor = self.runner.claim(taken_over=is_dead)
            task = asyncio.create_task(executor.perform())
            await self._disturb(executor, task)
            status = await self._outcome(task)
            if status is not None and status.is_final:
                return status
            if status is RunStatus.PAUSED:
                await self._answer()
        raise AssertionError(f"no end after {MOST_CLAIMS} claims")

    async def _disturb(self, executor: Executor, task: asyncio.Task[Any]) -> None:
        chance = self.dice.random()
        if not self.is_faulty or chance > 0.6:
            await asyncio.wait([task])
            return
        await asyncio.wait([task], timeout=self.dice.random() * 3)
        if task.done():
            return
        if chance < 0.25:
            self._kill(executor, task)
        elif chance < 0.4:
            self.frozen.append(task)
        elif chance < 0.5:
            executor.stop()
            await asyncio.wait([task])
        else:
            executor.notify()
            await asyncio.wait([task])

    def _kill(self, executor: Executor, task: asyncio.Task[Any]) -> None:
        async def no_more(flush: Flush) -> bool:
            raise LeaseLost(flush.run_id)

        executor.world = executor_module.World(
            journal=_Dead(self.runner.store, no_more),  # type: ignore[arg-type]
            contexts=executor.world.contexts,
            evaluator=executor.world.evaluator,
            clock=executor.world.clock,
            is_watched=executor.world.is_watched,
        )
        task.cancel()

    async def _outcome(self, task: asyncio.Task[Any]) -> RunStatus | None:
        if task in self.frozen:
            await asyncio.sleep(LEASE)
            return None
        try:
            status: RunStatus = await task
            return status
        except (asyncio.CancelledError, LeaseLost, ConnectionError):
            return None

    async def _answer(self) -> None:
        await asyncio.sleep(self.dice.random() * 100 if self.is_faulty else 1)
        for step in list(self.runner.state.active.values()):
            if step.wait is None or step.wait["seq"] in self.answered:
                continue
            self.answered.add(step.wait["seq"])
            outcome = "retry" if step.wait["data"].get("kind") == "repair" else "yes"
            pause = step.wait["seq"]
            self.runner.store.signal(step.key, outcome, pause=pause)
            if self.is_faulty and self.dice.random() < 0.3:
                self.runner.store.signal(step.key, "no", pause=pause)

    async def finish(self) -> RunStatus:
        status = await self.live()
        for task in self.frozen:
            await asyncio.wait([task], timeout=100)
            task.cancel()
        await asyncio.gather(*self.frozen, return_exceptions=True)
        return status


@dataclass
class _Dead:
    store: FakeStore
    flush: Any

    async def load(self, payload: dict[str, Any]) -> dict[str, Any]:
        return await self.store.load(payload)

    def fetch(self, payload: dict[str, Any]) -> dict[str, Any]:
        return self.store.fetch(payload)

    def spill(self, payload: dict[str, Any]) -> None:
        pass

    async def result(self, run_id: str) -> None:
        return None

    async def signals(self, run_id: str) -> list[Any]:
        return []


def outputs(events: list[Event]) -> Counter[str]:
    """What every node sent, whatever the order."""
    found: Counter[str] = Counter()
    for event in events:
        if event["type"] == "step.succeeded":
            for port, payload in event["outputs"].items():
                records = [item.json for item in payloads.decode(payload)]
                found[json.dumps([event["node"], port, records], sort_keys=True)] += bool(records)
    return +found


def check(seed: int) -> str | None:
    """The first broken promise of this seed in words, else None."""
    calm = World(seed, is_faulty=False)
    calm_status = run_virtually(calm.finish())
    stormy = World(seed, is_faulty=True)
    try:
        status = run_virtually(stormy.finish())
    except (AssertionError, RuntimeError) as error:
        return f"progress: {error or type(error).__name__}"
    events = stormy.runner.store.events
    if calm_status is not RunStatus.SUCCEEDED or status is not calm_status:
        return f"the run ended {status}, undisturbed {calm_status}"
    if [event["seq"] for event in events] != list(range(1, len(events) + 1)):
        return "the sequence has a gap or a repeat"
    if sum(event["type"] in ("run.succeeded", "run.failed", "run.cancelled") for event in events) != 1:
        return "a final state is not final"
    if stormy.ledger.repeated_after_record:
        return f"performed again after it was recorded: {stormy.ledger.repeated_after_record[0]}"
    if missing := calm.ledger.calls.keys() - stormy.ledger.calls.keys():
        return f"lost effects: {sorted(missing)}"
    if strange := stormy.ledger.calls.keys() - calm.ledger.calls.keys():
        return f"effects under other keys: {sorted(strange)}"
    if (got := outputs(events)) != (wanted := outputs(calm.runner.store.events)):
        return f"other outputs: {got - wanted} instead of {wanted - got}"
    return None


def main(seeds: int = 2000, first: int = 0) -> int:
    logging.disable(logging.ERROR)
    started = time.monotonic()
    broken: list[tuple[int, str]] = []
    for seed in range(first, first + seeds):
        if (problem := check(seed)) is not None:
            broken.append((seed, problem))
    took = time.monotonic() - started
    figures = {
        "sim_seeds": (seeds, "seeds"),
        "sim_s": (round(took, 1), "s"),
        "sim_broken": (len(broken), "seeds"),
    }
    for name, (value, unit) in figures.items():
        sys.stdout.write(json.dumps({"figure": name, "value": value, "unit": unit}) + "\n")
    if broken:
        sys.stdout.write(f"first counter-example: seed {broken[0][0]}: {broken[0][1]}\n")
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
