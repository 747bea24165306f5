"""What several answers come to: counted by rule, never twice, never by those who must not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.accounts.models import User
from orchestrator.errors import Conflict, InvalidInput, NotAllowed
from orchestrator.inbox import handling, history, nonces, present, services
from orchestrator.inbox.models import HumanTask, TaskVote
from orchestrator.inbox.policies import Ballot, Policy, tally
from orchestrator.runs import store
from orchestrator.runs.models import Signal, Timer
from orchestrator.runs.starting import new_run
from tests.inbox.conftest import Ask

CHOICES = ["approved", "rejected"]
THREE = {"a@x.org", "b@x.org", "c@x.org"}
PEOPLE = ["alice@example.com", "bob@example.com", "mallory@example.com"]
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def count(
    policy: Policy, *votes: str, voters: set[str] | None = THREE, outcomes: list[str] = CHOICES
) -> str | None:
    return tally(
        policy,
        outcomes,
        [Ballot(who, vote, frozenset({who})) for who, vote in zip(sorted(THREE), votes, strict=False)],
        voters=voters,
    )


YES, NO = CHOICES


@pytest.mark.parametrize(
    ("policy", "votes", "expected"),
    [
        (Policy("any"), [NO], NO),
        (Policy("all"), [YES, YES], None),
        (Policy("all"), [YES, YES, YES], YES),
        (Policy("all"), [YES, NO], NO),
        (Policy("k_of_n", 2), [YES], None),
        (Policy("k_of_n", 2), [YES, NO], None),
        (Policy("k_of_n", 2), [YES, NO, YES], YES),
        (Policy("k_of_n", 2), [NO, NO], NO),
        (Policy("k_of_n", 3), [YES, NO], NO),
        (Policy("k_of_n", 5), [YES, YES, YES], None),
        (Policy("veto", 2), [YES, YES], YES),
        (Policy("veto", 3), [YES, YES, NO], NO),
        (Policy("veto", 2, vetoers=("c@x.org",)), [NO, YES], None),
        (Policy("veto", 2, vetoers=("a@x.org",)), [NO], NO),
        (Policy("all"), [YES, "revise"], "revise"),
    ],
)
def test_what_votes_come_to(policy: Policy, votes: list[str], expected: str | None) -> None:
    assert count(policy, *votes, outcomes=[*CHOICES, "revise"]) == expected


def test_a_choice_that_nobody_can_win_goes_to_what_most_wanted() -> None:
    outcomes = ["red", "green", "blue"]
    assert count(Policy("k_of_n", 3), "green", "red", "green", outcomes=outcomes) == "green"
    assert count(Policy("all"), "red", "blue", outcomes=outcomes) == "red", "of equals the one offered first"


@given(
    votes=st.lists(st.sampled_from(CHOICES), max_size=3),
    needed=st.integers(1, 4),
    kind=st.sampled_from(["all", "k_of_n", "veto"]),
)
def test_nothing_is_approved_with_fewer_voices_than_asked_for(
    votes: list[str], needed: int, kind: str
) -> None:
    policy = Policy(kind, needed)  # type: ignore[arg-type]
    if count(policy, *votes) == YES:
        assert votes.count(YES) >= (3 if kind == "all" else needed)
        assert kind == "k_of_n" or NO not in votes


def vote(task: HumanTask, by: User, outcome: str = YES, **rest: object) -> HumanTask:
    task = HumanTask.objects.get(pk=task.pk)
    rest.setdefault("nonce", nonces.issue(task, by.pk))
    return services.decide(task_id=task.pk, outcome=outcome, by=by, **rest)


def test_all_must_agree(ask: Ask, alice: User, bob: User, mallory: User) -> None:
    task = ask(assignees=PEOPLE, policy={"kind": "all"})
    Timer.objects.create(run_id=task.run_id, step=task.step, outcome="timeout", due_at=9e9, key="t:1")
    assert vote(task, alice, comment="yes").status == "open"
    assert vote(task, bob).status == "open"
    assert Timer.objects.exists(), "a vote does not stop the clock"
    assert not Signal.objects.exists()
    done = vote(task, mallory)
    assert done.decision["outcome"] == YES
    assert [entry["by"] for entry in done.decision["votes"]] == PEOPLE
    assert Signal.objects.get().data["votes"][0]["comment"] == "yes"
    assert [event.kind for event in task.events.all()] == ["opened", "voted", "voted", "voted", "decided"]
    assert history.is_intact(done)


def test_a_vote_counts_once(ask: Ask, bob: User) -> None:
    task = ask(assignees=PEOPLE, policy={"kind": "k_of_n", "needed": 2})
    nonce = nonces.issue(task, bob.pk)
    vote(task, bob, nonce=nonce)
    for _ in range(2):
        with pytest.raises(Conflict) as refused:
            vote(task, bob, nonce=nonce)
        assert refused.value.code == "task.already_voted"
    with pytest.raises(Conflict):
        vote(task, bob, "rejected")
    assert TaskVote.objects.count() == 1


def test_an_administrator_who_was_not_asked_is_no_voice_more(ask: Ask, alice: User, bob: User) -> None:
    task = ask(assignees=PEOPLE[1:], policy={"kind": "all"})
    with pytest.raises(NotAllowed):
        vote(task, alice)
    assert handling.reassign(task_id=task.pk, to=[PEOPLE[0]], by=alice).assignees == [PEOPLE[0]]
    assert vote(task, alice).status == "done"


def test_a_veto_ends_it(ask: Ask, alice: User, bob: User) -> None:
    task = ask(assignees=PEOPLE, policy={"kind": "veto", "needed": 2, "vetoers": ["Bob@example.com"]})
    vote(task, alice)
    assert vote(task, bob, "rejected").decision["outcome"] == "rejected"


def turns(task: HumanTask) -> str:
    return present.policy_words(Policy.read(task.policy), task)


def test_one_after_another(ask: Ask, alice: User, bob: User, mallory: User) -> None:
    task = ask(assignees=["bob@example.com", "mallory@example.com"], policy={"kind": "sequential"})
    assert turns(task) == "one after another: bob@example.com is asked now, then mallory@example.com"
    with pytest.raises(NotAllowed):
        vote(task, mallory)
    first = vote(task, bob)
    assert (first.status, first.stage) == ("open", 1)
    assert turns(first) == "one after another: mallory@example.com is asked now, as the last"
    with pytest.raises(NotAllowed):
        vote(task, bob)
    assert vote(task, mallory).decision["outcome"] == YES


def test_the_first_of_a_row_can_end_it(ask: Ask, bob: User) -> None:
    task = ask(assignees=["bob@example.com", "mallory@example.com"], policy={"kind": "sequential"})
    assert vote(task, bob, "rejected").status == "done"


def test_an_edit_asks_everyone_again(ask: Ask, alice: User, bob: User, mallory: User) -> None:
    """What Alice approved is not what Bob made of it."""
    task = ask(assignees=PEOPLE, policy={"kind": "all"}, proposed={"amount": 10})
    stale = nonces.issue(task, mallory.pk)
    vote(task, alice)
    changed = vote(task, bob, proposed={"amount": 99})
    assert (changed.proposed, changed.revision) == ({"amount": 99}, 2)
    with pytest.raises(Conflict) as refused:
        vote(task, mallory, nonce=stale)
    assert refused.value.code == "task.changed"
    assert vote(task, mallory).status == "open"
    done = vote(task, alice)
    assert (done.decision["proposed"], done.decision["edited"]) == ({"amount": 99}, ["amount"])
    assert [entry["counts"] for entry in done.decision["votes"]] == [False, True, True, True]
    edited = [event.data for event in task.events.filter(kind="voted") if "proposed" in event.data]
    assert [data["proposed"] for data in edited] == [{"amount": 99}], "the record keeps what he made of it"


def test_teams_vote_by_their_members(ask: Ask, alice: User, bob: User) -> None:
    finance = Group.objects.create(name="Finance")
    alice.groups.add(finance)
    bob.groups.add(finance)
    task = ask(assignees=["team:finance"], policy={"kind": "all"})
    vote(task, alice)
    assert vote(task, bob).status == "done"


def start_of(task: HumanTask, by: str) -> None:
    store.insert_runs(
        [
            new_run(
                workflow_id=str(task.workflow_id),
                version_id=task_version(task),
                node_id="hook",
                items=[{}],
                by=by,
            )
        ]
    )


def task_version(task: HumanTask) -> str:
    from orchestrator.workflows.models import WorkflowVersion

    return WorkflowVersion.objects.get(workflow=task.workflow_id).pk


def test_who_started_the_run_does_not_approve_it(ask: Ask, alice: User, bob: User) -> None:
    first = ask()
    start_of(first, "Alice@example.com")
    from orchestrator.runs.models import Run

    run = Run.objects.exclude(pk=first.run_id).get()
    child = Run.objects.create(
        workflow_id=run.workflow_id, version_id=run.version_id, start_node="x", parent_run=run.pk
    )
    for run_id in (run.pk, child.pk):
        task_id = services.open_task(
            run_id=run_id,
            step="gate:1",
            node_id="gate",
            node_name="Gate",
            workflow_id=run.workflow_id,
            data={"subject": "Own run", "policy": {"exclude_starter": True}},
        )
        task = HumanTask.objects.get(pk=task_id)
        assert task.excluded == ["alice@example.com"]
        with pytest.raises(NotAllowed) as refused:
            vote(task, alice)
        assert refused.value.code == "task.own_run"
        with pytest.raises(NotAllowed):
            handling.reassign(task_id=task.pk, to=["alice@example.com"], by=alice)
        assert vote(task, bob).status == "done"


def test_a_password_is_asked_for_again(ask: Ask, bob: User) -> None:
    task = ask(policy={"reauthenticate": True})
    for password, code in [
        (None, "task.password_needed"),
        ("", "task.password_needed"),
        ("wrong", "task.password_wrong"),
    ]:
        with pytest.raises(NotAllowed) as refused:
            vote(task, bob, password=password, address="192.0.2.1")
        assert refused.value.code == code
    assert vote(task, bob, password="a long passphrase", address="192.0.2.1").status == "done"


def test_sending_back_needs_a_note_and_counts_rounds(ask: Ask, bob: User) -> None:
    outcomes = ["approved", "rejected", "revise"]
    task = ask(outcomes=outcomes)
    with pytest.raises(InvalidInput) as refused:
        vote(task, bob, "revise")
    assert refused.value.code == "task.note_needed"
    assert vote(task, bob, "revise", comment="shorter").decision["round"] == 1
    asked = {"outcomes": outcomes, "rounds": {"most": 2, "then": ["alice@example.com"]}, "subject": "Draft"}

    def again(step: int, **more: object) -> HumanTask:
        place = {
            "run_id": task.run_id,
            "node_id": "gate",
            "node_name": "Gate",
            "workflow_id": task.workflow_id,
        }
        return HumanTask.objects.get(
            pk=services.open_task(**place, step=f"gate:{step}", data={**asked, **more})
        )

    second = again(2)
    assert (second.round, second.for_anyone) == (2, True)
    vote(second, bob, "revise", comment="warmer")
    other_turn = again(9, scope=[["each:1", 4]])
    assert other_turn.round == 1, "rounds of another loop turn are not counted"
    third = again(3)
    assert (third.round, third.assignees, third.outcomes) == (
        3,
        ["alice@example.com"],
        ["approved", "rejected"],
    )
    assert third.priority >= 2
    assert "sent back 2 times" in third.why
    told = again(4, rounds={"round": 2, "most": 5})
    assert told.round == 2, "an item that carries its round says so itself"


def test_a_claim_keeps_others_out(ask: Ask, alice: User, bob: User, mallory: User) -> None:
    task = ask()
    assert handling.claim(task_id=task.pk, by=bob).claimed_by == bob
    handling.claim(task_id=task.pk, by=bob)
    for action in (lambda: vote(task, mallory), lambda: handling.claim(task_id=task.pk, by=mallory)):
        with pytest.raises(Conflict) as refused:
            action()
        assert refused.value.code == "task.claimed"
    with pytest.raises(Conflict):
        handling.release(task_id=task.pk, by=mallory)
    handling.claim(task_id=task.pk, by=mallory, take_over=True)
    handling.release(task_id=task.pk, by=alice)
    handling.claim(task_id=task.pk, by=bob)
    assert vote(task, bob).status == "done"
    kinds = [event.kind for event in task.events.all()]
    assert kinds == ["opened", "claimed", "claimed", "released", "claimed", "decided"]


def test_a_task_for_several_is_not_claimed(ask: Ask, bob: User) -> None:
    with pytest.raises(Conflict) as refused:
        handling.claim(task_id=ask(assignees=PEOPLE, policy={"kind": "all"}).pk, by=bob)
    assert refused.value.code == "task.not_claimable"


def test_reassigning_ends_the_right_of_those_before(ask: Ask, alice: User, bob: User, mallory: User) -> None:
    task = ask(assignees=["bob@example.com"])
    stale = nonces.issue(task, bob.pk)
    handling.reassign(task_id=task.pk, to=["Mallory@example.com"], note="on holiday", by=bob)
    with pytest.raises(NotAllowed):
        vote(task, bob, nonce=stale)
    with pytest.raises(NotAllowed):
        handling.reassign(task_id=task.pk, to=["bob@example.com"], by=bob)
    assert vote(task, mallory).status == "done"
    with pytest.raises(Conflict):
        handling.reassign(task_id=task.pk, to=["bob@example.com"], by=alice)


@pytest.mark.parametrize("to", [[], ["nobody@example.com"], ["team:none"], [" "], ["x"] * 51 + ["y"]])
def test_reassigning_to_nobody_is_refused(ask: Ask, alice: User, to: list[str]) -> None:
    task = ask()
    with pytest.raises(InvalidInput):
        handling.reassign(task_id=task.pk, to=to, by=alice)


def test_a_deputy_answers_while_somebody_is_away(ask: Ask, alice: User, bob: User, mallory: User) -> None:
    task = ask(assignees=["bob@example.com", "alice@example.com"], policy={"kind": "all"}, now=NOW)
    with pytest.raises(NotAllowed):
        vote(task, mallory, now=NOW)
    handling.be_away(
        user=bob, deputy="Mallory@example.com", begins_at=NOW, ends_at=NOW + timedelta(days=3), now=NOW
    )
    kept = vote(task, mallory, now=NOW)
    assert kept.votes.get().who == "bob@example.com"
    assert kept.events.last().data["instead_of"] == "bob@example.com"
    with pytest.raises(Conflict):
        vote(task, bob, now=NOW)
    assert vote(task, alice, now=NOW).status == "done"
    with pytest.raises(NotAllowed):
        vote(ask(assignees=["bob@example.com"]), mallory, now=NOW + timedelta(days=4))
    handling.be_back(user=bob)


def test_standing_in_gives_no_second_voice(ask: Ask, alice: User, bob: User, mallory: User) -> None:
    handling.be_away(
        user=bob, deputy="mallory@example.com", begins_at=NOW, ends_at=NOW + timedelta(9), now=NOW
    )
    handling.be_away(
        user=alice, deputy="mallory@example.com", begins_at=NOW, ends_at=NOW + timedelta(9), now=NOW
    )
    task = ask(assignees=["bob@example.com", "alice@example.com"], policy={"kind": "all"})
    vote(task, mallory, now=NOW)
    with pytest.raises(Conflict):
        vote(task, mallory, now=NOW)


@pytest.mark.parametrize(
    ("deputy", "days"), [("bob@example.com", 1), ("x@example.com", 1), ("alice@example.com", -1)]
)
def test_absences_make_sense(alice: User, bob: User, deputy: str, days: int) -> None:
    with pytest.raises(InvalidInput):
        handling.be_away(user=bob, deputy=deputy, begins_at=NOW, ends_at=NOW + timedelta(days), now=NOW)
