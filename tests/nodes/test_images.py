"""Images as they come out, point by point; and those that are made to do harm."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image

from nodes.files.image import image
from orchestrator.sdk.cases import Outcome, run_case

RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)


def png(picture: Image.Image, format: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


async def edited(content: bytes, *more: bytes, format: str = "same", **operation: Any) -> Outcome:
    names = ["data", "overlay"]
    files = {
        name: {"name": f"{name}.png", "base64": base64.b64encode(data).decode()}
        for name, data in zip(names, (content, *more), strict=False)
    }
    params = {"operation": {"kind": "info", **operation}, "format": format}
    return await run_case(image, {"params": params, "items": [{}], "files": [files]})


async def picture(content: bytes, *more: bytes, **wanted: Any) -> Image.Image:
    outcome = await edited(content, *more, **wanted)
    assert outcome.error is None, outcome.error.message
    [item] = outcome.outputs["main"]
    file = (item.files or {})["data"]
    return Image.open(io.BytesIO(outcome.context.kept.contents[file.hash]))


def halves() -> Image.Image:
    """Red on the left, blue on the right."""
    made = Image.new("RGB", (40, 20), RED)
    made.paste(BLUE, (20, 0, 40, 20))
    return made


async def test_a_part_is_cut_out_where_it_was_asked_for() -> None:
    made = await picture(png(halves()), kind="crop", left=30, top=5, width=5, height=5)
    assert (made.size, made.getpixel((0, 0))) == ((5, 5), BLUE)


async def test_turning_and_mirroring_go_the_way_they_say() -> None:
    turned = await picture(png(halves()), kind="rotate", degrees=90)
    assert turned.size == (20, 40)
    assert [turned.getpixel((10, 2)), turned.getpixel((10, 38))] == [RED, BLUE]
    mirrored = await picture(png(halves()), kind="flip")
    assert mirrored.getpixel((2, 2)) == BLUE


async def test_a_slanted_image_gets_its_background() -> None:
    made = await picture(png(halves()), kind="rotate", degrees=45, background="#fff")
    assert made.getpixel((0, 0)) == WHITE


async def test_filling_a_size_cuts_off_what_sticks_out() -> None:
    made = await picture(png(halves()), kind="resize", width=10, height=10, fit="fill")
    assert (made.size, made.getpixel((0, 5)), made.getpixel((9, 5))) == ((10, 10), RED, BLUE)
    stretched = await picture(png(halves()), kind="resize", width=10, height=20, fit="stretch")
    assert stretched.size == (10, 20)


async def test_another_image_shows_through_as_much_as_asked() -> None:
    logo = Image.new("RGBA", (10, 10), (255, 255, 255, 255))
    made = await picture(png(halves()), png(logo), kind="overlay", x=30, y=-5, opacity=0.5)
    assert made.mode == "RGB"
    assert made.getpixel((35, 2)) == pytest.approx((128, 128, 255), abs=1)
    assert made.getpixel((35, 8)) == BLUE


async def test_text_is_written_in_its_colour() -> None:
    blank = png(Image.new("RGB", (200, 60), WHITE))
    made = await picture(blank, kind="text", text="Grüße\nÅse", x=10, y=5, size=20, color="red")
    counted = {color: count for count, color in made.getcolors(100_000) or []}
    assert counted[RED] > 100


async def test_a_photo_is_upright_and_tells_nothing_of_its_place() -> None:
    noted = Image.Exif()
    noted[0x0112] = 6  # turned by a quarter
    noted[0x010E] = "at home"
    made = await picture(png(halves(), "JPEG", exif=noted), kind="adjust", brightness=1)
    assert made.size == (20, 40)
    assert dict(made.getexif()) == {}


MODES = ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"]
FORMATS = ["png", "webp", "gif", "bmp", "tiff"]


@pytest.mark.parametrize(
    ("mode", "format"), [*((mode, "jpeg") for mode in MODES), *(("RGBA", format) for format in FORMATS)]
)
async def test_every_kind_of_image_can_become_every_kind_of_file(mode: str, format: str) -> None:
    source = "TIFF" if mode in ("CMYK", "I;16") else "PNG"
    made = await picture(png(Image.new(mode, (3, 2)), source), format=format)
    assert (made.size, made.format) == ((3, 2), format.upper())


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge_png(width: int, height: int, data: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", data) + chunk(b"IEND", b"")


HARMFUL = {
    "a small file of ten billion pixels": (huge_png(100_000, 100_000), "files.too_large"),
    "one endless line": (huge_png(2_000_000, 1), "files.too_large"),
    "nothing inside": (huge_png(5_000, 5_000), "files.damaged"),
    "cut short": (png(halves())[:60], "files.damaged"),
    "PostScript, which would start a program": (
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        "files.image",
    ),
    "an SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "files.image"),
}


@pytest.mark.parametrize(("content", "code"), list(HARMFUL.values()), ids=list(HARMFUL))
async def test_an_image_made_to_do_harm_is_refused(content: bytes, code: str) -> None:
    outcome = await edited(content, kind="flip")
    assert outcome.error is not None
    assert outcome.error.code == code, outcome.error.message


async def test_an_image_does_not_grow_beyond_the_limit() -> None:
    wide = png(Image.new("1", (20_000, 10)))
    for operation in (
        {"kind": "resize", "height": 2_000, "width": 20_000, "fit": "stretch", "enlarge": True, "quality": 1},
        {"kind": "resize", "width": 20_000, "height": 20_000, "fit": "fill", "enlarge": True},
        {"kind": "rotate", "degrees": 45},
        {"kind": "border", "width": 2_000},
    ):
        operation.pop("quality", None)
        outcome = await edited(wide, **operation)
        if operation.get("height") == 2_000:
            assert outcome.error is None, outcome.error.message
        else:
            assert outcome.error is not None and outcome.error.code == "files.too_large"
