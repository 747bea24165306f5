"""The fast form of the fault harness, on the real product; and proof that its checker notices."""

from __future__ import annotations

import pytest

from tests.faults import matrix_cells
from tests.faults.figures.kills import random_kills
from tests.faults.ledger import Book, Order, judge
from tests.faults.nemesis import Nemesis
from tests.faults.report import settle
from tests.faults.sink import Effect
from tests.faults.storm import storm


@pytest.mark.e2e
def test_random_kills_lose_and_double_nothing() -> None:
    here, verdict = random_kills(8, seed=11, workers=2)
    assert not here.is_void
    assert not verdict.broken, verdict.examples


@pytest.mark.e2e
def test_kills_at_journal_transitions_lose_and_double_nothing() -> None:
    with storm(workers=2) as here:
        nemesis = Nemesis(here, 1)
        unreached = matrix_cells.strike_all(here, nemesis, repeats=1, every=15)
        verdict = settle(here, nemesis)
    assert here.fired.total() >= 5, f"never reached: {unreached}"
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
    verdict = judge(book, effects, [Order("o", operations=("put",), runs={"r"})])
    assert verdict.broken[broken]


def test_the_checker_is_content_with_a_sound_run() -> None:
    book = _book(
        {"type": "step.started", "step": "a:1"},
        {"type": "step.succeeded", "step": "a:1"},
        {"type": "run.succeeded"},
    )
    orders = [Order("o", operations=("put",), runs={"r"})]
    assert not judge(book, [Effect(1, "PUT", "o/put", "r:a:1:0")], orders).broken


def test_the_checker_notices_two_runs_of_one_order_and_runs_nobody_ordered() -> None:
    book = Book({"r": "succeeded", "s": "succeeded"}, {})
    assert judge(book, [], [Order("o", runs={"r", "s"})]).broken["double"] == 1
    assert judge(book, [], [Order("o", runs={"r"})]).broken["double"] == 1
    assert judge(book, [], [Order("o", runs={"r"}), Order("p")]).broken["lost"] == 1


def test_the_checker_notices_a_timer_that_goes_on_too_soon() -> None:
    paused = {"type": "step.paused", "step": "a:1", "wait": {"until": 5000}}
    resumed = {"type": "step.resumed", "step": "a:1", "outcome": "due"}
    orders = [Order("o", runs={"r"})]
    assert judge(_book(paused, {**resumed, "at": 4000}), [], orders).broken["early"]
    assert not judge(_book(paused, {**resumed, "at": 5001}), [], orders).broken["early"]


def test_the_checker_notices_too_many_at_work() -> None:
    def run(start: int, end: int) -> list[dict[str, object]]:
        return [
            {"seq": 1, "attempt": 1, "type": "run.started", "at": start},
            {"seq": 2, "attempt": 1, "type": "run.succeeded", "at": end},
        ]

    orders = [Order("o", path="p", runs={"r"}), Order("q", path="p", runs={"s"})]
    status = {"r": "succeeded", "s": "succeeded"}
    crossing = Book(status, {"r": run(1, 5), "s": run(4, 9)})
    in_turn = Book(status, {"r": run(1, 5), "s": run(5, 9)})
    assert judge(crossing, [], orders, limits={"p": 1}).broken["limit"]
    assert not judge(in_turn, [], orders, limits={"p": 1}).broken["limit"]


def test_the_checker_notices_other_items_than_those_of_the_undisturbed_run() -> None:
    def run(data: bytes) -> list[dict[str, object]]:
        outputs = {"main": {"count": 1, "data": data}}
        return [
            {"seq": 1, "attempt": 1, "type": "step.succeeded", "step": "a:1", "node": "a", "outputs": outputs}
        ]

    orders = [Order("one", path="p", runs={"r"}), Order("two", path="p", runs={"s"})]
    status = {"r": "succeeded", "s": "succeeded"}
    same = Book(status, {"r": run(b'{"order":"one"}'), "s": run(b'{"order":"two"}')})
    other = Book(status, {"r": run(b'{"order":"one"}'), "s": run(b'{"order":"one"}')})
    assert not judge(same, [], orders, references={"p": "r"}).broken["result"]
    assert judge(other, [], orders, references={"p": "r"}).broken["result"]
