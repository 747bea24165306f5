"""Answers fetched from a real mailbox, and posted by a mail service."""

from __future__ import annotations

import base64
import imaplib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from orchestrator import environment
from orchestrator.inbox import arrivals
from orchestrator.inbox.models import HumanTask
from tests.inbox.mailbox import Mailbox
from tests.inbox.test_replies import asked as asked
from tests.inbox.test_replies import reply

KEY = "a key of the mail service"


@pytest.fixture(scope="module")
def imap_port() -> Iterator[int]:
    """A real IMAP server that keeps its mailbox in memory."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--host", "127.0.0.1", "--port", str(port), "--no-tls", "--no-service", "managesieve"]
    server = subprocess.Popen(
        [sys.executable, "-c", "from pymap.main import main; main()", *options, "dict", "--demo-data"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                imaplib.IMAP4("127.0.0.1", port, timeout=5).logout()
                break
            except OSError:
                assert server.poll() is None, "the IMAP server ended"
                assert time.monotonic() < deadline, "the IMAP server does not answer"
                time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture
def box(imap_port: int, settings: Any) -> Iterator[imaplib.IMAP4]:
    """The mailbox of answers, empty; the connection of whoever delivers to it."""
    settings.REPLY_MAILBOX = environment.reply_mailbox(
        f"imap://demouser:demopass@127.0.0.1:{imap_port}/INBOX?security=none"
    )
    client = imaplib.IMAP4("127.0.0.1", imap_port, timeout=10)
    client.login("demouser", "demopass")
    client.select("INBOX")
    client.store("1:*", "+FLAGS", r"(\Deleted)")
    client.expunge()
    yield client
    client.logout()


def deliver(box: imaplib.IMAP4, raw: bytes) -> None:
    assert box.append("INBOX", "", None, raw)[0] == "OK"


def test_answers_are_fetched_once(asked: Any, box: imaplib.IMAP4) -> None:
    task, mail = asked()
    deliver(box, b"From: news@example.org\r\nSubject: hello\r\n\r\napprove")
    deliver(box, reply(mail, "approve"))
    assert arrivals.fetch(timezone.now()) == 2
    assert arrivals.fetch(timezone.now()) == 0, "they were marked read"
    task.refresh_from_db()
    assert (task.decision["outcome"], task.decision["by"]) == ("approved", "ann@customer.example")


def test_a_mail_that_cannot_be_read_holds_up_none(
    asked: Any, box: imaplib.IMAP4, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, mail = asked()
    monkeypatch.setattr(arrivals, "LARGEST_MAIL_BYTES", 20_000)
    deliver(box, reply(mail, "approve " + "x" * 30_000, name="<large@x>"))
    deliver(box, b"\x00\xff\xfe broken")
    deliver(box, reply(mail, "reject"))
    assert arrivals.fetch(timezone.now()) == 3
    task.refresh_from_db()
    assert task.decision["outcome"] == "rejected"


def test_a_mailbox_that_is_away_or_locked_is_only_looked_into_again(
    db: None, box: imaplib.IMAP4, settings: Any
) -> None:
    good = settings.REPLY_MAILBOX
    settings.REPLY_MAILBOX = {**good, "password": "wrong"}
    with pytest.raises(imaplib.IMAP4.error):
        arrivals.fetch(timezone.now())
    settings.REPLY_MAILBOX = {**good, "folder": "Nowhere"}
    with pytest.raises(imaplib.IMAP4.error):
        arrivals.fetch(timezone.now())
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.REPLY_MAILBOX = {**good, "port": closed.getsockname()[1]}
        with pytest.raises(OSError):
            arrivals.fetch(timezone.now())


def post(body: Any, *, key: str = KEY, **more: Any) -> Any:
    basic = base64.b64encode(f"service:{key}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", **more.pop("headers", {})}
    return Client(enforce_csrf_checks=True).post("/inbound/mail", body, headers=headers, **more)


def status_of(task: HumanTask) -> str:
    task.refresh_from_db()
    return str(task.status)


def test_a_mail_service_posts_the_whole_mail(asked: Any, settings: Any, mailbox: Mailbox) -> None:
    settings.REPLY_WEBHOOK_KEY = KEY
    task, mail = asked()
    answer = post(reply(mail, "approve"), content_type="message/rfc822")
    assert (answer.status_code, answer.json()) == (200, {"became": "decided"})
    assert status_of(task) == "done"
    for field in ("email", "body-mime"):
        task, mail = asked()
        assert post({field: reply(mail, "reject").decode()}).json() == {"became": "decided"}
        assert status_of(task) == "done"
    task, mail = asked()
    bearer = {"headers": {"Authorization": f"Bearer {KEY}"}}
    assert post(reply(mail, "reject"), content_type="message/rfc822", **bearer).status_code == 200


@pytest.mark.parametrize("key", ["", "wrong", KEY.upper(), KEY + "x", "é"])
def test_a_wrong_key_delivers_nothing(asked: Any, settings: Any, key: str) -> None:
    settings.REPLY_WEBHOOK_KEY = KEY
    task, mail = asked()
    answer = post(reply(mail, "approve"), key=key, content_type="message/rfc822")
    assert (answer.status_code, answer.json()["code"]) == (401, "mail.key")
    assert status_of(task) == "open"


def test_what_is_posted_must_be_a_mail(db: None, settings: Any) -> None:
    settings.REPLY_WEBHOOK_KEY = KEY
    assert post({"nothing": "here"}).json()["code"] == "mail.missing"
    assert post(b"", content_type="message/rfc822").status_code == 400
    assert post(b"x" * (arrivals.LARGEST_MAIL_BYTES + 1), content_type="message/rfc822").status_code == 413
    assert post(b"\xff\x00", content_type="message/rfc822").json() == {"became": "ignored"}
    assert Client().get("/inbound/mail").status_code == 405
    answer = post(b"x", content_type="message/rfc822", headers={"Authorization": "Basic !!!"})
    assert answer.status_code == 401


def test_without_a_key_nothing_is_taken(asked: Any, settings: Any) -> None:
    settings.REPLY_WEBHOOK_KEY = ""
    task, mail = asked()
    assert post(reply(mail, "approve"), key="", content_type="message/rfc822").status_code == 404
    assert status_of(task) == "open"


@pytest.mark.parametrize(
    "url",
    ["imap://host/INBOX", "smtp://u:p@host", "nonsense", "imaps://u:p@host?security=maybe"],
)
def test_an_address_of_a_mailbox_that_makes_no_sense_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        environment.reply_mailbox(url)


@pytest.mark.parametrize("address", ["nobody", "a+b@example.org", "@example.org", "x" * 21 + "@example.org"])
def test_an_address_for_answers_that_makes_no_sense_is_refused(address: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        environment.reply_address(address, is_collected=False)


def test_settings_of_answers() -> None:
    found = environment.reply_mailbox("imaps://u%40x:p%2Fw@mail.example.org/Answers")
    assert (found["username"], found["password"], found["port"]) == ("u@x", "p/w", 993)
    assert (found["folder"], found["security"]) == ("Answers", "tls")
    assert environment.reply_address("Answers@Example.org", is_collected=True) == "answers@example.org"
    assert environment.reply_mailbox("") == {}
    with pytest.raises(ImproperlyConfigured):
        environment.reply_address("", is_collected=True)
    assert json.dumps(environment.reply_mailbox("imap://u:p@h"))
