"""A task is decided once, by someone who was asked and was shown it, or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from orchestrator.accounts.models import User
from orchestrator.errors import Conflict, InvalidInput, NotAllowed, NotFound
from orchestrator.inbox import history, nonces, services
from orchestrator.inbox.models import HumanTask
from orchestrator.runs.models import Run, Signal, Timer
from tests.inbox.conftest import Ask


def decide(task: HumanTask, by: User, outcome: str = "approved", **rest: object) -> HumanTask:
    rest.setdefault("nonce", nonces.issue(task, by.pk))
    return services.decide(task_id=task.pk, outcome=outcome, by=by, **rest)


def test_a_decision_closes_the_task_and_answers_the_step(ask: Ask, bob: User) -> None:
    task = ask(proposed={"amount": 1480, "reason": "return"})
    done = decide(task, bob, comment="  fine  ", proposed={"amount": 1400.5})
    assert (done.status, done.decision["by"], done.decision["comment"]) == ("done", "bob@example.com", "fine")
    assert done.decision["proposed"] == {"amount": 1400.5, "reason": "return"}
    assert done.decision["edited"] == ["amount"]
    signal = Signal.objects.get(run_id=task.run_id)
    assert (signal.step, signal.outcome, signal.key) == ("gate:1", "approved", f"task:{task.pk}")
    assert signal.data["proposed"] == {"amount": 1400.5, "reason": "return"}
    assert signal.data["by"] == "bob@example.com"
    assert Run.objects.get(pk=task.run_id).signalled


def test_rejecting_is_as_good_a_decision(ask: Ask, bob: User) -> None:
    task = ask()
    assert decide(task, bob, "rejected").decision["outcome"] == "rejected"
    assert Signal.objects.get(run_id=task.run_id).outcome == "rejected"


@pytest.mark.parametrize("outcome", ["Approved", "", "timeout", "approved ", "approved\x00"])
def test_an_outcome_that_was_not_offered_decides_nothing(ask: Ask, bob: User, outcome: str) -> None:
    task = ask()
    with pytest.raises(InvalidInput) as refused:
        decide(task, bob, outcome)
    assert refused.value.code == "task.outcome_unknown"
    assert_untouched(task)


def test_a_second_decision_is_told_the_first(ask: Ask, alice: User, bob: User) -> None:
    task = ask()
    late = nonces.issue(task, alice.pk)
    decide(task, bob)
    with pytest.raises(Conflict) as refused:
        decide(task, alice, "rejected", nonce=late)
    assert refused.value.code == "task.already_decided"
    assert refused.value.extra["decision"]["outcome"] == "approved"
    assert Signal.objects.filter(run_id=task.run_id).count() == 1


def test_a_replayed_nonce_is_spent(ask: Ask, bob: User) -> None:
    task = ask()
    nonce = nonces.issue(task, bob.pk)
    decide(task, bob, nonce=nonce)
    with pytest.raises(Conflict):
        decide(task, bob, nonce=nonce)


def test_a_nonce_serves_only_its_person_and_task(ask: Ask, alice: User, bob: User) -> None:
    task, other = ask(), ask()
    for nonce in (nonces.issue(task, alice.pk), nonces.issue(other, bob.pk)):
        with pytest.raises(NotAllowed) as refused:
            decide(task, bob, nonce=nonce)
        assert refused.value.code == "task.nonce_invalid"
    assert_untouched(task)
    assert_untouched(other)


def forgeries(task: HumanTask, user: User) -> list[str]:
    good = nonces.issue(task, user.pk)
    claim = {"t": task.pk, "u": user.pk, "r": 1, "d": history.shown_digest(task)}
    body, stamp, mac = good.split(":")
    return [
        "",
        "x",
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        good[:-4],
        body + "::" + mac,
        f"{body}:{stamp}0:{mac}",
        good + ":" + mac,
        good.upper(),
        "\x00" + good,
        "é" + good,
        signing.dumps(claim),
        signing.dumps(claim, salt=nonces.SALT, key="another key"),
        signing.dumps("a string", key="another key", salt=nonces.SALT),
        "." + good,
    ]


def test_forged_nonces_are_refused(ask: Ask, bob: User) -> None:
    task = ask()
    for nonce in forgeries(task, bob):
        with pytest.raises(NotAllowed) as refused:
            decide(task, bob, nonce=nonce)
        assert refused.value.code == "task.nonce_invalid", nonce
    assert_untouched(task)
    decide(task, bob)


def test_a_nonce_dies_when_what_is_asked_changes(ask: Ask, bob: User) -> None:
    task = ask(proposed={"amount": 10})
    nonce = nonces.issue(task, bob.pk)
    HumanTask.objects.filter(pk=task.pk).update(revision=2)
    with pytest.raises(Conflict) as refused:
        decide(task, bob, nonce=nonce)
    assert refused.value.code == "task.changed"
    HumanTask.objects.filter(pk=task.pk).update(revision=1, proposed={"amount": 10_000})
    with pytest.raises(Conflict) as refused:
        decide(task, bob, nonce=nonce)
    assert refused.value.code == "task.changed"
    assert HumanTask.objects.get(pk=task.pk).status == "open"


def test_a_stale_revision_is_refused(ask: Ask, bob: User) -> None:
    task = ask()
    with pytest.raises(Conflict) as refused:
        decide(task, bob, revision=7)
    assert refused.value.code == "task.changed"


def test_a_nonce_ages(ask: Ask, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    task = ask()
    nonce = nonces.issue(task, bob.pk)
    monkeypatch.setattr(nonces, "LIFETIME_SECONDS", -1)
    with pytest.raises(Conflict):
        decide(task, bob, nonce=nonce)
    assert_untouched(task)


def test_only_those_who_are_asked_decide(ask: Ask, alice: User, bob: User, mallory: User) -> None:
    task = ask(assignees=["Bob@Example.com"])
    with pytest.raises(NotAllowed) as refused:
        decide(task, mallory)
    assert refused.value.code == "task.not_asked"
    with pytest.raises(NotAllowed):
        services.comment(task_id=task.pk, text="me too", by=mallory)
    assert_untouched(task)
    assert decide(task, bob).status == "done"
    assert decide(ask(assignees=["bob@example.com"]), alice).status == "done", "the owner may always"


def test_a_team_is_asked_by_name(ask: Ask, bob: User, mallory: User) -> None:
    from django.contrib.auth.models import Group

    bob.groups.add(Group.objects.create(name="Finance"))
    task = ask(assignees=["team:finance"])
    with pytest.raises(NotAllowed):
        decide(task, mallory)
    assert decide(task, bob).status == "done"


def test_the_right_is_checked_when_deciding(ask: Ask, bob: User) -> None:
    task = ask()
    nonce = nonces.issue(task, bob.pk)
    bob.is_active = False
    with pytest.raises(NotAllowed):
        decide(task, bob, nonce=nonce)


def test_an_unknown_task(alice: User) -> None:
    with pytest.raises(NotFound):
        services.decide(task_id="nope", outcome="approved", by=alice, nonce="x")


def test_a_time_out_that_fired_first_wins(ask: Ask, bob: User) -> None:
    task = ask(due_at=timezone.now() - timedelta(seconds=1))
    Signal.objects.create(run_id=task.run_id, step=task.step, outcome="timeout", key="timer:1")
    with pytest.raises(Conflict) as refused:
        decide(task, bob)
    assert refused.value.extra["status"] == "expired"


def test_a_decision_disarms_the_time_out(ask: Ask, bob: User) -> None:
    task = ask(due_at=timezone.now())
    Timer.objects.create(
        run_id=task.run_id, step=task.step, outcome="timeout", due_at=0, key="timer:gate:1:5"
    )
    decide(task, bob)
    assert not Timer.objects.exists()


def test_a_closed_task_cannot_be_decided(ask: Ask, bob: User) -> None:
    task = ask()
    nonce = nonces.issue(task, bob.pk)
    assert services.close_task(task.run_id, task.step, "expired")
    assert not services.close_task(task.run_id, task.step, "expired")
    with pytest.raises(Conflict) as refused:
        decide(task, bob, nonce=nonce)
    assert (refused.value.code, refused.value.extra["status"]) == ("task.already_decided", "expired")


def test_closing_leaves_a_decision_alone(ask: Ask, bob: User) -> None:
    task = ask()
    decide(task, bob)
    assert not services.close_task(task.run_id, task.step, "done")
    assert HumanTask.objects.get(pk=task.pk).status == "done"


def test_opening_twice_asks_once(ask: Ask) -> None:
    task = ask()
    again = services.open_task(
        run_id=task.run_id,
        step=task.step,
        node_id="gate",
        node_name="Gate",
        workflow_id=str(task.workflow_id),
        data={},
    )
    assert again == task.pk


def assert_untouched(task: HumanTask) -> None:
    now = HumanTask.objects.get(pk=task.pk)
    assert (now.status, now.revision, now.decision) == ("open", 1, None)
    assert not Signal.objects.filter(run_id=task.run_id).exists()
