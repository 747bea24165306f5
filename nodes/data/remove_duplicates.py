"""Remove duplicates: each thing once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from nodes.data.aside import Aside
from nodes.data.sameness import AllFields, EarlierRuns, Forget, SomeFields, key_for
from orchestrator.sdk import Context, Effect, Item, NodeError, Route, node

AT_ONCE = 5_000
"""Keys of one question to the memory."""


def effect_for(params: dict[str, Any]) -> Effect:
    seen_in = params.get("seen_in")
    kind = seen_in.get("kind", "input") if isinstance(seen_in, dict) else "input"
    return "pure" if kind == "input" else "idempotent_write"


@node(
    "data.remove_duplicates",
    title="Remove duplicates",
    effect="idempotent_write",
    effect_for=effect_for,
    outputs=("main", "duplicates"),
    summary="{fields}",
    aliases=("unique", "distinct", "deduplicate", "dedupe", "seen before", "only new"),
    streams=True,
)
def remove_duplicates(
    params: AllFields | SomeFields, items: Iterable[Item], context: Context
) -> Iterator[Item | Route]:
    """Keep one of the items that are equal, or only those that no earlier run has met.

    The others go to `duplicates`. Fields that are missing count as null. A step that is
    tried again, after a failure or a crash, keeps the same items.
    """
    if isinstance(params, SomeFields) and not params.fields:
        raise NodeError("no fields are named", hint="Name fields, or compare all.", code="params.invalid")
    if isinstance(params.seen_in, Forget):
        context.memory.forget_seen(name=params.seen_in.name, scope=params.seen_in.scope)
        yield from items
    elif isinstance(params.seen_in, EarlierRuns):
        yield from _unmet(params, params.seen_in, items, context)
    elif params.keep == "first":
        met: set[bytes] = set()
        for item in items:
            key = key_for(item, params)
            yield Route("duplicates", item) if key in met else item
            met.add(key)
    else:
        yield from _last(params, items, context)


def _last(params: AllFields | SomeFields, items: Iterable[Item], context: Context) -> Iterator[Item | Route]:
    place_of: dict[bytes, int] = {}
    with Aside(context) as aside:

        def noted() -> Iterator[Item]:
            for place, item in enumerate(items):
                place_of[key_for(item, params)] = place
                yield item

        aside.put(noted())
        lasts = set(place_of.values())
        for place, item in enumerate(aside.all()):
            yield item if place in lasts else Route("duplicates", item)


def _unmet(
    params: AllFields | SomeFields, seen_in: EarlierRuns, items: Iterable[Item], context: Context
) -> Iterator[Item | Route]:
    passed: set[bytes] = set()
    for portion in _portions(items):
        keys = [key_for(item, params) for item in portion]
        new = context.memory.first_seen(
            [key.decode() for key in dict.fromkeys(keys)],
            name=seen_in.name,
            scope=seen_in.scope,
            owner=context.idempotency_key,
            most=seen_in.most,
            ttl_seconds=seen_in.days * 86_400 if seen_in.days else None,
        )
        for key, item in zip(keys, portion, strict=True):
            is_new = key.decode() in new and key not in passed
            yield item if is_new else Route("duplicates", item)
            passed.add(key)


def _portions(items: Iterable[Item]) -> Iterator[list[Item]]:
    portion: list[Item] = []
    for item in items:
        portion.append(item)
        if len(portion) == AT_ONCE:
            yield portion
            portion = []
    if portion:
        yield portion
