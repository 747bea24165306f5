"""Rows of a file: a table of any length into items."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from pydantic import Field

from nodes.files.tables import Delimiter, csv_rows, json_lines
from orchestrator.sdk import Context, Item, NodeError, Params, node

FilePath = Annotated[
    str,
    Field(
        max_length=1000,
        description="A file below the folder that the administrator opened; empty: the item's file.",
    ),
]
FileName = Annotated[str, Field(min_length=1, description="The file's name on the item.")]


class CsvRows(Params):
    """CSV."""

    path: FilePath = ""
    file: FileName = "data"
    format: Literal["csv"] = Field(default="csv", description="CSV, or one JSON object a line.")
    delimiter: Delimiter = Field(default="auto", description="What stands between the values.")
    header: bool = Field(default=True, description="The first line names the columns.")
    types: bool = Field(default=True, description="Read plain numbers, true and false; `007` stays a text.")


class JsonLines(Params):
    """JSON lines."""

    path: FilePath = ""
    file: FileName = "data"
    format: Literal["json_lines"]


@node(
    "files.rows",
    title="Rows of a file",
    effect="read",
    summary="{path} {format}",
    aliases=("csv", "read csv", "json lines", "ndjson", "import", "table", "large file"),
    streams=True,
)
def rows(params: CsvRows | JsonLines, items: Iterable[Item], context: Context) -> Iterator[Item]:
    """Make an item of each row of a file, however long it is.

    The file is read in pieces and its items go on in pieces, so millions of rows need
    little memory. The text must be UTF-8.
    """
    for item in items:
        ref = (item.files or {}).get(params.file)
        if ref is None and not params.path:
            raise NodeError(
                f"the item has no file {params.file!r}",
                hint=f"Its files: {', '.join(item.files or {}) or 'none'}.",
                code="file.missing",
                item=item.index,
            )
        source = context.open_path(params.path) if params.path or ref is None else context.open_file(ref)
        with source as file:
            if isinstance(params, CsvRows):
                found = csv_rows(file, delimiter=params.delimiter, header=params.header, types=params.types)
            else:
                found = json_lines(file)
            for record in found:
                yield Item(record, source=item.index)
        if params.path:
            return
