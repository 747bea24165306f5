"""Record histories: `python -m tests.histories.record` writes 50 runs of the simulation to files.

Record again only when the format of events changes on purpose: an old history that today's engine
cannot replay means that runs which wait for a person would break with an upgrade.
"""

from __future__ import annotations

import gzip
import json
import logging
from pathlib import Path
from typing import Any

from tests.faults.simulation import World
from tests.faults.virtual_time import run_virtually

FOLDER = Path(__file__).parent / "runs"
COUNT = 50


def plain(value: Any) -> Any:
    """Bytes as text, tuples as lists: what JSON can hold."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value


def main() -> None:
    logging.disable(logging.ERROR)
    FOLDER.mkdir(exist_ok=True)
    for seed in range(COUNT):
        world = World(seed, is_faulty=seed % 5 != 0)
        status = run_virtually(world.finish())
        events = [{**event, "ms": 0} if "ms" in event else event for event in world.runner.store.events]
        history = {"document": world.doc, "status": str(status), "events": plain(events)}
        data = json.dumps(history, sort_keys=True, separators=(",", ":")).encode()
        (FOLDER / f"{seed:02}.json.gz").write_bytes(gzip.compress(data, mtime=0))


if __name__ == "__main__":
    main()
