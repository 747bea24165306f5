"""Read file: from the opened folder onto an item."""

import mimetypes

from pydantic import Field

from orchestrator.sdk import Context, Item, Params, node


class ReadParams(Params):
    path: str = Field(
        min_length=1,
        max_length=1000,
        description="Where it lies below the folder that the administrator opened.",
        examples=["reports/june.csv"],
    )
    into: str = Field(default="data", min_length=1, max_length=100, description="Its name on the item.")
    mime_type: str = Field(default="", max_length=200, description="Its type; empty: by its ending.")


@node(
    "files.read",
    title="Read file",
    effect="read",
    per="item",
    summary="{path}",
    aliases=("open", "load", "disk", "from disk", "binary"),
)
async def read(params: ReadParams, item: Item, context: Context) -> Item:
    """Put a file from the opened folder onto each item.

    It is copied in pieces, so it may be large. Only what lies below that folder can be
    read, and links are not followed.
    """
    guessed = mimetypes.guess_type(params.path)[0] or "application/octet-stream"
    async with context.open_path(params.path) as file:
        ref = await context.write_file(params.path, params.mime_type or guessed, file)
    return item.derive(item.json, {**(item.files or {}), params.into: ref})
