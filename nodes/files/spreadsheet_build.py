"""Build spreadsheet: items into rows."""

import asyncio
import io
from typing import Any

import orjson
from pydantic import Field

from orchestrator.sdk import Context, Item, NodeError, Params, node
from orchestrator.sdk.paths import get

MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 1_048_575, 16_384, 2_000_000
MOST_TEXT = 32_767
MIME_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SpreadsheetBuildParams(Params):
    columns: list[str] = Field(
        default=[],
        max_length=MOST_COLUMNS,
        description="Fields in this order; none: all that the items have.",
    )
    sheet: str = Field(default="Sheet1", pattern=r"^[^\[\]:*?/\\]{1,31}$", description="Name of the sheet.")
    header: bool = Field(default=True, description="Begin with a row of names.")
    name: str = Field(default="items.xlsx", min_length=1, max_length=200, description="Name of the file.")
    into: str = Field(default="data", min_length=1, max_length=100, description="Its name on the new item.")


@node(
    "files.spreadsheet_build",
    title="Build spreadsheet",
    effect="pure",
    summary="{name}",
    aliases=("excel", "xlsx", "workbook", "export", "convert to file"),
)
async def spreadsheet_build(
    params: SpreadsheetBuildParams, items: list[Item], context: Context
) -> list[Item]:
    """Make one Excel workbook (XLSX) of all items.

    The new item has the file, its `name` and the number of `rows`. Texts that begin with
    `=` stay texts; lists and objects are written as JSON.
    """
    data = await asyncio.to_thread(_workbook, params, items)
    ref = await context.write_file(params.name, MIME_TYPE, data)
    json = {"name": ref.name, "rows": len(items)}
    source = tuple(item.index for item in items if item.index is not None)
    return [Item(json, {params.into: ref}, source=source)]


def _workbook(params: SpreadsheetBuildParams, items: list[Item]) -> bytes:
    from openpyxl import Workbook  # type: ignore[import-untyped] # takes a moment to load
    from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]

    names = params.columns or list(dict.fromkeys(name for item in items for name in item.json))
    if len(items) > MOST_ROWS or len(names) > MOST_COLUMNS or len(items) * len(names) > MOST_CELLS:
        raise NodeError(
            f"{len(items):,} rows of {len(names):,} columns do not fit in a sheet",
            hint=f"A sheet takes {MOST_CELLS:,} cells here; limit the items, or name fewer columns.",
            code="files.too_large",
        )
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(params.sheet)

    def cell(value: Any) -> Any:
        made = WriteOnlyCell(sheet, value=_plain(value))
        if isinstance(made.value, str):
            made.data_type = "s"  # not a formula, whatever it begins with
        return made

    if params.header:
        sheet.append([cell(name) for name in names])
    for item in items:
        sheet.append([cell(get(item.json, name)) for name in names])
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _plain(value: Any) -> Any:
    if isinstance(value, list | dict):
        value = orjson.dumps(value).decode()
    if isinstance(value, str):
        # Control characters have no place in the format, longer texts make Excel refuse the file.
        return "".join(letter for letter in value if letter >= " " or letter in "\t\n\r")[:MOST_TEXT]
    return value
