"""Template: a text with values and lists in it."""

import asyncio
from typing import Any, Literal

from pydantic import Field

from nodes.data.mustache import Renderer, parse_template
from orchestrator.sdk import Context, Expression, Item, Params, Text, node
from orchestrator.sdk.paths import put


class TemplateParams(Params):
    template: Text = Field(
        description="The text. `{{name}}` is a value, `{{#lines}}…{{/lines}}` repeats for each entry "
        "(`{{.}}` is the entry itself), `{{^lines}}…{{/lines}}` stands when there is none, `{{! …}}` is a note.",
        examples=["Dear {{customer.name}},\n{{#lines}}\n- {{sku}}\n{{/lines}}"],
    )
    data: Expression = Field(default=None, description="Where the names lead; empty: the item.")
    escape: Literal["none", "html"] = Field(
        default="none",
        description="For HTML, escape values, so that markup in them does nothing; not `{{{name}}}`.",
    )
    into: str = Field(default="text", min_length=1, description="Field of the item that receives the text.")


@node(
    "data.template",
    title="Template",
    effect="pure",
    per="item",
    summary="{template}",
    aliases=("text", "html", "mustache", "handlebars", "mail merge", "letter", "render", "placeholder"),
)
async def template(params: TemplateParams, item: Item, context: Context) -> dict[str, Any]:
    """Fill values and lists into a text.

    What is missing leaves an empty place. Lists and objects are written as JSON. Templates
    hold no code.
    """
    data = item.json if params.data is None else params.data
    record = dict(item.json)
    put(record, params.into, await asyncio.to_thread(_rendered, params, data))
    return record


def _rendered(params: TemplateParams, data: Any) -> str:
    return Renderer(escapes=params.escape == "html").render(parse_template(params.template), data)
