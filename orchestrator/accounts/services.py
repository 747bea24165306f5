"""Signing in and out, the first owner, API tokens."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from orchestrator.accounts.models import ApiToken, User

TOKEN_MARK = "orc_"
SHOWN = 12
LAST_USED_STEP = timedelta(minutes=1)


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def create_token(*, user: User, name: str) -> tuple[ApiToken, str]:
    """A new token and its secret, which is shown this once and kept nowhere."""
    secret = TOKEN_MARK + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(user=user, name=name, prefix=secret[:SHOWN], digest=digest_of(secret))
    return token, secret


def user_of_token(secret: str, *, now: datetime | None = None) -> User | None:
    """Who a token belongs to; None when it is unknown or its user may no longer sign in."""
    token = (
        ApiToken.objects.select_related("user").filter(digest=digest_of(secret), user__is_active=True).first()
    )
    if token is None:
        return None
    now = now or timezone.now()
    # To the minute is enough, and spares a write on every call.
    if token.last_used_at is None or now - token.last_used_at > LAST_USED_STEP:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token.user
