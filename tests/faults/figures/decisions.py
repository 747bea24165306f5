"""Many people decide one task at once: one of them does."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx

from tests.faults import workload
from tests.faults.report import Figure, explain, say
from tests.faults.storm import Storm, storm
from tools.instance import Instance


class Crowd:
    """People with a connection each, who all send before anybody is answered."""

    def __init__(self, product: Instance) -> None:
        self.product = product
        self.people: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def come(self, count: int) -> None:
        for _ in range(count):
            self.people.append(await asyncio.open_connection("127.0.0.1", self.product.port))

    async def decide(self, task_id: str, nonce: str) -> list[int]:
        """The statuses of everybody's answers; half say yes, half say no."""
        requests = [self._request(task_id, nonce, outcome) for outcome in ("approved", "rejected")]
        for number, (_, writer) in enumerate(self.people):
            writer.write(requests[number % 2])
        return list(await asyncio.gather(*(self._answer(reader) for reader, _ in self.people)))

    def _request(self, task_id: str, nonce: str, outcome: str) -> bytes:
        body = json.dumps({"outcome": outcome, "nonce": nonce, "comment": "As agreed."}).encode()
        return (
            f"POST /api/v1/inbox/{task_id}/decide HTTP/1.1\r\nHost: 127.0.0.1:{self.product.port}\r\n"
            f"Authorization: Bearer {self.product.token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body

    @staticmethod
    async def _answer(reader: asyncio.StreamReader) -> int:
        head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        return int(head.split(b" ", 2)[1])

    def go(self) -> None:
        for _, writer in self.people:
            writer.close()


def decisions(fast: bool) -> Iterator[Figure]:
    tasks, people = (20, 20) if fast else (1000, 100)
    with storm(lease_seconds=15) as here:
        here.product.publish(workload.vote(here.sink.url))
        here.post_many("vote", (), [{} for _ in range(tasks)])
        wrong, statuses = asyncio.run(_races(here, tasks, people))
        verdict = here.judge(here.calm())
        both = _with_two_outcomes(here)
    here.fired["decisions"] += statuses.total()
    explain(here, verdict)
    say(f"statuses: {dict(statuses)}")
    yield "decisions_made", statuses.total(), "decisions"
    yield "decisions_double", wrong + both + sum(verdict.broken.values()), "waits"


async def _races(here: Storm, tasks: int, people: int) -> tuple[int, Counter[int]]:
    """In how many waits not exactly one won, and all answers by status."""
    crowd, decided, wrong = Crowd(here.product), 0, 0
    statuses: Counter[int] = Counter()
    with here.product.api() as api:
        await crowd.come(people)
        while decided < tasks:
            for task in await asyncio.to_thread(_open_tasks, api):
                nonce = (await asyncio.to_thread(api.get, f"/inbox/{task['id']}")).json()["nonce"]
                answers = await crowd.decide(task["id"], nonce)
                statuses.update(answers)
                wrong += answers.count(200) != 1 or set(answers) - {200, 409} != set()
                decided += 1
    crowd.go()
    return wrong, statuses


def _open_tasks(api: httpx.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get("/inbox", params={"status": "open", "limit": 50}).json()["items"]
    return found


def _with_two_outcomes(here: Storm) -> int:
    """Runs in which both branches wrote, or none did."""
    done = Counter(effect.operation.partition("/")[0] for effect in here.sink.effects)
    return sum(done[order.name] != 1 for order in here.orders)
