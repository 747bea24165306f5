"""What arrives when a node sends e-mail through a real SMTP server."""

from __future__ import annotations

from typing import Any

import pytest

from nodes.notify.email import send
from orchestrator.sdk.cases import Outcome, run_case
from tests.nodes.conftest import Mailbox


async def mail(mailbox: Mailbox, security: str = "none", **params: Any) -> Outcome:
    server = {"host": "127.0.0.1", "port": mailbox.port, "security": security, "sender": "shop@example.com"}
    case = {
        "params": {"credential": "server", "to": "ada@example.com", **params},
        "credentials": {"server": server},
    }
    return await run_case(send, case)


async def test_the_message_arrives_whole(mailbox: Mailbox) -> None:
    await mail(
        mailbox,
        to="Ada Ödegård <ada@example.com>, ben@bücher.example",
        cc="cy@example.com",
        subject="Grüße 🎉",
        text="Hallo Ada,\nsiehe unten.\n",
        html="<p>Hallo <b>Ada</b></p>",
    )
    (message,) = mailbox.messages
    assert message["Subject"] == "Grüße 🎉"
    assert message["From"] == "shop@example.com"
    assert [address.display_name for address in message["To"].addresses] == ["Ada Ödegård", ""]
    assert message["Message-ID"] == "<run.node.1.0@example.com>"
    assert message["Date"].datetime.isoformat() == "2026-01-05T09:00:00+00:00"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().splitlines() == ["Hallo Ada,", "siehe unten."]
    assert html.get_content().strip() == "<p>Hallo <b>Ada</b></p>"
    assert mailbox.recipients == [["ada@example.com", "ben@xn--bcher-kva.example", "cy@example.com"]]


async def test_plain_text_is_sent_as_such(mailbox: Mailbox) -> None:
    await mail(mailbox, text="Hi")
    assert mailbox.messages[0].get_content_type() == "text/plain"


async def test_the_refused_are_named_when_others_received_it(mailbox: Mailbox) -> None:
    mailbox.answers["gone@example.com"] = "550 no such user"
    outcome = await mail(mailbox, to="ada@example.com, gone@example.com")
    assert outcome.outputs["main"][0].json["email"]["refused"] == ["gone@example.com"]
    assert mailbox.recipients == [["ada@example.com"]]


@pytest.mark.parametrize(
    ("place", "answer", "code", "retry"),
    [
        ("ada@example.com", "550 no such user", "email.refused", "never"),
        ("DATA", "451 try later", "email.answer", "soon"),
        ("DATA", "554 spam", "email.answer", "never"),
    ],
)
async def test_a_refusal_says_whether_to_try_again(
    mailbox: Mailbox, place: str, answer: str, code: str, retry: str
) -> None:
    mailbox.answers[place] = answer
    outcome = await mail(mailbox)
    assert outcome.error is not None
    assert (outcome.error.code, outcome.error.retry) == (code, retry)
    assert mailbox.messages == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_server_without_encryption_is_not_used_when_it_is_asked_for(
    mailbox: Mailbox, security: str
) -> None:
    outcome = await mail(mailbox, security=security)
    assert outcome.error is not None
    assert outcome.error.code == "email.connect"
    assert "security setting" in outcome.error.hint
    assert mailbox.messages == []


async def test_a_secret_is_not_sent_to_a_server_that_asks_for_none(mailbox: Mailbox) -> None:
    server = {"host": "127.0.0.1", "port": mailbox.port, "security": "none", "sender": "shop@example.com"}
    server |= {"username": "ada", "password": "pw"}
    case = {"params": {"credential": "s", "to": "ada@example.com"}, "credentials": {"s": server}}
    outcome = await run_case(send, case)
    assert outcome.error is not None
    assert outcome.error.code == "email.connect"
