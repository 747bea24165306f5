"""Seeds of the pure core's simulation."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

from tests.faults.report import Figure, say
from tools.instance import ROOT


def simulation(fast: bool) -> Iterator[Figure]:
    command = [sys.executable, "-m", "tests.faults.simulation", "200" if fast else "2000"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            figure = json.loads(line)
            yield figure["figure"], figure["value"], figure["unit"]
        else:
            say(line)
