"""Mails as people send them: who wrote, to which of our addresses, and what they said. Pure.

What a mail quotes is not what its writer says: quotes, signatures and our own words are left out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses

REPLY_LINE = "Reply above this line"
TOKEN = r"([0-9a-z]{1,13}-[a-z2-7]{26})"
ADDRESS_HEADERS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Forwarded-To")
QUOTE_STARTS = re.compile(
    r"^(>|_{10,}$|-{2,}\s*(original message|forwarded message|ursprüngliche nachricht|message d.origine)"
    rf"|.*{REPLY_LINE}|-- ?$|sent from my |von meinem .* gesendet)",
    re.IGNORECASE,
)
WROTE = r"wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu|skrev|napisał\(a\)"
ATTRIBUTION = re.compile(
    rf"^(on|am|le|el|il|op|em|den|w dniu)\b.{{3,300}}({WROTE})\b.{{0,200}}:$", re.IGNORECASE | re.DOTALL
)
HEADER_BLOCK = re.compile(r"^\*?(from|von|de|da|van)\s*:\*?\s", re.IGNORECASE)
HEADER_LINE = re.compile(
    r"^\*?(sent|date|to|subject|gesendet|datum|an|betreff|envoyé|objet|à)\s*:\*?\s", re.IGNORECASE
)
MOST_ATTRIBUTION_LINES = 3
QUOTES_IN_HTML = (
    "blockquote, .gmail_quote, #divRplyFwdMsg, #divRplyFwdMsg ~ *, #appendonsend ~ *, .moz-cite-prefix, "
    "style, script, title"
)
ENDS_A_LINE = "br, p, div, li, tr, h1, h2, h3, h4"


@dataclass(frozen=True)
class Letter:
    """`senders` are all addresses of From; `text` is what the writer said, quotes left out."""

    senders: tuple[str, ...]
    recipients: tuple[str, ...]
    text: str
    is_automatic: bool
    """An out-of-office note, a bounce, a mailing list."""
    is_doubtful: bool
    """The mail server that took it found that the sender may be forged."""
    fingerprint: str

    @classmethod
    def read(cls, raw: bytes) -> Letter:
        """Never fails: what cannot be read is empty."""
        message = message_from_bytes(raw, _class=EmailMessage, policy=default)
        name = _header(message, "Message-ID").strip()
        return cls(
            senders=tuple(_addresses(message, ["From"])),
            recipients=tuple(_addresses(message, ADDRESS_HEADERS)),
            text=said(_body(message)),
            is_automatic=_is_automatic(message),
            is_doubtful=_is_doubtful(message),
            fingerprint=hashlib.sha256(name.encode("utf-8", "replace") or raw).hexdigest(),
        )


def token_in(recipients: Iterable[str], address: str) -> str | None:
    """The token between `+` and `@` of an address of ours."""
    local, _, domain = address.partition("@")
    wanted = re.compile(rf"{re.escape(local)}\+{TOKEN}@{re.escape(domain)}", re.IGNORECASE | re.ASCII)
    found = (wanted.fullmatch(recipient) for recipient in recipients)
    return next((match[1].lower() for match in found if match), None)


def said(text: str) -> str:
    """The part of a mail's text that its writer added at the top."""
    lines = text.replace("\r\n", "\n").replace("\xa0", " ").split("\n")
    for number, line in enumerate(lines):
        if _begins_quote(lines, number, line.strip()):
            return "\n".join(lines[:number]).strip()
    return text.strip()


def _begins_quote(lines: Sequence[str], number: int, line: str) -> bool:
    if QUOTE_STARTS.match(line):
        return True
    for count in range(1, MOST_ATTRIBUTION_LINES + 1):
        if ATTRIBUTION.match(" ".join(part.strip() for part in lines[number : number + count])):
            return True
    followers = lines[number + 1 : number + 5]
    return bool(HEADER_BLOCK.match(line)) and any(
        HEADER_LINE.match(next_line.strip()) for next_line in followers
    )


def _body(message: EmailMessage) -> str:
    """The text part, else the text of the HTML part; empty when neither can be read."""
    try:
        part = message.get_body(("plain", "html"))
        if part is None:
            return ""
        content = str(part.get_content())
        return _text_of(content) if part.get_content_subtype() == "html" else content
    except (LookupError, ValueError, KeyError, AttributeError, TypeError):
        return ""


def _text_of(html: str) -> str:
    # Only the clock reads mails, and rarely: others do not pay for the parser's memory.
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(html)
    for node in tree.css(QUOTES_IN_HTML):
        node.decompose()
    for node in tree.css(ENDS_A_LINE):
        node.insert_after("\n")
    body = tree.body
    text = body.text(separator="") if body is not None else ""
    return re.sub(r"[ \t]+", " ", text)


def _is_automatic(message: EmailMessage) -> bool:
    answered = _header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    if answered not in ("", "no"):
        return True
    if _header(message, "Precedence").strip().lower() in ("bulk", "junk", "list", "auto_reply"):
        return True
    if _header(message, "Return-Path").strip() == "<>" or message.get_content_type() == "multipart/report":
        return True
    marks = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress-Reply", "List-Id", "List-Unsubscribe")
    return any(mark in message for mark in marks)


def _is_doubtful(message: EmailMessage) -> bool:
    """By the topmost Authentication-Results alone: the ones below came with the mail."""
    results = _header(message, "Authentication-Results").lower()
    return re.search(r"\bdmarc\s*=\s*fail", results) is not None


def _addresses(message: EmailMessage, names: Sequence[str]) -> list[str]:
    texts: list[str] = []
    for name in names:
        try:
            texts += [str(text) for text in message.get_all(name, [])]
        except (ValueError, LookupError, AttributeError, TypeError, IndexError):
            continue
    return [address.lower() for _, address in getaddresses(texts) if address]


def _header(message: EmailMessage, name: str) -> str:
    """The first of that name, as text; a malformed one is empty."""
    try:
        return str(message.get(name) or "")
    except (ValueError, LookupError, AttributeError, TypeError, IndexError):
        return ""
