"""Fed to the interpreter before user code: the items it sees, and how its result becomes JSON.
Written in what that interpreter knows of Python, so without properties, heirs and generators."""

import json
from datetime import date, datetime, timedelta
from typing import Any


class Item:
    def __init__(self, json: Any, index: int) -> None:
        self.json = json
        self.index = index
        self.pairedItem = index

    def __getitem__(self, name: str) -> Any:
        if name == "json":
            return self.json
        return getattr(self, name)

    def __repr__(self) -> str:
        return f"Item({self.json!r})"


class Input:
    def __init__(self, items: list[Any]) -> None:
        self._all = items
        self.item = items[0] if items else None

    def all(self) -> list[Any]:
        return self._all

    def first(self) -> Any:
        return self._all[0] if self._all else None

    def last(self) -> Any:
        return self._all[-1] if self._all else None


def _wrapped(value: Any) -> Any:
    if isinstance(value, Item):
        return {"json": value.json, "pairedItem": value.index}
    if isinstance(value, (list, tuple)):
        return [_wrapped(entry) if isinstance(entry, Item) else entry for entry in value]
    return value


def _plain(value: Any, depth: int) -> Any:
    if depth > 200:
        raise ValueError("the result is nested too deeply")
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, Item):
        return {"json": _plain(value.json, depth + 1), "pairedItem": value.index}
    if isinstance(value, dict):
        return {str(name): _plain(entry, depth + 1) for name, entry in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(entry, depth + 1) for entry in value]
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes):
        return value.decode("utf-8")
    raise TypeError(f"a value of type {type(value).__name__} cannot be part of an item")


def _encoded(value: Any) -> str:
    try:
        return json.dumps(_wrapped(value), allow_nan=False)
    except (TypeError, ValueError):
        return json.dumps(_plain(value, 0))


def _loaded(text: str) -> list[Any]:
    return [Item(record, place) for place, record in enumerate(json.loads(text))]
