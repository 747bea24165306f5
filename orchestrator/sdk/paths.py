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


def _key(place: dict[str, Any] | list[Any], name: str, path: str) -> Any:
    if isinstance(place, dict):
        return name
    if name.isascii() and name.isdigit() and len(name) < 10 and int(name) <= len(place):
        return int(name)
    raise NodeError(
        f"{path}: the list holds {len(place)} entries, so {name!r} has no place there",
        hint="Places in a list count from 0; the next free one appends.",
        code="data.path",
    )


def _has(place: dict[str, Any] | list[Any], key: Any) -> bool:
    return key < len(place) if isinstance(place, list) else key in place
