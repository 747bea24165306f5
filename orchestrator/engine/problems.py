"""A problem in a workflow: where it is, what it is, and how to mend it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal


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
