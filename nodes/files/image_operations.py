"""What Edit image can do, each with its own settings."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from orchestrator.sdk import Params, Text, ui

MOST_PIXELS = 20_000

Color = Annotated[
    str,
    Field(
        max_length=60,
        description="A colour: `#ff8800`, `white`, `rgba(0, 0, 0, 0.5)`.",
        json_schema_extra=ui(widget="color"),
    ),
]


class Info(Params):
    """Look at it, or only convert it."""

    kind: Literal["info"] = "info"


class Resize(Params):
    """Make it larger or smaller."""

    kind: Literal["resize"] = "resize"
    width: int | None = Field(
        default=None, ge=1, le=MOST_PIXELS, description="In pixels; empty: it follows from the height."
    )
    height: int | None = Field(
        default=None, ge=1, le=MOST_PIXELS, description="In pixels; empty: it follows from the width."
    )
    fit: Literal["inside", "fill", "stretch"] = Field(
        default="inside",
        description="Keep the proportions and stay inside the size, fill it and cut off what sticks out, or "
        "stretch to it.",
    )
    enlarge: bool = Field(default=False, description="Also make a smaller image larger.")


class Crop(Params):
    """Cut out a part."""

    kind: Literal["crop"] = "crop"
    left: int = Field(default=0, ge=0, le=MOST_PIXELS, description="Where the part begins, from the left.")
    top: int = Field(default=0, ge=0, le=MOST_PIXELS, description="Where the part begins, from the top.")
    width: int = Field(ge=1, le=MOST_PIXELS, description="Width of the part in pixels.")
    height: int = Field(ge=1, le=MOST_PIXELS, description="Height of the part in pixels.")


class Rotate(Params):
    """Turn it."""

    kind: Literal["rotate"] = "rotate"
    degrees: float = Field(default=90, ge=-360, le=360, description="Clockwise.")
    background: Color = "white"


class Flip(Params):
    """Mirror it."""

    kind: Literal["flip"] = "flip"
    direction: Literal["left_to_right", "top_to_bottom"] = Field(
        default="left_to_right", description="Which sides change places."
    )


class WriteText(Params):
    """Write on it."""

    kind: Literal["text"] = "text"
    text: Text = Field(max_length=2_000, description="What to write.")
    x: int = Field(default=10, ge=-MOST_PIXELS, le=MOST_PIXELS, description="From the left, in pixels.")
    y: int = Field(default=10, ge=-MOST_PIXELS, le=MOST_PIXELS, description="From the top, in pixels.")
    align: Literal["left", "center", "right"] = Field(
        default="left", description="Whether the text begins, has its middle or ends there."
    )
    size: int = Field(default=24, ge=4, le=500, description="Height of the letters in pixels.")
    color: Color = "black"


class Overlay(Params):
    """Put another image on it."""

    kind: Literal["overlay"] = "overlay"
    other: str = Field(
        default="overlay", min_length=1, description="The other image's name on the item.", examples=["logo"]
    )
    x: int = Field(default=0, ge=-MOST_PIXELS, le=MOST_PIXELS, description="From the left, in pixels.")
    y: int = Field(default=0, ge=-MOST_PIXELS, le=MOST_PIXELS, description="From the top, in pixels.")
    opacity: float = Field(default=1, ge=0, le=1, description="0 cannot be seen, 1 hides what is below.")


class Adjust(Params):
    """Change its light and colours."""

    kind: Literal["adjust"] = "adjust"
    grey: bool = Field(default=False, description="Without colours.")
    brightness: float = Field(
        default=1, ge=0, le=10, description="1 leaves it as it is, 2 is twice as bright."
    )
    contrast: float = Field(default=1, ge=0, le=10, description="1 leaves it as it is, 0 is one grey.")
    blur: float = Field(default=0, ge=0, le=100, description="How far each point spreads, in pixels.")


class Border(Params):
    """Put a border around it."""

    kind: Literal["border"] = "border"
    width: int = Field(default=10, ge=1, le=2_000, description="In pixels.")
    color: Color = "black"


Operation = Annotated[
    Info | Resize | Crop | Rotate | Flip | WriteText | Overlay | Adjust | Border,
    Field(discriminator="kind"),
]
