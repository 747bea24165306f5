"""Remove duplicates: each thing once."""

from typing import Literal

from pydantic import Field

from orchestrator.sdk import Context, Item, NodeError, Params, node
from orchestrator.sdk.matching import canonical
from orchestrator.sdk.paths import get, remove


class RemoveDuplicatesParams(Params):
    compare: Literal["all", "only", "except"] = Field(
        default="all", description="By all fields, by only the named ones, or by all except them."
    )
    fields: list[str] = Field(default=[], max_length=200, description="The named fields.")
    keep: Literal["first", "last"] = Field(default="first", description="Which of the equal items stays.")
    ignore_case: bool = Field(default=False, description="Upper and lower case count as the same.")


@node(
    "data.remove_duplicates",
    title="Remove duplicates",
    effect="pure",
    outputs=("main", "duplicates"),
    summary="{fields}",
    aliases=("unique", "distinct", "deduplicate", "dedupe"),
)
def remove_duplicates(
    params: RemoveDuplicatesParams, items: list[Item], context: Context
) -> dict[str, list[Item]]:
    """Keep one of the items that are equal.

    The others go to `duplicates`. Fields that are missing count as null.
    """
    if params.compare != "all" and not params.fields:
        raise NodeError("no fields are named", hint="Name fields, or compare all.", code="params.invalid")
    seen: set[bytes] = set()
    kept: list[Item] = []
    duplicates: list[Item] = []
    for item in items if params.keep == "first" else reversed(items):
        key = _key(item, params)
        (duplicates if key in seen else kept).append(item)
        seen.add(key)
    if params.keep == "last":
        kept.reverse()
        duplicates.reverse()
    return {"main": kept, "duplicates": duplicates}


def _key(item: Item, params: RemoveDuplicatesParams) -> bytes:
    if params.compare == "only":
        key = canonical([get(item.json, path) for path in params.fields])
    elif params.compare == "except":
        rest = dict(item.json)
        for path in params.fields:
            remove(rest, path)
        key = canonical(rest)
    else:
        key = canonical(item.json)
    return key.decode().casefold().encode() if params.ignore_case else key
