"""Whole contents of files, for formats that cannot be read in pieces."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Literal

from pydantic import Field

from orchestrator.sdk import Context, FileName, FileRef, Item, NodeError, Params, Text

MOST_BYTES = 64_000_000
MOST_BASE64 = MOST_BYTES * 4 // 3 + 1_000_000


class FromFile(Params):
    """A file on the item."""

    kind: Literal["file"] = "file"
    name: FileName = Field(
        default="data", min_length=1, max_length=200, description="The file's name on the item."
    )


class FromBase64(Params):
    """Base64 text."""

    kind: Literal["base64"] = "base64"
    text: Text = Field(default="", description="The content as base64 text, or a `data:` address.")


Source = Annotated[FromFile | FromBase64, Field(discriminator="kind")]


async def content_of(source: FromFile | FromBase64, item: Item, context: Context) -> bytes:
    """Raises NodeError `file.missing`, `files.encoding`, `files.too_large`, `files.damaged` (empty)."""
    if isinstance(source, FromBase64):
        data = decode_base64(source.text)
    else:
        data = await whole(file_of(item, source.name), context)
    if not data:
        raise NodeError("the file is empty", code="files.damaged")
    return data


def file_of(item: Item, name: str) -> FileRef:
    """Raises NodeError `file.missing`."""
    ref = (item.files or {}).get(name)
    if ref is None:
        raise NodeError(
            f"the item has no file {name!r}",
            hint=f"Its files: {', '.join(item.files or {}) or 'none'}.",
            code="file.missing",
            item=item.index,
        )
    return ref


async def whole(ref: FileRef, context: Context) -> bytes:
    if ref.size > MOST_BYTES:
        raise too_large()
    async with context.open_file(ref) as file:
        return b"".join([piece async for piece in file])


def decode_base64(text: str) -> bytes:
    """Either alphabet, with or without padding. Raises NodeError `files.encoding`, `files.too_large`."""
    if len(text) > MOST_BASE64:
        raise too_large()
    if text.startswith("data:"):
        text = text.partition(",")[2]
    compact = "".join(text.split()).translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        return base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise NodeError("the content is not base64 text", code="files.encoding") from error


def too_large() -> NodeError:
    return NodeError(
        f"there are more than {MOST_BYTES // 1_000_000} MB to hold in memory",
        hint="Take it apart first.",
        code="files.too_large",
    )
