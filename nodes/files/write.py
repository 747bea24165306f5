"""Write file: from an item, or a text, into the opened folder."""

from typing import Annotated, Literal

from pydantic import Field

from orchestrator.sdk import Context, FileName, Item, NodeError, Params, Text, node


class FromFile(Params):
    """A file on the item."""

    kind: Literal["file"] = "file"
    name: FileName = Field(default="data", min_length=1, description="The file's name on the item.")


class FromText(Params):
    """A text."""

    kind: Literal["text"] = "text"
    text: Text = Field(default="", description="What the file shall hold.")


class WriteParams(Params):
    path: str = Field(
        min_length=1,
        max_length=1000,
        description="Where to write below the folder that the administrator opened.",
        examples=["reports/june.csv"],
    )
    content: Annotated[FromFile | FromText, Field(discriminator="kind")] = Field(
        default=FromFile(), description="What to write."
    )


@node(
    "files.write",
    title="Write file",
    effect="idempotent_write",
    per="item",
    summary="{path}",
    aliases=("save", "disk", "to disk", "export"),
)
async def write(params: WriteParams, item: Item, context: Context) -> Item:
    """Write a file into the opened folder, for each item.

    A file of that name is replaced, whole or not at all; folders on the way are made.
    The item gets `path` and `size`.
    """
    if isinstance(params.content, FromText):
        size = await context.write_path(params.path, params.content.text.encode())
    else:
        ref = (item.files or {}).get(params.content.name)
        if ref is None:
            raise NodeError(
                f"the item has no file {params.content.name!r}",
                hint=f"Its files: {', '.join(item.files or {}) or 'none'}.",
                code="file.missing",
            )
        async with context.open_file(ref) as file:
            size = await context.write_path(params.path, file)
    return item.derive({**item.json, "path": params.path, "size": size})
