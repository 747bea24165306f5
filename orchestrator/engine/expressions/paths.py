"""Plain paths: expressions so simple that dictionary look-ups answer them, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from orchestrator.engine.expressions.scope import ExpressionError, NodeData, Scope
from orchestrator.engine.expressions.text import UNDEFINED

Getter = Callable[[Scope, int], Any]
Key = str | int

_NAME = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)
_STRING = r"""(?:"([^"\\\n]*)"|'([^'\\\n]*)')"""
_ACCESS = re.compile(
    rf"\s*(?:\??\.\s*([A-Za-z_$][\w$]*)|(?:\?\.)?\[\s*(?:(0|[1-9]\d{{0,8}})|{_STRING})\s*\])", re.ASCII
)
_NODE = re.compile(
    rf"\$\(\s*{_STRING}\s*\)|\$node\s*\[\s*{_STRING}\s*\]|\$node\.([A-Za-z_$][\w$]*)", re.ASCII
)
_REACH = re.compile(r"\s*\.\s*(item|first\(\s*\)|last\(\s*\))\s*\.\s*json\b")
_JSON = re.compile(r"\s*\.\s*json\b")
_INPUT = re.compile(r"\$input\s*\.\s*(item|first\(\s*\)|last\(\s*\))\s*\.\s*json\b")

# Names that JavaScript finds on every object: only the real language answers them rightly.
_INHERITED = frozenset(
    [
        "constructor",
        "__proto__",
        "prototype",
        "toString",
        "toLocaleString",
        "valueOf",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "__defineGetter__",
        "__defineSetter__",
        "__lookupGetter__",
        "__lookupSetter__",
    ]
)


def plain_path(source: str) -> tuple[Getter, str | None] | None:
    """The look-up for `source` and the node it names, or None when it is more than a path."""
    text = source.strip()
    found = _node_root(text) or _input_root(text) or _simple_root(text)
    if found is None:
        return None
    root, at, node = found
    keys = _keys(text, at)
    if keys is None:
        return None
    return _reach(root, keys), node


def _keys(text: str, at: int) -> tuple[Key, ...] | None:
    keys: list[Key] = []
    while at < len(text):
        match = _ACCESS.match(text, at)
        if match is None:
            return None
        name, index, double, single = match.groups()
        key: Key = (
            int(index) if index is not None else next(k for k in (name, double, single) if k is not None)
        )
        if key in _INHERITED:
            return None
        keys.append(key)
        at = match.end()
    return tuple(keys)


def _reach(root: Getter, keys: tuple[Key, ...]) -> Getter:
    if not keys:
        return root
    if len(keys) == 1 and isinstance(keys[0], str):
        return _reach_one(root, keys[0])

    def get(scope: Scope, index: int) -> Any:
        value = root(scope, index)
        for key in keys:
            if type(value) is dict:
                value = value.get(key if type(key) is str else str(key), UNDEFINED)
            else:
                value = _member(value, key)
        return value

    return get


def _reach_one(root: Getter, key: str) -> Getter:
    def get(scope: Scope, index: int) -> Any:
        value = root(scope, index)
        return value.get(key, UNDEFINED) if type(value) is dict else _member(value, key)

    return get


def _member(value: Any, key: Key) -> Any:
    """A member of something that is no object; undefined for all that is missing."""
    if isinstance(value, dict):
        return value.get(str(key), UNDEFINED)
    if not isinstance(value, (list, str)):
        return UNDEFINED
    if key == "length":
        return len(value) if isinstance(value, list) else len(value.encode("utf-16-le")) // 2
    place = key if isinstance(key, int) else int(key) if key.isdecimal() and str(int(key)) == key else None
    if place is None or place >= len(value):
        return UNDEFINED
    if isinstance(value, str) and not value.isascii():
        units = value.encode("utf-16-le")[2 * place : 2 * place + 2]
        return units.decode("utf-16-le", "surrogatepass") if units else UNDEFINED
    return value[place]


def _json(scope: Scope, index: int) -> Any:
    return scope.items[index] if index < len(scope.items) else UNDEFINED


_SIMPLE: dict[str, Getter] = {
    "$json": _json,
    "$itemIndex": lambda _scope, index: index,
    "$runIndex": lambda scope, _: scope.run_index,
    "$run": lambda scope, _: scope.run,
    "$workflow": lambda scope, _: scope.workflow,
    "$vars": lambda scope, _: scope.vars,
    "$memory": lambda scope, _: scope.memory,
}


def _simple_root(text: str) -> tuple[Getter, int, None] | None:
    match = _NAME.match(text)
    getter = _SIMPLE.get(match.group()) if match else None
    return (getter, match.end(), None) if match and getter else None


def _input_root(text: str) -> tuple[Getter, int, None] | None:
    match = _INPUT.match(text)
    if match is None:
        return None
    which = match.group(1)[:4]
    if which == "item":
        return _json, match.end(), None
    place = 0 if which == "firs" else -1
    return (lambda scope, _: scope.items[place] if scope.items else UNDEFINED), match.end(), None


def _node_root(text: str) -> tuple[Getter, int, str] | None:
    match = _NODE.match(text)
    if match is None:
        return None
    name = next(group for group in match.groups() if group is not None)
    at = match.end()
    if text.startswith("$("):
        reach = _REACH.match(text, at)
        if reach is None:
            return None
        kind, at = reach.group(1), reach.end()
    else:
        reach = _JSON.match(text, at)
        if reach is None:
            return None
        kind, at = "item", reach.end()
    if kind == "item":
        return (lambda scope, index: _linked(scope, name, index)), at, name
    place = 0 if kind.startswith("first") else -1
    return (lambda scope, _: _at(node_data(scope, name), place)), at, name


def node_data(scope: Scope, name: str) -> NodeData:
    """What the named node gave. Raises ExpressionError when it has not run."""
    try:
        return scope.node_items[name]
    except KeyError:
        raise ExpressionError(
            f"“{name}” has not run in this branch",
            hint=f"connect “{name}” before this node, or ask $('{name}').isExecuted first",
        ) from None


def _at(data: NodeData, place: int) -> Any:
    return data.items[place] if data.items else UNDEFINED


def _linked(scope: Scope, name: str, index: int) -> Any:
    data = node_data(scope, name)
    place = data.paired(index)
    if place is None or place >= len(data.items):
        raise ExpressionError(
            f"This item does not come from an item of “{name}”",
            hint=f"use $('{name}').first() or $('{name}').all()",
        )
    return data.items[place]
