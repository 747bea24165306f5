"""What workflows remember: JSON values by key, private to a workflow or shared."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import transaction
from django.db.models import Q
from django.dispatch import Signal
from django.utils import timezone

from orchestrator.errors import InvalidInput, NotFound, TooLarge
from orchestrator.memory.models import MemoryEntry, Scope

LONGEST_KEY = 200
LONGEST_VALUE = 1024 * 1024
"""Bytes of JSON."""

changed = Signal()
"""Sent with `scope` and `workflow_id` when an entry was set or deleted, in the same transaction."""


def get(*, key: str, scope: str, workflow_id: str, now: datetime | None = None) -> Any:
    """The value, or None when nothing is remembered."""
    return get_many(keys=[key], scope=scope, workflow_id=workflow_id, now=now).get(key)


def get_many(*, keys: list[str], scope: str, workflow_id: str, now: datetime | None = None) -> dict[str, Any]:
    """Values by key; what is not remembered is left out."""
    rows = MemoryEntry.objects.filter(_place(scope, workflow_id), _alive(now), key__in=keys)
    return dict(rows.values_list("key", "value"))


def everything(*, workflow_id: str, now: datetime | None = None) -> dict[str, Any]:
    """All that a workflow may see as `$memory`: the shared values, then its own over them."""
    places = _place(Scope.SHARED, "") | _place(Scope.WORKFLOW, workflow_id)
    rows = MemoryEntry.objects.filter(places, _alive(now)).order_by("scope")
    return dict(rows.values_list("key", "value"))


def set(
    *,
    key: str,
    value: Any,
    scope: str,
    workflow_id: str,
    ttl_seconds: int | None = None,
    now: datetime | None = None,
) -> MemoryEntry:
    """Remember, over what was there. Raises InvalidInput for a bad key, scope or value."""
    now = now or timezone.now()
    _check(key, value, ttl_seconds)
    place = named_place(scope, workflow_id)
    expires_at = None if ttl_seconds is None else now + timedelta(seconds=ttl_seconds)
    with transaction.atomic():
        entry, _ = MemoryEntry.objects.update_or_create(
            **place, key=key, defaults={"value": value, "updated_at": now, "expires_at": expires_at}
        )
        changed.send(MemoryEntry, **place)
    return entry


def delete(*, key: str, scope: str, workflow_id: str) -> bool:
    """Whether there was something to forget."""
    place = named_place(scope, workflow_id)
    with transaction.atomic():
        was_there = MemoryEntry.objects.filter(**place, key=key).delete()[0] > 0
        if was_there:
            changed.send(MemoryEntry, **place)
    return was_there


def get_entry(*, entry_id: str, now: datetime | None = None) -> MemoryEntry:
    """Raises NotFound `memory.not_found`, also for what is past its time."""
    entry = MemoryEntry.objects.filter(_alive(now), pk=entry_id).first()
    if entry is None:
        raise NotFound("memory.not_found", f"the memory entry {entry_id} does not exist")
    return entry


def delete_entry(*, entry_id: str) -> None:
    """Raises NotFound `memory.not_found`."""
    entry = get_entry(entry_id=entry_id)
    delete(key=entry.key, scope=entry.scope, workflow_id=entry.workflow_id)


def forget_expired(*, now: datetime | None = None) -> int:
    """Delete what is past its time. Returns how many."""
    return MemoryEntry.objects.filter(expires_at__lte=now or timezone.now()).delete()[0]


def _check(key: str, value: Any, ttl_seconds: int | None) -> None:
    if not 1 <= len(key) <= LONGEST_KEY or "\x00" in key:
        raise InvalidInput("memory.bad_key", f"a key has 1 to {LONGEST_KEY} characters")
    if ttl_seconds is not None and not 1 <= ttl_seconds <= 10 * 365 * 86400:
        raise InvalidInput("memory.bad_ttl", "ttl_seconds is between one second and ten years")
    try:
        size = len(orjson.dumps(value))
    except TypeError as error:
        raise InvalidInput("memory.bad_value", f"the value cannot be kept as JSON: {error}") from None
    if size > LONGEST_VALUE:
        raise TooLarge("memory.too_large", f"the value has {size} bytes; {LONGEST_VALUE} can be kept")


def named_place(scope: str, workflow_id: str) -> dict[str, str]:
    """The columns that say whose memory is meant. Raises InvalidInput `memory.bad_scope`."""
    if scope == Scope.SHARED:
        return {"scope": scope, "workflow_id": ""}
    if scope != Scope.WORKFLOW or not workflow_id:
        raise InvalidInput("memory.bad_scope", "the scope is 'shared', or 'workflow' with a workflow_id")
    return {"scope": scope, "workflow_id": workflow_id}


def _place(scope: str, workflow_id: str) -> Q:
    return Q(**named_place(scope, workflow_id))


def _alive(now: datetime | None) -> Q:
    return Q(expires_at=None) | Q(expires_at__gt=now or timezone.now())
