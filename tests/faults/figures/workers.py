"""Workers that die or freeze: when others take over, and what the frozen still write."""

from __future__ import annotations

import time
from collections.abc import Iterator

from tests.faults import workload
from tests.faults.ledger import Book
from tests.faults.nemesis import Nemesis, thaw
from tests.faults.report import Figure, explain, percentile, say, settle
from tests.faults.storm import storm

FREEZING = ("before:step.succeeded", "before:step.started", "before:run.paused", "before:run.succeeded",
            "before:step.paused", "after:step.started", "claim.after_commit")  # fmt: skip


def takeover(fast: bool) -> Iterator[Figure]:
    """With the product's own lease: from a worker's death to the take-over of its runs."""
    with storm(lease_seconds=15, workers=3) as here:
        nemesis = Nemesis(here, 3)
        here.product.publish(workload.slow(here.sink.url, 3.0))
        here.load("slow", ("last",), pause_seconds=0.4, threads=4)
        deaths = 0
        while deaths < (3 if fast else 30):
            time.sleep(nemesis.dice.uniform(3, 5))
            if len(nemesis.working()) > 1:  # somebody has to be there to take over
                deaths += nemesis.kill("worker")
        book = here.calm()
        verdict = here.judge(book)
    explain(here, verdict)
    late = _until_taken_over(book, nemesis.deaths)
    say(f"{len(late)} runs were taken over from {deaths} dead workers")
    yield "takeover_runs", len(late), "runs"
    yield "takeover_p99_s", round(percentile(late, 0.99), 1), "s"


def _until_taken_over(book: Book, deaths: dict[int, float]) -> list[float]:
    """Seconds from the death of the worker that had a run to the take-over, sorted."""
    late = []
    for events in book.events.values():
        holder = None
        for event in events:
            if event["type"] == "run.taken_over" and holder in deaths:
                late.append(event["at"] / 1000 - deaths[holder])
            if "worker" in event:
                holder = int(event["worker"].split(":")[-2])
    return sorted(late)


def late_writes(fast: bool) -> Iterator[Figure]:
    """Workers frozen for longer than their lease, half of them right before a commit, then thawed: what
    they still write is refused."""
    count = 8 if fast else 100
    with storm(workers=3) as here:
        nemesis = Nemesis(here, 5)
        here.product.publish(workload.everything(here.sink.url))
        here.refer("everything", workload.OPERATIONS)
        here.load("everything", workload.OPERATIONS, pause_seconds=0.2, threads=3)
        time.sleep(2)
        for number in range(count):
            if number % 2:
                _freeze_before_commit(nemesis, FREEZING[number // 2 % len(FREEZING)])
            else:
                _freeze_anywhere(nemesis)
        verdict = settle(here, nemesis)
        refused = here.product.log_text().count("another worker has taken over")
    explain(here, verdict)
    say(f"refused: {refused}")
    if refused < count / 4:
        raise RuntimeError(f"the run is void: only {refused} late writes were tried")
    yield "freezes", sum(here.fired.values()), "freezes"
    yield "late_writes_refused", refused, "runs"
    yield "late_writes", sum(verdict.broken.values()), "writes"


def _freeze_anywhere(nemesis: Nemesis) -> None:
    while not nemesis.freeze("worker", 1.8):
        time.sleep(0.1)
    time.sleep(2.1)


def _freeze_before_commit(nemesis: Nemesis, point: str) -> None:
    """Only what stands at a commit when its lease ends really tries to write late."""
    nemesis.arm(point, action="stop")
    if not nemesis.has_fired(10):
        nemesis.disarm()
        raise RuntimeError(f"no worker came to {point}")
    nemesis.here.fired[f"freeze {point.partition(':')[0]}"] += 1
    time.sleep(2.2)
    for process in nemesis.stopped():
        thaw(process)
