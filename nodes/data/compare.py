"""Compare: what two lists have in common and where they differ."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from nodes.data.comparing import AllFields, SomeFields
from orchestrator.sdk import Context, InputsInPieces, Item, Route, node
from orchestrator.sdk.keyed import keyed
from orchestrator.sdk.matching import canonical, key_of
from orchestrator.sdk.paths import get, remove


@node(
    "data.compare",
    title="Compare datasets",
    effect="pure",
    inputs=("a", "b"),
    outputs=("in_a_only", "same", "different", "in_b_only"),
    streams=True,
    summary="{match.0.a}",
    aliases=("diff", "difference", "sync", "match", "join"),
)
def compare(
    params: AllFields | SomeFields, items: InputsInPieces, context: Context
) -> Iterator[Item | Route]:
    """Find the items of two inputs that are the same, differ, or are on one side only.

    Of several items with one key, the first of A is compared with the first of B, and so
    on. A different item holds `a`, `b` and `changes`; the same one is passed on as in A.
    Without its key an item is on one side only.
    """
    key_of_a = partial(key_of, paths=[match.a for match in params.match], strict=params.strict)
    key_of_b = partial(key_of, paths=[match.b or match.a for match in params.match], strict=params.strict)
    with keyed(context, items.get("b", []), key_of_b) as others:
        for item in items.get("a", []):
            key = key_of_a(item.json)
            partner = others.take(key) if key is not None else None
            yield Route("in_a_only", item) if partner is None else Route(*_told(params, item, partner))
        for _, item in others:
            yield Route("in_b_only", item)


def _told(params: AllFields | SomeFields, a: Item, b: Item) -> tuple[str, Item]:
    left, right = dict(a.json), dict(b.json)
    for match in params.match:
        remove(left, match.a)
        remove(right, match.b or match.a)
    if isinstance(params, SomeFields) and params.compare == "only":
        left = {name: value for name in params.fields if (value := get(left, name)) is not None}
        right = {name: value for name in params.fields if (value := get(right, name)) is not None}
    elif isinstance(params, SomeFields):
        for name in params.fields:
            remove(left, name)
            remove(right, name)
    changes = _changes(left, right)
    source = tuple(item.index for item in (a, b) if item.index is not None)
    if not changes:
        return "same", Item(a.json, a.files, source=source)
    files = {**(b.files or {}), **(a.files or {})}
    return "different", Item({"a": a.json, "b": b.json, "changes": changes}, files or None, source=source)


def _changes(left: dict[str, Any], right: dict[str, Any]) -> dict[str, dict[str, Any]]:
    names = [*left, *(name for name in right if name not in left)]
    pairs = ((name, left.get(name), right.get(name)) for name in names)
    return {name: {"a": a, "b": b} for name, a, b in pairs if canonical(a) != canonical(b)}
