"""What an expression can see."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


def _nobody(_index: int) -> int | None:
    return None


Turns = list[list[list[dict[str, Any]]]]
"""The JSON of items, by turn, then by output."""


@dataclass(frozen=True)
class NodeData:
    """What another node gave: the JSON of its items, and, for a place in this step's input,
    the place of the item it came from (`paired`; None when there is no link)."""

    items: list[dict[str, Any]]
    paired: Callable[[int], int | None] = _nobody
    params: dict[str, Any] = field(default_factory=dict)
    output: str = "main"
    turns: Callable[[], Turns] | None = None
    """What every output gave in every turn of the node, in order."""
    place: tuple[int, int] = (0, 0)
    """In which turn, and on which output, `items` came."""


@dataclass(frozen=True)
class Scope:
    """The surroundings of one step. `items` and `files` by place; `node_items` may be lazy and
    raises KeyError for a node that has not run. `now_ms` is epoch milliseconds."""

    items: Sequence[dict[str, Any]]
    files: Sequence[Any] = field(default_factory=list)
    node_items: Mapping[str, NodeData] = field(default_factory=dict)
    run: dict[str, Any] = field(default_factory=dict)
    workflow: dict[str, Any] = field(default_factory=dict)
    vars: dict[str, Any] = field(default_factory=dict)
    memory: dict[str, Any] = field(default_factory=dict)
    now_ms: int = 0
    timezone: str = "UTC"
    node_name: str = ""
    node_version: int = 1
    prev_node: dict[str, Any] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)
    run_index: int = 0


class ExpressionError(Exception):
    """An expression could not be resolved for an item. `path` names the param
    (`conditions.0.left`), `position` is an offset in the param's text, or None."""

    code = "expression.failed"

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        path: str = "",
        item: int | None = None,
        source: str = "",
        position: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.path = path
        self.item = item
        self.source = source
        self.position = position
