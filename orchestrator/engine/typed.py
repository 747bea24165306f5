"""Typed params for many items: validated once, then only what expressions change is put in.

Where each expression of a node fills a field that takes anything (or a plain text, number or truth
value of just that type), the rest of the params is the same for all items. Then one item's params
are validated in full, and the others are copies of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from orchestrator.sdk import Params

_PLAIN = (str, int, float, bool)

Fill = Callable[[Any, Any], Any]
"""(what the validated params hold here, an item's resolved params) -> what the copy holds."""


class NotPlain(Exception):
    """This item's params have to be validated in full."""


def filler(base: Params, raw: dict[str, Any]) -> Callable[[dict[str, Any]], Any] | None:
    """A function from an item's resolved params to its typed params, made from one item's typed
    params and the node's raw ones; None where every item must be validated. The function raises
    NotPlain for an item that must be."""
    tree: dict[Any, Any] = {}
    for path in _expressions(raw, ()):
        place = _place(base, path)
        if place is None:
            return None
        steps, leaf = place
        inner = tree
        for step in steps[:-1]:
            inner = inner.setdefault(step, {})
        inner[steps[-1]] = leaf
    fill = _branch(base, tree)
    return lambda resolved: fill(base, resolved)


def _expressions(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, str) and value.startswith("="):
        yield path
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from _expressions(entry, (*path, key))
    elif isinstance(value, list):
        for at, entry in enumerate(value):
            yield from _expressions(entry, (*path, at))


def _place(base: Any, path: tuple[Any, ...]) -> tuple[list[Any], Fill] | None:
    """Where the typed params hold what lies at `path` of the raw ones, and how it is put there."""
    steps: list[Any] = []
    for depth, name in enumerate(path, start=1):
        if isinstance(base, list) and isinstance(name, int) and name < len(base):
            steps.append(name)
            base = base[name]
            continue
        if not isinstance(base, Params) or _has_validators(type(base)):
            return None
        field = _field(type(base), name)
        if field is None:
            return None
        steps.append(field)
        info = type(base).model_fields[field]
        if info.annotation is Any and not info.metadata:
            return steps, _anything(path[:depth])
        kind: Any = info.annotation
        if kind in _PLAIN and not info.metadata and depth == len(path):
            return steps, _exactly(path, kind)
        base = getattr(base, field)
    return None


def _field(model: type[Params], name: Any) -> str | None:
    for field, info in model.model_fields.items():
        if name == (info.alias or field):
            return field
    return None


def _has_validators(model: type[Params]) -> bool:
    found = model.__pydantic_decorators__
    return bool(found.validators or found.field_validators or found.root_validators or found.model_validators)


def _anything(path: tuple[Any, ...]) -> Fill:
    if len(path) == 1:
        [only] = path
        return lambda _base, resolved: resolved[only]

    def fill(_base: Any, resolved: Any) -> Any:
        for name in path:
            resolved = resolved[name]
        return resolved

    return fill


def _exactly(path: tuple[Any, ...], kind: type) -> Fill:
    get = _anything(path)

    def fill(base: Any, resolved: Any) -> Any:
        value = get(base, resolved)
        if type(value) is not kind:
            raise NotPlain
        return value

    return fill


def _branch(base: Any, tree: dict[Any, Any]) -> Fill:
    """Copies of the models and lists on the way to what changes."""
    fills: list[tuple[Any, Fill]] = []
    for step, inner in tree.items():
        held = base[step] if isinstance(base, list) else getattr(base, step)
        fills.append((step, _branch(held, inner) if isinstance(inner, dict) else inner))
    return _list_fill(fills) if isinstance(base, list) else _model_fill(fills)


def _list_fill(fills: list[tuple[Any, Fill]]) -> Fill:
    def fill(base: Any, resolved: Any) -> Any:
        made = base.copy()
        for at, inner in fills:
            made[at] = inner(base[at], resolved)
        return made

    return fill


def _model_fill(fills: list[tuple[Any, Fill]]) -> Fill:
    put = object.__setattr__

    def fill(base: Any, resolved: Any) -> Any:
        held = base.__dict__
        values = held.copy()
        for field, inner in fills:
            values[field] = inner(held[field], resolved)
        made = base.__class__.__new__(base.__class__)
        put(made, "__dict__", values)
        put(made, "__pydantic_fields_set__", base.__pydantic_fields_set__)
        put(made, "__pydantic_extra__", None)
        put(made, "__pydantic_private__", None)
        return made

    return fill
