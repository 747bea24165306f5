"""Answers by mail: one clear word of the right person decides, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from orchestrator.accounts.models import User
from orchestrator.inbox import handling, history, nonces, outbox, replies, services
from orchestrator.inbox.models import Delivery, HumanTask, Reply
from orchestrator.runs.models import Signal
from tests.inbox.conftest import Ask
from tests.inbox.mailbox import Mailbox, part

ANN = "ann@customer.example"
Asked = tuple[HumanTask, EmailMessage]


@pytest.fixture
def asked(ask: Ask, mailbox: Mailbox, settings: Any) -> Callable[..., Asked]:
    """A task, and the mail by which somebody is asked."""
    settings.REPLY_ADDRESS = "answers@example.org"

    def ask_by_mail(**data: Any) -> Asked:
        task = ask(**{"subject": "Refund", "assignees": [ANN], "proposed": {"amount": 10}, **data})
        outbox.send_due(timezone.now())
        return task, mailbox.messages[-1]

    return ask_by_mail


def reply(
    mail: EmailMessage, text: str, *, by: str = ANN, name: str = "<1@customer>", **headers: str
) -> bytes:
    """What a mail program sends when somebody answers."""
    answer = EmailMessage()
    answer["From"], answer["To"] = by, mail["Reply-To"]
    answer["Message-ID"], answer["Subject"] = name, f"Re: {mail['Subject']}"
    for header, value in headers.items():
        answer[header.replace("_", "-")] = value
    quoted = "\n".join(f"> {line}" for line in part(mail, "plain").split("\n"))
    answer.set_content(f"{text}\n\nOn Monday, Flows wrote:\n{quoted}\n")
    return answer.as_bytes()


def receive(raw: bytes) -> str:
    return replies.receive(raw, now=timezone.now())


def told() -> list[tuple[str, str]]:
    """What the writer is told of their answers, as event and words."""
    rows = Delivery.objects.filter(event__startswith="reply_").order_by("pk")
    return [(row.event, row.note) for row in rows]


def assert_open(task: HumanTask) -> None:
    task.refresh_from_db()
    assert (task.status, task.decision) == ("open", None)
    assert not Signal.objects.filter(run_id=task.run_id).exists()


def test_a_word_on_the_first_line_decides_and_the_rest_is_the_comment(asked: Any, mailbox: Mailbox) -> None:
    task, mail = asked()
    assert mail["Reply-To"].startswith("answers+")
    assert "APPROVE, REJECT" in part(mail, "plain")
    assert receive(reply(mail, "Approve!\n\nBut only this once.")) == "decided"
    task.refresh_from_db()
    decision = task.decision
    assert (decision["outcome"], decision["by"], decision["comment"]) == (
        "approved",
        ANN,
        "But only this once.",
    )
    assert task.events.get(kind="decided").data["via"] == "mail"
    assert history.is_intact(task)
    assert Signal.objects.get(run_id=task.run_id).outcome == "approved"
    outbox.send_due(timezone.now())
    receipt = mailbox.to(ANN)[-1]
    assert receipt["Subject"] == "Your answer was taken: Refund"
    assert "Reply-To" not in receipt


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("approve", "approved"),
        ("APPROVED.", "approved"),
        ("*Reject*", "rejected"),
        ("  rejected  ", "rejected"),
        ("Approve\nApprove\n", "approved"),
    ],
)
def test_words_that_decide(asked: Any, text: str, outcome: str) -> None:
    task, mail = asked()
    assert receive(reply(mail, text)) == "decided"
    task.refresh_from_db()
    assert task.decision["outcome"] == outcome


@pytest.mark.parametrize(
    "text",
    [
        "I approve",
        "approve?",
        "Do not approve",
        "yes",
        "Approve it please",
        "approve reject",
        "Approve\n\nNo wait:\nReject",
        "not sure\napprove",
        "approved by nobody",
        "timeout",
        "{{ approve }}",
    ],
)
def test_anything_less_clear_is_a_comment(asked: Any, text: str) -> None:
    task, mail = asked()
    assert receive(reply(mail, text)) == "commented"
    assert_open(task)
    line = task.events.get(kind="commented")
    assert (line.by_name, line.data["text"], line.data["via"]) == (ANN, text, "mail")
    [(event, words)] = told()
    assert event == "reply_commented"
    assert "begin with one of: APPROVE, REJECT" in words


def test_the_words_in_the_quoted_mail_decide_nothing(asked: Any) -> None:
    task, mail = asked(subject="approve")
    assert receive(reply(mail, "")) == "ignored"
    assert_open(task)


def test_sending_back_takes_its_note_from_the_mail(asked: Any) -> None:
    outcomes = ["approved", "rejected", "revise"]
    task, mail = asked(outcomes=outcomes)
    assert receive(reply(mail, "Send back")) == "refused"
    assert told() == [("reply_refused", "say what should be changed")]
    assert_open(task)
    assert receive(reply(mail, "Send back\nShorter, please", name="<2@x>")) == "decided"
    task.refresh_from_db()
    assert (task.decision["outcome"], task.decision["comment"]) == ("revise", "Shorter, please")


def test_the_same_mail_counts_once(asked: Any) -> None:
    task, mail = asked()
    raw = reply(mail, "What is this?")
    assert [receive(raw), receive(raw)] == ["commented", "commented"]
    assert task.events.filter(kind="commented").count() == 1
    assert len(told()) == 1
    assert Reply.objects.count() == 1


def test_a_second_answer_is_told_what_was_decided(asked: Any) -> None:
    task, mail = asked()
    receive(reply(mail, "reject"))
    assert receive(reply(mail, "approve", name="<2@x>")) == "refused"
    assert told()[-1] == ("reply_refused", f"already decided by {ANN}: rejected")
    task.refresh_from_db()
    assert task.decision["outcome"] == "rejected"
    assert Signal.objects.filter(run_id=task.run_id).count() == 1


def test_a_vote_of_several(asked: Any, bob: User, mailbox: Mailbox) -> None:
    task, _ = asked(assignees=[ANN, "bob@example.com"], policy={"kind": "all"})
    hers, his = mailbox.to(ANN)[0], mailbox.to("bob@example.com")[0]
    assert hers["Reply-To"] != his["Reply-To"]
    assert receive(reply(hers, "approve")) == "decided"
    assert_open(task)
    assert receive(reply(hers, "approve", name="<2@x>")) == "refused"
    assert receive(reply(his, "approve", by="bob@example.com", name="<3@x>")) == "decided"
    task.refresh_from_db()
    assert task.decision["outcome"] == "approved"


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"X_Autoreply": "yes"}],
)
def test_a_machine_s_answer_does_nothing_at_all(asked: Any, headers: dict[str, str]) -> None:
    task, mail = asked()
    assert receive(reply(mail, "approve", **headers)) == "ignored"
    assert_open(task)
    assert task.events.count() == 1
    assert told() == []


def test_what_asks_for_more_than_a_word_is_not_decided_by_mail(asked: Any, bob: User) -> None:
    form = [{"name": "why", "is_required": True}]
    for more in ({"policy": {"reauthenticate": True}}, {"form": form}):
        task, mail = asked(assignees=["bob@example.com"], **more)
        assert "becomes a comment; to decide, open the page" in part(mail, "plain")
        assert receive(reply(mail, "approve", by="bob@example.com")) == "commented"
        assert_open(task)


def test_without_an_address_for_answers_mails_say_nothing_of_it(
    ask: Ask, mailbox: Mailbox, settings: Any
) -> None:
    settings.REPLY_ADDRESS = ""
    ask(assignees=[ANN])
    outbox.send_due(timezone.now())
    assert "Reply-To" not in mailbox.messages[0]
    assert "first line" not in part(mailbox.messages[0], "plain")


def hostile(mail: EmailMessage, other: EmailMessage) -> dict[str, bytes]:
    """Mails that should not decide, by what is wrong with them."""
    good = str(mail["Reply-To"])
    token = good.partition("+")[2].partition("@")[0]
    number, _, mac = token.partition("-")

    def at(address: str) -> bytes:
        return reply(mail, "approve").replace(good.encode(), address.encode())

    def by(sender: str, **headers: str) -> bytes:
        return reply(mail, "approve", by=sender, **headers)

    flipped = ("a" if mac[0] != "a" else "b") + mac[1:]
    other_mac = str(other["Reply-To"]).partition("-")[2].partition("@")[0]
    return {
        "no token": at("answers@example.org"),
        "one letter changed": at(f"answers+{number}-{flipped}@example.org"),
        "mac of another mail": at(f"answers+{number}-{other_mac}@example.org"),
        "number of another mail": at(
            f"answers+{str(other['Reply-To']).partition('+')[2].partition('-')[0]}-{mac}@example.org"
        ),
        "a number that is none": at(f"answers+zzzzzzzzzzzzz-{mac}@example.org"),
        "cut off": at(f"answers+{token[:-1]}@example.org"),
        "no mac": at(f"answers+{number}-@example.org"),
        "another domain": at(f"answers+{token}@evil.example"),
        "another mailbox": at(f"others+{token}@example.org"),
        "a stranger": by("mallory@evil.example"),
        "a teammate": by("bob@example.com"),
        "two senders": by(f"{ANN}, mallory@evil.example"),
        "the name of the right one": by(f'"{ANN}" <mallory@evil.example>'),
        "right one in a comment": by(f"mallory@evil.example ({ANN})"),
        "a look-alike": by("ann@customer.examp1e"),
        "a longer address": by(f"x{ANN}"),
        "no sender": by("").replace(b"From: \n", b""),
        "sender found to be forged": by(ANN, Authentication_Results="mx.example.org; dmarc=fail"),
        "right one only in Reply-To": by("mallory@evil.example", Reply_To=ANN),
        "right one only in Sender": by("mallory@evil.example", Sender=ANN),
        "an out-of-office note": by(ANN, Auto_Submitted="auto-replied"),
        "a bounce": by(ANN, Return_Path="<>"),
        "a mailing list": by(ANN, List_Id="<x>"),
        "an empty one": reply(mail, ""),
        "a word that is none": reply(mail, "approveD!?"),
        "only in the subject": reply(mail, "see subject").replace(b"Re: ", b"approve "),
        "nothing at all": b"",
    }


def test_forged_swapped_and_foreign_mails_decide_nothing(
    asked: Any, alice: User, bob: User, mallory: User
) -> None:
    task, mail = asked()
    other_task, other = asked(assignees=["bob@example.com"])
    attempts = hostile(mail, other)
    assert len(attempts) >= 25
    for wrong, raw in attempts.items():
        numbered = raw.replace(b"<1@customer>", f"<{len(wrong)}.{wrong.replace(' ', '')}@x>".encode())
        assert receive(numbered) in ("ignored", "commented"), wrong
        assert_open(task)
        assert_open(other_task)
    assert {row.to for row in Delivery.objects.filter(event__startswith="reply_")} <= {ANN}
    for line in task.events.filter(kind="commented", by_name=""):
        assert line.data["asked"] == ANN, "what a stranger wrote is not put into anybody's mouth"
    assert receive(reply(mail, "approve", name="<good@x>")) == "decided"


def test_a_mail_dies_with_what_it_was_sent_for(asked: Any, alice: User, bob: User) -> None:
    def answer_after(change: Callable[[HumanTask], Any]) -> str:
        task, mail = asked(assignees=["bob@example.com"])
        change(task)
        return receive(reply(mail, "approve", by="bob@example.com"))

    def decide(task: HumanTask) -> None:
        services.decide(task_id=task.pk, outcome="rejected", by=bob, nonce=nonces.issue(task, bob.pk))

    to_alice = {"to": ["alice@example.com"], "by": alice}
    assert answer_after(lambda task: None) == "decided"
    assert answer_after(decide) == "refused"
    assert answer_after(lambda task: handling.reassign(task_id=task.pk, **to_alice)) == "refused"
    edited = {"proposed": {"amount": 99}}
    assert answer_after(lambda task: HumanTask.objects.filter(pk=task.pk).update(**edited)) == "refused"
    assert answer_after(lambda task: services.close_task(task.run_id, task.step, "expired")) == "refused"
    assert answer_after(lambda task: task.candidates.all().delete()) == "refused"
    assert answer_after(lambda task: HumanTask.objects.filter(pk=task.pk).delete()) == "ignored"
    long_ago = timezone.now() - timedelta(days=31)
    assert answer_after(lambda task: Delivery.objects.update(at=long_ago)) == "refused"
    bob.is_active = False
    bob.save()
    User.objects.filter(pk=bob.pk).update(is_active=True)
    assert answer_after(lambda task: User.objects.filter(pk=bob.pk).update(is_active=False)) == "refused"


def test_a_flood_of_answers_is_cut_off(asked: Any) -> None:
    task, mail = asked()
    became = [receive(reply(mail, "hello", name=f"<{n}@x>")) for n in range(replies.MOST_REPLIES + 5)]
    assert became == ["commented"] * replies.MOST_REPLIES + ["ignored"] * 5
    assert_open(task)


@pytest.mark.django_db(transaction=True)
def test_the_same_mail_fetched_by_many_at_once_counts_once(asked: Any) -> None:
    task, mail = asked()
    raw = reply(mail, "approve")

    def take(_: int) -> str:
        try:
            return receive(raw)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(take, range(8))) == {"decided"}
    assert Signal.objects.filter(run_id=task.run_id).count() == 1
    assert [event.kind for event in task.events.all()] == ["opened", "decided"]
    assert len(told()) == 1
