"""What crosses the line between the engine's expressions and whatever evaluates JavaScript."""

from __future__ import annotations

from typing import Any, Protocol

import msgspec


class EvalCall(msgspec.Struct, frozen=True, kw_only=True):
    """Evaluate `sources` (JavaScript expressions) once for each item of a step.

    `items` holds the JSON of the step's items: all of them when `whole`, else only those of
    `indexes` (same order). `indexes` are the places in the step to evaluate for (default:
    every item). `as_text[n]` asks for the n-th result as text, the way a template shows it.
    `shared` is what all items see: run, workflow, vars, memory, now_ms, timezone, node_name,
    node_version, prev_node, params, run_index. `nodes` maps a node's name to `{"items": [...],
    "paired": [...], "params": {...}, "ran": bool}`, `paired[k]` being the place of the item that
    `indexes[k]` came from.
    `files` are what `$binary` shows of each evaluated item.
    """

    sources: list[str]
    items: list[Any]
    shared: dict[str, Any] = {}
    nodes: dict[str, Any] = {}
    run_key: str = ""
    deadline_seconds: float = 2.0
    indexes: list[int] | None = None
    whole: bool = True
    as_text: list[bool] | None = None
    files: list[dict[str, Any]] | None = None


class EvalError(msgspec.Struct, frozen=True):
    """One expression failed for one item. `position` is an offset in `source`, or None."""

    message: str
    source: str = ""
    item: int | None = None
    position: int | None = None
    hint: str = ""


class Evaluator(Protocol):
    """Evaluates JavaScript somewhere safe. Raises an exception with `code`, `message` and `hint`
    when the call as a whole cannot be answered (time, memory, a crash)."""

    async def evaluate(self, call: EvalCall) -> list[list[Any]]:
        """A row for each evaluated item: one value, or EvalError, for each source."""
        ...
