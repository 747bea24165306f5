"""The offline checker: reads the journal's tables and the sink's ledger, proves the invariants.

It shares no code with the product: what it decodes is what the documentation says is stored.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from tests.faults.sink import Effect

FINAL = ("succeeded", "failed", "cancelled")
Event = dict[str, Any]


@dataclass
class Book:
    """All runs of a database: status by id, events by id."""

    status: dict[str, str]
    events: dict[str, list[Event]]


def read_book(database: str | Path) -> Book:
    """From a SQLite file or a PostgreSQL URL."""
    connection: Any = (
        sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)
        if isinstance(database, Path)
        else psycopg.connect(database)
    )
    try:
        cursor = connection.cursor()
        cursor.execute("SELECT id, status FROM runs_run")
        status = dict(cursor.fetchall())
        cursor.execute("SELECT run_id, attempt, events FROM runs_segment ORDER BY run_id, first_seq")
        events: dict[str, list[Event]] = defaultdict(list)
        for run_id, _, data in cursor.fetchall():
            events[run_id] += msgspec.msgpack.decode(zlib.decompress(bytes(data)))
    finally:
        connection.close()
    return Book(status, dict(events))


@dataclass
class Verdict:
    """Counts of broken invariants, and the first counter-example of each."""

    broken: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, example: str) -> None:
        self.broken[name] += 1
        self.examples.setdefault(name, example)


def judge(
    book: Book, effects: list[Effect], acknowledged: dict[str, str], operations: dict[str, tuple[str, ...]]
) -> Verdict:
    """`acknowledged`: run id by order; `operations`: what each order has to do outside.

    I1 no loss, I2 no double, I3 progress, I4 fencing, I5 order, I6 final, I11 honest."""
    verdict = Verdict()
    for order, run_id in acknowledged.items():
        if run_id not in book.status:
            verdict.add("lost", f"order {order}: run {run_id} is not in the database")
        elif book.status[run_id] != "succeeded":
            verdict.add("lost", f"order {order}: run {run_id} is {book.status[run_id]}")
    for run_id, events in book.events.items():
        _judge_run(verdict, run_id, events)
    _judge_effects(verdict, book, effects, acknowledged, operations)
    return verdict


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


def _judge_effects(
    verdict: Verdict,
    book: Book,
    effects: list[Effect],
    acknowledged: dict[str, str],
    operations: dict[str, tuple[str, ...]],
) -> None:
    keys: dict[str, set[str]] = defaultdict(set)
    calls: Counter[str] = Counter()
    for effect in effects:
        if effect.method != "GET":
            keys[effect.operation].add(effect.key)
            calls[effect.key] += 1
    for order, names in operations.items():
        if order not in acknowledged:
            continue
        for name in names:
            if not keys[f"{order}/{name}"]:
                verdict.add("lost", f"order {order}: {name} never reached the outside")
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
