"""How answers by mail get here: fetched from a mailbox by the clock, or posted by a mail service."""

from __future__ import annotations

import base64
import binascii
import imaplib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from orchestrator.inbox import replies

LOOK_EVERY = timedelta(seconds=20)
TIMEOUT_SECONDS = 20
MOST_AT_ONCE = 50
LARGEST_MAIL_BYTES = 10 * 1024 * 1024
RAW_FIELDS = ("email", "body-mime", "raw", "message")
"""Where mail services put the whole mail: SendGrid, Mailgun, others."""
log = structlog.get_logger(__name__)


def fetch(now: datetime) -> int:
    """Take in the unread mails of the mailbox and mark them read. Returns how many.

    Raises OSError or imaplib.IMAP4.error when it cannot be looked into."""
    taken = 0
    with _open_mailbox(settings.REPLY_MAILBOX) as mailbox:
        _, found = mailbox.uid("SEARCH", "UNSEEN")
        for uid in (found[0] or b"").split()[:MOST_AT_ONCE]:
            raw = _raw(mailbox, uid.decode())
            if raw is not None:
                _take(raw, now=now)
            mailbox.uid("STORE", uid.decode(), "+FLAGS.SILENT", r"(\Seen)")
            taken += 1
    return taken


def _raw(mailbox: imaplib.IMAP4, uid: str) -> bytes | None:
    """A mail without marking it read; None when it is gone, or larger than answers are."""
    _, sizes = mailbox.uid("FETCH", uid, "(RFC822.SIZE)")
    size = b"".join(part for part in sizes if isinstance(part, bytes)).rpartition(b"RFC822.SIZE ")[2]
    if not size or int(size.split(b")")[0].split()[0]) > LARGEST_MAIL_BYTES:
        return None
    _, parts = mailbox.uid("FETCH", uid, "(BODY.PEEK[])")
    return next((part[1] for part in parts if isinstance(part, tuple)), None)


def _take(raw: bytes, *, now: datetime) -> None:
    """A mail that breaks our reading must not be read again and again; a database that is away is
    no fault of the mail."""
    try:
        replies.receive(raw, now=now)
    except DatabaseError:
        raise
    except Exception:
        log.exception("a mail that arrived could not be taken in")


@contextmanager
def _open_mailbox(box: dict[str, Any]) -> Iterator[imaplib.IMAP4]:
    context = ssl.create_default_context()
    mailbox: imaplib.IMAP4
    if box["security"] == "tls":
        mailbox = imaplib.IMAP4_SSL(box["host"], box["port"], ssl_context=context, timeout=TIMEOUT_SECONDS)
    else:
        mailbox = imaplib.IMAP4(box["host"], box["port"], timeout=TIMEOUT_SECONDS)
    try:
        if box["security"] == "starttls":
            mailbox.starttls(context)
        mailbox.login(box["username"], box["password"])
        state, said = mailbox.select(f'"{box["folder"]}"')
        if state != "OK":
            raise imaplib.IMAP4.error(f"the folder {box['folder']!r} cannot be opened: {said!r}")
        yield mailbox
    finally:
        try:
            mailbox.logout()
        except (OSError, imaplib.IMAP4.error):
            mailbox.shutdown()


class Collector:
    """Looks into the mailbox every now and then, on a thread of its own."""

    def __init__(self) -> None:
        self._is_out = threading.Lock()
        self._next: datetime | None = None

    def nudge(self, now: datetime) -> None:
        """Begin a look when it is time and none is under way."""
        if not settings.REPLY_MAILBOX or (self._next is not None and now < self._next):
            return
        if self._is_out.acquire(blocking=False):
            self._next = now + LOOK_EVERY
            threading.Thread(target=self._look, name="collector", daemon=True).start()

    def _look(self) -> None:
        try:
            fetch(timezone.now())
        except (OSError, imaplib.IMAP4.error) as error:
            log.warning("the mailbox of answers cannot be looked into; it is tried again", error=str(error))
        except Exception:
            log.exception("the answers by mail could not be taken in; it is tried again")
        finally:
            close_old_connections()
            self._is_out.release()


# A mail service has no cookie; it proves itself by the key.
@csrf_exempt
@require_POST
def inbound_mail(request: HttpRequest) -> JsonResponse:
    """A mail service posts what arrived: the whole mail as the body (`message/rfc822`) or in a form
    field. The key is the password of basic authentication, or a bearer token."""
    if not settings.REPLY_WEBHOOK_KEY:
        return _refuse(404, "route.not_found", "answers by mail are not posted here")
    if not constant_time_compare(_key_of(request), settings.REPLY_WEBHOOK_KEY):
        return _refuse(401, "mail.key", "the key is missing or wrong")
    raw = _posted(request)
    if not raw:
        return _refuse(400, "mail.missing", f"no mail in it: send it as the body, or as {RAW_FIELDS[0]}")
    if len(raw) > LARGEST_MAIL_BYTES:
        return _refuse(413, "body.too_large", "the mail is too large for an answer")
    return JsonResponse({"became": replies.receive(raw, now=timezone.now())})


def _key_of(request: HttpRequest) -> str:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


def _posted(request: HttpRequest) -> bytes:
    if (request.content_type or "") not in ("multipart/form-data", "application/x-www-form-urlencoded"):
        return request.body
    for name in RAW_FIELDS:
        if (sent := request.FILES.get(name)) is not None:
            return bytes(sent.read())
        if name in request.POST:
            return request.POST[name].encode("utf-8", "surrogateescape")
    return b""


def _refuse(status: int, code: str, message: str) -> JsonResponse:
    return JsonResponse({"code": code, "message": message}, status=status)
