"""Mail: composing a message and handing it to a server."""

from __future__ import annotations

import re
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, getaddresses
from typing import Any

from orchestrator.sdk import Credential, NodeError
from orchestrator.sdk.egress import EgressPolicy

TIMEOUT_SECONDS = 60
DEFAULT_PORTS = {"none": 25, "starttls": 587, "tls": 465}
SECURITY_HINT = "Check the port and the security setting (none, starttls, tls) of the credential."
ADDRESS = re.compile(r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[^@\s<>\"(),:;\\]+$")


def compose(
    *, sender: str, to: str, cc: str, subject: str, text: str, html: str, key: str, now: datetime
) -> EmailMessage:
    """A message with text and, if given, HTML. The same `key` gives the same Message-ID, by
    which mail servers drop a second copy. Raises NodeError `email.invalid`."""
    if not sender:
        raise _invalid("there is no sender", "Fill in `sender` here or in the mail server's credential.")
    if "\n" in subject or "\r" in subject:
        raise _invalid("the subject must be a single line", "A line break there could smuggle in headers.")
    message = EmailMessage(policy=SMTP)
    senders = addresses_of(sender, "sender")
    message["From"] = senders[0]
    message["To"] = addresses_of(to, "to")
    if cc:
        message["Cc"] = addresses_of(cc, "cc")
    message["Subject"] = subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{re.sub(r'[^A-Za-z0-9.]', '.', key)}@{senders[0].domain}>"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def addresses_of(text: str, field: str) -> list[Address]:
    """The addresses in a header-like text: `Ada <ada@example.com>, ben@example.com`."""
    if "\n" in text or "\r" in text:
        raise _invalid(f"`{field}` must be a single line", "A line break there could smuggle in headers.")
    found = getaddresses([text])
    if not found:
        raise _invalid(f"`{field}` holds no address")
    return [_address(name, address, field) for name, address in found]


def _address(name: str, address: str, field: str) -> Address:
    local, _, domain = address.rpartition("@")
    try:
        if not ADDRESS.match(address):
            raise ValueError
        return Address(name, username=local, domain=domain.encode("idna").decode())
    except (ValueError, MessageError) as error:  # UnicodeError is a ValueError
        raise _invalid(f"`{field}`: {address!r} is not an e-mail address") from error


async def deliver(message: EmailMessage, server: Credential, policy: EgressPolicy) -> list[str]:
    """Hand the message to the server; returns the addresses that it refused.

    Raises NodeError `email.*`; `retry="soon"` only where the message surely was not taken."""
    # aiosmtplib takes 75 ms to import, which only processes that send mail should pay.
    import aiosmtplib

    host, security = str(server.get("host", "")), server.get("security") or "starttls"
    port = int(server.get("port") or DEFAULT_PORTS[security])
    connection = await policy.open_socket(host, port, timeout_seconds=TIMEOUT_SECONDS)
    client = aiosmtplib.SMTP(
        hostname=host,
        sock=connection,
        use_tls=security == "tls",
        start_tls=security == "starttls",
        username=server.get("username") or None,
        password=server.get("password") or None,
        timeout=TIMEOUT_SECONDS,
    )
    is_connected = False
    try:
        async with client:
            is_connected = True
            refused, _ = await client.send_message(message)
    except aiosmtplib.SMTPException as error:
        raise _explain(error, host, is_connected=is_connected) from error
    finally:
        connection.close()
    return sorted(refused)


def _explain(error: Any, host: str, *, is_connected: bool) -> NodeError:
    import aiosmtplib

    said = " ".join(str(getattr(error, "message", error)).split())[:300]
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return NodeError(
            f"{host} did not accept the user name and password: {said}",
            hint="Check the credential; some providers want a password made for apps.",
            code="email.login",
        )
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        refused = ", ".join(recipient.recipient for recipient in error.recipients)
        return NodeError(f"{host} refused {refused}", hint="Check the addresses.", code="email.refused")
    if isinstance(error, aiosmtplib.SMTPResponseException):
        is_passing = 400 <= error.code < 500
        return NodeError(
            f"{host} answered {error.code}: {said}",
            retry="soon" if is_passing else "never",
            code="email.answer",
        )
    if not is_connected:
        is_passing = isinstance(error, aiosmtplib.SMTPTimeoutError | aiosmtplib.SMTPServerDisconnected)
        return NodeError(
            f"cannot talk to {host}: {said}",
            hint=SECURITY_HINT,
            retry="soon" if is_passing else "never",
            code="email.connect",
        )
    return NodeError(
        f"the connection to {host} broke: {said}; the message may have been sent",
        code="email.broken",
    )


def _invalid(message: str, hint: str = "") -> NodeError:
    return NodeError(message, hint=hint, code="email.invalid")
