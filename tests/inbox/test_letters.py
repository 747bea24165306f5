"""What people's mails say, once quotes and signatures are left out."""

from __future__ import annotations

import pytest

from orchestrator.inbox.letters import REPLY_LINE, Letter, said, token_in

ADDRESS = "answers@example.org"
TOKEN = "a1-" + "abcdefghij234567klmnopqrst"


@pytest.mark.parametrize(
    "quoted",
    [
        "> approve",
        "On Mon, 2 Mar 2026 at 09:12, Flows <flows@example.org> wrote:\n> approve",
        "On Mon, 2 Mar 2026 at 09:12, Flows\n<answers+a1-abc@example.org>\nwrote:\n> approve",
        "Am 02.03.2026 um 09:12 schrieb Flows <flows@example.org>:\n> approve",
        "Le lun. 2 mars 2026 à 09:12, Flows <flows@example.org> a écrit :\n> approve",
        "El lun, 2 mar 2026 a las 9:12, Flows escribió:\napprove",
        "-----Original Message-----\napprove",
        "________________________________\nFrom: Flows\napprove",
        "From: Flows <flows@example.org>\nSent: Monday\nTo: Ann\nSubject: x\n\napprove",
        "Von: Flows <flows@example.org>\nGesendet: Montag\nAn: Ann\n\napprove",
        "-- \nAnn Other\napprove",
        "Sent from my phone\napprove",
        f"----- {REPLY_LINE} -----\napprove",
    ],
)
def test_a_quote_is_not_what_the_writer_says(quoted: str) -> None:
    assert said(f"I am not sure.\nAsk Ben.\n\n{quoted}") == "I am not sure.\nAsk Ben."
    assert said(quoted) == ""


@pytest.mark.parametrize(
    "text",
    [
        "On Monday I wrote to them.",
        "From: what I see it is fine",
        "a > b",
        "We wrote it on paper:\nyes",
    ],
)
def test_what_only_looks_like_a_quote_stays(text: str) -> None:
    assert said(text) == text


def mail(body: str, kind: str = "plain", **headers: str) -> bytes:
    given = {"From": "ann@customer.example", "To": ADDRESS, "Message-ID": "<1@x>"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in given.items()]
    return "\r\n".join([*lines, f"Content-Type: text/{kind}; charset=utf-8", "", body]).encode()


def test_the_text_of_an_html_mail_is_read_without_its_quotes() -> None:
    html = (
        "<html><head><style>p{}</style></head><body><div>Approve</div><p>Looks <b>good</b></p>"
        '<div class="gmail_quote">On Monday Flows wrote:<blockquote>reject</blockquote></div></body></html>'
    )
    assert Letter.read(mail(html, "html")).text.split() == ["Approve", "Looks", "good"]


def test_outlook_quotes_in_html_are_left_out() -> None:
    below = '<hr><div id="divRplyFwdMsg">From: x</div><div>approve</div>'
    html = f'<p>Reject</p><div id="appendonsend"></div>{below}'
    assert Letter.read(mail(html, "html")).text == "Reject"


def test_the_plain_part_is_preferred() -> None:
    raw = (
        b"From: ann@customer.example\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nReject\r\n"
        b"--b\r\nContent-Type: text/html\r\n\r\n<p>Approve</p>\r\n--b--\r\n"
    )
    assert Letter.read(raw).text == "Reject"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; x=y"},
        {"Precedence": "bulk"},
        {"Precedence": "auto_reply"},
        {"Return_Path": "<>"},
        {"X_Autoreply": "yes"},
        {"List_Id": "<news.example.org>"},
    ],
)
def test_machines_are_told_from_people(headers: dict[str, str]) -> None:
    assert Letter.read(mail("approve", **headers)).is_automatic
    assert not Letter.read(mail("approve", Auto_Submitted="no")).is_automatic


def test_only_the_topmost_finding_of_our_own_server_counts() -> None:
    failed = "mx.example.org; spf=pass; dmarc=fail (p=reject)"
    assert Letter.read(mail("approve", Authentication_Results=failed)).is_doubtful
    assert not Letter.read(mail("approve", Authentication_Results="mx.example.org; dmarc=pass")).is_doubtful
    both = mail("approve", Authentication_Results="mx.example.org; dmarc=pass")
    below = both.replace(b"Message-ID", b"Authentication-Results: evil; dmarc=fail\r\nMessage-ID", 1)
    assert Letter.read(below.replace(b"From", b"Authentication-Results: mx; dmarc=pass\r\nFrom", 1)).text


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"From: \xff\xfe <\r\n\r\nx",
        b"From: a@b, c@d\r\nContent-Type: text/plain; charset=nonsense\r\n\r\nhello",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Transfer-Encoding: base64\r\nContent-Type: text/plain\r\n\r\n!!!!",
        b"Subject: =?utf-8?q?=ff?=\r\nFrom: =?x?y?z?= <a@b>\r\n\r\nhello",
        b'To: (((((\r\nFrom: "\r\n\r\n',
        b"From: " + b"a@b," * 5000 + b"\r\n\r\nx",
        b"Content-Type: message/rfc822\r\n\r\nFrom: a@b\r\n\r\napprove",
    ],
)
def test_reading_never_fails(raw: bytes) -> None:
    assert isinstance(Letter.read(raw).text, str)


@pytest.mark.parametrize(
    ("recipients", "found"),
    [
        ([f"answers+{TOKEN}@example.org"], TOKEN),
        ([f"ANSWERS+{TOKEN.upper()}@Example.ORG"], TOKEN),
        (["ben@example.org", f"answers+{TOKEN}@example.org"], TOKEN),
        ([f"answers+{TOKEN}@evil.example"], None),
        ([f"others+{TOKEN}@example.org"], None),
        ([f"answers+{TOKEN}x@example.org"], None),
        ([f"answers+{TOKEN[:-1]}@example.org"], None),
        ([f"answers+{TOKEN}@example.org.evil.example"], None),
        ([f"answers+{TOKEN.replace('k', chr(0x212A))}@example.org"], None),
        ([ADDRESS], None),
        ([], None),
    ],
)
def test_the_token_stands_in_an_address_of_ours(recipients: list[str], found: str | None) -> None:
    assert token_in(recipients, ADDRESS) == found
