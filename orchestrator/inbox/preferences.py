"""How people want to hear of tasks: mails, the digest, notifications of the browser."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orchestrator.accounts.models import User
from orchestrator.errors import InvalidInput, Problem
from orchestrator.inbox.models import Preference
from orchestrator.sdk.business_time import CLOCK

SATURDAY = 5


def preferences_of(user: User) -> Preference:
    """Those that the person set, or the defaults (not stored)."""
    return Preference.objects.filter(user=user).first() or Preference(user=user)


def prefer(
    *,
    user: User,
    by_mail: bool,
    in_browser: str,
    digest: str,
    digest_at: str,
    timezone: str,
    now: datetime,
) -> Preference:
    """Raises InvalidInput `preferences.time` or `preferences.timezone`."""
    if not re.fullmatch(CLOCK, digest_at):
        raise _invalid("digest_at", "preferences.time", "the time must look like 08:30")
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"{timezone!r} is not a time zone such as Europe/Berlin"
        raise _invalid("timezone", "preferences.timezone", message) from None
    wanted = {
        "by_mail": by_mail,
        "in_browser": in_browser,
        "digest": digest,
        "digest_at": digest_at,
        "timezone": timezone,
        "next_digest_at": next_digest(digest, digest_at, timezone, after=now),
    }
    return Preference.objects.update_or_create(user=user, defaults=wanted)[0]


def next_digest(digest: str, at: str, timezone: str, *, after: datetime) -> datetime | None:
    """The first moment after `after` at which the clock of `timezone` shows `at`, on a day that
    counts; None when there is no digest."""
    if digest == Preference.Digest.OFF:
        return None
    zone, clock = ZoneInfo(timezone), time.fromisoformat(at)
    day = after.astimezone(zone).date()
    while True:
        moment = datetime.combine(day, clock, zone).astimezone(UTC)
        if moment > after and (digest == Preference.Digest.DAILY or day.weekday() < SATURDAY):
            return moment
        day += timedelta(days=1)


def without_mail(emails: Iterable[str]) -> set[str]:
    """Those of the addresses whose owners want no mail for each task; lower case."""
    found = Preference.objects.filter(by_mail=False, user__email__in=list(emails))
    return {email.lower() for email in found.values_list("user__email", flat=True)}


def _invalid(path: str, code: str, message: str) -> InvalidInput:
    return InvalidInput(code, message, [Problem(path, code, message)])
