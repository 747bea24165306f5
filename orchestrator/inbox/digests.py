"""The digest: one mail, at a person's hour, with everything that waits for them."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from orchestrator.accounts.models import User
from orchestrator.inbox import queries
from orchestrator.inbox.models import Delivery, HumanTask, Preference
from orchestrator.inbox.preferences import next_digest

EVENT = "digest"
MOST_LISTED = 30


def fire_due(now: datetime) -> int:
    """Put each digest whose hour has come into the outbox, once whoever else does the same. One
    that was missed, the clock having stood still, comes late and once. Returns how many."""
    due = Preference.objects.filter(next_digest_at__lte=now, user__is_active=True).select_related("user")
    return sum(_fire(preference, now) for preference in due)


@transaction.atomic
def _fire(preference: Preference, now: datetime) -> bool:
    then = next_digest(preference.digest, preference.digest_at, preference.timezone, after=now)
    mine = Preference.objects.filter(pk=preference.pk, next_digest_at=preference.next_digest_at)
    if mine.update(next_digest_at=then) != 1:
        return False
    if settings.MAIL_SERVER:
        to = preference.user.email.lower()
        Delivery.objects.create(event=EVENT, to=to, at=now, due_at=now)
    return True


def tasks_for(delivery: Delivery, *, now: datetime) -> list[HumanTask]:
    """What the digest lists: overdue first, then by priority; empty for who is gone by now."""
    user = reader_of(delivery)
    if user is None:
        return []
    return queries.page(user, view="mine", limit=MOST_LISTED, now=now).tasks


def reader_of(delivery: Delivery) -> User | None:
    return User.objects.filter(email__iexact=delivery.to, is_active=True).first()
