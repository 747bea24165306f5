"""Code: whatever no other node does, in JavaScript or Python."""

from typing import Any, Literal

from pydantic import Field

from orchestrator.sdk import Context, Item, NodeError, Params, node, ui

_ITEM_FIELDS = {"json", "pairedItem", "files", "binary", "error"}


class CodeParams(Params):
    language: Literal["javascript", "python", "full_python"] = Field(
        default="javascript",
        description="Language of the code. Full Python has generators, heirs and the packages that an "
        "administrator has listed, starts more slowly, and is off unless an administrator turns it on.",
    )
    mode: Literal["batch", "item"] = Field(
        default="batch", description="Run once for all items, or once for each item."
    )
    source: str = Field(
        default="return items;",
        description="The body of a function of `items` (and of `item` when run for each) that returns "
        "items: objects, or `{json: …}`. `console.log` and `print` write to the trace.",
        examples=[
            "return items.map(item => ({ total: item.json.price * item.json.count }));",
            'return [{"total": item.json["price"] * item.json["count"]} for item in items]',
        ],
        json_schema_extra=ui(widget="code", language="javascript"),
    )


@node(
    "data.code",
    title="Code",
    effect="pure",
    summary="{language}",
    aliases=("javascript", "python", "function", "script", "js"),
)
async def code(params: CodeParams, items: list[Item], context: Context) -> list[Item]:
    """Change items with a few lines of code.

    The code runs in a sandbox without network and files; it may wait for promises. What it
    returns are the output items: a list of objects or one object. Run for each item, it may
    return nothing to drop the item.
    """
    records = [item.json for item in items]
    values = await context.run_code(params.source, records, language=params.language, per=params.mode)
    if params.mode == "item":
        return [
            out for place, value in enumerate(values) for out in _items(value, items, place, may_be_none=True)
        ]
    made = _items(values[0] if values else None, items, None, may_be_none=False)
    if len(made) == len(items) and all(item.source is None for item in made):
        for place, item in enumerate(made):
            item.source = place
    return made


def _items(value: Any, inputs: list[Item], place: int | None, *, may_be_none: bool) -> list[Item]:
    if value is None:
        if may_be_none:
            return []
        hint = "End it with return, such as: return items"
        raise NodeError("the code returned nothing", hint=hint, code="code.result")
    listed = value if isinstance(value, list) else [value]
    return [_item(entry, inputs, place) for entry in listed]


def _item(entry: Any, inputs: list[Item], place: int | None) -> Item:
    if not isinstance(entry, dict):
        raise NodeError(
            f"the code returned {_kind(entry)} where an item should be",
            hint='Return objects, such as: return [{ "name": value }]',
            item=place,
            code="code.result",
        )
    source: int | tuple[int, ...] | None = place
    json = entry
    if isinstance(entry.get("json"), dict) and entry.keys() <= _ITEM_FIELDS:
        json = entry["json"]
        source = place if place is not None else _paired(entry.get("pairedItem"), len(inputs))
    files = inputs[source].files if isinstance(source, int) and source < len(inputs) else None
    return Item(json, files, source=source)


def _paired(value: Any, count: int) -> int | tuple[int, ...] | None:
    """The input places that a returned item says it came from: 1, {item: 1}, or a list of these."""
    if isinstance(value, dict):
        value = value.get("item")
    if isinstance(value, list):
        found = [place for entry in value if isinstance(place := _paired(entry, count), int)]
        return tuple(found) or None
    is_place = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < count
    return value if is_place else None


def _kind(value: Any) -> str:
    kinds = {bool: "true or false", str: "a text", list: "a list", int: "a number", float: "a number"}
    return "nothing" if value is None else kinds.get(type(value), "something else")
