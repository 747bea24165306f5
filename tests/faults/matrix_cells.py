"""Which points a kind of step passes, found in undisturbed journals; and the strikes there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from orchestrator.runs.failpoints import POINTS
from tests.faults import workload
from tests.faults.ledger import Order, read_book
from tests.faults.nemesis import Nemesis
from tests.faults.report import say
from tests.faults.storm import Storm

KINDS = {
    "everything": ("hook", "o1", "read", "put", "write", "wait", "loop", "turn"),
    "approval": ("ask",),
    "more": ("merge", "child", "flaky", "event", "callback", "answer"),
    "doomed": ("fail",),
}
"""The nodes that stand for a kind of step, by path: trigger, pure, read, keyed write, plain write,
timer, loop, turn of a loop; person; join, child run, retry, event, callback, reply; failure."""

OPERATIONS = {
    "everything": workload.OPERATIONS,
    "approval": ("ship",),
    "more": workload.MORE,
    "doomed": ("put",),
    "cancelled": (),
}
ENDS = {"doomed": "failed", "cancelled": "cancelled"}


@dataclass(frozen=True)
class Cell:
    point: str
    path: str


def publish(here: Storm) -> None:
    url = here.sink.url
    child_id = here.product.publish(workload.child(url))
    for document in (workload.everything(url), workload.approval(url), workload.more(url, child_id),
                     workload.doomed(url), workload.cancelled(url)):  # fmt: skip
        here.product.publish(document)
    here.every(0.3, lambda: help_along(here))


def help_along(here: Storm) -> None:
    """Do what people and other systems do: approve, send events, call back, cancel."""
    here.approve()
    done = {effect.operation for effect in list(here.sink.effects)}
    with suppress(httpx.HTTPError), here.product.api() as api:
        for order in list(here.orders):
            if order.path == "more" and not order.body.get("called"):
                _go_on(here, api, order.name, order.body, done)
            if order.path == "cancelled" and order.runs and not order.body.get("cancelled"):
                asked = api.post(f"/runs/{next(iter(order.runs))}/cancel")
                order.body["cancelled"] = asked.status_code in (200, 409)


def _go_on(here: Storm, api: httpx.Client, name: str, notes: dict[str, object], done: set[str]) -> None:
    if not notes.get("sent") and f"{name}/flaky" in done:
        notes["sent"] = api.post("/events", json={"name": "go", "data": {"order": name}}).status_code < 300
    if address := here.sink.told.get(name):
        answer = api.post(f"{here.product.url}{urlsplit(address).path}", json={"by": "us"})
        notes["called"] = answer.status_code in (200, 409)


def cells(here: Storm) -> Iterator[Cell]:
    """Every named point and every transition of every kind of step that happens without a fault."""
    orders = {path: _post(here, path) for path in OPERATIONS}
    deadline = time.monotonic() + 60
    while True:
        book = read_book(here.database)
        runs = {path: next(iter(order.runs)) for path, order in orders.items()}
        if all(book.status[run] == orders[path].ends for path, run in runs.items()):
            break
        if time.monotonic() > deadline:
            raise RuntimeError(f"without a fault: { {p: book.status[r] for p, r in runs.items()} }")
        time.sleep(0.2)
    here.references.update({path: run for path, run in runs.items() if path != "more"})
    seen: dict[str, str] = {}
    for path, run in runs.items():
        for event in book.events[run]:
            seen.setdefault(event["type"], path)
            if event.get("node") in KINDS.get(path, ()) and event["type"] != "run.queued":  # the intake's
                seen.setdefault(f"{event['type']}@{event['node']}", path)
    for point in POINTS:
        kind = point.partition(":")[2]
        yield Cell(point, seen.get(kind, "everything"))
    for name, path in seen.items():
        if "@" in name:
            yield from (Cell(f"{when}:{name}", path) for when in ("before", "after"))


def _post(here: Storm, path: str) -> Order:
    return here.post(path, OPERATIONS[path], ends=ENDS.get(path, "succeeded"))


def strike_all(here: Storm, nemesis: Nemesis, *, repeats: int, every: int = 1) -> list[str]:
    """Kill at each point `repeats` times; the points that were never reached. `every`: take only
    each n-th."""
    publish(here)
    unreached = []
    for cell in list(cells(here))[::every]:
        began = time.monotonic()
        struck = sum(_strike(here, nemesis, cell) for _ in range(repeats))
        say(f"{cell.point} ({cell.path}): {struck} in {time.monotonic() - began:.1f} s")
        if not struck:
            unreached.append(cell.point)
    return unreached


def _strike(here: Storm, nemesis: Nemesis, cell: Cell) -> bool:
    while not nemesis.working():
        time.sleep(0.05)
    nemesis.arm(cell.point)
    for _ in range(8):
        _post(here, cell.path)
        if "run.taken_over" in cell.point:
            time.sleep(0.3)
            nemesis.kill("worker")  # in the middle of it: only then is there something to take over
        if nemesis.has_fired(1.5):
            here.fired[f"kill {cell.point}"] += 1
            return True
    nemesis.disarm()
    return False
