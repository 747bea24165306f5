"""The outbox: sends what `notices` wrote down, with retries, outside of every transaction.

A message may, rarely, go out twice (a process that dies between sending and noting it); it then
has the same Message-ID or delivery number. It never gets lost and never holds anything up."""

from __future__ import annotations

import asyncio
import smtplib
import threading
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import close_old_connections
from django.db.models import F
from django.utils import timezone

from orchestrator.inbox import channels, digests, mails, notices
from orchestrator.inbox.models import Delivery, TaskStatus
from orchestrator.sdk import NodeError
from orchestrator.sdk.egress import EgressPolicy
from orchestrator.sdk.http import GuardedClient, check_status, http_errors, open_client

MOST_AT_ONCE = 50
LEASE = timedelta(minutes=5)
WAITS = [timedelta(seconds=30), *(timedelta(minutes=n) for n in (2, 10, 60, 360))]
KEEP = timedelta(days=30)
TIMEOUT_SECONDS = 20
log = structlog.get_logger(__name__)


class Passing(Exception):
    """It did not work this time; a later try may."""


class Lasting(Exception):
    """It will not work however often it is tried."""


def send_due(now: datetime) -> int:
    """Send what is due. Returns how many messages were taken up."""
    found = _claim(now)
    mail = [delivery for delivery in found if delivery.channel is None]
    if mail:
        _send_mail(mail, now=now)
    posts = [delivery for delivery in found if delivery.channel is not None]
    if posts:
        asyncio.run(_post_all(posts, now=now))
    for delivery in found:
        delivery.save(update_fields=["state", "error", "sent_at", "due_at"])
    return len(found)


def is_due(now: datetime) -> bool:
    return Delivery.objects.filter(state=Delivery.State.WAITING, due_at__lte=now).exists()


def forget_old(*, now: datetime) -> int:
    """Delete messages that are long done. Returns how many."""
    old = Delivery.objects.filter(at__lt=now - KEEP).exclude(state=Delivery.State.WAITING)
    return old.delete()[0]


def _claim(now: datetime) -> list[Delivery]:
    """Take due messages: each goes to one process, for as long as the lease."""
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING)
    claimed = []
    for delivery in waiting.filter(due_at__lte=now).order_by("due_at")[:MOST_AT_ONCE]:
        mine = waiting.filter(pk=delivery.pk, due_at=delivery.due_at)
        if mine.update(due_at=now + LEASE, tries=F("tries") + 1) == 1:
            claimed.append(delivery.pk)
    return list(
        Delivery.objects.filter(pk__in=claimed).select_related("task__claimed_by", "channel").order_by("pk")
    )


def _send_mail(deliveries: list[Delivery], *, now: datetime) -> None:
    """All over one connection."""
    if not settings.MAIL_SERVER:
        for delivery in deliveries:
            _end(delivery, Delivery.State.DROPPED, "there is no mail server any more", now=now)
        return
    server = mails.open_server()
    try:
        for delivery in deliveries:
            if reason := _no_longer_wanted(delivery, now=now):
                _end(delivery, Delivery.State.DROPPED, reason, now=now)
                continue
            try:
                server.open()
                server.send_messages([mails.mail_of(delivery, now=now)])
            except Exception as error:
                _failed(delivery, _mail_error(error), now=now)
                server.connection = None
            else:
                _end(delivery, Delivery.State.SENT, "", now=now)
    finally:
        server.close()


def _mail_error(error: Exception) -> Passing | Lasting:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        return (Lasting if codes and min(codes) >= 500 else Passing)(f"refused: {error.recipients}")
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Passing("the mail server did not accept user name and password")
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500:
        return Lasting(str(error))
    if isinstance(error, OSError):
        return Passing(str(error) or type(error).__name__)
    log.error("a mail could not be made", exc_info=error)
    return Lasting(str(error))


async def _post_all(deliveries: list[Delivery], *, now: datetime) -> None:
    async with open_client(EgressPolicy(settings.EGRESS_ALLOW), timeout_seconds=TIMEOUT_SECONDS) as client:
        client.follow_redirects = False
        await asyncio.gather(*(_post(delivery, client, now=now) for delivery in deliveries))


async def _post(delivery: Delivery, client: GuardedClient, *, now: datetime) -> None:
    try:
        with http_errors():
            response = await client.post(**channels.request_of(delivery, now=now))
        check_status(response)
        if response.is_redirect:
            raise Lasting("the channel's address redirects; enter where it leads to")
    except NodeError as error:
        words = channels.without_secret(error.message, delivery)
        _failed(delivery, (Lasting if error.retry == "never" else Passing)(words), now=now)
    except (Lasting, ValueError) as error:
        _failed(delivery, Lasting(str(error)), now=now)
    else:
        _end(delivery, Delivery.State.SENT, "", now=now)


def _no_longer_wanted(delivery: Delivery, *, now: datetime) -> str:
    """Why a question needs no mail any more; empty when it does."""
    if delivery.event == digests.EVENT:
        return "" if digests.tasks_for(delivery, now=now) else "nothing is open"
    if delivery.event not in notices.ASKING:
        return ""
    if delivery.about.status != TaskStatus.OPEN:
        return "the task is closed"
    return "" if delivery.to in notices.asked_now(delivery.about, at=now) else "they are not asked any more"


def _failed(delivery: Delivery, error: Passing | Lasting, *, now: datetime) -> None:
    if isinstance(error, Lasting) or delivery.tries > len(WAITS):
        log.warning("a message about a task was given up", delivery=delivery.pk, error=str(error))
        _end(delivery, Delivery.State.FAILED, str(error), now=now)
        return
    delivery.due_at = now + WAITS[delivery.tries - 1]
    delivery.error = str(error)[:500]


def _end(delivery: Delivery, state: str, error: str, *, now: datetime) -> None:
    delivery.state, delivery.error = state, error[:500]
    delivery.sent_at = now if state == Delivery.State.SENT else None


class Postman:
    """Sends on a thread of its own, so that a slow mail server stops no clock."""

    def __init__(self) -> None:
        self._is_out = threading.Lock()

    def nudge(self, now: datetime) -> None:
        """Begin a round when something is due and none is under way."""
        if is_due(now) and self._is_out.acquire(blocking=False):
            threading.Thread(target=self._go_round, name="postman", daemon=True).start()

    def _go_round(self) -> None:
        try:
            while send_due(timezone.now()):
                continue
        except Exception:
            log.exception("the outbox could not be sent; it is tried again")
        finally:
            close_old_connections()
            self._is_out.release()
