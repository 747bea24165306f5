"""Open websockets end when what opened them does: the session, the API token, the account.

The database is asked every two seconds, in three queries for all sockets of the process; a
change made in this process is looked at right away.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import structlog
from channels.db import database_sync_to_async
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone

from orchestrator.accounts.models import ApiToken, User

log = structlog.get_logger(__name__)

CHECK_SECONDS = 2.0
SOONEST_SECONDS = 0.1
"""Many people signing in at once cost one look."""


class Proof(NamedTuple):
    """What a socket was opened with: a session's key, or the digest of a token."""

    session: str = ""
    token: str = ""


def valid(proofs: Iterable[Proof]) -> set[Proof]:
    """Those that would still open a socket now."""
    asked = set(proofs)
    return set(_valid_sessions(asked)) | set(_valid_tokens(asked))


def _valid_sessions(proofs: set[Proof]) -> Iterator[Proof]:
    keys = [proof.session for proof in proofs if proof.session]
    if not keys:
        return
    rows = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    found = {row.session_key: row.get_decoded() for row in rows}
    ids = {data[SESSION_KEY] for data in found.values() if SESSION_KEY in data}
    users = {user.pk: user for user in User.objects.filter(pk__in=ids, is_active=True)}
    for key, data in found.items():
        user = users.get(data.get(SESSION_KEY, ""))
        # A changed password ends the sessions that were opened with the old one.
        if user is not None and data.get(HASH_SESSION_KEY) == user.get_session_auth_hash():
            yield Proof(session=key)


def _valid_tokens(proofs: set[Proof]) -> Iterator[Proof]:
    digests = [proof.token for proof in proofs if proof.token]
    if not digests:
        return
    rows = ApiToken.objects.filter(digest__in=digests, user__is_active=True)
    for digest in rows.values_list("digest", flat=True):
        yield Proof(token=digest)


class Guard:
    """The open sockets of one event loop. Looks only while there are any."""

    def __init__(self) -> None:
        self._sockets: dict[asyncio.Event, Proof] = {}
        self._soon = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._looking: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def watch(self, proof: Proof) -> AsyncIterator[asyncio.Event]:
        """The event is set when the proof no longer holds."""
        ended = asyncio.Event()
        self._sockets[ended] = proof
        if self._looking is None:
            self._looking = asyncio.create_task(self._look_on())
        try:
            yield ended
        finally:
            del self._sockets[ended]
            if not self._sockets and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    def look_soon(self) -> None:
        """From any thread."""
        with suppress(RuntimeError):  # The loop has ended, and its sockets with it.
            self._loop.call_soon_threadsafe(self._soon.set)

    async def _look_on(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._soon.wait(), CHECK_SECONDS)
                await asyncio.sleep(SOONEST_SECONDS)
            self._soon.clear()
            asked = dict(self._sockets)
            try:
                holding = await database_sync_to_async(valid)(asked.values())
            except Exception:
                # Nobody is thrown out because the database is away for a moment.
                log.exception("sockets.check_failed")
                continue
            for ended, proof in asked.items():
                if proof not in holding:
                    ended.set()


_guards: WeakKeyDictionary[asyncio.AbstractEventLoop, Guard] = WeakKeyDictionary()


def guard() -> Guard:
    """The guard of the running event loop; made at first use."""
    loop = asyncio.get_running_loop()
    if loop not in _guards:
        _guards[loop] = Guard()
    return _guards[loop]


@receiver(post_delete, sender=Session)
@receiver(post_delete, sender=ApiToken)
@receiver(post_save, sender=User)
def _look_again(**_: Any) -> None:
    if guards := list(_guards.values()):
        transaction.on_commit(lambda: [one.look_soon() for one in guards])
