"""The offline checker: reads the journal's tables and the sink's ledger, proves the invariants.

It shares no code with the product: what it decodes is what the documentation says is stored.
"""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from tests.faults.sink import Effect

FINAL = ("succeeded", "failed", "cancelled")
DATES = re.compile(rb'"date":"[^"]*"')
Event = dict[str, Any]


@dataclass
class Order:
    """What was asked of the product: posted to `path`, it does `operations` outside, and its run
    comes to the end `ends`. `runs` are the ids that the answers named."""

    name: str
    path: str = ""
    operations: tuple[str, ...] = ()
    ends: str = "succeeded"
    body: dict[str, Any] = field(default_factory=dict)
    runs: set[str] = field(default_factory=set)


@dataclass
class Book:
    """All runs of a database: status by id, events by id, ids of runs that other runs started."""

    status: dict[str, str]
    events: dict[str, list[Event]]
    children: set[str] = field(default_factory=set)


def _connect(database: str | Path) -> Any:
    """To a SQLite file or a PostgreSQL URL."""
    if isinstance(database, Path):
        return closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30))
    return closing(psycopg.connect(database))


def count_unfinished(database: str | Path) -> int:
    with _connect(database) as connection:
        row = connection.execute(
            "SELECT count(*) FROM runs_run WHERE status IN ('queued', 'running', 'paused')"
        ).fetchone()
    return int(row[0])


def read_book(database: str | Path) -> Book:
    with _connect(database) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT id, status, mode FROM runs_run")
        rows = cursor.fetchall()
        cursor.execute("SELECT run_id, events FROM runs_segment ORDER BY run_id, first_seq")
        events: dict[str, list[Event]] = defaultdict(list)
        for run_id, data in cursor.fetchall():
            events[run_id] += msgspec.msgpack.decode(zlib.decompress(bytes(data)))
    children = {run_id for run_id, _, mode in rows if mode == "child"}
    return Book({run_id: status for run_id, status, _ in rows}, dict(events), children)


LEFT_OVER = {
    "leases of ended runs": "FROM runs_run WHERE lease_until IS NOT NULL AND finished_at IS NOT NULL",
    "timers of ended runs": (
        "FROM runs_timer t JOIN runs_run r ON r.id = t.run_id WHERE r.finished_at IS NOT NULL"
    ),
    "subscriptions of ended runs": (
        "FROM runs_subscription s JOIN runs_run r ON r.id = s.run_id WHERE r.finished_at IS NOT NULL"
    ),
    "open tasks of ended runs": (
        "FROM inbox_humantask t JOIN runs_run r ON r.id = t.run_id"
        " WHERE t.status = 'open' AND r.finished_at IS NOT NULL"
    ),
    "journals that do not reach their run's last number": (
        "FROM runs_run r WHERE r.last_seq <> COALESCE("
        "(SELECT max(last_seq) FROM runs_segment s WHERE s.run_id = r.id), 0)"
    ),
}


def leftovers(database: str | Path) -> Iterator[str]:
    """I12: what should have gone with the runs, in words."""
    with _connect(database) as connection:
        for what, rest in LEFT_OVER.items():
            (count,) = connection.execute(f"SELECT count(*) {rest}").fetchone()
            if count:
                yield f"{count} {what}"


@dataclass
class Verdict:
    """Counts of broken invariants, and the first counter-example of each."""

    broken: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, example: str) -> None:
        self.broken[name] += 1
        self.examples.setdefault(name, example)


def judge(
    book: Book,
    effects: list[Effect],
    orders: list[Order],
    *,
    limits: dict[str, int] | None = None,
    references: dict[str, str] | None = None,
) -> Verdict:
    """`limits`: how many runs may be at work at once, by path; `references`: the undisturbed run of
    a path, which the others must equal.

    I1 no loss, I2 no double, I3 progress, I4 fencing, I5 order, I6 final, I7 same result, I8 limits,
    I9 timers are not early, I11 honest."""
    verdict = Verdict()
    _judge_orders(verdict, book, orders)
    for run_id, events in book.events.items():
        _judge_run(verdict, run_id, events)
    _judge_effects(verdict, book, effects, orders)
    for path, most in (limits or {}).items():
        _judge_limit(verdict, book, orders, path, most)
    for path, reference in (references or {}).items():
        _judge_results(verdict, book, orders, path, reference)
    return verdict


def _judge_orders(verdict: Verdict, book: Book, orders: list[Order]) -> None:
    wanted: set[str] = set()
    for order in orders:
        wanted |= order.runs
        if not order.runs:
            verdict.add("lost", f"{order.name}: it was never acknowledged")
        if len(order.runs) > 1:
            verdict.add("double", f"{order.name}: it made the runs {sorted(order.runs)}")
        for run_id in order.runs:
            if run_id not in book.status:
                verdict.add("lost", f"{order.name}: run {run_id} is not in the database")
            elif book.status[run_id] != order.ends:
                verdict.add("lost", f"{order.name}: run {run_id} is {book.status[run_id]}, not {order.ends}")
    for run_id in book.status.keys() - wanted - book.children:
        verdict.add("double", f"run {run_id}: nobody was told of it")


def _judge_run(verdict: Verdict, run_id: str, events: list[Event]) -> None:
    if [event["seq"] for event in events] != list(range(1, len(events) + 1)):
        verdict.add("order", f"run {run_id}: the sequence has a gap or a repeat")
    attempts = [event["attempt"] for event in events]
    if attempts != sorted(attempts):
        verdict.add("late_writes", f"run {run_id}: an event of an older attempt follows a newer one")
    ends = [event["type"] for event in events if event["type"].removeprefix("run.") in FINAL]
    if len(ends) > 1:
        verdict.add("final", f"run {run_id} ended as {ends}")
    done = Counter(event["step"] for event in events if event["type"] == "step.succeeded")
    for step, count in done.items():
        if count > 1:
            verdict.add("double", f"run {run_id}: step {step} was recorded {count} times")
    until: dict[str, float] = {}
    for event in events:
        if event["type"] == "step.paused":
            until[event["step"]] = event["wait"].get("until") or 0
        is_due = event["type"] == "step.resumed" and event["outcome"] == "due"
        if is_due and event["at"] < until[event["step"]] - 2:
            verdict.add("early", f"run {run_id}: step {event['step']} went on before its time")


def _judge_effects(verdict: Verdict, book: Book, effects: list[Effect], orders: list[Order]) -> None:
    keys: dict[str, set[str]] = defaultdict(set)
    calls: Counter[str] = Counter()
    for effect in effects:
        if effect.method != "GET":
            keys[effect.operation].add(effect.key)
            calls[effect.key] += 1
    for order in orders:
        for name in order.operations if order.runs else ():
            if not keys[f"{order.name}/{name}"]:
                verdict.add("lost", f"{order.name}: {name} never reached the outside")
    tries: Counter[str] = Counter()
    for run_id, events in book.events.items():
        for event in events:
            if event["type"] == "step.started":
                tries[f"{run_id}:{event['step']}"] += 1
    for operation, found in keys.items():
        if len(found) > 1:
            verdict.add("double", f"{operation} was done under {len(found)} keys: {sorted(found)[:2]}")
        for key in found:
            step = ":".join(key.split(":")[:3])
            if calls[key] > tries[step]:
                verdict.add(
                    "dishonest", f"{operation}: {calls[key]} calls, but {tries[step]} tries are recorded"
                )


def _judge_limit(verdict: Verdict, book: Book, orders: list[Order], path: str, most: int) -> None:
    """Runs are at work from `run.started` or `run.resumed` until they pause or end; of two things in
    one millisecond the end comes first."""
    moments: list[tuple[int, int]] = []
    for order in orders:
        for run_id in order.runs if order.path == path else ():
            for event in book.events.get(run_id, ()):
                if event["type"] in ("run.started", "run.resumed"):
                    moments.append((event["at"], 1))
                elif event["type"] in ("run.paused", "run.succeeded", "run.failed", "run.cancelled"):
                    moments.append((event["at"], -1))
    at_work = 0
    for at, change in sorted(moments):
        at_work += change
        if at_work > most:
            verdict.add("limit", f"{path}: {at_work} runs at work at {at}, {most} are allowed")


def _judge_results(verdict: Verdict, book: Book, orders: list[Order], path: str, reference: str) -> None:
    names = {run_id: order.name for order in orders if order.path == path for run_id in order.runs}
    wanted = _results(book.events.get(reference, []), names[reference])
    for run_id, name in names.items():
        if book.status.get(run_id) == "succeeded" and (got := _results(book.events[run_id], name)) != wanted:
            difference = {"more": dict(got - wanted), "less": dict(wanted - got)}
            verdict.add("result", f"run {run_id} of {path} came to other items: {difference}")


def _results(events: list[Event], name: str) -> Counter[tuple[str, str, int, bytes]]:
    """What each node sent, without what differs from order to order."""
    found: Counter[tuple[str, str, int, bytes]] = Counter()
    for event in events:
        if event["type"] == "step.succeeded":
            for port, payload in event["outputs"].items():
                data = DATES.sub(b"", payload.get("data", b"")).replace(name.encode(), b"ORDER")
                is_own = event["node"] in ("hook", "ask", "callback", "told", "child")
                found[event["node"], port, payload["count"], b"" if is_own else data] += 1
    return found
