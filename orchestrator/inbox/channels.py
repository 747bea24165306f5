"""Channels: other programs and Slack-compatible chats that hear of tasks."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import IntegrityError, transaction

from orchestrator.errors import Conflict, InvalidInput, NotFound, Problem
from orchestrator.ids import new_id
from orchestrator.inbox import links
from orchestrator.inbox.models import Channel, Delivery
from orchestrator.inbox.notices import EVENTS
from orchestrator.inbox.schemas import task_row

LEADS = {
    "opened": "A decision is asked",
    "changed": "The proposal was changed; a decision is asked again",
    "reminded": "A decision is still asked",
    "reassigned": "A decision was handed over",
    "raised": "A decision has become more urgent",
    "commented": "A task was commented",
    "decided": "A task was decided",
    "expired": "A task ran out of time",
    "cancelled": "A task was withdrawn",
}


def create_channel(
    *, name: str, kind: str, url: str, events: list[str] | None = None, queue: str = "", secret: str = ""
) -> Channel:
    """Raises InvalidInput `channel.kind`, `channel.url` or `channel.event`; Conflict `channel.name_taken`."""
    if kind not in Channel.Kind.values:
        raise _invalid("kind", "channel.kind", f"a channel is one of: {', '.join(Channel.Kind.values)}")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _invalid("url", "channel.url", "the address must look like https://example.org/path")
    if unknown := set(events or ()) - set(EVENTS):
        raise _invalid("events", "channel.event", f"unknown events: {', '.join(sorted(unknown))}")
    sealed = _box().encrypt(orjson.dumps({"url": url, "secret": secret})).decode()
    try:
        with transaction.atomic():
            return Channel.objects.create(
                id=new_id(), name=name, kind=kind, sealed=sealed, events=events or [], queue=queue
            )
    except IntegrityError:
        raise Conflict("channel.name_taken", f"there is a channel {name!r} already") from None


def delete_channel(*, channel_id: str) -> None:
    if not Channel.objects.filter(pk=channel_id).delete()[0]:
        raise NotFound("channel.not_found", "there is no such channel")


def target_of(channel: Channel) -> tuple[str, str]:
    """Address and signing key. Raises ValueError when they were encrypted with a key that is gone."""
    try:
        found = orjson.loads(_box().decrypt(channel.sealed.encode()))
    except InvalidToken:
        raise ValueError("the channel was encrypted with a key that is gone; enter it again") from None
    return found["url"], found["secret"]


def request_of(delivery: Delivery, *, now: datetime) -> dict[str, Any]:
    """The arguments of the POST that tells a channel: `url`, `content`, `headers`.

    No link in it lets anybody decide: a channel is not a person."""
    assert delivery.channel is not None
    url, secret = target_of(delivery.channel)
    headers = {"Content-Type": "application/json"}
    if delivery.channel.kind == Channel.Kind.SLACK:
        return {"url": url, "content": orjson.dumps(_chat_message(delivery)), "headers": headers}
    content = orjson.dumps(_told(delivery), default=str)
    headers |= {"X-Orchestrator-Event": delivery.event, "X-Orchestrator-Delivery": str(delivery.pk)}
    if secret:
        headers["X-Orchestrator-Signature"] = signature(content, secret, int(now.timestamp()))
    return {"url": url, "content": content, "headers": headers}


def signature(content: bytes, secret: str, at: int) -> str:
    """`t=<epoch seconds>,v1=<hex HMAC-SHA256 of "<t>." and the body>`."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + content, hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


def _told(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": str(delivery.pk),
        "event": f"task.{delivery.event}",
        "at": delivery.at,
        "by": delivery.by,
        "task": task_row(delivery.task) | {"url": links.page_of(delivery.task)},
    }


def _chat_message(delivery: Delivery) -> dict[str, Any]:
    task = delivery.task
    lead = LEADS.get(delivery.event, delivery.event)
    if delivery.event == "decided" and task.decision:
        lead = f"Decided: {task.decision['outcome']}"
    subject, place = _plain(task.subject), _plain(f"{task.workflow_name} → {task.node_name}")
    text = f"*{_plain(lead)}*\n<{links.page_of(task)}|{subject.replace('|', '¦')}>\n{place}"
    return {
        "text": f"{lead}: {subject}",
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": text}}],
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _plain(text: str) -> str:
    """Text of strangers must not call everyone (`<!channel>`) or pose as a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.CREDENTIALS_KEYS])


def _invalid(path: str, code: str, message: str) -> InvalidInput:
    return InvalidInput(code, message, [Problem(path, code, message)])
