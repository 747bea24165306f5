"""Markdown: to HTML and back."""

import asyncio
from typing import Annotated, Any, Literal

from markdown_it import MarkdownIt
from pydantic import Field

from nodes.data.html_text import parse_html
from nodes.data.values import check_size
from orchestrator.sdk import Context, Item, Params, Text, node
from orchestrator.sdk.paths import put

MOST_MARKDOWN = 200_000
MOST_DEPTH = 100
NOT_TEXT = ["script", "style", "noscript", "template", "head"]


class ToHtml(Params):
    """Markdown to HTML."""

    kind: Literal["to_html"] = "to_html"
    text: Text = Field(description="The Markdown, mostly an expression.")
    allow_html: bool = Field(
        default=False, description="Let HTML in the text through; only for texts of people you trust."
    )
    line_breaks: bool = Field(default=False, description="Keep single line breaks.")


class ToMarkdown(Params):
    """HTML to Markdown."""

    kind: Literal["to_markdown"] = "to_markdown"
    text: Text = Field(description="The HTML, mostly an expression.")
    images: bool = Field(default=True, description="Keep images.")
    links: bool = Field(default=True, description="Keep where links lead.")


class MarkdownParams(Params):
    operation: Annotated[ToHtml | ToMarkdown, Field(discriminator="kind")] = Field(description="Which way.")
    into: str = Field(default="text", min_length=1, description="Field of the item that receives the result.")


@node(
    "data.markdown",
    title="Markdown",
    effect="pure",
    per="item",
    summary="{operation.kind}",
    aliases=("md", "html", "convert", "commonmark"),
)
async def markdown(params: MarkdownParams, item: Item, context: Context) -> dict[str, Any]:
    """Turn Markdown into HTML, or HTML into Markdown.

    Tables and strikethrough are known. Links that run scripts are left as text.
    """
    convert = _to_html if isinstance(params.operation, ToHtml) else _to_markdown
    record = dict(item.json)
    put(record, params.into, await asyncio.to_thread(convert, params.operation))
    return record


def _to_html(wanted: Any) -> str:
    check_size(wanted.text, "the Markdown", MOST_MARKDOWN)
    reader = MarkdownIt("commonmark", {"html": wanted.allow_html, "breaks": wanted.line_breaks})
    return str(reader.enable(["table", "strikethrough"]).render(wanted.text))


def _to_markdown(wanted: Any) -> str:
    from markdownify import MarkdownConverter  # takes a moment to load, and few workflows need it

    document = parse_html(wanted.text, most_depth=MOST_DEPTH)
    document.strip_tags([*NOT_TEXT, *([] if wanted.images else ["img"])])
    skipped = [] if wanted.links else ["a"]
    clean = (document.body.html if document.body is not None else None) or ""
    return str(MarkdownConverter(heading_style="ATX", bullets="-", strip=skipped).convert(clean)).strip()
