"""Compare: what two lists have in common and where they differ."""

from typing import Any

from nodes.data.comparing import AllFields, SomeFields
from orchestrator.sdk import Context, Inputs, Item, Outputs, node
from orchestrator.sdk.matching import canonical, key_of
from orchestrator.sdk.paths import get, remove


@node(
    "data.compare",
    title="Compare datasets",
    effect="pure",
    inputs=("a", "b"),
    outputs=("in_a_only", "same", "different", "in_b_only"),
    summary="{match.0.a}",
    aliases=("diff", "difference", "sync", "match", "join"),
)
def compare(params: AllFields | SomeFields, items: Inputs, context: Context) -> Outputs:
    """Find the items of two inputs that are the same, differ, or are on one side only.

    Of several items with one key, the first of A is compared with the first of B, and so
    on. A different item holds `a`, `b` and `changes`; the same one is passed on as in A.
    Without its key an item is on one side only.
    """
    waiting: dict[bytes, list[Item]] = {}
    outputs: Outputs = {"in_a_only": [], "same": [], "different": [], "in_b_only": []}
    names = [match.b or match.a for match in params.match]
    for item in reversed(items.get("b", [])):
        if (key := key_of(item.json, names, strict=params.strict)) is not None:
            waiting.setdefault(key, []).append(item)
    met: set[int] = set()
    for item in items.get("a", []):
        key = key_of(item.json, [match.a for match in params.match], strict=params.strict)
        partners = waiting.get(key) if key is not None else None
        if not partners:
            outputs["in_a_only"].append(item)
            continue
        partner = partners.pop()
        met.add(id(partner))
        port, told = _told(params, item, partner)
        outputs[port].append(told)
    outputs["in_b_only"] = [item for item in items.get("b", []) if id(item) not in met]
    return outputs


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
