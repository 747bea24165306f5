"""The real servers that node cases talk to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

from orchestrator.sandbox.pool import SandboxPool
from orchestrator.sdk.cases import RunCode


@dataclass
class Mailbox:
    """A real SMTP server on the loopback interface that keeps what it is sent."""

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    """By recipient, or under `DATA`: the answer to give instead of 250."""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if "DATA" in self.answers:
            return self.answers["DATA"]
        message = BytesParser(EmailMessage, policy=default).parsebytes(envelope.content)
        self.messages.append(message)
        self.recipients.append(envelope.rcpt_tos)
        return "250 OK"


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    box = Mailbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, hostname="localhost", loop=loop), "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    yield box
    server.close()


@pytest.fixture
async def run_code() -> AsyncIterator[RunCode]:
    """User code in a real sandbox child, started when a case first needs it."""
    pool = SandboxPool(1)

    async def run(source: str, items: list[dict[str, Any]], *, language: str, per: str) -> list[Any]:
        return (await pool.run_code(source, items, language=language, per=per)).value

    yield run
    await pool.close()
