"""The one error a node raises on purpose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class after:  # noqa: N801 - reads as a word: retry=after(seconds=30)
    """Retry no sooner than `seconds` from now (a server's `Retry-After`)."""

    seconds: float


Retry = Literal["never", "soon"] | after


class NodeError(Exception):
    """A failure that the workflow's author or the node's vendor can understand.

    `hint` says how to mend it; `retry` whether trying again may help; `item` the index of
    the input item at fault; `code` a stable string such as `http.status`.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        retry: Retry = "never",
        item: int | None = None,
        code: str = "node.failed",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.retry = retry
        self.item = item
        self.code = code
