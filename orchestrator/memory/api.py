"""Memory over the API: look at what workflows remember, correct it, remove it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from orchestrator.accounts.schemas import Input
from orchestrator.memory import services
from orchestrator.memory.models import MemoryEntry
from orchestrator.pages import Page, page_of

router = Router(tags=["memory"])


class MemoryOut(Schema):
    id: str
    key: str
    scope: Literal["workflow", "shared"]
    workflow_id: str
    """Empty for shared entries."""
    value: Any
    updated_at: datetime
    expires_at: datetime | None


class MemoryList(Schema):
    items: list[MemoryOut]
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
    """Entries that have not expired, newest first."""
    rows = MemoryEntry.objects.exclude(expires_at__lte=timezone.now())
    if query.scope:
        rows = rows.filter(scope=query.scope)
    if query.workflow_id is not None:
        rows = rows.filter(workflow_id=query.workflow_id)
    if query.search:
        rows = rows.filter(key__icontains=query.search)
    return page_of(rows, query)


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
