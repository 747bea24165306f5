"""Edit image: resize, crop, turn, write, convert."""

import base64
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import Field

from nodes.files.content import file_of, whole
from nodes.files.image_operations import Info, Operation, Overlay
from orchestrator.sdk import Context, FileName, Item, Params, node, ui
from orchestrator.sdk.child import in_child
from orchestrator.sdk.paths import put

SCRIPT = Path(__file__).with_name("image_editor.py")
SECONDS, MEGABYTES = 60, 1024
ENDINGS = {"png": "png", "jpeg": "jpg", "webp": "webp", "gif": "gif", "bmp": "bmp", "tiff": "tiff"}


class ImageParams(Params):
    file: FileName = Field(
        default="data", min_length=1, max_length=100, description="The image's name on the item."
    )
    operation: Operation = Field(default=Info(), description="What to do with it.")
    format: Literal["same", "png", "jpeg", "webp", "gif", "bmp", "tiff"] = Field(
        default="same", description="What kind of file to make of it."
    )
    quality: int = Field(
        default=85,
        ge=1,
        le=100,
        description="Of JPEG and WebP: the higher, the finer and the larger.",
        json_schema_extra=ui(advanced=True),
    )
    into: str = Field(
        default="",
        max_length=100,
        description="Name of the new image on the item; empty: it replaces the old one.",
    )
    info_into: str = Field(
        default="image", min_length=1, description="Field that receives its width, height and format."
    )


@node(
    "files.image",
    title="Edit image",
    effect="pure",
    per="item",
    summary="{operation.kind}",
    aliases=(
        "picture",
        "photo",
        "resize",
        "crop",
        "rotate",
        "watermark",
        "thumbnail",
        "convert",
        "png",
        "jpeg",
    ),
)
async def image(params: ImageParams, item: Item, context: Context) -> Item:
    """Resize, crop, turn, write on or convert an image on the item.

    Photos are turned upright, and what the camera noted, such as the place, is left out. Of
    an animation the first picture is taken. At most 50 million pixels.
    """
    operation = params.operation
    names = [params.file, *([operation.other] if isinstance(operation, Overlay) else [])]
    refs = [file_of(item, name) for name in names]
    contents = [await whole(ref, context) for ref in refs]
    request = {
        "operation": operation.model_dump(),
        "format": "" if params.format == "same" else params.format.upper(),
        "quality": params.quality,
        "sizes": [len(content) for content in contents],
    }
    told = await in_child(SCRIPT, request, b"".join(contents), seconds=SECONDS, megabytes=MEGABYTES)
    json = dict(item.json)
    put(json, params.info_into, told["info"])
    if "data" not in told:
        return item.derive(json)
    format = told["info"]["format"]
    name = str(PurePosixPath(refs[0].name).with_suffix(f".{ENDINGS[format]}"))
    file = await context.write_file(name, f"image/{format}", base64.b64decode(told["data"]))
    return item.derive(json, {**(item.files or {}), params.into or params.file: file})
