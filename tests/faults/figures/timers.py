"""Timers over restarts: never early, never lost, soon."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from tests.faults import workload
from tests.faults.ledger import Book
from tests.faults.nemesis import Nemesis
from tests.faults.report import Figure, explain, percentile, say
from tests.faults.storm import storm


def timers(fast: bool) -> Iterator[Figure]:
    """All processes are killed again and again while the timers come due, from the first second to
    the last."""
    count, restarts, first, longest = (300, 2, 5, 20) if fast else (10_000, 20, 60, 260)
    dice = random.Random(3)
    with storm(lease_seconds=2) as here:
        nemesis = Nemesis(here, 3)
        here.product.publish(workload.timer())
        began = time.time()
        bodies = [{"at": _moment(began + dice.uniform(first, longest))} for _ in range(count)]
        here.post_many("timer", (), bodies)
        say(f"{count} timers were set in {time.time() - began:.0f} s; the first is due after {first} s")
        outages = []
        for number in range(restarts):
            due = began + first + (longest - first) * (number + 0.5) / restarts
            time.sleep(max(due - time.time(), 1))
            down_at = time.time()
            nemesis.kill_everything()
            outages.append((down_at, time.time()))
        book = here.calm(wait_seconds=longest + 120)
        verdict = here.judge(book)
    explain(here, verdict)
    early, late = _lateness(book, outages)
    say(f"down for {sum(up - down for down, up in outages):.0f} s; the latest was {late[-1]:.1f} s late")
    yield "timers_early", early, "timers"
    yield "timers_lost", count - len(late) - early + sum(verdict.broken.values()), "timers"
    yield "timers_p99_late_s", round(percentile(late, 0.99), 2), "s"


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _lateness(book: Book, outages: list[tuple[float, float]]) -> tuple[int, list[float]]:
    """How many resumed early; by how much the others were late, not counting time when nothing ran."""
    early, late = 0, []
    for events in book.events.values():
        due = next((e["wait"]["until"] / 1000 for e in events if e["type"] == "step.paused"), None)
        at = next((e["at"] / 1000 for e in events if e["type"] == "step.resumed"), None)
        if due is None or at is None:
            continue
        if at < due - 0.002:
            early += 1
            continue
        down = sum(max(min(up, at) - max(down, due), 0) for down, up in outages)
        late.append(at - due - down)
    return early, sorted(late)
