"""Build spreadsheet: items into rows."""

import asyncio
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from nodes.files.workbooks import ODS, XLSX, ods, xlsx
from orchestrator.sdk import Context, Item, NodeError, Params, node
from orchestrator.sdk.paths import get

MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 1_048_575, 16_384, 2_000_000


class SpreadsheetBuildParams(Params):
    format: Literal["xlsx", "ods"] = Field(
        default="xlsx", description="For Excel, or for LibreOffice and other OpenDocument programs."
    )
    columns: list[str] = Field(
        default=[],
        max_length=MOST_COLUMNS,
        description="Fields in this order; none: all that the items have.",
    )
    sheet: str = Field(default="Sheet1", pattern=r"^[^\[\]:*?/\\]{1,31}$", description="Name of the sheet.")
    header: bool = Field(default=True, description="Begin with a row of names.")
    name: str = Field(
        default="items.xlsx",
        min_length=1,
        max_length=200,
        description="Name of the file; its ending follows the format.",
    )
    into: str = Field(default="data", min_length=1, max_length=100, description="Its name on the new item.")


@node(
    "files.spreadsheet_build",
    title="Build spreadsheet",
    effect="pure",
    summary="{name}",
    aliases=("excel", "xlsx", "ods", "libreoffice", "workbook", "export", "convert to file"),
)
async def spreadsheet_build(
    params: SpreadsheetBuildParams, items: list[Item], context: Context
) -> list[Item]:
    """Make one workbook of all items, for Excel (XLSX) or OpenDocument (ODS).

    The new item has the file, its `name` and the number of `rows`. Texts that begin with
    `=` stay texts; lists and objects are written as JSON.
    """
    names = params.columns or list(dict.fromkeys(name for item in items for name in item.json))
    _check(len(items), len(names))
    write, mime_type = (ods, ODS) if params.format == "ods" else (xlsx, XLSX)
    data = await asyncio.to_thread(write, params.sheet, _rows(names, items, params.header))
    ref = await context.write_file(_named(params.name, params.format), mime_type, data)
    json = {"name": ref.name, "rows": len(items)}
    source = tuple(item.index for item in items if item.index is not None)
    return [Item(json, {params.into: ref}, source=source)]


def _rows(names: list[str], items: list[Item], header: bool) -> Iterator[list[Any]]:
    if header:
        yield list(names)
    for item in items:
        yield [get(item.json, name) for name in names]


def _named(name: str, format: str) -> str:
    known = (".xlsx", ".ods")
    stem = name.rpartition(".")[0] if name.lower().endswith(known) else name
    return f"{stem}.{format}"


def _check(rows: int, columns: int) -> None:
    if rows > MOST_ROWS or columns > MOST_COLUMNS or rows * columns > MOST_CELLS:
        raise NodeError(
            f"{rows:,} rows of {columns:,} columns do not fit in a sheet",
            hint=f"A sheet takes {MOST_CELLS:,} cells here; limit the items, or name fewer columns.",
            code="files.too_large",
        )
