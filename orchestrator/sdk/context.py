"""Context: what the engine offers a running node."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Any, BinaryIO, Protocol, Self

from orchestrator.sdk.http import GuardedClient
from orchestrator.sdk.items import FileRef

Credential = dict[str, Any]
HttpClient = GuardedClient
"""`context.http`: redirects followed, addresses guarded, sizes and times limited. Its `policy`
opens sockets for libraries that do not speak HTTP: `context.http.policy.open_socket(host, port)`.
A process opens one with `orchestrator.sdk.http.open_client(EgressPolicy(allow))`."""


Pieces = AsyncIterable[bytes] | Iterable[bytes] | bytes


class OpenFile(Protocol):
    """A file's content, never whole in memory. In an `async def`: `async with … as file`, then
    `await file.read(size)` or `async for piece in file`. In a plain function: `with … as file`
    gives an ordinary binary file. Opening raises NodeError `file.gone`, `file.missing` or
    `file.refused`."""

    def __enter__(self) -> BinaryIO: ...
    def __exit__(self, *error: Any) -> None: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *error: Any) -> None: ...
    async def read(self, size: int = ...) -> bytes: ...
    def __aiter__(self) -> AsyncIterator[bytes]: ...


class Memory(Protocol):
    """Key-value memory. `scope`: `workflow` (private to this workflow) or `shared`."""

    async def get(self, key: str, *, scope: str = "workflow") -> Any: ...
    async def set(
        self, key: str, value: Any, *, scope: str = "workflow", ttl_seconds: int | None = None
    ) -> None: ...
    async def delete(self, key: str, *, scope: str = "workflow") -> bool: ...

    def first_seen(
        self,
        keys: Sequence[str],
        *,
        name: str,
        owner: str,
        scope: str = "workflow",
        most: int = 100_000,
        ttl_seconds: int | None = None,
    ) -> frozenset[str]:
        """Those of the keys (texts of at most 64 bytes) that only `owner` has met under this name; all
        are met from now on. For `owner` give the step's idempotency key: a repeated step gets the
        same answer. Blocking: for nodes that stream."""
        ...

    def forget_seen(self, *, name: str, scope: str = "workflow") -> int:
        """Forget all that was met under this name; how many things. Blocking, too."""
        ...


class Context(Protocol):
    """Everything a node may ask of its surroundings; nodes open no socket of their own."""

    run_id: str
    step_id: str
    workflow_id: str
    workflow_name: str
    node_id: str
    node_name: str
    try_number: int
    idempotency_key: str
    timezone: str
    autonomy: int
    """The workflow's dial, 0 to 100: how much may pass without a person. 50 unless it is set."""
    http: HttpClient
    memory: Memory

    def now(self) -> datetime:
        """The present moment, aware, in the workflow's time zone."""
        ...

    async def credential(self, ref: str) -> Credential:
        """The secret's fields. Raises NodeError `credential.missing` naming it."""
        ...

    def log(self, message: str, **fields: Any) -> None:
        """A line in the step's trace."""
        ...

    def stream(self, text: str) -> None:
        """Show partial output (a model's tokens) live; not recorded."""
        ...

    def usage(self, *, tokens_in: int = 0, tokens_out: int = 0, cost: float = 0.0) -> None:
        """Add to the step's tokens and cost (US dollars)."""
        ...

    def reply(self, *, status: int, headers: dict[str, str], body: bytes) -> None:
        """Answer the caller that waits for this run; sent once the step is recorded."""
        ...

    async def run_code(
        self, source: str, items: list[dict[str, Any]], *, language: str = "javascript", per: str = "batch"
    ) -> list[Any]:
        """Run user code in a sandbox child; returns its JSON result, one value for
        `per="batch"`, one per item for `per="item"`."""
        ...

    def open_file(self, ref: FileRef) -> OpenFile:
        """The content of a file on an item."""
        ...

    async def write_file(self, name: str, mime_type: str, pieces: Pieces) -> FileRef:
        """Keep a file; put the answer into `Item.files`. Raises NodeError `file.too_large`."""
        ...

    def open_path(self, path: str) -> OpenFile:
        """A file below the folder that the administrator opened for workflows (FILES_DIR)."""
        ...

    def scratch(self) -> BinaryIO:
        """An empty file without a name, gone when it is closed, for what does not fit into memory.
        For nodes that stream: they work on a thread."""
        ...

    def scratch_database(self) -> sqlite3.Connection:
        """The same as an empty database, for `orchestrator.sdk.keyed`."""
        ...

    async def write_path(self, path: str, pieces: Pieces) -> int:
        """Write a file below that folder, whole or not at all; returns its size in bytes."""
        ...
