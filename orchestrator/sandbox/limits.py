"""Limits of a child, and the error of a call that broke one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from orchestrator.sdk.errors import NodeError

_MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """`heap_mb` is JavaScript's own heap; `memory_mb` all memory of a child above what it needs at
    rest; sizes of results in bytes."""

    expression_seconds: float = 2.0
    expression_cpu_seconds: float = 1.0
    code_seconds: float = 60.0
    heap_mb: int = 256
    memory_mb: int = 400
    output_bytes: int = 64 * _MB
    input_bytes: int = 256 * _MB


class SandboxError(NodeError):
    """A call could not be answered. `code`: `sandbox.timeout`, `sandbox.memory`, `sandbox.output`,
    `sandbox.input`, `sandbox.crashed`, `sandbox.closed`, `sandbox.missing`, `sandbox.language`, or
    `sandbox.code` when the user's code threw: then `line`, `column` and `item` may say where.
    `logs` are the lines that it wrote until then."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        hint: str = "",
        line: int | None = None,
        column: int | None = None,
        item: int | None = None,
    ) -> None:
        super().__init__(message, hint=hint, item=item, code=code)
        self.line = line
        self.column = column
        self.logs: list[dict[str, Any]] = []


class CodeResult(msgspec.Struct, frozen=True):
    """What user code returned: one value for `per="batch"`, one per item for `per="item"`; `logs` are
    {"level", "message"}."""

    value: list[Any]
    logs: list[dict[str, Any]]
