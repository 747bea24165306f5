"""Paths into items: names joined by dots."""

from __future__ import annotations

from typing import Any

from orchestrator.sdk.errors import NodeError


def put(record: dict[str, Any], path: str, value: Any) -> None:
    """Set a field that lies inside others: `customer.name`, `lines.0.price`.

    Only `record` itself changes; what lies on the way is copied, since other branches may
    share it. Objects that are missing are made. Raises NodeError `data.path` for a place
    that a list cannot have.
    """
    place: Any = record
    names = path.split(".")
    for at, name in enumerate(names, start=1):
        key = _key(place, name, path)
        if at == len(names):
            inner = value
        else:
            inner = place[key] if _has(place, key) else None
            inner = inner.copy() if isinstance(inner, dict | list) else {}
        if isinstance(place, list) and key == len(place):
            place.append(inner)
        else:
            place[key] = inner
        place = inner


def get(record: dict[str, Any], path: str, default: Any = None) -> Any:
    """The field at `path`, or `default` when it is missing. A field whose own name has dots comes first."""
    if path in record:
        return record[path]
    place: Any = record
    for name in path.split("."):
        if isinstance(place, dict) and name in place:
            place = place[name]
        elif isinstance(place, list) and _is_place(name) and int(name) < len(place):
            place = place[int(name)]
        else:
            return default
    return place


def remove(record: dict[str, Any], path: str) -> None:
    """Take away the field that `get` finds at `path`, if there is one.

    As with `put`, only `record` itself changes; what lies on the way is copied.
    """
    if path in record:
        del record[path]
        return
    if get(record, path, _MISSING) is _MISSING:
        return
    place: Any = record
    *way, last = path.split(".")
    for name in way:
        key = name if isinstance(place, dict) else int(name)
        place[key] = place[key].copy()
        place = place[key]
    del place[last if isinstance(place, dict) else int(last)]


_MISSING = object()


def _is_place(name: str) -> bool:
    return name.isascii() and name.isdigit() and len(name) < 10


def _key(place: dict[str, Any] | list[Any], name: str, path: str) -> Any:
    if isinstance(place, dict):
        return name
    if _is_place(name) and int(name) <= len(place):
        return int(name)
    raise NodeError(
        f"{path}: the list holds {len(place)} entries, so {name!r} has no place there",
        hint="Places in a list count from 0; the next free one appends.",
        code="data.path",
    )


def _has(place: dict[str, Any] | list[Any], key: Any) -> bool:
    return key < len(place) if isinstance(place, list) else key in place
