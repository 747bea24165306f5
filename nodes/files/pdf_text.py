"""PDF text: what a PDF says."""

from pathlib import Path

from pydantic import Field

from nodes.files.content import FromFile, Source, content_of
from orchestrator.sdk import Context, Item, NodeError, Params, node, ui
from orchestrator.sdk.child import in_child
from orchestrator.sdk.paths import put

SCRIPT = Path(__file__).with_name("pdf_reader.py")
MEGABYTES = 768


class PdfTextParams(Params):
    source: Source = Field(default=FromFile(), description="Where the PDF is.")
    first_page: int = Field(default=1, ge=1, description="Where to begin.")
    last_page: int | None = Field(default=None, ge=1, description="Where to end; empty: the last page.")
    password: str = Field(
        default="",
        max_length=500,
        description="The password for opening it, if it has one.",
        json_schema_extra=ui(advanced=True),
    )
    into: str = Field(default="pdf", min_length=1, description="Field of the item that receives the result.")


@node(
    "files.pdf_text",
    title="PDF text",
    effect="pure",
    per="item",
    summary="{first_page}",
    aliases=("pdf", "extract text", "read pdf", "document", "extract from file"),
)
async def pdf_text(params: PdfTextParams, item: Item, context: Context) -> Item:
    """Read the text of a PDF.

    Gives `text`, `pages` (the text of each), `page_count` and `metadata`. Scanned pages are
    pictures and have no text.
    """
    if params.last_page is not None and params.last_page < params.first_page:
        raise NodeError("the last page comes before the first", code="params.invalid")
    wanted = {"first": params.first_page, "last": params.last_page, "password": params.password}
    data = await content_of(params.source, item, context)
    told = await in_child(SCRIPT, wanted, data, megabytes=MEGABYTES)
    record = dict(item.json)
    put(record, params.into, {"text": "\n\n".join(told["pages"]), **told})
    return item.derive(record)
