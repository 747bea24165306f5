"""Channels: other programs, Slack-compatible chats and Telegram that hear of tasks."""

from __future__ import annotations

import hashlib
import hmac
import html
import re
from dataclasses import dataclass
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

TELEGRAM_API = "https://api.telegram.org"
TELEGRAM_CHAT = re.compile(r"^(-?\d{1,20}|@\w{4,64})$")
TELEGRAM_TOKEN = re.compile(r"^\d{1,20}:[\w-]{20,100}$")
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
    *,
    name: str,
    kind: str,
    url: str = "",
    events: list[str] | None = None,
    queue: str = "",
    secret: str = "",
    chat: str = "",
) -> Channel:
    """Raises InvalidInput `channel.kind`, `channel.url`, `channel.event`, `channel.bot` or
    `channel.chat`; Conflict `channel.name_taken`."""
    if kind not in Channel.Kind.values:
        raise _invalid("kind", "channel.kind", f"a channel is one of: {', '.join(Channel.Kind.values)}")
    if kind == Channel.Kind.TELEGRAM:
        url = url or TELEGRAM_API
        _check_telegram(secret, chat)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _invalid("url", "channel.url", "the address must look like https://example.org/path")
    if unknown := set(events or ()) - set(EVENTS):
        raise _invalid("events", "channel.event", f"unknown events: {', '.join(sorted(unknown))}")
    sealed = _box().encrypt(orjson.dumps({"url": url, "secret": secret, "chat": chat})).decode()
    try:
        with transaction.atomic():
            return Channel.objects.create(
                id=new_id(), name=name, kind=kind, sealed=sealed, events=events or [], queue=queue
            )
    except IntegrityError:
        raise Conflict("channel.name_taken", f"there is a channel {name!r} already") from None


def _check_telegram(token: str, chat: str) -> None:
    if not TELEGRAM_TOKEN.fullmatch(token):
        raise _invalid("secret", "channel.bot", "the token must look like 123456:ABC…, as BotFather gives it")
    if not TELEGRAM_CHAT.fullmatch(chat):
        raise _invalid("chat", "channel.chat", "the chat must be a number such as -100123, or @its_name")


def delete_channel(*, channel_id: str) -> None:
    if not Channel.objects.filter(pk=channel_id).delete()[0]:
        raise NotFound("channel.not_found", "there is no such channel")


@dataclass(frozen=True)
class Target:
    """Where a channel is told of tasks. `secret` signs, or is the bot's token."""

    url: str
    secret: str
    chat: str


def target_of(channel: Channel) -> Target:
    """Raises ValueError when it was encrypted with a key that is gone."""
    try:
        found = orjson.loads(_box().decrypt(channel.sealed.encode()))
    except InvalidToken:
        raise ValueError("the channel was encrypted with a key that is gone; enter it again") from None
    return Target(found["url"], found["secret"], found.get("chat", ""))


def request_of(delivery: Delivery, *, now: datetime) -> dict[str, Any]:
    """The arguments of the POST that tells a channel: `url`, `content`, `headers`.

    No link in it lets anybody decide: a channel is not a person."""
    assert delivery.channel is not None
    target, kind = target_of(delivery.channel), delivery.channel.kind
    headers = {"Content-Type": "application/json"}
    if kind == Channel.Kind.SLACK:
        return {"url": target.url, "content": orjson.dumps(_chat_message(delivery)), "headers": headers}
    if kind == Channel.Kind.TELEGRAM:
        url = f"{target.url.rstrip('/')}/bot{target.secret}/sendMessage"
        message = _telegram_message(delivery, target.chat)
        return {"url": url, "content": orjson.dumps(message), "headers": headers}
    content = orjson.dumps(_told(delivery), default=str)
    headers |= {"X-Orchestrator-Event": delivery.event, "X-Orchestrator-Delivery": str(delivery.pk)}
    if target.secret:
        headers["X-Orchestrator-Signature"] = signature(content, target.secret, int(now.timestamp()))
    return {"url": target.url, "content": content, "headers": headers}


def without_secret(words: str, delivery: Delivery) -> str:
    """`words` for the record: a bot's token is part of its address, and errors quote addresses."""
    assert delivery.channel is not None
    try:
        secret = target_of(delivery.channel).secret
    except ValueError:
        return words
    return words.replace(secret, "…") if secret else words


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
        "task": task_row(delivery.about) | {"url": links.page_of(delivery.about)},
    }


def lead_of(delivery: Delivery) -> str:
    """What happened, in a few words."""
    task = delivery.about
    if delivery.event == "decided" and task.decision:
        return f"Decided: {task.decision['outcome']}"
    return LEADS.get(delivery.event, delivery.event)


def _telegram_message(delivery: Delivery, chat: str) -> dict[str, Any]:
    """Its button is a link to the page, which asks to sign in: pressing it decides nothing."""
    task = delivery.about
    lead, place = lead_of(delivery), f"{task.workflow_name} → {task.node_name}"
    said = [f"<b>{html.escape(lead)}</b>", html.escape(task.subject), html.escape(place)]
    return {
        "chat_id": chat,
        "text": "\n".join(said),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": [[{"text": "Open it", "url": links.page_of(task)}]]},
    }


def _chat_message(delivery: Delivery) -> dict[str, Any]:
    task = delivery.about
    lead = lead_of(delivery)
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
