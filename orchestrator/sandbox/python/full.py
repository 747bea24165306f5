"""The child's side of full Python: shut itself in, then run one piece of user code. Run as a file.

Its standard input: 8 bytes of length, JSON of what to do, then the items as JSON. It answers with one
JSON object on what was its standard output; the code's own prints are collected."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import sys
import traceback
from datetime import date, datetime, timedelta
from typing import Any

MOST_LINES, MOST_TEXT = 1000, 200_000
USER_FILE = "<code>"


class Lines(io.TextIOBase):
    """What the code prints, a line an entry, cut when it is too much."""

    def __init__(self, lines: list[dict[str, str]], level: str) -> None:
        self._lines, self._level = lines, level
        self._open = ""
        self._room = MOST_TEXT

    def write(self, text: str) -> int:
        if self._room > 0:
            *whole, self._open = (self._open + text[: self._room]).split("\n")
            self._room -= len(text)
            for line in whole:
                self._add(line)
        return len(text)

    def _add(self, line: str) -> None:
        if len(self._lines) < MOST_LINES:
            self._lines.append({"level": self._level, "message": line[:10_000]})

    def finish(self) -> None:
        if self._open:
            self._add(self._open)
            self._open = ""


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
    answer = os.dup(1)
    os.dup2(2, 1)  # what a library writes there by itself must not get into the answer
    shut_in(head)
    text = sys.stdin.buffer.read().decode()
    logs: list[dict[str, str]] = []
    out, complaints = Lines(logs, "info"), Lines(logs, "warning")
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
    told["logs"] = logs
    body = f'{{"told":{json.dumps(told)},"values":{values}}}'.encode()
    with os.fdopen(answer, "wb") as pipe:
        pipe.write(body)
    os._exit(0)


main()
