"""Signed links: how somebody opens a task from a mail without signing in. Opening decides nothing.

A link names a person, a task, its revision and what it shows; it dies with any of them. The page
behind it hands out a nonce, and only a POST with that nonce decides (see `nonces`)."""

from __future__ import annotations

from functools import cache
from typing import Any

import redis
from django.conf import settings
from django.core import signing

from orchestrator.accounts.models import User
from orchestrator.errors import Conflict, NotFound, ServiceError, TooMany
from orchestrator.inbox.history import shown_digest
from orchestrator.inbox.models import HumanTask, TaskStatus
from orchestrator.inbox.people import ANYONE_WITH_THE_LINK, Person, refusal
from orchestrator.inbox.policies import Policy

SALT = "orchestrator.inbox.link"
LIFETIME_SECONDS = 30 * 24 * 3600
ANYONE = "*"
MOST_BAD_PER_MINUTE = 20


class LinkGone(ServiceError):
    """It was a link of ours, and has served its time."""

    status = 410


def token_for(task: HumanTask, email: str) -> str:
    """What stands in a link for this person and the task as it is now."""
    return signing.dumps([task.pk, email.lower(), task.revision, shown_digest(task)[:32]], salt=SALT)


def link_for(task: HumanTask, email: str) -> str:
    return f"{settings.PUBLIC_URL}/answer/{token_for(task, email)}"


def public_link(task: HumanTask) -> str:
    """The link that anyone may use; empty for a task that is not for anyone."""
    is_open = task.status == TaskStatus.OPEN and Policy.read(task.policy).public
    return link_for(task, ANYONE) if is_open else ""


def page_of(task: HumanTask) -> str:
    """Where those who have an account open it; worth nothing to anyone else."""
    return f"{settings.PUBLIC_URL}/inbox/{task.pk}"


def open_link(token: str, *, address: str) -> tuple[HumanTask, Person]:
    """The task and the person of a link. Raises NotFound for what is no link of ours, LinkGone
    for one that has expired, Conflict (with the decision) for a decided task, NotAllowed when the
    person is no longer asked, TooMany after too many wrong ones from an `address`."""
    _refuse_guessers(address)
    try:
        claim = signing.loads(token, salt=SALT, max_age=LIFETIME_SECONDS)
        task_id, email, revision, shown = claim
    except signing.SignatureExpired:
        raise _gone() from None
    except (signing.BadSignature, ValueError, TypeError):
        _count_guess(address)
        raise NotFound("link.not_found", "this link is not one of ours, or was cut off") from None
    task = HumanTask.objects.filter(pk=task_id).first()
    if task is None:
        raise _gone()
    if task.status != TaskStatus.OPEN:
        raise Conflict("task.already_decided", "this has been decided", extra={"status": task.status})
    if revision != task.revision or shown != shown_digest(task)[:32]:
        raise _gone()
    person = _person(str(email))
    if (refused := refusal(person, task)) is not None:
        raise refused
    return task, person


def _person(email: str) -> Person:
    if email == ANYONE:
        return Person(ANYONE_WITH_THE_LINK)
    return Person(email, User.objects.filter(email=email).first())


def _gone() -> LinkGone:
    return LinkGone("link.gone", "what was asked has changed, or the link is too old")


def _refuse_guessers(address: str) -> None:
    try:
        count: Any = _redis().get(_key(address))
    except redis.RedisError:
        return
    if count is not None and int(count) >= MOST_BAD_PER_MINUTE:
        raise TooMany("link.throttled", "too many wrong links; wait a minute", extra={"retry_after": 60})


def _count_guess(address: str) -> None:
    try:
        pipeline = _redis().pipeline()
        pipeline.incr(_key(address))
        pipeline.expire(_key(address), 60)
        pipeline.execute()
    except redis.RedisError:
        return


def _key(address: str) -> str:
    return f"orchestrator:links:bad:{address}"


@cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
