"""FLUSHALL with runs queued: all of them finish."""

from __future__ import annotations

import time
from collections.abc import Iterator

from tests.faults import workload
from tests.faults.ledger import count_unfinished
from tests.faults.nemesis import Nemesis
from tests.faults.report import Figure, explain
from tests.faults.storm import storm


def flush(fast: bool) -> Iterator[Figure]:
    """The worker stands still while they are queued, the bells are lost, the worker goes on."""
    count = 200 if fast else 2000
    with storm(lease_seconds=15) as here:
        nemesis = Nemesis(here, 1)
        here.product.publish(workload.quick(here.sink.url))
        worker = here.product.children()["worker"]
        worker.suspend()
        here.post_many("quick", ("last",), [{} for _ in range(count)])
        queued = count_unfinished(here.database)
        assert queued == count, f"{queued} of {count} runs are queued"
        assert nemesis.flush_bells()
        worker.resume()
        began = time.monotonic()
        while count_unfinished(here.database) and time.monotonic() - began < 120:
            time.sleep(0.1)
        took = time.monotonic() - began
        verdict = here.judge(here.calm())
    explain(here, verdict)
    yield "flush_lost", sum(verdict.broken.values()), "runs"
    yield "flush_s", round(took, 1), "s"
