"""The Context that nodes receive, on real services."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

import httpx
from django.db import close_old_connections

from orchestrator.errors import ServiceError
from orchestrator.runs import files
from orchestrator.sdk import Credential, FileRef, Memory, NodeError
from orchestrator.sdk.context import Pieces
from orchestrator.threads import on_thread


@dataclass(frozen=True)
class Services:
    """What steps of all runs of a process share."""

    http: httpx.AsyncClient
    credential: Callable[[str], Awaitable[Credential]]
    memory: Callable[[str], BlockingMemory]
    run_code: Callable[..., Awaitable[Any]]


@dataclass(frozen=True)
class RunFacts:
    """What all steps of one run share."""

    run_id: str
    workflow_id: str
    workflow_name: str
    timezone: str
    now_ms: Callable[[], int]
    stream: Callable[[str, str, str], None]
    """(step, node id, text): show partial output live."""
    autonomy: int = 50


@dataclass
class NodeContext:
    """See `orchestrator.sdk.Context`. `logs`, `used` and `replies` are read after the step."""

    services: Services
    facts: RunFacts
    step_id: str
    node_id: str
    node_name: str
    try_number: int
    idempotency_key: str
    logs: list[dict[str, Any]] = field(default_factory=list)
    used: dict[str, float] = field(default_factory=dict)
    replies: list[dict[str, Any]] = field(default_factory=list)

    @property
    def run_id(self) -> str:
        return self.facts.run_id

    @property
    def workflow_id(self) -> str:
        return self.facts.workflow_id

    @property
    def workflow_name(self) -> str:
        return self.facts.workflow_name

    @property
    def timezone(self) -> str:
        return self.facts.timezone

    @property
    def autonomy(self) -> int:
        return self.facts.autonomy

    @property
    def http(self) -> httpx.AsyncClient:
        return self.services.http

    @property
    def memory(self) -> Memory:
        return self.services.memory(self.facts.workflow_id)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.facts.now_ms() / 1000, ZoneInfo(self.facts.timezone))

    async def credential(self, ref: str) -> Credential:
        return await self.services.credential(ref)

    def log(self, message: str, **fields: Any) -> None:
        self.logs.append({"at": self.facts.now_ms(), "message": message, "fields": fields})

    def stream(self, text: str) -> None:
        self.facts.stream(self.step_id, self.node_id, text)

    def usage(self, *, tokens_in: int = 0, tokens_out: int = 0, cost: float = 0.0) -> None:
        for name, amount in (("tokens_in", tokens_in), ("tokens_out", tokens_out), ("cost", cost)):
            self.used[name] = self.used.get(name, 0) + amount

    def reply(self, *, status: int, headers: dict[str, str], body: bytes) -> None:
        self.replies.append({"status": status, "headers": headers, "body": body})

    async def run_code(
        self, source: str, items: list[dict[str, Any]], *, language: str = "javascript", per: str = "batch"
    ) -> list[Any]:
        def heard(line: dict[str, Any]) -> None:
            self.logs.append({"at": self.facts.now_ms(), **line})
            self.stream(line["message"] + "\n")

        result = await self.services.run_code(
            source, items, language=language, per=per, run_key=self.facts.run_id, on_line=heard
        )
        value = result.value
        return value if isinstance(value, list) else [value]

    def open_file(self, ref: FileRef) -> files.OpenFile:
        return files.open_file(ref)

    async def write_file(self, name: str, mime_type: str, pieces: Pieces) -> FileRef:
        return await files.write_file(name, mime_type, pieces)

    def open_path(self, path: str) -> files.OpenFile:
        return files.open_path(path)

    def scratch(self) -> BinaryIO:
        return files.scratch()

    def scratch_database(self) -> sqlite3.Connection:
        return files.scratch_database()

    async def write_path(self, path: str, pieces: Pieces) -> int:
        return await files.write_path(path, pieces)


class BlockingMemory:
    """Key-value memory over synchronous store functions, on a thread; `seen` are those for what
    workflows have met."""

    def __init__(self, store: Any, seen: Any, workflow_id: str) -> None:
        self._store = store
        self._seen = seen
        self._workflow_id = workflow_id

    async def everything(self) -> dict[str, Any]:
        """All that the workflow may see, by key."""
        found: dict[str, Any] = await _ask(self._store.everything, workflow_id=self._workflow_id)
        return found

    async def get(self, key: str, *, scope: str = "workflow") -> Any:
        return await _ask(self._store.get, key=key, scope=scope, workflow_id=self._workflow_id)

    async def set(
        self, key: str, value: Any, *, scope: str = "workflow", ttl_seconds: int | None = None
    ) -> None:
        await _ask(
            self._store.set,
            key=key,
            value=value,
            scope=scope,
            workflow_id=self._workflow_id,
            ttl_seconds=ttl_seconds,
        )

    async def delete(self, key: str, *, scope: str = "workflow") -> bool:
        return bool(await _ask(self._store.delete, key=key, scope=scope, workflow_id=self._workflow_id))

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
        found: set[str] = _ask_now(
            self._seen.first_seen,
            keys=keys,
            name=name,
            scope=scope,
            workflow_id=self._workflow_id,
            owner=owner,
            most=most,
            ttl_seconds=ttl_seconds,
        )
        return frozenset(found)

    def forget_seen(self, *, name: str, scope: str = "workflow") -> int:
        return int(_ask_now(self._seen.forget_seen, name=name, scope=scope, workflow_id=self._workflow_id))


async def _ask(function: Callable[..., Any], **wanted: Any) -> Any:
    """What the store refuses is the author's to mend, not a bug of the node."""
    try:
        return await on_thread(function, **wanted)
    except ServiceError as error:
        raise NodeError(error.message, code=error.code) from None


def _ask_now(function: Callable[..., Any], **wanted: Any) -> Any:
    """The same on a thread that waits; it gives its connection back afterwards."""
    try:
        return function(**wanted)
    except ServiceError as error:
        raise NodeError(error.message, code=error.code) from None
    finally:
        close_old_connections()
