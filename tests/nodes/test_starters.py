"""The starter workflows, run by the engine in memory, with real user code and no outside account."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from orchestrator.engine.check import check
from orchestrator.engine.executor import Executor, RunInfo, World
from orchestrator.engine.state import RunState, RunStatus
from orchestrator.runs.context import NodeContext, RunFacts, Services
from orchestrator.sandbox.pool import SandboxPool
from orchestrator.sdk import collect
from orchestrator.sdk.cases import CaseMemory
from orchestrator.sdk.egress import EgressPolicy
from orchestrator.sdk.http import GuardedClient, open_client
from orchestrator.sdk.local_server import local_server
from tests.engine.world import FakeClock, Runner

FOLDER = Path(__file__).parents[2] / "templates" / "workflows"
STARTERS = sorted(FOLDER.glob("*.json"))
LIBRARY = collect("nodes", plugins=False)
SMALL = {
    "order_id": "A-1041",
    "customer": {"name": "Ben", "country": "NO"},
    "ship_to": "NO",
    "lines": [{"sku": "LAMP-7", "quantity": 2, "price": 39.5}],
}
LARGE = {**SMALL, "order_id": "A-1042", "lines": [{"sku": "DESK-140", "quantity": 3, "price": 449}]}


def load(key: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((FOLDER / f"{key}.json").read_text())
    return document


class StarterRun(Runner):
    """A run of a starter with memory, HTTP and the sandbox at hand."""

    def __init__(self, key: str, items: list[dict[str, Any]], pool: SandboxPool, **parts: Any) -> None:
        document = parts.pop("document", None) or load(key)
        self.http: GuardedClient | None = parts.pop("http", None)
        self.memory = parts.pop("memory", None) or CaseMemory({})
        super().__init__(document, items, types=dict(LIBRARY), **parts)
        self.pool = pool

    def claim(self, *, taken_over: bool = False) -> Executor:
        self.store.attempt += 1
        self.state = RunState(self.plan)
        for event in self.store.events:
            self.state.apply(event)
        info = RunInfo(
            "run", self.store.attempt, "wf", "Starter", "w", taken_over, True, bool(self.store.signals_)
        )
        facts = RunFacts("run", "wf", "Starter", "UTC", lambda: FakeClock.ms, lambda *_: None)
        services = Services(self.http, None, lambda _: self.memory, self.pool.run_code)  # type: ignore[arg-type]

        def contexts(*, step: str, node_id: str, node_name: str, try_number: int, key: str) -> NodeContext:
            return NodeContext(services, facts, step, node_id, node_name, try_number, key)

        return Executor(info, self.state, World(self.store, contexts, self.pool, FakeClock(), lambda: False))

    @property
    def answer(self) -> tuple[int, Any]:
        """Status and body of the reply to the caller."""
        (reply,) = self.of("run.replied")
        return reply["status"], json.loads(reply["body"])


@pytest.fixture
async def pool() -> AsyncIterator[SandboxPool]:
    made = SandboxPool(1)
    yield made
    await made.close()


def posted(body: Any) -> list[dict[str, Any]]:
    return [{"body": body, "query": {}, "headers": {}, "method": "POST", "path": "x", "params": {}}]


@pytest.mark.parametrize("path", STARTERS, ids=lambda path: path.stem)
def test_a_starter_is_a_sound_document_with_a_page_about_it(path: Path) -> None:
    document = json.loads(path.read_text())
    assert check(document, LIBRARY) == []
    assert document["name"]
    assert all(at % 16 == 0 for node in document["nodes"] for at in node["position"])
    assert not overlapping(document["nodes"])
    page = path.with_suffix(".md").read_text()
    assert page.startswith(f"# {document['name']}\n")
    for body in re.findall(r"-d '(.*?)'", page, re.DOTALL):
        json.loads(body)


def overlapping(nodes: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [
        (one["id"], other["id"])
        for at, one in enumerate(nodes)
        for other in nodes[at + 1 :]
        if abs(one["position"][0] - other["position"][0]) < 224
        and abs(one["position"][1] - other["position"][1]) < 96
    ]


async def test_an_everyday_order_is_accepted_at_once(pool: SandboxPool) -> None:
    run = StarterRun("order_triage", posted(SMALL), pool)
    assert await run.perform() is RunStatus.SUCCEEDED
    assert run.answer == (200, {"status": "accepted", "order_id": "A-1041"})
    remembered = run.memory.values["workflow"]["order:A-1041"]
    assert (remembered["status"], remembered["total"]) == ("accepted", 79)


@pytest.mark.parametrize("outcome", ["approved", "rejected", "timeout"])
async def test_a_large_order_waits_for_a_person(pool: SandboxPool, outcome: str) -> None:
    run = StarterRun("order_triage", posted(LARGE), pool)
    assert await run.perform() is RunStatus.PAUSED
    assert run.answer == (202, {"status": "waiting for approval", "order_id": "A-1042"})
    (paused,) = run.of("step.paused")
    assert "A-1042" in str(paused["wait"])
    run.store.signal(paused["step"], outcome, comment="fine", by="ada@example.com", at="2026-01-05T09:30:00Z")
    assert await run.perform() is RunStatus.SUCCEEDED
    remembered = run.memory.values["workflow"]["order:A-1042"]
    assert remembered["status"] == ("approved" if outcome == "approved" else "rejected")
    assert remembered["approval"]["outcome"] == outcome


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"lines": [{"sku": "PEN", "quantity": 25, "price": 1}]}, "It has 25 pieces."),
        ({"ship_to": "SE"}, "It ships to another country than the customer lives in."),
    ],
)
async def test_an_odd_order_says_why_it_is_odd(pool: SandboxPool, change: dict[str, Any], why: str) -> None:
    run = StarterRun("order_triage", posted({**SMALL, **change}), pool)
    assert await run.perform() is RunStatus.PAUSED
    (paused,) = run.of("step.paused")
    assert paused["wait"]["data"]["why"] == why


@pytest.mark.parametrize(
    "body", [{}, None, "hello", {"order_id": "A-1", "lines": []}, {"lines": SMALL["lines"]}]
)
async def test_an_incomplete_order_is_told_so(pool: SandboxPool, body: Any) -> None:
    run = StarterRun("order_triage", posted(body), pool)
    assert await run.perform() is RunStatus.SUCCEEDED
    assert run.answer[0] == 422
    assert run.memory.values == {}


@pytest.mark.parametrize(
    ("message", "queue"),
    [
        ({"subject": "Shop is down", "text": "hurry!"}, "on call"),
        ({"subject": "Hello", "priority": "high"}, "on call"),
        ({"subject": "Refund please"}, "billing"),
        ({"text": "Do you ship to Oslo?"}, "support"),
        ({"text": "Nice shop."}, "support"),
        (None, "support"),
    ],
)
async def test_a_message_finds_its_queue(pool: SandboxPool, message: Any, queue: str) -> None:
    run = StarterRun("urgency_router", posted(message), pool)
    assert await run.perform() is RunStatus.SUCCEEDED
    assert run.answer[0] == 200
    assert run.answer[1]["queue"] == queue


@pytest.mark.parametrize(("topic", "queue"), [("A problem", "on call"), ("Praise", "support")])
async def test_a_filled_in_form_is_told_when_somebody_answers(
    pool: SandboxPool, topic: str, queue: str
) -> None:
    answer = {"name": "Ada", "email": "ada@example.org", "topic": topic, "message": "…"}
    item = {"answer": answer, "submitted_at": "2026-03-09T08:30:00+00:00", "path": "contact"}
    run = StarterRun("contact_form", [item], pool)
    assert await run.perform() is RunStatus.SUCCEEDED
    [told] = run.result
    assert told["queue"] == queue
    assert "ada@example.org" in told["text"]


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("When are you OPEN?", "Monday to Friday"),
        ("Do you ship to Oslo?", "two to five days"),
        ("It is broken", "30 days"),
        ("Sing!", "What would you like to know?"),
    ],
)
async def test_the_helpdesk_replies_by_its_rules(pool: SandboxPool, message: str, words: str) -> None:
    run = StarterRun("helpdesk_chat", [{"message": message, "session": "s", "history": []}], pool)
    assert await run.perform() is RunStatus.SUCCEEDED
    [reply] = run.result
    assert words in reply["text"]


async def test_the_digest_compares_with_last_time(pool: SandboxPool) -> None:
    day = {"temperature_2m_max": [21.5], "temperature_2m_min": [12], "precipitation_sum": [0]}
    memory = CaseMemory({})
    document = load("morning_digest")
    fetch = next(node for node in document["nodes"] if node["id"] == "fetch")
    texts = []
    async with (
        local_server(
            lambda seen: (200, {"Content-Type": "application/json"}, json.dumps({"daily": day}).encode())
        ) as server,
        open_client(EgressPolicy("127.0.0.1")) as http,
    ):
        fetch["params"]["url"] = server.url
        for high in (21.5, 18.0):
            day["temperature_2m_max"] = [high]
            run = StarterRun("", [{}], pool, document=document, memory=memory, http=http)
            assert await run.perform() is RunStatus.SUCCEEDED
            texts.append(run.result[0]["text"])
    assert "Between 12 and 21.5 °C" in texts[0]
    assert "nothing to compare" in texts[0]
    assert "3.5 degrees cooler than last time" in texts[1]
    assert "Source: open-meteo.com" in texts[1]


async def test_the_digest_goes_on_without_network(pool: SandboxPool) -> None:
    async with open_client(EgressPolicy(resolver=_nobody)) as http:
        run = StarterRun("morning_digest", [{}], pool, http=http)
        assert await run.perform() is RunStatus.SUCCEEDED
    assert "sample figures" in run.result[0]["text"]


async def _nobody(host: str, port: int) -> list[str]:
    return []
