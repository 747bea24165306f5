"""The changes that lead from one JSON value to another."""

from __future__ import annotations

from typing import Any

from nodes.data.values import check_depth
from orchestrator.sdk.matching import canonical

MOST_CHANGES = 1000


def changes_between(before: Any, after: Any) -> list[dict[str, Any]]:
    """Each as `path`, `kind` and the values before and after; a thousand at most.

    Lists are compared place by place. Raises NodeError `data.too_deep`.
    """
    check_depth(before, "the value before")
    check_depth(after, "the value")
    found: list[dict[str, Any]] = []
    stack = [("", before, after)]
    while stack and len(found) < MOST_CHANGES:
        path, old, new = stack.pop()
        if isinstance(old, dict) and isinstance(new, dict):
            names = [*old, *(name for name in new if name not in old)]
            stack += [(_inside(path, name), *_pair(old, new, name)) for name in reversed(names)]
        elif isinstance(old, list) and isinstance(new, list):
            places = range(max(len(old), len(new)))
            stack += [(_inside(path, at), *_entry(old, new, at)) for at in reversed(places)]
        elif old is MISSING:
            found.append({"path": path, "kind": "added", "before": None, "after": new})
        elif new is MISSING:
            found.append({"path": path, "kind": "removed", "before": old, "after": None})
        elif canonical(old) != canonical(new):
            found.append({"path": path, "kind": "changed", "before": old, "after": new})
    return found


MISSING = object()


def _inside(path: str, name: str | int) -> str:
    return f"{path}.{name}" if path else str(name)


def _pair(old: dict[str, Any], new: dict[str, Any], name: str) -> tuple[Any, Any]:
    return old.get(name, MISSING), new.get(name, MISSING)


def _entry(old: list[Any], new: list[Any], at: int) -> tuple[Any, Any]:
    return (old[at] if at < len(old) else MISSING), (new[at] if at < len(new) else MISSING)
