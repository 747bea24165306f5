"""HTML: pick values out of a page."""

import asyncio
from typing import Any, Literal

from pydantic import Field
from selectolax.lexbor import LexborNode, SelectolaxError

from nodes.data.html_text import parse_html
from orchestrator.sdk import Context, Item, NodeError, Params, Text, node
from orchestrator.sdk.paths import put


class Picked(Params):
    """One value to pick."""

    name: str = Field(min_length=1, description="Field that receives it.", examples=["title"])
    selector: str = Field(
        min_length=1, max_length=500, description="CSS selector.", examples=["h1", "a.next", "table td"]
    )
    take: Literal["text", "html", "inner_html", "attribute"] = Field(
        default="text", description="Its text, the element as HTML, what is inside, or an attribute."
    )
    attribute: str = Field(
        default="", max_length=200, description="Name of the attribute.", examples=["href"]
    )
    every: bool = Field(default=False, description="A list of all that fit, instead of the first.")


class HtmlParams(Params):
    html: Text = Field(description="The page or a part of one, mostly an expression.")
    values: list[Picked] = Field(min_length=1, max_length=200, description="What to pick.")
    keep: Literal["all", "none"] = Field(
        default="all", description="Whether the fields that the item already has stay."
    )
    collapse: bool = Field(default=True, description="Turn runs of spaces and line breaks into one space.")


@node(
    "data.html",
    title="Read HTML",
    effect="pure",
    per="item",
    summary="{values.0.selector}",
    aliases=("html", "extract", "scrape", "css selector", "parse page", "web"),
)
async def html(params: HtmlParams, item: Item, context: Context) -> dict[str, Any]:
    """Pick values out of HTML by CSS selectors.

    What is not found becomes null, or an empty list.
    """
    picked = await asyncio.to_thread(_picked, params)
    record = dict(item.json) if params.keep == "all" else {}
    for name, value in picked:
        put(record, name, value)
    return record


def _picked(params: HtmlParams) -> list[tuple[str, Any]]:
    document = parse_html(params.html)
    made: list[tuple[str, Any]] = []
    for wanted in params.values:
        try:
            found = document.css(wanted.selector)
        except (SelectolaxError, ValueError) as error:
            raise NodeError(
                f"{wanted.selector!r} is not a CSS selector",
                hint="Such as h1 or a.next.",
                code="data.selector",
            ) from error
        values = [
            _value(element, wanted, params.collapse) for element in (found if wanted.every else found[:1])
        ]
        made.append((wanted.name, values if wanted.every else next(iter(values), None)))
    return made


def _value(element: LexborNode, wanted: Picked, collapse: bool) -> str | None:
    if wanted.take == "attribute":
        return element.attributes.get(wanted.attribute.lower(), None)
    if wanted.take == "html":
        return element.html
    if wanted.take == "inner_html":
        return element.inner_html
    text = element.text(deep=True, separator=" " if collapse else "")
    return " ".join(text.split()) if collapse else text
