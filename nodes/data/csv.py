"""CSV: rows into items."""

import asyncio
from typing import Any, Literal

from pydantic import Field

from nodes.data.csv_text import MOST_CHARACTERS, Delimiter, rows_of
from nodes.data.values import check_size
from orchestrator.sdk import Context, Item, Params, Text, node
from orchestrator.sdk.paths import put


class CsvParams(Params):
    text: Text = Field(description="The CSV, mostly an expression.")
    delimiter: Delimiter = Field(default="auto", description="What stands between the values.")
    header: bool = Field(default=True, description="The first line names the columns.")
    types: bool = Field(
        default=True,
        description="Read plain numbers, true and false as such; `007` and long digits stay texts.",
    )
    keep: Literal["none", "all"] = Field(
        default="none", description="Whether each row also keeps the item's other fields."
    )
    into: str = Field(default="row", min_length=1, description="Field for the row when others are kept.")


@node(
    "data.csv",
    title="Read CSV",
    effect="pure",
    per="item",
    summary="{delimiter}",
    aliases=("csv", "parse", "spreadsheet", "table", "tsv", "extract from file"),
)
async def csv(params: CsvParams, item: Item, context: Context) -> list[Item]:
    """Make an item of each row of a CSV text.

    Missing cells become empty texts; columns without a name, or with one twice, get one.
    """
    check_size(params.text, "the CSV", MOST_CHARACTERS)
    records = await asyncio.to_thread(_records, params)
    if params.keep == "none":
        return [item.derive(record) for record in records]
    made = []
    for row in records:
        record = dict(item.json)
        put(record, params.into, row)
        made.append(item.derive(record))
    return made


def _records(params: CsvParams) -> list[dict[str, Any]]:
    return list(rows_of(params.text, delimiter=params.delimiter, header=params.header, types=params.types))
