"""The lines that user code writes, heard while it works."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

MOST_LINES, MOST_TEXT, LONGEST_LINE = 999, 200_000, 10_000
"""A step records a thousand lines: these, and the one that says that more were left out."""
LEFT_OUT = "… further lines were left out"
FRAME_START = b"["
"""With this a child's frame of a line begins; its answer begins otherwise."""
_LONGEST_FRAME = 8 * LONGEST_LINE
_LEVELS = frozenset(["debug", "info", "warning", "error"])

OnLine = Callable[[dict[str, Any]], None]


class Lines:
    """What one call wrote so far, as {"level", "message"}; `on_line` hears each line as it comes.
    What is too much is left out, and the last line says so."""

    def __init__(self, on_line: OnLine | None = None) -> None:
        self.lines: list[dict[str, Any]] = []
        self._on_line = on_line
        self._room = MOST_TEXT
        self._is_full = False
        self._frames = 0

    def add(self, level: str, message: str) -> None:
        if self._is_full:
            return
        if len(self.lines) >= MOST_LINES or self._room <= 0:
            self._is_full = True
            level, message = "warning", LEFT_OUT
        self._room -= len(message)
        line = {"level": level, "message": message[:LONGEST_LINE]}
        self.lines.append(line)
        if self._on_line is not None:
            self._on_line(line)

    def take(self, frame: bytes) -> bool:
        """A line as a child sends it, JSON `[level, message]`. False when it is none, or more than a
        child sends that keeps to the rules: then it is not to be trusted."""
        self._frames += 1
        if self._frames > MOST_LINES + 1 or len(frame) > _LONGEST_FRAME:
            return False
        try:
            level, message = orjson.loads(frame)
            is_line = level in _LEVELS and isinstance(message, str)
        except (ValueError, TypeError):
            return False
        if is_line:
            self.add(level, message)
        return is_line
