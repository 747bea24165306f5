"""Readable logs: the children's lines, each behind the coloured name of its process."""

from __future__ import annotations

import os
import sys
from typing import TextIO

COLOURS = {"web": "36", "worker": "32", "clock": "35", "valkey": "33", "migrate": "34"}
WIDTH = 8


class Lines:
    """Writes whole lines to `out`; colours only on a terminal that wants them."""

    def __init__(self, out: TextIO | None = None) -> None:
        self.out = out or sys.stdout
        self.is_coloured = self.out.isatty() and "NO_COLOR" not in os.environ

    def painted(self, text: str, colour: str) -> str:
        return f"\033[{colour}m{text}\033[0m" if self.is_coloured else text

    def child(self, name: str, line: bytes) -> None:
        label = self.painted(f"{name:<{WIDTH}}", COLOURS.get(name, "0"))
        self._write(f"{label} {line.decode(errors='replace').rstrip()}")

    def say(self, text: str) -> None:
        self._write(self.painted(text, "1"))

    def warn(self, text: str) -> None:
        self._write(self.painted(text, "1;31"))

    def _write(self, text: str) -> None:
        try:
            self.out.write(text + "\n")
            self.out.flush()
        except (BrokenPipeError, ValueError):
            # Whoever read our output is gone; the processes go on all the same.
            self.out = open(os.devnull, "w")  # noqa: SIM115
