"""Signing in, the first owner, API tokens."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.dispatch import Signal
from django.utils import timezone

from orchestrator.accounts.models import ApiToken, SignInAttempts, User
from orchestrator.errors import Conflict, InvalidInput, NotFound, NotSignedIn, Problem, TooMany

TOKEN_MARK = "orc_"
SHOWN = 12
LAST_USED_STEP = timedelta(minutes=1)

WINDOW = timedelta(minutes=15)
MOST_BY_PAIR = 10
"""Failures for one e-mail from one address. Counting by e-mail alone so low would let a stranger
lock the owner out."""
MOST_BY_ADDRESS = 50
MOST_BY_EMAIL = 200

owner_created = Signal()
"""Sent with `user`, inside the transaction that made the first account."""


def create_owner(*, email: str, name: str, password: str) -> User:
    """The account that sets the instance up. Raises Conflict `owner.exists` when there is any
    account already, also when two people try at the same moment; InvalidInput for a weak password."""
    _check_password(password, User(email=email, name=name))
    try:
        with transaction.atomic():
            if User.objects.exists():
                raise _owner_exists()
            user = User.objects.create_user(
                email, password, name=name, is_owner=True, is_staff=True, is_superuser=True
            )
            owner_created.send(sender=User, user=user)
    except IntegrityError:
        raise _owner_exists() from None
    return user


def needs_owner() -> bool:
    return not User.objects.exists()


def _owner_exists() -> Conflict:
    return Conflict("owner.exists", "this instance already has an owner; sign in instead")


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        problems = [Problem("body.password", "password.weak", message) for message in error.messages]
        raise InvalidInput("password.weak", " ".join(error.messages), problems) from None


def check_sign_in(*, email: str, password: str, address: str, now: datetime | None = None) -> User:
    """Who signs in. Raises NotSignedIn `auth.wrong_password`, the same for an unknown e-mail;
    TooMany `auth.throttled` after too many failures. `address` is the caller's IP."""
    now = now or timezone.now()
    email = email.strip().lower()
    limits = {
        _attempts_key("pair", email, address): MOST_BY_PAIR,
        _attempts_key("address", address): MOST_BY_ADDRESS,
        _attempts_key("email", email): MOST_BY_EMAIL,
    }
    # Counted before the password is looked at, so that many at once do not slip through.
    for key, most in limits.items():
        _count_attempt(key, most, now)
    user = authenticate(username=email, password=password)
    if not isinstance(user, User):
        raise NotSignedIn("auth.wrong_password", "e-mail or password is wrong")
    SignInAttempts.objects.filter(key=_attempts_key("pair", email, address)).delete()
    others = [_attempts_key("address", address), _attempts_key("email", email)]
    SignInAttempts.objects.filter(key__in=others, count__gt=0).update(count=F("count") - 1)
    return user


def change_password(*, user: User, current: str, new: str, address: str) -> None:
    """Ends every session that was opened with the old one. Raises InvalidInput `password.wrong` or
    `password.weak`, and TooMany as signing in does: who guesses here guesses at the same door."""
    try:
        check_sign_in(email=user.email, password=current, address=address)
    except NotSignedIn:
        message = "this is not your present password"
        problems = [Problem("body.current_password", "password.wrong", message)]
        raise InvalidInput("password.wrong", message, problems) from None
    _check_password(new, user)
    user.set_password(new)
    user.save(update_fields=["password"])


def _attempts_key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@transaction.atomic
def _count_attempt(key: str, most: int, now: datetime) -> None:
    fresh = {"count": 0, "window_ends_at": now + WINDOW}
    attempts, _ = SignInAttempts.objects.select_for_update().get_or_create(key=key, defaults=fresh)
    if attempts.window_ends_at <= now:
        attempts.count, attempts.window_ends_at = 0, now + WINDOW
    if attempts.count >= most:
        wait_seconds = int((attempts.window_ends_at - now).total_seconds()) + 1
        raise TooMany(
            "auth.throttled",
            f"too many failed attempts; try again in {-(-wait_seconds // 60)} minutes",
            extra={"retry_after": wait_seconds},
        )
    attempts.count += 1
    attempts.save()


def forget_old_attempts(*, now: datetime) -> int:
    """Delete windows that are over. Returns how many."""
    return SignInAttempts.objects.filter(window_ends_at__lte=now).delete()[0]


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def create_token(*, user: User, name: str) -> tuple[ApiToken, str]:
    """A new token and its secret, which is shown this once and kept nowhere."""
    secret = TOKEN_MARK + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(user=user, name=name, prefix=secret[:SHOWN], digest=digest_of(secret))
    return token, secret


def delete_token(*, user: User, token_id: str) -> None:
    """Raises NotFound for a token that is not this user's."""
    if not ApiToken.objects.filter(pk=token_id, user=user).delete()[0]:
        raise NotFound("token.not_found", f"you have no token {token_id}")


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
