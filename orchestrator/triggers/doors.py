"""The webhooks of live workflows, kept in memory by a web process.

Looking one up costs no database query. A cheap number in the database (the epoch) tells when the
copy is out of date; it is read at most four times a second, and at once for an unknown path, so
that a workflow that was published a moment ago is found."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import orjson
import structlog
from django.db import connection

from orchestrator.credentials.services import reveal
from orchestrator.engine.expressions import ExpressionError, ParamsTemplate, Scope
from orchestrator.errors import ServiceError
from orchestrator.triggers import hooks
from orchestrator.triggers.models import Webhook, WebhookEpoch

TRUST_SECONDS = 0.25

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Door:
    workflow_id: str
    version_id: str
    node_id: str
    path: str
    method: str
    respond: str
    status: int
    guard: tuple[str, bytes] | None = None
    """The header a caller must send, in lower case, and its value."""
    is_locked: bool = False
    """Its credential cannot be read, so nobody may enter."""
    deduplicate_by: ParamsTemplate | None = None

    def message_key(self, item: dict[str, Any]) -> str:
        """What names the message of this request, so that one sent again starts no second run;
        empty when nothing does."""
        kind, value = "header", item["headers"].get("idempotency-key")
        if not value and self.deduplicate_by is not None:
            (found,) = self.deduplicate_by.resolve_plain(Scope(items=[item]), range(1))
            kind, value = "field", None if isinstance(found, ExpressionError) else found["key"]
        if value is None or value == "":
            return ""
        digest = hashlib.sha256(orjson.dumps([self.node_id, kind, value])).hexdigest()
        return f"webhook:{digest}"


@dataclass(frozen=True)
class Table:
    """All doors: by literal path, and those with parameters by their number of segments."""

    epoch: int
    literal: dict[str, dict[str, Door]] = field(default_factory=dict)
    patterns: dict[int, list[tuple[tuple[str, ...], dict[str, Door]]]] = field(default_factory=dict)

    def find(self, path: str) -> tuple[dict[str, Door], dict[str, str]] | None:
        """The doors at a path, by method, and the parameters in the path."""
        if (doors := self.literal.get(path)) is not None:
            return doors, {}
        parts = path.split("/")
        for pattern, doors in self.patterns.get(len(parts), ()):
            if all(want[0] == ":" or want == part for want, part in zip(pattern, parts, strict=True)):
                pairs = zip(pattern, parts, strict=True)
                return doors, {want[1:]: part for want, part in pairs if want[0] == ":"}
        return None


class Doors:
    """The present table of one event loop."""

    def __init__(self) -> None:
        self._table = Table(epoch=-1)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="webhooks")
        self._checked_at = 0.0
        self._seen_changes = -1
        self._refreshing: asyncio.Task[None] | None = None

    async def find(self, path: str) -> tuple[dict[str, Door], dict[str, str]] | None:
        """The doors at a path. Raises django.db.Error when they were never read and cannot be."""
        is_old = time.monotonic() - self._checked_at > TRUST_SECONDS
        is_fresh = is_old or self._seen_changes != hooks.local_changes
        if is_fresh:
            await self._refresh()
        found = self._table.find(path)
        if found is None and not is_fresh:
            await self._refresh()
            found = self._table.find(path)
        return found

    async def _refresh(self) -> None:
        """One look into the database for all who ask at the same time."""
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(self._look())
        await asyncio.shield(self._refreshing)

    async def _look(self) -> None:
        seen = hooks.local_changes
        loop = asyncio.get_running_loop()
        try:
            self._table = await loop.run_in_executor(self._thread, _read, self._table)
        except Exception as error:
            if self._table.epoch < 0:
                raise
            log.warning(
                "webhooks: the database does not answer; going on with what is known", error=str(error)
            )
        self._checked_at = time.monotonic()
        self._seen_changes = seen

    async def close(self) -> None:
        self._thread.submit(connection.close)
        await asyncio.to_thread(self._thread.shutdown)


def _read(known: Table) -> Table:
    """The table as it is now; `known` itself when nothing changed."""
    try:
        epoch = WebhookEpoch.objects.filter(pk=1).values_list("number", flat=True).first() or 0
        return known if epoch == known.epoch else _build(epoch)
    except Exception:
        connection.close()
        raise


def _build(epoch: int) -> Table:
    return table_of(Webhook.objects.all(), epoch)


def table_of(rows: Iterable[Webhook], epoch: int = 0) -> Table:
    """The doors that the rows describe."""
    by_pattern: dict[str, dict[str, Door]] = defaultdict(dict)
    paths: dict[str, str] = {}
    for row in rows:
        by_pattern[row.pattern][row.method] = _door(row)
        paths[row.pattern] = row.path
    table = Table(epoch)
    for pattern, doors in by_pattern.items():
        if ":" in pattern.split("/"):
            parts = tuple(paths[pattern].split("/"))
            table.patterns.setdefault(len(parts), []).append((parts, doors))
        else:
            table.literal[pattern] = doors
    for listed in table.patterns.values():
        # Of two that fit, the one whose literal parts come first wins.
        listed.sort(key=lambda entry: [part[0] == ":" for part in entry[0]])
    return table


def _door(row: Webhook) -> Door:
    guard, is_locked = None, False
    if row.authentication.get("kind") == "header":
        guard = _guard(row.authentication)
        is_locked = guard is None
    return Door(
        workflow_id=row.workflow_id,
        version_id=row.version_id,
        node_id=row.node_id,
        path=row.path,
        method=row.method,
        respond=row.respond,
        status=row.status,
        guard=guard,
        is_locked=is_locked,
        deduplicate_by=ParamsTemplate.compile({"key": row.deduplicate_by}) if row.deduplicate_by else None,
    )


def _guard(authentication: dict[str, Any]) -> tuple[str, bytes] | None:
    try:
        secret = reveal(authentication["credential"])
        return secret["name"].lower(), secret["value"].encode()
    except (ServiceError, KeyError) as error:
        log.warning("a webhook's credential cannot be read; the webhook stays shut", error=str(error))
        return None
