"""HTML table: items as rows."""

from html import escape
from typing import Any

from pydantic import Field

from nodes.data.values import text_of
from orchestrator.sdk import Context, Item, Params, node
from orchestrator.sdk.paths import get, put


class Column(Params):
    """One column."""

    field: str = Field(min_length=1, description="Name of the field.", examples=["customer.name"])
    title: str = Field(default="", description="Heading; empty: the field's name.")


class HtmlTableParams(Params):
    columns: list[Column] = Field(
        default=[], max_length=200, description="The columns; none: all fields that the items have."
    )
    caption: str = Field(default="", max_length=1000, description="A line above the table.")
    style: bool = Field(default=True, description="Lines and spacing that mail programs show too.")
    into: str = Field(default="html", min_length=1, description="Field of the new item that receives it.")


TABLE = ' style="border-collapse:collapse"'
CELL = ' style="border:1px solid #ccc;padding:4px 8px;text-align:left"'


@node(
    "data.html_table",
    title="HTML table",
    effect="pure",
    summary="{caption}",
    aliases=("table", "html", "report", "convert to html"),
)
def html_table(params: HtmlTableParams, items: list[Item], context: Context) -> list[Item]:
    """Make one HTML table of all items.

    Texts are escaped: markup in the data shows as it is and does nothing.
    """
    columns = params.columns or [
        Column(field=name) for name in dict.fromkeys(name for item in items for name in item.json)
    ]
    table, cell = (TABLE, CELL) if params.style else ("", "")
    heads = "".join(f"<th{cell}>{escape(column.title or column.field)}</th>" for column in columns)
    rows = "\n".join(
        "<tr>"
        + "".join(f"<td{cell}>{escape(text_of(get(item.json, column.field)))}</td>" for column in columns)
        + "</tr>"
        for item in items
    )
    caption = f"<caption>{escape(params.caption)}</caption>\n" if params.caption else ""
    record: dict[str, Any] = {}
    put(
        record,
        params.into,
        f"<table{table}>\n{caption}<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>",
    )
    return [Item(record, source=tuple(item.index for item in items if item.index is not None))]
