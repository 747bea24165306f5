"""People hear of tasks and answer from a link: nothing is decided by opening, and nobody by another."""

from __future__ import annotations

import re
import socket
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from orchestrator.accounts.models import User
from orchestrator.inbox import handling, history, links, nonces, outbox, services
from orchestrator.inbox.models import Delivery, HumanTask
from orchestrator.inbox.people import Person
from orchestrator.runs.models import Signal
from tests.inbox.conftest import Ask
from tests.inbox.mailbox import Mailbox, answer_link, links_in, part

ANN = "ann@customer.example"
NONCE = re.compile(r'name="nonce" value="([^"]+)"')


def send(after: timedelta = timedelta(0)) -> int:
    return outbox.send_due(timezone.now() + after)


def nonce_of(page: Any) -> str:
    found = NONCE.search(page.content.decode())
    assert found, "no form"
    return found[1]


def assert_untouched(task: HumanTask) -> None:
    task.refresh_from_db()
    assert (task.status, task.decision) == ("open", None)
    assert not Signal.objects.filter(run_id=task.run_id).exists()


def test_those_asked_get_a_mail_of_two_parts_with_a_link_of_their_own(
    ask: Ask, bob: User, mailbox: Mailbox
) -> None:
    ask(
        subject="Refund <b>1480</b> €",
        assignees=["bob@example.com", ANN],
        proposed={"amount": 1480},
        why="Over 1000 & unusual",
    )
    assert mailbox.messages == [], "nothing is sent in the transaction"
    assert send() == 2
    assert send() == 0
    [mine], [hers] = mailbox.to("bob@example.com"), mailbox.to(ANN)
    assert mine["Subject"].strip() == "A decision is asked: Refund <b>1480</b> €"
    assert "Refund <b>1480</b> €" in part(mine, "plain")
    assert "Over 1000 & unusual" in part(mine, "plain")
    assert "Refund &lt;b&gt;1480&lt;/b&gt; €" in part(mine, "html")
    assert answer_link(mine) != answer_link(hers)
    assert mine["Auto-Submitted"] == "auto-generated"


def test_a_customer_without_account_answers(ask: Ask, mailbox: Mailbox) -> None:
    task = ask(assignees=[ANN], proposed={"amount": 10}, form=[{"name": "why", "is_required": True}])
    send()
    link, client = answer_link(mailbox.messages[0]), Client(enforce_csrf_checks=True)
    page = client.get(link)
    assert page.status_code == 200
    assert (page["Referrer-Policy"], page["Cache-Control"]) == ("no-referrer", "no-store")
    given = {"outcome": "approved", "nonce": nonce_of(page), "field-0": "12", "comment": "fine"}
    wrong = client.post(link, given)
    assert wrong.status_code == 422
    assert "must be answered" in wrong.content.decode()
    assert_untouched(task)
    answer = client.post(link, {**given, "answer-0": "late"})
    assert answer.status_code == 200
    assert "Thank you" in answer.content.decode()
    task.refresh_from_db()
    decision = task.decision
    assert (decision["by"], decision["proposed"], decision["answer"]) == (
        ANN,
        {"amount": 12},
        {"why": "late"},
    )
    assert client.get(link).status_code == 409
    assert client.post(link, {**given, "answer-0": "x"}).status_code == 409
    assert history.is_intact(task)


def test_a_scanner_that_opens_every_link_in_every_mail_decides_nothing(
    ask: Ask, alice: User, bob: User, mailbox: Mailbox
) -> None:
    alice.groups.add(Group.objects.create(name="Finance"))
    tasks = [
        ask(assignees=["bob@example.com", ANN]),
        ask(assignees=["team:finance"], policy={"kind": "all"}, timers=[]),
        ask(assignees=[ANN], kind="answer", outcomes=["answered"], form=[{"name": "x"}]),
        ask(assignees=["bob@example.com"], kind="acknowledge", outcomes=["acknowledged"]),
        ask(assignees=["bob@example.com"], policy={"reauthenticate": True}),
    ]
    for task in tasks:
        outbox.notices.tell(task, "reminded", at=timezone.now())
    while send():
        continue
    found = [link for message in mailbox.messages for link in links_in(message)]
    assert len(mailbox.messages) >= 10
    assert len(found) >= 40
    scanner = Client(REMOTE_ADDR="203.0.113.10")
    for link in found:
        path = link.partition("localhost:8000")[2]
        for method in (scanner.get, scanner.head, scanner.options):
            assert method(path).status_code in (200, 302, 401, 404, 405, 503)
        for query in ("?outcome=approved", "?outcome=answered&nonce=x", "?confirm=1"):
            scanner.get(path + query)
    for task in tasks:
        assert_untouched(task)
        assert [event.kind for event in task.events.all()] == ["opened"], "a scanner is not a reader"


def test_a_link_dies_with_what_it_was_made_for(ask: Ask, alice: User, bob: User, mailbox: Mailbox) -> None:
    client = Client()

    def link_after(change: Any) -> int:
        task = ask(assignees=["bob@example.com"], proposed={"amount": 1})
        link = "/answer/" + links.token_for(task, "bob@example.com")
        assert client.get(link).status_code == 200
        change(task)
        return int(client.get(link).status_code)

    def decide(task: HumanTask) -> None:
        services.decide(task_id=task.pk, outcome="approved", by=bob, nonce=nonces.issue(task, bob.pk))

    assert link_after(decide) == 409
    assert (
        link_after(lambda task: handling.reassign(task_id=task.pk, to=["alice@example.com"], by=bob)) == 410
    )
    assert link_after(lambda task: HumanTask.objects.filter(pk=task.pk).update(proposed={"amount": 2})) == 410
    assert link_after(lambda task: services.close_task(task.run_id, task.step, "expired")) == 409
    assert link_after(lambda task: task.candidates.all().delete()) == 403
    assert link_after(lambda task: HumanTask.objects.filter(pk=task.pk).delete()) == 410
    bob.is_active = False
    bob.save()
    gone = "/answer/" + links.token_for(ask(assignees=["bob@example.com"]), "bob@example.com")
    assert client.get(gone).status_code == 403


def test_guessing_is_slowed_down(ask: Ask, db: None) -> None:
    client = Client(REMOTE_ADDR="198.51.100.7")
    answers = [client.get(f"/answer/guess{n}").status_code for n in range(25)]
    assert answers[:20] == [404] * 20
    assert set(answers[20:]) == {429}
    good = "/answer/" + links.token_for(ask(assignees=[ANN]), ANN)
    assert Client(REMOTE_ADDR="198.51.100.8").get(good).status_code == 200


def test_a_password_is_not_given_over_a_link(ask: Ask, bob: User) -> None:
    task = ask(assignees=["bob@example.com"], policy={"reauthenticate": True})
    link, client = "/answer/" + links.token_for(task, "bob@example.com"), Client()
    page = client.get(link)
    assert "Sign in to answer" in page.content.decode()
    body = {"outcome": "approved", "nonce": nonces.issue(task, bob.pk), "password": "a long passphrase"}
    assert client.post(link, body).status_code == 403
    assert_untouched(task)


def test_a_public_form_is_answered_by_anyone_once(ask: Ask) -> None:
    task = ask(
        kind="answer",
        outcomes=["answered"],
        policy={"public": True},
        context=[{"note": "internal"}],
        form=[{"name": "stars", "kind": "number"}],
    )
    link, client = links.public_link(task).partition("localhost:8000")[2], Client()
    page = client.get(link)
    assert "internal" not in page.content.decode()
    assert task.workflow_name not in page.content.decode()
    given = {"outcome": "answered", "nonce": nonce_of(page), "answer-0": "5"}
    assert client.post(link, given).status_code == 200
    task.refresh_from_db()
    assert (task.decision["answer"], task.decision["by"]) == ({"stars": 5}, "anyone with the link")
    assert client.post(link, given).status_code == 409
    assert links.public_link(ask()) == ""


def test_a_mail_that_is_too_late_is_not_sent(ask: Ask, bob: User, mailbox: Mailbox) -> None:
    task = ask(assignees=["bob@example.com"])
    services.close_task(task.run_id, task.step)
    send()
    assert mailbox.messages == []
    assert Delivery.objects.get().state == "dropped"


def test_a_passing_fault_is_tried_again_and_a_lasting_one_is_not(
    ask: Ask, bob: User, mailbox: Mailbox
) -> None:
    mailbox.refusals += ["451 later", "451 later"]
    ask(assignees=["bob@example.com"])
    send()
    assert send() == 0, "not at once"
    send(timedelta(seconds=31))
    send(timedelta(minutes=3))
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.tries, len(mailbox.messages)) == ("sent", 3, 1)
    mailbox.refusals.append("550 no such mailbox")
    ask(assignees=["bob@example.com"])
    send()
    assert Delivery.objects.order_by("pk").last().state == "failed"  # type: ignore[union-attr]


def test_a_mail_server_that_is_away_costs_nothing_but_time(
    ask: Ask, bob: User, settings: Any, mailbox: Mailbox
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.MAIL_SERVER = {**settings.MAIL_SERVER, "port": probe.getsockname()[1]}
    ask(assignees=["bob@example.com"])
    after = timedelta(0)
    for _ in range(6):
        send(after)
        after += timedelta(hours=7)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.tries) == ("failed", 6)
    assert "refused" in delivery.error.lower()


def test_a_line_break_in_a_subject_smuggles_nothing_in(ask: Ask, bob: User, mailbox: Mailbox) -> None:
    ask(subject="Hello\r\nBcc: victim@example.com\n\nBody", assignees=["bob@example.com"])
    send()
    assert mailbox.messages[0]["Bcc"] is None
    assert "Bcc: victim" in mailbox.messages[0]["Subject"]


def test_deputies_and_watchers_are_told(
    ask: Ask, alice: User, bob: User, mallory: User, mailbox: Mailbox
) -> None:
    now = timezone.now()
    handling.be_away(
        user=bob, deputy="mallory@example.com", begins_at=now, ends_at=now + timedelta(1), now=now
    )
    task = ask(assignees=["bob@example.com"])
    handling.watch(task_id=task.pk, by=alice, is_watching=True)
    send()
    assert sorted(str(message["To"]) for message in mailbox.messages) == [
        "bob@example.com",
        "mallory@example.com",
    ]
    services.decide(task_id=task.pk, outcome="approved", by=mallory, nonce=nonces.issue(task, mallory.pk))
    send()
    [news] = mailbox.to("alice@example.com")
    assert news["Subject"].strip().startswith("Decided: Approved")
    assert not [link for link in links_in(news) if "/answer/" in link]


def test_no_mail_where_none_is_wanted(ask: Ask, bob: User, mailbox: Mailbox) -> None:
    ask(assignees=["bob@example.com"], notify=False)
    ask()
    assert send() == 0


def test_reading_over_a_link_is_bound_to_its_person(ask: Ask, bob: User) -> None:
    task = ask(assignees=["bob@example.com"])
    _, person = links.open_link(links.token_for(task, "Bob@example.com"), address="192.0.2.1")
    assert person == Person("bob@example.com", bob)
    assert isinstance(task.created_at, datetime)
