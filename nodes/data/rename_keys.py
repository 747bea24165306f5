"""Rename keys: other names for fields."""

from typing import Any

import re2
from pydantic import Field

from orchestrator.sdk import Context, Item, NodeError, Params, node
from orchestrator.sdk.paths import get, put, remove

MISSING = object()


class Rename(Params):
    """One field to rename."""

    name: str = Field(min_length=1, description="Its name now; dots lead inside.", examples=["customer.mail"])
    to: str = Field(min_length=1, description="Its new name.", examples=["email"])


class PatternRename(Params):
    """A rule for all names that a pattern fits."""

    pattern: str = Field(min_length=1, max_length=1000, description="The part to replace, as a RE2 pattern.")
    replacement: str = Field(
        default="", description=r"What to put there; `\1` stands for the pattern's first group."
    )


class RenameParams(Params):
    fields: list[Rename] = Field(default=[], max_length=500, description="The fields to rename.")
    patterns: list[PatternRename] = Field(
        default=[], max_length=20, description="Rules for the names on the first level, applied afterwards."
    )


@node(
    "data.rename_keys",
    title="Rename keys",
    effect="pure",
    per="item",
    summary="{fields.0.name} → {fields.0.to}",
    aliases=("rename", "keys", "field names", "columns"),
)
def rename_keys(params: RenameParams, item: Item, context: Context) -> dict[str, Any]:
    """Give fields other names.

    Fields that an item lacks are passed over; a field that has the new name already is replaced.
    """
    record = dict(item.json)
    for rename in params.fields:
        if (value := get(record, rename.name, MISSING)) is MISSING or rename.name == rename.to:
            continue
        if rename.name in record and "." not in rename.to:
            record = _renamed(record, {rename.name: rename.to})
            continue
        remove(record, rename.name)
        put(record, rename.to, value)
    for rule in params.patterns:
        record = _renamed(record, {name: _replaced(name, rule) for name in record})
    return record


def _renamed(record: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """The record with other names, each field in its place; renamed ones win over those they meet."""
    new = {name: names.get(name, name) for name in record}
    taken = {to for name, to in new.items() if to != name}
    return {to: record[name] for name, to in new.items() if to != name or name not in taken}


def _replaced(name: str, rule: PatternRename) -> str:
    options = re2.Options()
    options.log_errors = False
    try:
        return str(re2.compile(rule.pattern, options).sub(rule.replacement, name)) or name
    except (re2.error, IndexError) as error:
        raise NodeError(
            f"the pattern {rule.pattern!r} cannot be used",
            hint="Patterns follow RE2: no look-around; the replacement names groups that exist.",
            code="data.pattern",
        ) from error
