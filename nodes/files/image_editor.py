"""Edits images in a child process: a small file can unfold to fill all memory, or break the reader."""

from __future__ import annotations

import base64
import io
from typing import Any

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 20_000
NO_ALPHA = ("JPEG", "BMP")


class Refused(Exception):
    """What the workflow's author can mend."""

    def __init__(self, message: str, *, code: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint


def perform(request: dict[str, Any], data: bytes) -> dict[str, Any]:
    """`info` on the outcome and, unless nothing was to be done, its content as base64 in `data`.

    `request`: `operation` (with `kind`), `format` ("" as it is), `quality`, and in `sizes` how many
    bytes of `data` each image has."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # looked at below, before anything is unfolded
    images = []
    for size in request["sizes"]:
        images.append(_opened(data[:size]))
        data = data[size:]
    image, format = images[0], images[0].format or "PNG"
    operation = request["operation"]
    wanted = request["format"] or format
    if operation["kind"] == "info" and wanted == format:
        return {"info": _info(image, format)}
    try:
        image = OPERATIONS[operation["kind"]](ImageOps.exif_transpose(image), operation, images[1:])
        image, content = _saved(image, wanted, request["quality"])
    except (OSError, SyntaxError, ValueError) as error:
        raise Refused(f"the image is damaged: {error}", code="files.damaged") from error
    return {"info": _info(image, wanted), "data": base64.b64encode(content).decode()}


def _opened(data: bytes) -> Any:
    from PIL import Image, UnidentifiedImageError

    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError as error:
        known = ", ".join(FORMATS)
        raise Refused(
            "the file is not an image that is known", code="files.image", hint=f"Known are {known}."
        ) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise Refused(f"the image is damaged: {error}", code="files.damaged") from error
    _check(*image.size)
    return image


def _check(width: int, height: int) -> None:
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise Refused(
            f"{width:,} × {height:,} pixels are too many",
            code="files.too_large",
            hint=f"At most {MOST_PIXELS // 1_000_000} million, and {LONGEST_SIDE:,} on one side.",
        )


def _info(image: Any, format: str) -> dict[str, Any]:
    bands = image.getbands()
    return {
        "format": format.lower(),
        "width": image.width,
        "height": image.height,
        "has_alpha": "A" in bands or "transparency" in image.info,
        "is_grey": bands[0] in ("L", "1", "I", "F"),
        "frames": getattr(image, "n_frames", 1),
    }


def _full(image: Any) -> Any:
    """In colours that every operation knows."""
    return image if image.mode in ("RGB", "RGBA") else image.convert("RGBA" if _has_alpha(image) else "RGB")


def _has_alpha(image: Any) -> bool:
    return "A" in image.getbands() or "transparency" in image.info


def _resized(image: Any, operation: dict[str, Any], _: Any) -> Any:
    from PIL import ImageOps

    width, height, fit = operation["width"], operation["height"], operation["fit"]
    if width is None and height is None:
        raise Refused("no size is given", code="params.invalid", hint="Give a width, a height or both.")
    wide, high = image.size
    if not operation["enlarge"]:
        width, height = min(width or wide, wide), min(height or high, high)
    # A side that is not given follows from the other one.
    width = width or max(1, round(wide * height / high))
    height = height or max(1, round(high * width / wide))
    _check(width, height)
    image = _full(image)
    if fit == "stretch":
        return image.resize((width, height))
    if fit == "fill":
        return ImageOps.fit(image, (width, height))
    return ImageOps.contain(image, (width, height))


def _cropped(image: Any, operation: dict[str, Any], _: Any) -> Any:
    left, top = operation["left"], operation["top"]
    right, bottom = left + operation["width"], top + operation["height"]
    if left >= image.width or top >= image.height:
        raise Refused(
            f"the part begins outside of the image of {image.width} × {image.height} pixels",
            code="params.invalid",
        )
    return image.crop((left, top, min(right, image.width), min(bottom, image.height)))


def _rotated(image: Any, operation: dict[str, Any], _: Any) -> Any:
    image = _full(image)
    diagonal = int((image.width**2 + image.height**2) ** 0.5) + 1
    if operation["degrees"] % 90:
        _check(diagonal, diagonal)
    return image.rotate(-operation["degrees"], expand=True, fillcolor=_color(operation["background"], image))


def _flipped(image: Any, operation: dict[str, Any], _: Any) -> Any:
    from PIL import ImageOps

    return ImageOps.mirror(image) if operation["direction"] == "left_to_right" else ImageOps.flip(image)


def _written(image: Any, operation: dict[str, Any], _: Any) -> Any:
    from PIL import ImageDraw, ImageFont

    image = _full(image).copy()
    font = ImageFont.load_default(operation["size"])
    anchors = {"left": "la", "center": "ma", "right": "ra"}
    ImageDraw.Draw(image).multiline_text(
        (operation["x"], operation["y"]),
        operation["text"],
        font=font,
        fill=_color(operation["color"], image),
        anchor=anchors[operation["align"]],
        align=operation["align"],
    )
    return image


def _overlaid(image: Any, operation: dict[str, Any], others: list[Any]) -> Any:
    from PIL import Image

    base, other = _full(image).convert("RGBA"), _full(others[0]).convert("RGBA")
    faded = other.getchannel("A").point(lambda value: round(value * operation["opacity"]))
    other.putalpha(faded)
    layer = Image.new("RGBA", base.size)
    layer.paste(other, (operation["x"], operation["y"]))
    done = Image.alpha_composite(base, layer)
    return done if _has_alpha(image) else done.convert("RGB")


def _adjusted(image: Any, operation: dict[str, Any], _: Any) -> Any:
    from PIL import ImageEnhance, ImageFilter, ImageOps

    image = _full(image)
    if operation["grey"]:
        alpha = image.getchannel("A") if image.mode == "RGBA" else None
        image = ImageOps.grayscale(image)
        if alpha is not None:
            image.putalpha(alpha)
    for name, change in (("Brightness", operation["brightness"]), ("Contrast", operation["contrast"])):
        if change != 1:
            image = getattr(ImageEnhance, name)(image).enhance(change)
    return image.filter(ImageFilter.GaussianBlur(operation["blur"])) if operation["blur"] else image


def _bordered(image: Any, operation: dict[str, Any], _: Any) -> Any:
    from PIL import ImageOps

    image, width = _full(image), operation["width"]
    _check(image.width + 2 * width, image.height + 2 * width)
    return ImageOps.expand(image, width, _color(operation["color"], image))


def _unchanged(image: Any, operation: dict[str, Any], _: Any) -> Any:
    return image


OPERATIONS = {
    "info": _unchanged,
    "resize": _resized,
    "crop": _cropped,
    "rotate": _rotated,
    "flip": _flipped,
    "text": _written,
    "overlay": _overlaid,
    "adjust": _adjusted,
    "border": _bordered,
}


def _color(text: str, image: Any) -> Any:
    from PIL import ImageColor

    try:
        return ImageColor.getcolor(text, image.mode)
    except ValueError as error:
        raise Refused(
            f"{text!r} is not a colour",
            code="params.invalid",
            hint="Such as #ff8800, white or rgba(0, 0, 0, 0).",
        ) from error


def _saved(image: Any, format: str, quality: int) -> tuple[Any, bytes]:
    """The image as the format can hold it, and the file."""
    from PIL import Image

    if format in NO_ALPHA:
        image = _full(image)
        if image.mode == "RGBA":
            white = Image.new("RGB", image.size, "white")
            white.paste(image, mask=image.getchannel("A"))
            image = white
    elif image.mode not in ("1", "L", "LA", "P", "RGB", "RGBA"):
        image = _full(image)
    file = io.BytesIO()
    options: dict[str, Any] = {"quality": quality} if format in ("JPEG", "WEBP") else {}
    image.save(file, format, **options)  # without what a camera noted, such as the place
    return image, file.getvalue()
