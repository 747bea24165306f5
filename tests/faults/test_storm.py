"""The fast form of the fault harness, on the real product."""

from __future__ import annotations

import time

import pytest

from orchestrator.runs.failpoints import POINTS
from tests.faults import workload
from tests.faults.ledger import Book, judge
from tests.faults.sink import Effect
from tests.faults.storm import random_kills, storm

AIMED = (
    "intake.after_commit",
    "claim.after_commit",
    "before:step.succeeded",
    "after:step.paused",
    "after:run.paused",
)


@pytest.mark.e2e
def test_random_kills_lose_and_double_nothing() -> None:
    here, verdict = random_kills(8, seed=11)
    assert not here.is_void
    assert not verdict.broken, verdict.examples


@pytest.mark.e2e
def test_kills_at_journal_transitions_lose_and_double_nothing() -> None:
    with storm() as here:
        here.product.publish(workload.everything(here.sink.url))
        here.product.publish(workload.approval(here.sink.url))
        for point in AIMED:
            assert point in POINTS
            here.arm(point)
            for _ in range(3):
                here.post("everything", workload.OPERATIONS)
                here.post("approval", ("ship",))
            assert here.has_fired(15), f"{point} was never reached"
            here.fired[point] += 1
            time.sleep(0.5)
        verdict = here.judge(here.calm())
    assert not verdict.broken, verdict.examples


def _book(*events: dict[str, object]) -> Book:
    numbered = [{"seq": n, "attempt": 1, "type": "", **event} for n, event in enumerate(events, 1)]
    return Book({"r": "succeeded"}, {"r": numbered})


@pytest.mark.parametrize(
    ("book", "effects", "broken"),
    [
        (Book({}, {}), [], "lost"),
        (Book({"r": "running"}, {"r": []}), [], "lost"),
        (_book({"seq": 1}, {"seq": 3}), [], "order"),
        (_book({"attempt": 2}, {"attempt": 1}), [], "late_writes"),
        (_book({"type": "run.succeeded"}, {"type": "run.failed"}), [], "final"),
        (
            _book({"type": "step.succeeded", "step": "a:1"}, {"type": "step.succeeded", "step": "a:1"}),
            [],
            "double",
        ),
        (_book(), [Effect(1, "PUT", "o/put", "r:a:1:0"), Effect(2, "PUT", "o/put", "r:a:2:0")], "double"),
        (_book(), [Effect(1, "PUT", "o/put", "r:a:1:0")], "dishonest"),
    ],
)
def test_the_checker_notices_each_broken_promise(book: Book, effects: list[Effect], broken: str) -> None:
    verdict = judge(book, effects, {"o": "r"}, {"o": ("put",)})
    assert verdict.broken[broken]


def test_the_checker_is_content_with_a_sound_run() -> None:
    book = _book(
        {"type": "step.started", "step": "a:1"},
        {"type": "step.succeeded", "step": "a:1"},
        {"type": "run.succeeded"},
    )
    assert not judge(book, [Effect(1, "PUT", "o/put", "r:a:1:0")], {"o": "r"}, {"o": ("put",)}).broken
