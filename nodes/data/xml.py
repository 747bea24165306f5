"""XML: to JSON and back."""

import asyncio
from typing import Annotated, Any, Literal

from pydantic import Field

from nodes.data.xml_text import build_xml, parse_xml
from orchestrator.sdk import Context, Expression, Item, NodeError, Params, Text, node
from orchestrator.sdk.paths import put


class Parse(Params):
    """XML to JSON."""

    kind: Literal["parse"] = "parse"
    text: Text = Field(description="The XML, mostly an expression.")
    always_list: list[str] = Field(
        default=[], max_length=200, description="Elements that become a list even when there is one only."
    )
    trim: bool = Field(default=True, description="Leave out white space around texts.")


class Build(Params):
    """JSON to XML."""

    kind: Literal["build"] = "build"
    value: Expression = Field(default=None, description="The object to write; empty: the whole item.")
    root: str = Field(
        default="root",
        max_length=200,
        description="Name of the outermost element; empty: the object's only field.",
    )
    indent: bool = Field(default=False, description="One element a line.")
    declaration: bool = Field(default=True, description="Begin with the line that says which XML it is.")


class XmlParams(Params):
    operation: Annotated[Parse | Build, Field(discriminator="kind")] = Field(description="Which way.")
    into: str = Field(default="xml", min_length=1, description="Field of the item that receives the result.")


@node(
    "data.xml",
    title="XML",
    effect="pure",
    per="item",
    summary="{operation.kind}",
    aliases=("xml to json", "json to xml", "parse", "soap", "feed"),
)
async def xml(params: XmlParams, item: Item, context: Context) -> dict[str, Any]:
    """Turn XML into JSON, or JSON into XML.

    Attributes are fields that begin with `@`, text beside them is `#text`, repeated elements
    are lists. Documents with a document type (DTD) are refused.
    """
    record = dict(item.json)
    put(record, params.into, await asyncio.to_thread(_converted, params.operation, item.json))
    return record


def _converted(operation: Parse | Build, json: dict[str, Any]) -> Any:
    if isinstance(operation, Parse):
        return parse_xml(operation.text, always_list=operation.always_list, trim=operation.trim)
    value = json if operation.value is None else operation.value
    if not isinstance(value, dict):
        raise NodeError("only an object can be written as XML", hint="Give it a name.", code="data.xml")
    return build_xml(value, root=operation.root, indent=operation.indent, declaration=operation.declaration)
