"""Memory over the API: look at what workflows remember, correct it, remove it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal

from django.db.models import TextField
from django.db.models.functions import Length, Substr
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from orchestrator.accounts.schemas import Input
from orchestrator.memory import services
from orchestrator.memory.models import MemoryEntry
from orchestrator.pages import Page, page_of

router = Router(tags=["memory"])


PREVIEW = 200
"""Characters."""


class MemoryEntryBase(Schema):
    id: str
    key: str
    scope: Literal["workflow", "shared"]
    workflow_id: str
    """Empty for shared entries."""
    updated_at: datetime
    expires_at: datetime | None


class MemoryOut(MemoryEntryBase):
    value: Any


class MemoryRow(MemoryEntryBase):
    preview: str
    """The beginning of the value as JSON, whole when it is short."""
    length: int
    """Characters of the value as JSON."""


class MemoryList(Schema):
    items: list[MemoryRow]
    next: str | None = None


class MemoryChange(Input):
    key: str = Field(min_length=1, max_length=200)
    scope: Literal["workflow", "shared"] = "shared"
    workflow_id: str = Field("", max_length=26)
    value: Any = None
    ttl_seconds: int | None = None


class MemoryFilter(Page):
    scope: Literal["workflow", "shared"] | None = None
    workflow_id: str | None = Field(None, max_length=26)
    search: str | None = Field(None, max_length=200)


@router.get("", response=MemoryList, operation_id="list_memory")
def list_memory(request: HttpRequest, query: Query[MemoryFilter]) -> dict[str, Any]:
    """Entries that have not expired, those that were made last first."""
    rows = MemoryEntry.objects.exclude(expires_at__lte=timezone.now()).defer("value")
    preview = Substr("value", 1, PREVIEW, output_field=TextField())
    rows = rows.annotate(preview=preview, length=Length("value"))
    if query.scope:
        rows = rows.filter(scope=query.scope)
    if query.workflow_id is not None:
        rows = rows.filter(workflow_id=query.workflow_id)
    if query.search:
        rows = rows.filter(key__icontains=query.search)
    return page_of(rows, query, _row)


def _row(entry: Any) -> Any:
    if entry.length <= PREVIEW:  # kept with escapes, which nobody wants to read
        entry.preview = json.dumps(json.loads(entry.preview), ensure_ascii=False)
    return entry


@router.get("/{entry_id}", response=MemoryOut, operation_id="get_memory")
def get_memory(request: HttpRequest, entry_id: str) -> MemoryEntry:
    """One entry with its value."""
    return services.get_entry(entry_id=entry_id)


@router.put("", response=MemoryOut, operation_id="set_memory")
def put_memory(request: HttpRequest, payload: MemoryChange) -> MemoryEntry:
    """Remember a value by its key, over what was there."""
    return services.set(
        key=payload.key,
        value=payload.value,
        scope=payload.scope,
        workflow_id=payload.workflow_id,
        ttl_seconds=payload.ttl_seconds,
    )


@router.delete("/{entry_id}", response={204: None}, operation_id="delete_memory")
def remove_memory(request: HttpRequest, entry_id: str) -> HttpResponse:
    services.delete_entry(entry_id=entry_id)
    return HttpResponse(status=204)
