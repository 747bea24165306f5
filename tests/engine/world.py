"""A world for the executor that keeps everything in memory: for tests of the engine alone."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from orchestrator.engine.chunks import joined
from orchestrator.engine.executor import Executor, RunInfo, World
from orchestrator.engine.payload import from_json
from orchestrator.engine.plan import Plan
from orchestrator.engine.ports import Flush, LeaseLost, Signal
from orchestrator.engine.state import Event, RunState, RunStatus
from orchestrator.runs.context import NodeContext, RunFacts, Services
from orchestrator.sdk import Context, Item, NodeError, NodeType, Outputs, Params, Pause, node, trigger


class Nothing(Params):
    pass


class Rule(Params):
    even: str = "even"
    """Name of nothing in particular."""


class LoopParams(Params):
    size: int = 1
    """Items a turn."""
    concurrency: int = 1
    """Turns at once."""


@trigger("test.start", title="Start", source="manual")
def start(params: Nothing, items: list[Item], context: Context) -> Outputs:
    """Pass the start's items on."""
    return {"main": items}


@node("test.add", title="Add", effect="pure", per="item")
def add(params: Nothing, item: Item, context: Context) -> Item:
    """Add one to n."""
    return item.derive({**item.json, "n": item.json.get("n", 0) + 1})


@node("test.parity", title="Parity", effect="pure", outputs=("even", "odd"))
def parity(params: Nothing, items: list[Item], context: Context) -> Outputs:
    """Split by parity of n."""
    return {
        "even": [i for i in items if i.json["n"] % 2 == 0],
        "odd": [i for i in items if i.json["n"] % 2],
    }


@node("test.merge", title="Merge", effect="pure", inputs=("a", "b"))
def merge(params: Nothing, items: dict[str, list[Item]], context: Context) -> Outputs:
    """Append b to a."""
    return {"main": items["a"] + items["b"]}


@node("test.slow", title="Slow", effect="read", per="item")
async def slow(params: Nothing, item: Item, context: Context) -> Item:
    """Take a moment."""
    await asyncio.sleep(item.json.get("seconds", 0))
    return item.derive({**item.json, "slow": True})


@node("test.ask", title="Ask", effect="pure", outputs=("yes", "no"))
def ask(params: Nothing, items: list[Item], context: Context) -> Pause:
    """Ask a person."""
    return Pause.for_person(subject="May I?", outcomes=("yes", "no"))


@ask.resume
def answered(params: Nothing, items: list[Item], answer: Any, context: Context) -> Outputs:
    return {answer.outcome: items}


@node(
    "test.loop", title="Loop", effect="pure", inputs=("in", "back"), outputs=("each", "done"), control="loop"
)
def loop(params: LoopParams, items: list[Item], context: Context) -> Outputs:
    """Performed by the engine."""
    return {}


class Sink:
    """Counts effects; fails or hangs as told."""

    def __init__(self) -> None:
        self.effects: list[str] = []
        self.failures = 0
        self.error: NodeError = NodeError("down", retry="soon")
        self.gate: asyncio.Event | None = None

    def nodes(self) -> list[NodeType]:
        sink = self

        @node("test.write", title="Write", effect="write", per="item")
        async def write(params: Nothing, item: Item, context: Context) -> Item:
            """Change the world."""
            if sink.failures:
                sink.failures -= 1
                raise sink.error
            sink.effects.append(context.idempotency_key)
            if sink.gate is not None:
                await sink.gate.wait()
            return item.derive({**item.json, "written": True})

        @node("test.put", title="Put", effect="idempotent_write", per="item")
        async def put(params: Nothing, item: Item, context: Context) -> Item:
            """Change the world, once a key."""
            sink.effects.append(context.idempotency_key)
            if sink.gate is not None:
                await sink.gate.wait()
            return item.derive({**item.json, "put": True})

        return [write, put]


def library(sink: Sink | None = None) -> dict[str, NodeType]:
    types = [start, add, parity, merge, slow, ask, loop, *(sink or Sink()).nodes()]
    return {t.key: t for t in types}


@dataclass
class FakeStore:
    """The journal of one run, with fencing, signals and a count of flushes."""

    events: list[Event] = field(default_factory=list)
    attempt: int = 0
    signals_: list[Signal] = field(default_factory=list)
    flushes: list[Flush] = field(default_factory=list)
    is_dead: bool = False
    results: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def flush(self, flush: Flush) -> bool:
        await asyncio.sleep(0)
        if flush.attempt != self.attempt or self.is_dead:
            raise LeaseLost(flush.run_id)
        if flush.events and self.flushes and self.flushes[-1].events == flush.events:
            return self._has_signals(flush)
        if flush.after_seq != len(self.events):
            raise LeaseLost(flush.run_id)
        self.events += flush.events
        self.flushes.append(flush)
        self.signals_ = [s for s in self.signals_ if s.id not in flush.consumed_signals]
        return self._has_signals(flush)

    def _has_signals(self, flush: Flush) -> bool:
        return any(s.id not in flush.kept_signals for s in self.signals_)

    async def load(self, payload: dict[str, Any]) -> dict[str, Any]:
        return self.fetch(payload)

    def fetch(self, payload: dict[str, Any]) -> dict[str, Any]:
        if "chunks" in payload:
            return joined(payload, (chunk["data"] for chunk in payload["chunks"]))
        return payload

    def spill(self, payload: dict[str, Any]) -> None:
        pass

    async def result(self, run_id: str) -> dict[str, Any] | None:
        return self.results.get(run_id)

    async def signals(self, run_id: str) -> list[Signal]:
        return list(self.signals_)

    def signal(self, step: str, outcome: str, **data: Any) -> None:
        self.signals_.append(Signal(len(self.events) * 1000 + len(self.signals_), step, outcome, data))


class FakeClock:
    ms = 1_000_000

    def now_ms(self) -> int:
        return self.ms

    def random(self) -> float:
        return 0.0


class NoJavaScript:
    async def evaluate(self, call: Any) -> list[list[Any]]:
        raise AssertionError("no JavaScript in these tests")


def document(nodes: dict[str, str | dict[str, Any]], edges: list[str], **settings: Any) -> dict[str, Any]:
    """`{"a": "test.add"}` and `"a -> b"`, `"a.port -> b.port"`."""
    made = []
    for place, (id, spec) in enumerate(nodes.items()):
        raw = {"type": spec} if isinstance(spec, str) else dict(spec)
        made.append({"id": id, "name": raw.pop("name", id), "position": [place * 10, place], **raw})
    lines = []
    for text in edges:
        source, _, target = text.partition(" -> ")
        source, _, output = source.partition(".")
        target, _, input = target.partition(".")
        lines.append(
            {"source": source, "output": output or "main", "target": target, "input": input or "main"}
        )
    return {"format": 1, "name": "Test", "nodes": made, "edges": lines, "settings": settings, "pins": {}}


class Runner:
    """One run over any number of claims."""

    def __init__(
        self,
        doc: dict[str, Any],
        items: list[dict[str, Any]],
        *,
        sink: Sink | None = None,
        types: dict[str, NodeType] | None = None,
        **first: Any,
    ) -> None:
        self.plan = Plan.compile(doc, types or library(sink))
        self.store = FakeStore()
        self.store.events.append(
            {
                "seq": 1,
                "at": 0,
                "attempt": 0,
                "type": "run.queued",
                "node": doc["nodes"][0]["id"],
                "mode": "production",
                "items": from_json(items),
                **first,
            }
        )
        self.state = RunState(self.plan)
        self.clock = FakeClock()
        self.remembered: dict[str, Any] = {}
        self.poison_deaths = 3

    async def _everything(self) -> dict[str, Any]:
        return self.remembered

    def claim(self, *, taken_over: bool = False) -> Executor:
        self.store.attempt += 1
        self.store.is_dead = False
        self.state = RunState(self.plan)
        for event in self.store.events:
            self.state.apply(event)
        info = RunInfo(
            "run", self.store.attempt, "wf", "Test", "w", taken_over, True, bool(self.store.signals_),
            "http://here/runs/run", "http://here/resume/run/token", poison_deaths=self.poison_deaths,
        )  # fmt: skip
        facts = RunFacts("run", "wf", "Test", "UTC", self.clock.now_ms, lambda *_: None)
        services = Services(None, None, None, None)  # type: ignore[arg-type]

        def contexts(*, step: str, node_id: str, node_name: str, try_number: int, key: str) -> NodeContext:
            return NodeContext(services, facts, step, node_id, node_name, try_number, key)

        return Executor(
            info,
            self.state,
            World(self.store, contexts, NoJavaScript(), self.clock, lambda: False, self._everything),
        )

    async def perform(self, *, taken_over: bool = False) -> RunStatus:
        return await asyncio.wait_for(self.claim(taken_over=taken_over).perform(), 5)

    async def crash_when(self, condition: Any) -> None:
        """Perform until `condition()` holds, then die as by SIGKILL: nothing more is written."""
        executor = self.claim()
        task = asyncio.create_task(executor.perform())
        for _ in range(500):
            await asyncio.sleep(0.001)
            if condition():
                break
        else:
            raise AssertionError("the moment to crash never came")
        self.store.is_dead = True
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    @property
    def result(self) -> list[Any]:
        found = self.store.flushes[-1].result
        assert found is not None
        return list(found["outputs"])

    def types(self) -> list[str]:
        return [event["type"] for event in self.store.events]

    def of(self, type: str) -> list[Event]:
        return [event for event in self.store.events if event["type"] == type]
