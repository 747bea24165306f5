"""Read spreadsheet: rows into items."""

from collections import Counter
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from nodes.files.content import FromFile, Source, content_of
from orchestrator.sdk import Context, Item, Params, node
from orchestrator.sdk.child import in_child
from orchestrator.sdk.paths import put

SCRIPT = Path(__file__).with_name("workbook_reader.py")
MEGABYTES = 1024


class SpreadsheetParams(Params):
    source: Source = Field(default=FromFile(), description="Where the workbook is.")
    sheet: str = Field(
        default="", max_length=200, description="Name or number of the sheet; empty: the first."
    )
    header: bool = Field(default=True, description="The first row names the columns.")
    skip_rows: int = Field(default=0, ge=0, le=1_000_000, description="How many rows to leave out on top.")
    keep: Literal["none", "all"] = Field(
        default="none", description="Whether each row also keeps the item's other fields."
    )
    into: str = Field(default="row", min_length=1, description="Field for the row when others are kept.")


@node(
    "files.spreadsheet",
    title="Read spreadsheet",
    effect="pure",
    per="item",
    summary="{sheet}",
    aliases=("excel", "xlsx", "xls", "ods", "workbook", "sheet", "extract from file"),
)
async def spreadsheet(params: SpreadsheetParams, item: Item, context: Context) -> list[Item]:
    """Make an item of each row of an Excel or OpenDocument sheet.

    Dates come as ISO 8601 text, formulas as the value they had when the file was saved.
    Empty rows are left out, empty cells are null.
    """
    data = await content_of(params.source, item, context)
    told = await in_child(SCRIPT, {"sheet": params.sheet}, data, megabytes=MEGABYTES)
    rows = told["rows"][params.skip_rows :]
    width = max((len(row) for row in rows), default=0)
    heads = _names(rows.pop(0) if params.header and rows else [], width)
    records = [dict(zip(heads, row, strict=False)) for row in rows if any(cell is not None for cell in row)]
    if params.keep == "none":
        return [item.derive(record) for record in records]
    return [item.derive(_beside(item.json, params.into, record)) for record in records]


def _names(row: list[Any], width: int) -> list[str]:
    """A name for each column: none empty, none twice."""
    names: dict[str, None] = {}
    met: Counter[str] = Counter()
    for place in range(width):
        cell = row[place] if place < len(row) else None
        name = wanted = ("" if cell is None else str(cell).strip()) or f"column_{place + 1}"
        met[wanted] += 1
        while name in names:
            name = f"{wanted}_{met[wanted]}"
            met[wanted] += name in names
        names[name] = None
    return list(names)


def _beside(json: dict[str, Any], into: str, row: dict[str, Any]) -> dict[str, Any]:
    record = dict(json)
    put(record, into, row)
    return record
