"""What workflows have met: keys of things, so that each is taken for new once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from orchestrator.errors import InvalidInput
from orchestrator.memory.models import SeenKey, SeenList
from orchestrator.memory.services import named_place

LONGEST_NAME = 100
LONGEST_KEY = 64
AT_ONCE = 500


def first_seen(
    *,
    keys: Sequence[str],
    name: str,
    scope: str,
    workflow_id: str,
    owner: str,
    most: int,
    ttl_seconds: int | None = None,
    now: datetime | None = None,
) -> set[str]:
    """Those of the keys that only `owner` has met; from now on all of them are met. Asked again by
    the same owner, the answer is the same: a step that is repeated repeats its result.

    Of a list, the `most` keys met last are kept, and none that was not met for `ttl_seconds`.
    Raises InvalidInput for a bad name or scope.
    """
    if not 1 <= len(name) <= LONGEST_NAME or "\x00" in name:
        raise InvalidInput("memory.bad_key", f"a name has 1 to {LONGEST_NAME} characters")
    now = now or timezone.now()
    place = named_place(scope, workflow_id)
    found: set[str] = set()
    with transaction.atomic():
        made, _ = SeenList.objects.get_or_create(**place, name=name)
        # One after the other: two that renew each other's keys would wait for one another.
        seen_list = SeenList.objects.select_for_update().get(pk=made.pk)
        others = SeenKey.objects.filter(seen_list=seen_list).exclude(owner=owner)
        if ttl_seconds is not None:
            others.filter(seen_at__lt=now - timedelta(seconds=ttl_seconds)).delete()
        ordered = sorted(set(keys))
        for start in range(0, len(ordered), AT_ONCE):
            portion = ordered[start : start + AT_ONCE]
            rows = [SeenKey(seen_list=seen_list, key=key, owner=owner, seen_at=now) for key in portion]
            SeenKey.objects.bulk_create(rows, ignore_conflicts=True)
            met = SeenKey.objects.filter(seen_list=seen_list, key__in=portion)
            found.update(met.filter(owner=owner).values_list("key", flat=True))
            met.exclude(owner=owner).update(seen_at=now)
        _shorten(seen_list, owner, most)
    return found


def _shorten(seen_list: SeenList, owner: str, most: int) -> None:
    """Forget the keys met longest ago; never those of the step at work, which may be repeated."""
    keys = SeenKey.objects.filter(seen_list=seen_list).order_by("-seen_at", "-id")
    over = list(keys.values_list("seen_at", "id")[most : most + 1])
    if not over:
        return
    [(seen_at, id)] = over
    old = SeenKey.objects.filter(seen_list=seen_list).exclude(owner=owner)
    old.filter(seen_at__lt=seen_at).delete()
    old.filter(seen_at=seen_at, id__lte=id).delete()


def forget_seen(*, name: str, scope: str, workflow_id: str) -> int:
    """Forget all that was met under this name. Returns how many things that were."""
    place = named_place(scope, workflow_id)
    with transaction.atomic():
        known = SeenKey.objects.filter(
            seen_list__name=name, **{f"seen_list__{k}": v for k, v in place.items()}
        )
        return int(known.delete()[0])
