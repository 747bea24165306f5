"""Notices: who hears of what happens to a task. Only rows are written here; `outbox` sends them."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import Q

from orchestrator.accounts.models import User
from orchestrator.inbox import history
from orchestrator.inbox.models import Absence, Channel, Delivery, HumanTask
from orchestrator.inbox.people import Person, people_named
from orchestrator.inbox.preferences import without_mail

ASKING = frozenset({"opened", "changed", "reminded", "reassigned"})
"""Events of which those asked are told; of the others, those who watch."""
EVENTS = (*sorted(ASKING), "raised", "commented", "decided", "expired", "cancelled")
MOST_MAILS = 200
"""For one event: a team larger than this has a channel."""


def tell(task: HumanTask, event: str, *, at: datetime, by: Person | None = None) -> None:
    """Put a notice of `event` into the outbox for everyone whom it concerns. Call it in the
    transaction of what happened: either both are recorded or neither."""
    rows = [
        Delivery(task=task, event=event, channel=channel, at=at, due_at=at)
        for channel in _channels(task, event)
    ]
    if settings.MAIL_SERVER and task.notify:
        emails = asked_now(task, at=at) if event in ASKING else _watchers(task)
        emails = sorted(emails - {by.email if by else ""} - without_mail(emails))[:MOST_MAILS]
        rows += [Delivery(task=task, event=event, to=email, at=at, due_at=at) for email in emails]
    for row in rows:
        row.by = by.email if by else ""
    Delivery.objects.bulk_create(rows)


def asked_now(task: HumanTask, *, at: datetime) -> set[str]:
    """E-mail addresses of those whose answer is missing, with the deputies of who is away."""
    if task.for_anyone:
        return set()
    if task.claimed_by is not None:
        return {task.claimed_by.email.lower()}
    emails = people_named(task.candidates.values_list("who", flat=True)) - set(task.excluded)
    away = Absence.objects.filter(
        user__email__in=emails, begins_at__lte=at, ends_at__gt=at, deputy__is_active=True
    ).values_list("deputy__email", flat=True)
    answered = set(task.votes.filter(shown=history.shown_digest(task)).values_list("who", flat=True))
    gone = User.objects.filter(email__in=emails, is_active=False).values_list("email", flat=True)
    return (emails - answered - set(gone)) | ({email.lower() for email in away} - set(task.excluded))


def _watchers(task: HumanTask) -> set[str]:
    watching = task.watches.filter(user__is_active=True).values_list("user__email", flat=True)
    return {email.lower() for email in watching}


def _channels(task: HumanTask, event: str) -> list[Channel]:
    found = Channel.objects.filter(Q(queue="") | Q(queue=task.queue), is_active=True)
    return [channel for channel in found if not channel.events or event in channel.events]
