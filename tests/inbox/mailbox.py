"""A real mail server on the loopback interface, and what a reader, or a scanner, does with a mail."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP

from orchestrator.sdk.local_server import Answer, LocalServer, local_server

LINK = re.compile(r"https?://[^\s\"'<>]+")


@dataclass
class Mailbox:
    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    """Answers to give to the next messages instead of taking them."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        self.messages.append(BytesParser(EmailMessage, policy=default).parsebytes(envelope.content))
        return "250 OK"

    def to(self, email: str) -> list[EmailMessage]:
        return [message for message in self.messages if message["To"] == email]


@contextmanager
def running_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop on a thread of its own, for servers that synchronous tests talk to."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@contextmanager
def running_mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    with running_loop() as loop:
        making = loop.create_server(lambda: SMTP(box, hostname="localhost", loop=loop), "127.0.0.1", 0)
        server = asyncio.run_coroutine_threadsafe(making, loop).result(10)
        box.port = server.sockets[0].getsockname()[1]
        yield box
        loop.call_soon_threadsafe(server.close)


@contextmanager
def running_server(answer: Answer) -> Iterator[LocalServer]:
    """A real HTTP server."""
    with running_loop() as loop:
        opened = local_server(answer)
        server = asyncio.run_coroutine_threadsafe(opened.__aenter__(), loop).result(10)
        yield server
        asyncio.run_coroutine_threadsafe(opened.__aexit__(None, None, None), loop).result(10)


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def links_in(message: EmailMessage) -> list[str]:
    """Every address in every part, as a scanner finds them."""
    return [link for kind in ("plain", "html") for link in LINK.findall(part(message, kind))]


def answer_link(message: EmailMessage) -> str:
    """The path of the reader's own link."""
    return next(link for link in links_in(message) if "/answer/" in link).partition("localhost:8000")[2]
