"""Build CSV: items into rows."""

import asyncio
from typing import Any

from pydantic import Field

from nodes.data.csv_text import Delimiter, write_csv
from orchestrator.sdk import Context, Item, Params, node
from orchestrator.sdk.paths import get, put


class CsvBuildParams(Params):
    columns: list[str] = Field(
        default=[], max_length=10_000, description="Fields in this order; none: all that the items have."
    )
    delimiter: Delimiter = Field(default="comma", description="What stands between the values.")
    header: bool = Field(default=True, description="Begin with a line of names.")
    byte_order_mark: bool = Field(default=False, description="Begin with the mark that Excel knows UTF-8 by.")
    guard_formulas: bool = Field(
        default=False,
        description="Put an apostrophe before texts that a spreadsheet would take for formulas; for data "
        "of strangers.",
    )
    into: str = Field(default="csv", min_length=1, description="Field of the new item that receives it.")


@node(
    "data.csv_build",
    title="Build CSV",
    effect="pure",
    summary="{columns}",
    aliases=("csv", "export", "spreadsheet", "table", "tsv", "convert to file"),
)
async def csv_build(params: CsvBuildParams, items: list[Item], context: Context) -> list[Item]:
    """Make one CSV text of all items.

    Lists and objects are written as JSON, missing fields as nothing.
    """
    record: dict[str, Any] = {}
    put(record, params.into, await asyncio.to_thread(_text, params, items))
    return [Item(record, source=tuple(item.index for item in items if item.index is not None))]


def _text(params: CsvBuildParams, items: list[Item]) -> str:
    names = params.columns or list(dict.fromkeys(name for item in items for name in item.json))
    rows = [[get(item.json, name) for name in names] for item in items]
    heads = names if params.header else None
    text = write_csv(rows, heads, delimiter=params.delimiter, guard_formulas=params.guard_formulas)
    return "\ufeff" + text if params.byte_order_mark else text
