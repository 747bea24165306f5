"""Nonces: the right to make one decision, given to the person who was shown the task.

A nonce is bound to the person, the task, its revision and what was shown. It is spent by the
decision itself: the task then is no longer open at that revision, so no list of used nonces is
needed. The GET that hands it out decides nothing."""

from __future__ import annotations

import secrets
from typing import Any

from django.core import signing

from orchestrator.inbox.history import shown_digest
from orchestrator.inbox.models import HumanTask

SALT = "orchestrator.inbox.decide"
LIFETIME_SECONDS = 7 * 24 * 3600


class NonceInvalid(Exception):
    """Not one of ours, or made for another person or task."""


class NonceExpired(Exception):
    """Older than its lifetime, or what is asked has changed since."""


def issue(task: HumanTask, user_id: str) -> str:
    """A fresh nonce for this person (`Person.key`) and the task as it stands."""
    return signing.dumps({**_bound_to(task, user_id), "n": secrets.token_urlsafe(12)}, salt=SALT)


def check(nonce: str, task: HumanTask, user_id: str) -> None:
    """Raises NonceInvalid or NonceExpired unless `nonce` was issued for exactly this."""
    try:
        claim = signing.loads(nonce, salt=SALT, max_age=LIFETIME_SECONDS)
    except signing.SignatureExpired as error:
        raise NonceExpired from error
    except (signing.BadSignature, ValueError) as error:
        raise NonceInvalid from error
    bound = _bound_to(task, user_id)
    if claim.get("t") != bound["t"] or claim.get("u") != bound["u"]:
        raise NonceInvalid
    if claim.get("r") != bound["r"] or claim.get("d") != bound["d"]:
        raise NonceExpired


def _bound_to(task: HumanTask, user_id: str) -> dict[str, Any]:
    return {"t": task.id, "u": str(user_id), "r": task.revision, "d": shown_digest(task)}
