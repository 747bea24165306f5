"""Kills at random, kills at every named point, everything at random."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

from tests.faults import matrix_cells, workload
from tests.faults.ledger import Verdict
from tests.faults.nemesis import Nemesis
from tests.faults.report import Figure, explain, say, settle
from tests.faults.storm import Storm, storm
from tools.postgres import new_database, running_server

MIXED = {"everything": workload.OPERATIONS, "approval": ("ship",), "quick": ("last",), "limited": ("last",)}


def mixed_load(here: Storm, *, pause_seconds: float) -> None:
    """Every kind of step, people's decisions, a limit, and light orders in numbers."""
    for document in (workload.everything, workload.approval, workload.quick, workload.limited):
        here.product.publish(document(here.sink.url))
    here.limits["limited"] = workload.LIMIT
    for path, operations in MIXED.items():
        here.refer(path, operations)
    time.sleep(2)
    here.approve()
    here.load("everything", workload.OPERATIONS, pause_seconds=pause_seconds, threads=2)
    here.load("quick", ("last",), pause_seconds=pause_seconds / 4)
    here.load("limited", ("last",), pause_seconds=pause_seconds)
    here.load("approval", ("ship",), pause_seconds=pause_seconds * 4)
    here.every(5, here.approve)


def random_kills(
    count: int, *, seed: int, database_url: str = "", pause_seconds: float = 0.5, workers: int = 3
) -> tuple[Storm, Verdict]:
    """`count` kills of any process, mostly workers, some flushes between them, under mixed load.
    One in two hundred kills all processes at once."""
    with storm(database_url=database_url, workers=workers) as here:
        nemesis = Nemesis(here, seed)
        mixed_load(here, pause_seconds=pause_seconds)
        kills = said = 0
        while kills < count:
            if kills >= said + 100:
                said = kills
                say(f"{kills} of {count} kills")
            time.sleep(nemesis.dice.uniform(0.4, 1.0))
            if nemesis.dice.random() < 0.05:
                nemesis.flush_bells()
            if kills % 200 == 199:
                nemesis.kill_everything()
                kills += 1
                continue
            name = nemesis.dice.choices(["worker", "web", "clock", "valkey"], [45, 1.5, 3, 2])[0]
            if name != "worker" or len(nemesis.working()) > 1:  # work goes on while it is struck
                kills += nemesis.kill(name)
        return here, settle(here, nemesis)


def kills(fast: bool) -> Iterator[Figure]:
    """Random kills under mixed load: nothing lost, nothing done under two keys."""
    here, verdict = random_kills(20 if fast else 1000, seed=7)
    explain(here, verdict)
    yield "kills", sum(n for name, n in here.fired.items() if name.startswith("kill")), "kills"
    yield "kills_lost", verdict.broken["lost"], "runs and effects"
    yield "kills_double", verdict.broken["double"] + verdict.broken["dishonest"], "effects"
    yield "kills_broken", sum(verdict.broken.values()), "invariants"


def webhooks(fast: bool) -> Iterator[Figure]:
    """Posts while web is killed: each that was acknowledged has its run, each key has one."""
    count = 1500 if fast else 10_000
    with storm(lease_seconds=5) as here:
        nemesis = Nemesis(here, 13)
        here.product.publish(workload.quick(here.sink.url))
        done = threading.Event()

        def post() -> None:
            here.post_many("quick", ("last",), [{} for _ in range(count)], at_ease=True)
            done.set()

        here.in_background(post)
        while not done.wait(nemesis.dice.uniform(2, 3) if fast else nemesis.dice.uniform(3, 5)):
            nemesis.kill("web")
        book = here.calm()
        verdict = here.judge(book)
    explain(here, verdict)
    yield "webhook_posts", len(here.orders), "posts"
    yield "webhook_wrong", len(book.status) - count + sum(verdict.broken.values()), "runs"


def matrix(fast: bool) -> Iterator[Figure]:
    """A kill at every journal transition of every kind of step, and at the points around them."""
    with storm(workers=3) as here:
        nemesis = Nemesis(here, 17)
        unreached = matrix_cells.strike_all(here, nemesis, repeats=1 if fast else 3, every=6 if fast else 1)
        verdict = settle(here, nemesis, wait_seconds=180)
    explain(here, verdict)
    say(f"never reached: {unreached}")
    yield "matrix_kills", sum(here.fired.values()), "kills"
    yield "matrix_unreached", len(unreached), "points"
    yield "matrix_broken", sum(verdict.broken.values()), "invariants"


def weather(here: Storm, nemesis: Nemesis, seconds: float) -> None:
    """Every fault there is, at random."""
    dice = nemesis.dice
    killed = ["worker"] * 8 + ["web", "clock", "valkey"]
    frozen = ["worker"] * 2 + ["web", "clock"]
    strikes: dict[str, Callable[[], object]] = {
        "kill": lambda: nemesis.kill(dice.choice(killed)),
        "freeze": lambda: nemesis.freeze(dice.choice(frozen), dice.uniform(0.5, 3)),
        "flush": nemesis.flush_bells,
        "double": nemesis.double_bells,
        "database": lambda: nemesis.fill_disk(dice.uniform(0.5, 2)),
    }
    if isinstance(here.database, str):
        strikes["database"] = nemesis.restart_database
    end = time.monotonic() + seconds
    first = list(strikes)
    while time.monotonic() < end:
        name = first.pop() if first else dice.choices(list(strikes), [4, 3, 1, 2, 1])[0]
        strikes[name]()
        time.sleep(dice.uniform(0.5, 1.5))


def random(fast: bool) -> Iterator[Figure]:
    """All faults mixed, on SQLite, then on PostgreSQL with two workers whose clocks are wrong."""
    seconds = 15 if fast else 120
    faults, broken = 0, 0
    with storm(workers=3) as here:
        nemesis = Nemesis(here, 23)
        mixed_load(here, pause_seconds=0.6)
        weather(here, nemesis, seconds)
        verdict = settle(here, nemesis)
    explain(here, verdict)
    faults, broken = sum(here.fired.values()), sum(verdict.broken.values())
    with (
        running_server() as server,
        new_database(server) as url,
        storm(database_url=url, workers=2, worker_env=workload.wrong_clocks()) as here,
    ):
        nemesis = Nemesis(here, 29)
        mixed_load(here, pause_seconds=0.6)
        here.fired["clock offset"] += 2
        weather(here, nemesis, seconds)
        verdict = settle(here, nemesis)
    explain(here, verdict)
    yield "random_faults", faults + sum(here.fired.values()), "faults"
    yield "random_broken", broken + sum(verdict.broken.values()), "invariants"
