"""Text and files: one into the other."""

import base64
from typing import Annotated, Literal

from pydantic import Field

from nodes.files.content import decode_base64, file_of, too_large, whole
from orchestrator.sdk import Context, FileName, Item, NodeError, Params, Text, node
from orchestrator.sdk.paths import put

MOST_TEXT = 16_000_000


class ToText(Params):
    """A file's content into a field."""

    kind: Literal["to_text"] = "to_text"
    file: FileName = Field(default="data", min_length=1, description="The file's name on the item.")
    encoding: Literal["utf-8", "utf-16", "latin-1", "windows-1252", "base64"] = Field(
        default="utf-8", description="How the text is written; base64 takes any file."
    )
    into: str = Field(default="text", min_length=1, description="Field of the item that receives the text.")


class ToFile(Params):
    """A text into a file."""

    kind: Literal["to_file"] = "to_file"
    text: Text = Field(description="The content, mostly an expression.")
    encoding: Literal["utf-8", "utf-16", "latin-1", "windows-1252", "base64"] = Field(
        default="utf-8", description="How to write the text; base64 text becomes what it stands for."
    )
    name: str = Field(
        default="file.txt",
        min_length=1,
        max_length=200,
        description="Name of the file.",
        examples=["list.csv"],
    )
    mime_type: str = Field(default="text/plain", min_length=1, max_length=200, description="Its type.")
    into: str = Field(
        default="data", min_length=1, max_length=100, description="The file's name on the item."
    )


class ConvertParams(Params):
    operation: Annotated[ToText | ToFile, Field(discriminator="kind")] = Field(
        default=ToText(), description="Which way."
    )


@node(
    "files.convert",
    title="Text and files",
    effect="pure",
    per="item",
    summary="{operation.kind}",
    aliases=("convert to file", "extract from file", "base64", "text to file", "file to text", "binary"),
)
async def convert(params: ConvertParams, item: Item, context: Context) -> Item:
    """Make a text of a file, or a file of a text."""
    operation = params.operation
    if isinstance(operation, ToFile):
        data = _encoded(operation)
        file = await context.write_file(operation.name, operation.mime_type, data)
        return item.derive(item.json, {**(item.files or {}), operation.into: file})
    ref = file_of(item, operation.file)
    if ref.size > MOST_TEXT:
        raise too_large()
    record = dict(item.json)
    put(record, operation.into, _decoded(await whole(ref, context), operation.encoding))
    return item.derive(record)


def _encoded(operation: ToFile) -> bytes:
    if operation.encoding == "base64":
        return decode_base64(operation.text)
    try:
        return operation.text.encode(operation.encoding)
    except UnicodeEncodeError as error:
        letter = operation.text[error.start]
        raise NodeError(
            f"{operation.encoding} has no letter {letter!r}", hint="Use utf-8.", code="files.encoding"
        ) from error


def _decoded(data: bytes, encoding: str) -> str:
    if encoding == "base64":
        return base64.b64encode(data).decode()
    try:
        return data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        raise NodeError(
            f"the file is not {encoding} text: {error.reason} at byte {error.start}",
            hint="Choose another encoding, or base64 for what is no text.",
            code="files.encoding",
        ) from error
