"""What Compress can do, as settings."""

from typing import Annotated, Literal

from pydantic import Field

from orchestrator.sdk import FileName, Params, ui

FILE = "The file's name on the item."


class Zip(Params):
    """The files of all items into one zip archive."""

    kind: Literal["zip"] = "zip"
    files: list[str] = Field(
        default=[], max_length=100, description="Names of the files on the items; none: all they have."
    )
    name: str = Field(default="files.zip", min_length=1, max_length=200, description="Name of the archive.")


class Unzip(Params):
    """An item for each file in a zip archive."""

    kind: Literal["unzip"] = "unzip"
    file: FileName = Field(default="data", min_length=1, description=FILE)
    password: str = Field(
        default="",
        max_length=500,
        description="Its password, if it has one.",
        json_schema_extra=ui(advanced=True),
    )


class Gzip(Params):
    """Make a file smaller."""

    kind: Literal["gzip"] = "gzip"
    file: FileName = Field(default="data", min_length=1, description=FILE)


class Gunzip(Params):
    """Make it as it was."""

    kind: Literal["gunzip"] = "gunzip"
    file: FileName = Field(default="data", min_length=1, description=FILE)


Operation = Annotated[Zip | Unzip | Gzip | Gunzip, Field(discriminator="kind")]
