"""A problem in a workflow: where it is, what it is, and how to mend it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


@dataclass(frozen=True)
class Problem:
    """`path` names the place (`nodes.<id>.params.url`, `edges.<index>`, `settings.timezone`);
    `code` is stable; only `severity="error"` blocks publishing."""

    path: str
    code: str
    message: str
    hint: str = ""
    severity: Literal["error", "warning"] = "error"

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def in_words(error: ErrorDetails) -> str:
    """What a pydantic error says, as the middle of a sentence."""
    if error["type"] == "missing" or error.get("ctx", {}).get("min_length") == 1:
        return "this field is required"
    message = error["msg"].removeprefix("Value error, ")
    return message[:1].lower() + message[1:]
