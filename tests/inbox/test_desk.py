"""The desk: lists, many at once, figures, the record and what it proves."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from orchestrator.accounts.models import User
from orchestrator.inbox import audit, figures, handling, history, links, nonces, queries, services
from orchestrator.inbox.models import Absence, HumanTask, SavedFilter, TaskEvent
from orchestrator.runs.models import Signal
from tests.inbox.conftest import Ask

SignedIn = Callable[[User], Client]
BASE = "/admin/inbox/humantask/"
NONCE = re.compile(r'name="nonce-(\w+)" value="([^"]+)"')


def decide(task: HumanTask, by: User, outcome: str = "approved", **rest: object) -> HumanTask:
    nonce = nonces.issue(task, by.pk)
    return services.decide(task_id=task.pk, outcome=outcome, by=by, nonce=nonce, **rest)


def seen(user: User, view: queries.View, **only: str) -> set[str]:
    found = queries.page(user, view=view, only=queries.Only(**only), now=timezone.now())
    return {task.subject for task in found.tasks}


def test_each_list_shows_what_it_says(ask: Ask, bob: User, mallory: User) -> None:
    bob.groups.add(Group.objects.create(name="Finance"))
    ask(subject="anyone")
    ask(subject="bob", assignees=["bob@example.com"])
    ask(subject="finance", assignees=["team:Finance"], queue="refunds", priority="urgent")
    ask(subject="other", assignees=["mallory@example.com"], kind="choose")
    taken = ask(subject="taken")
    handling.claim(task_id=taken.pk, by=mallory)
    assert seen(bob, "mine") == {"anyone", "bob", "finance"}
    assert seen(mallory, "mine") == {"anyone", "other", "taken"}
    assert seen(bob, "teams") == {"finance"}
    assert seen(bob, "unassigned") == {"anyone"}
    assert seen(bob, "everything") == {"anyone", "bob", "finance", "other", "taken"}
    assert seen(bob, "everything", queue="refunds") == {"finance"}
    assert seen(bob, "everything", priority="urgent") == {"finance"}
    assert seen(bob, "everything", kind="choose") == {"other"}
    assert seen(bob, "everything", workflow="none") == set()


def test_a_list_is_saved_opened_and_forgotten(ask: Ask, alice: User, bob: User, client_of: SignedIn) -> None:
    ask(subject="a refund", queue="refunds")
    ask(subject="something else")
    hers = client_of(alice)
    answer = hers.post(f"{BASE}filter/", {"view": "everything", "queue": "refunds", "name": " My  refunds "})
    page = hers.get(answer["Location"]).content.decode()
    assert "My refunds" in page
    assert "a refund" in page
    assert "something else" not in page
    assert "My refunds" not in client_of(bob).get(BASE).content.decode()
    for name, status in (("My refunds", 409), ("", 422), ("x" * 61, 422)):
        assert hers.post(f"{BASE}filter/", {"name": name, "q": "x"}).status_code == status
    kept = SavedFilter.objects.get()
    assert client_of(bob).post(f"{BASE}filter/", {"delete": kept.pk}).status_code == 404
    hers.post(f"{BASE}filter/", {"delete": kept.pk})
    assert not SavedFilter.objects.exists()


def test_several_are_decided_after_a_summary(ask: Ask, bob: User, mallory: User, client_of: SignedIn) -> None:
    tasks = [ask(subject=f"refund {n}", proposed={"amount": n}) for n in range(3)]
    other = ask(subject="not mine", assignees=["mallory@example.com"])
    form = ask(subject="a form", form=[{"name": "x"}])
    client = client_of(bob)
    chosen = {"task": [task.pk for task in (*tasks, other, form)], "view": "everything"}
    page = client.get(f"{BASE}bulk/", chosen).content.decode()
    assert "3 tasks will be decided, 2 left out" in page
    assert "it was asked of other people" in page
    assert "Approve all 3" in page
    assert not Signal.objects.exists()
    found = dict(NONCE.findall(page))
    assert set(found) == {task.pk for task in tasks}
    decide(tasks[2], mallory, "rejected")
    given = {"task": [*found, other.pk], "outcome": "approved", "comment": "all fine"}
    given |= {f"nonce-{task_id}": nonce for task_id, nonce in found.items()}
    done = client.post(f"{BASE}bulk/", given).content.decode()
    assert "2 of 4 decided" in done
    assert "already decided by mallory@example.com: rejected" in done
    assert {
        task.decision["outcome"] for task in HumanTask.objects.filter(pk__in=[t.pk for t in tasks[:2]])
    } == {"approved"}
    other.refresh_from_db()
    assert other.status == "open"


def test_being_away_and_back_again(bob: User, alice: User, client_of: SignedIn) -> None:
    client, page = client_of(bob), f"{BASE}away/"
    week = {"begins_at": "2032-06-01T09:00", "ends_at": "2032-06-08T09:00", "timezone": "Europe/Berlin"}
    refused = client.post(page, {**week, "deputy": "nobody@example.com"})
    assert refused.status_code == 422
    assert "Name another person who has an account" in refused.content.decode()
    assert 'value="2032-06-01T09:00"' in refused.content.decode()
    assert client.post(page, {**week, "deputy": alice.email, "ends_at": "soon"}).status_code == 422
    assert client.post(page, {**week, "deputy": alice.email}).status_code == 302
    absence = Absence.objects.get(user=bob)
    assert (absence.deputy, absence.begins_at.isoformat()) == (alice, "2032-06-01T07:00:00+00:00")
    assert "decides for you" in client.get(page).content.decode()
    assert client.post(page, {"action": "back"}).status_code == 302
    assert not Absence.objects.exists()
    assert client.post(page, {"action": "back"}).status_code == 404


def test_no_answer_in_common_means_no_button(ask: Ask, bob: User, client_of: SignedIn) -> None:
    chosen = {"task": [ask(outcomes=["red"]).pk, ask(outcomes=["blue"]).pk]}
    page = client_of(bob).get(f"{BASE}bulk/", chosen).content.decode()
    assert "no answer in common" in page
    assert 'name="outcome"' not in page


@pytest.mark.parametrize("action", ["claim", "release", "watch", "unwatch", "snooze", "reassign"])
def test_the_buttons_of_a_task(ask: Ask, alice: User, client_of: SignedIn, action: str) -> None:
    task, client = ask(), client_of(alice)
    given = {"action": action, "hours": "4", "to": "alice@example.com; team:none", "note": "please"}
    answer = client.post(f"{BASE}{task.pk}/handle/", given)
    if action == "reassign":
        assert answer.status_code == 422
        assert "There is no team team:none" in answer.content.decode()
        given["to"] = "alice@example.com"
        answer = client.post(f"{BASE}{task.pk}/handle/", given)
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    assert page.status_code == 200
    for odd in (
        {"action": "explode"},
        {"action": "snooze", "hours": "-1"},
        {"action": "snooze", "hours": "99999"},
    ):
        assert client.post(f"{BASE}{task.pk}/handle/", odd).status_code in (404, 422)
    assert client.get(f"{BASE}{task.pk}/handle/").status_code == 405


def test_votes_and_policy_are_shown(ask: Ask, alice: User, bob: User, client_of: SignedIn) -> None:
    people = ["alice@example.com", "bob@example.com"]
    task = ask(assignees=people, policy={"kind": "all"})
    decide(task, bob, comment="looks right")
    page = client_of(bob).get(f"{BASE}{task.pk}/change/").content.decode()
    assert "Your answer is in" in page
    assert 'name="outcome"' not in page
    page = client_of(alice).get(f"{BASE}{task.pk}/change/").content.decode()
    assert "everyone who is asked must agree" in page
    assert "looks right" in page
    assert 'value="approved"' in page


def test_a_password_is_asked_for_on_the_page(ask: Ask, bob: User, client_of: SignedIn) -> None:
    task, client = ask(policy={"reauthenticate": True}), client_of(bob)
    page = client.get(f"{BASE}{task.pk}/change/").content.decode()
    nonce = re.search(r'name="nonce" value="([^"]+)"', page)
    assert nonce
    assert 'type="password"' in page
    given = {"nonce": nonce[1], "outcome": "approved", "password": "wrong"}
    assert client.post(f"{BASE}{task.pk}/decide/", given).status_code == 403
    given["password"] = "a long passphrase"
    assert client.post(f"{BASE}{task.pk}/decide/", given).status_code == 302


def test_a_form_is_filled_in_on_the_page(ask: Ask, bob: User, client_of: SignedIn) -> None:
    fields = [
        {
            "name": "carrier",
            "label": "Which carrier?",
            "kind": "choice",
            "options": ["DHL", "UPS"],
            "is_required": True,
        },
        {"name": "extras", "kind": "choices", "options": ["gift", "express"]},
        {"name": "fragile", "kind": "boolean"},
        {"name": "weight", "kind": "number", "section": "Parcel"},
        {"name": "when", "kind": "date"},
    ]
    task, client = ask(kind="answer", outcomes=["answered"], form=fields), client_of(bob)
    page = client.get(f"{BASE}{task.pk}/change/").content.decode()
    nonce = re.search(r'name="nonce" value="([^"]+)"', page)
    assert nonce
    given = {"nonce": nonce[1], "outcome": "answered", "answer-3": "much"}
    wrong = client.post(f"{BASE}{task.pk}/decide/", given)
    assert wrong.status_code == 422
    assert "Which carrier? must be answered" in wrong.content.decode()
    assert 'value="much"' in wrong.content.decode()
    given |= {
        "answer-0": "UPS",
        "answer-1": ["gift", "express"],
        "answer-2": "true",
        "answer-3": "1,5",
        "answer-4": "2026-03-09",
    }
    assert client.post(f"{BASE}{task.pk}/decide/", given).status_code == 302
    task.refresh_from_db()
    assert task.decision["answer"] == {
        "carrier": "UPS", "extras": ["gift", "express"], "fragile": True, "weight": 1.5, "when": "2026-03-09",
    }  # fmt: skip
    assert "Which carrier?" in client.get(f"{BASE}{task.pk}/change/").content.decode()


def test_what_a_rule_let_pass_is_on_record(ask: Ask, alice: User, client_of: SignedIn) -> None:
    task = ask(passes={"outcome": "approved", "reason": "120 is less than 500 (autonomy 50)"}, timers=[])
    assert (task.status, task.decision["by"]) == ("done", "")
    assert task.decision["automatic"] == "120 is less than 500 (autonomy 50)"
    signal = Signal.objects.get(run_id=task.run_id)
    assert (signal.outcome, signal.data["automatic"]) == ("approved", task.decision["automatic"])
    assert [event.kind for event in task.events.all()] == ["opened", "decided"]
    assert history.is_intact(task)
    assert queries.count_open() == 0
    page = client_of(alice).get(f"{BASE}{task.pk}/change/?view=done").content.decode()
    assert "120 is less than 500" in page
    assert "A rule" in page


def test_the_figures_count(ask: Ask, alice: User, bob: User, client_of: SignedIn) -> None:
    now = timezone.now()
    for minutes, outcome in ((10, "approved"), (20, "approved"), (60, "rejected")):
        decide(ask(now=now - timedelta(minutes=minutes), proposed={"a": 1}), bob, outcome, now=now)
    decide(ask(now=now - timedelta(minutes=5), proposed={"a": 1}), alice, proposed={"a": 2}, now=now)
    ask(passes={"outcome": "approved", "reason": "small"})
    late = ask(due_at=now - timedelta(minutes=1), priority="urgent")
    handling.claim(task_id=late.pk, by=bob)
    found = figures.figures(now=now + timedelta(seconds=1))
    assert (found.open, found.overdue, found.claimed, found.decided, found.automatic, found.edited) == (
        1,
        1,
        1,
        4,
        1,
        1,
    )
    assert found.mix == [("approved", 3), ("rejected", 1)]
    assert [(pace.name, pace.count) for pace in found.by_person] == [
        ("bob@example.com", 3),
        ("alice@example.com", 1),
    ]
    assert found.by_person[0].median_seconds == pytest.approx(1200)
    page = client_of(bob).get(f"{BASE}figures/").content.decode()
    assert "bob@example.com" in page
    assert "20 min" in page


def test_the_record_is_exported_for_administrators_only(
    ask: Ask, alice: User, bob: User, client_of: SignedIn
) -> None:
    task = ask(subject='=HYPERLINK("http://evil.example")', proposed={"amount": 5}, tags=["vip"])
    decide(task, bob, comment="+1")
    for form in ("csv", "json"):
        assert client_of(bob).get(f"{BASE}export.{form}").status_code == 403
    text = b"".join(client_of(alice).get(f"{BASE}export.csv").streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["kind"] for row in rows] == ["opened", "decided"]
    assert rows[1]["subject"].startswith("'=")
    assert rows[1]["comment"] == "'+1"
    lines = b"".join(client_of(alice).get(f"{BASE}export.json").streaming_content).decode().splitlines()
    last = json.loads(lines[-1])
    assert (last["subject"], last["data"]["outcome"]) == (task.subject, "approved")
    first = json.loads(lines[0])
    assert last["prev_hash"] == first["hash"]
    assert first["content"]["proposed"] == {"amount": 5}
    text = json.dumps(list(first["content"].values()), sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == first["data"]["shown"] == last["data"]["shown"]


def test_verifying_finds_every_kind_of_tampering(
    ask: Ask, bob: User, capsys: pytest.CaptureFixture[str]
) -> None:
    tasks = [ask(subject=f"task {n}") for n in range(8)]
    done = [decide(task, bob, comment="ok") for task in tasks[:5]]
    services.close_task(tasks[5].run_id, tasks[5].step)
    call_command("inbox_audit")
    assert "8 tasks are whole" in capsys.readouterr().out
    HumanTask.objects.filter(pk=done[0].pk).update(decision={**done[0].decision, "outcome": "rejected"})
    HumanTask.objects.filter(pk=done[1].pk).update(subject="something else")
    TaskEvent.objects.filter(task=done[2], number=1).update(data={})
    TaskEvent.objects.filter(task=done[3], number=2).delete()
    HumanTask.objects.filter(pk=tasks[6].pk).update(status="done", decided_at=timezone.now())
    HumanTask.objects.filter(pk=tasks[7].pk).update(context=[{"price": 1}])
    assert {task.pk for task, _ in audit.faults(HumanTask.objects.all())} == {
        done[0].pk, done[1].pk, done[2].pk, done[3].pk, tasks[6].pk, tasks[7].pk,
    }  # fmt: skip
    with pytest.raises(CommandError, match="6 of 8"):
        call_command("inbox_audit")


def test_the_record_says_from_where_and_is_whole_whichever_way_was_taken(
    ask: Ask, alice: User, bob: User, client_of: SignedIn
) -> None:
    """By the API, the admin, a link, and several together: each decision verifies."""
    his = client_of(bob)
    tasks = {via: ask(subject=via, assignees=["bob@example.com"]) for via in ("api", "admin", "link", "many")}
    nonce = {via: nonces.issue(task, str(bob.pk)) for via, task in tasks.items()}
    body = {"outcome": "approved", "nonce": nonce["api"]}
    his.post(f"/api/v1/inbox/{tasks['api'].pk}/decide", body, content_type="application/json")
    his.post(f"{BASE}{tasks['admin'].pk}/decide/", {"outcome": "approved", "nonce": nonce["admin"]})
    link = "/answer/" + links.token_for(tasks["link"], "bob@example.com")
    Client(REMOTE_ADDR="203.0.113.7").post(link, {"outcome": "approved", "nonce": nonce["link"]})
    several = {"outcome": "approved", "tasks": [{"id": tasks["many"].pk, "nonce": nonce["many"]}]}
    his.post("/api/v1/inbox/decide", several, content_type="application/json")
    found = {event.task.subject: event.data for event in TaskEvent.objects.filter(kind="decided")}
    assert set(found) == set(tasks)
    assert {subject: data.get("via") for subject, data in found.items() if subject != "many"} == {
        "api": "api",
        "admin": "admin",
        "link": "link",
    }
    assert found["link"]["address"] == "203.0.113.7"
    assert found["many"]["address"]
    assert list(audit.faults(HumanTask.objects.all())) == []
