"""The child's side of full Python: shut itself in, then run one piece of user code. Run as a file.

Its standard input: 8 bytes of length, JSON of what to do, then the items as JSON. On what was its
standard output it sends frames: the lines that the code prints, as they come, then its answer."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import sys
import threading
import traceback
from datetime import date, datetime, timedelta
from typing import Any

MOST_LINES, MOST_TEXT, LONGEST_LINE = 999, 200_000, 10_000
LEFT_OUT = "… further lines were left out"
USER_FILE = "<code>"


class Frames:
    """The way out. Lines are cut when they are too much."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self._lines, self._room = MOST_LINES, MOST_TEXT
        self._is_full = False
        self._turn = threading.Lock()

    def say(self, level: str, line: str) -> None:
        with self._turn:
            if self._is_full:
                return
            self._is_full = self._lines <= 0 or self._room <= 0
            line = LEFT_OUT if self._is_full else line[:LONGEST_LINE]
            self._lines, self._room = self._lines - 1, self._room - len(line)
            self._send(json.dumps(["warning" if self._is_full else level, line]))

    def answer(self, text: str) -> None:
        with self._turn:
            self._is_full = True
            self._send(text)

    def _send(self, text: str) -> None:
        body = text.encode("utf-8", "replace")
        rest = memoryview(len(body).to_bytes(4, "little") + body)
        while rest:
            rest = rest[os.write(self._pipe, rest) :]


class Lines(io.TextIOBase):
    """What the code prints."""

    def __init__(self, frames: Frames, level: str) -> None:
        self._frames, self._level = frames, level
        self._open = ""

    def write(self, text: str) -> int:
        *whole, rest = (self._open + text).split("\n")
        self._open = rest[:LONGEST_LINE]
        for line in whole:
            self._frames.say(self._level, line)
        return len(text)

    def finish(self) -> None:
        if self._open:
            self._frames.say(self._level, self._open)


def shut_in(head: dict[str, Any]) -> None:
    """Without the whole wall nothing is run: this Python is no wall of its own."""
    spec = importlib.util.spec_from_file_location("wall", head["wall"])
    assert spec is not None and spec.loader is not None
    wall = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(wall)
    missing = [wall.enter_limits(head["data_bytes"]), *wall.enter_for_python(head["readable"])]
    if any(missing):
        raise SystemExit("; ".join(filter(None, missing)))
    sys.path[:] = [path for path in sys.path if path not in ("", os.getcwd())] + head["path"]


def other(value: Any) -> Any:
    """JSON of what JSON does not know: numbers and arrays of numpy, tables of pandas, dates, sets."""
    for name, arguments in (("tolist", ()), ("to_dict", ("records",)), ("model_dump", ())):
        method = getattr(value, name, None)
        if callable(method) and not isinstance(value, type):
            return method(*arguments)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if hasattr(value, "pairedItem"):
        return {"json": value.json, "pairedItem": value.pairedItem}
    raise TypeError(f"a value of type {type(value).__name__} cannot be part of an item")


def plain(value: Any) -> Any:
    """NaN and the infinities, which JSON does not know either, as null."""
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, dict):
        return {str(name): plain(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if value is None or isinstance(value, str | int):
        return value
    return plain(other(value))


def encoded(value: Any) -> str:
    try:
        return json.dumps(value, default=other, allow_nan=False)
    except (TypeError, ValueError):
        return json.dumps(plain(value))


def perform(head: dict[str, Any], text: str) -> str:
    """The values as a JSON list."""
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(head["prelude"], "<prelude>", "exec"), names)
    items = names["_loaded"](text)
    first = items[0] if items else None
    names |= {
        "items": items,
        "_items": items,
        "_input": names["Input"](items),
        "_item": first,
        "_json": first.json if first else {},
    }
    exec(compile(head["source"], USER_FILE, "exec"), names)
    run = names["main"]
    if head["per"] != "item":
        return f"[{encoded(run(items, None))}]"
    made = []
    for place, item in enumerate(items):
        names["_item"], names["_json"] = item, item.json
        head["at"] = place
        made.append(encoded(run(items, item)))
    return f"[{','.join(made)}]"


def described(error: BaseException, head: dict[str, Any]) -> dict[str, Any]:
    line = None
    if isinstance(error, SyntaxError) and error.filename == USER_FILE:
        line = error.lineno
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == USER_FILE:
            line = frame.lineno
    message = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return {"message": message[:2000], "line": line, "item": head.get("at")}


def main() -> None:
    size = int.from_bytes(sys.stdin.buffer.read(8), "big")
    head = json.loads(sys.stdin.buffer.read(size))
    frames = Frames(os.dup(1))
    os.dup2(2, 1)  # what a library writes there by itself must not get into the answer
    shut_in(head)
    text = sys.stdin.buffer.read().decode()
    out, complaints = Lines(frames, "info"), Lines(frames, "warning")
    sys.stdout, sys.stderr = out, complaints
    told: dict[str, Any] = {}
    values = "null"
    try:
        values = perform(head, text)
    except MemoryError:
        told["memory"] = True
    except BaseException as error:  # also SystemExit: the code's end is not the child's
        told["error"] = described(error, head)
    out.finish()
    complaints.finish()
    frames.answer(f'{{"told":{json.dumps(told)},"values":{values}}}')
    os._exit(0)


main()
