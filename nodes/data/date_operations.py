"""What can be done with dates, as settings."""

from typing import Annotated, Literal

from pydantic import Field

from nodes.data.moments import Unit
from orchestrator.sdk import Expression, Params

MOMENT = "ISO 8601 text or epoch milliseconds; empty: now."


class Now(Params):
    """The present moment."""

    kind: Literal["now"] = "now"


class Format(Params):
    """Write a date in another form."""

    kind: Literal["format"] = "format"
    date: Expression = Field(default=None, description=MOMENT)
    format: str = Field(
        default="yyyy-MM-dd",
        max_length=200,
        description="yyyy MM dd HH mm ss SSS, MMM and EEE for names, ZZ for the offset, x for epoch "
        "milliseconds; text in single quotes.",
        examples=["dd MMM yyyy, HH:mm", "x"],
    )


class Parse(Params):
    """Read a date of any form."""

    kind: Literal["parse"] = "parse"
    text: Expression = Field(description="The text to read.", examples=["09.03.2026 08:30"])
    format: str = Field(min_length=1, max_length=200, description="Its form.", examples=["dd.MM.yyyy HH:mm"])


class Add(Params):
    """Later or earlier."""

    kind: Literal["add"] = "add"
    date: Expression = Field(default=None, description=MOMENT)
    amount: float = Field(default=1, allow_inf_nan=False, description="How many; negative for earlier.")
    unit: Unit = Field(default="days", description="Of what. Days and more keep the time of day.")


class Extract(Params):
    """One part of a date."""

    kind: Literal["extract"] = "extract"
    date: Expression = Field(default=None, description=MOMENT)
    part: Literal[
        "all", "year", "quarter", "month", "week", "day", "weekday", "day_of_year", "hour", "minute", "second"
    ] = Field(default="all", description="Which part; weekdays count from Monday, 1, to Sunday, 7.")


class Difference(Params):
    """How far apart."""

    kind: Literal["difference"] = "difference"
    start: Expression = Field(default=None, description=MOMENT)
    end: Expression = Field(default=None, description=MOMENT)
    unit: Unit = Field(default="days", description="In what; months and years in whole ones.")


class Round(Params):
    """The beginning or end of a day, month and so on."""

    kind: Literal["round"] = "round"
    date: Expression = Field(default=None, description=MOMENT)
    unit: Unit = Field(default="days", description="To what; weeks begin on Monday.")
    to: Literal["start", "next", "nearest"] = Field(
        default="start", description="Its start, the start of the next one, or the nearer of both."
    )


Operation = Annotated[Now | Format | Parse | Add | Extract | Difference | Round, Field(discriminator="kind")]
