"""One person's answer: checked, counted, and either the decision or one vote of several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from orchestrator.accounts.models import User
from orchestrator.accounts.services import check_sign_in
from orchestrator.errors import Conflict, InvalidInput, NotAllowed, NotSignedIn, Problem
from orchestrator.inbox import forms, history, notices, proposed, settle
from orchestrator.inbox.models import HumanTask, TaskVote
from orchestrator.inbox.people import Person, own_names, voter_behind, voters_of
from orchestrator.inbox.policies import SENT_BACK, Ballot, Policy, tally

WITHOUT_ANSWER = (SENT_BACK, "rejected", "dismissed")
"""Outcomes for which a form need not be filled in."""


@dataclass(frozen=True)
class Choice:
    """A checked answer. `values` are the proposed arguments as the person leaves them."""

    outcome: str
    comment: str
    values: dict[str, Any]
    answer: dict[str, Any] | None


def check_password(
    task: HumanTask, person: Person, *, password: str | None, address: str, at: datetime
) -> None:
    """Where a task asks for the password again, it must be right. Raises NotAllowed
    `task.password_needed` or `task.password_wrong`; TooMany after too many failures."""
    if not Policy.read(task.policy).reauthenticate:
        return
    if person.user is None or not password:
        raise NotAllowed("task.password_needed", "this decision needs your password again")
    try:
        check_sign_in(email=person.email, password=password, address=address, now=at)
    except NotSignedIn:
        raise NotAllowed("task.password_wrong", "the password is wrong") from None


def check_claim(task: HumanTask, person: Person) -> None:
    """Raises Conflict `task.claimed` when somebody else has taken the task on."""
    if task.claimed_by_id is not None and (person.user is None or task.claimed_by_id != person.user.pk):
        raise Conflict(
            "task.claimed", f"{task.claimed_by} is working on this", extra={"by": str(task.claimed_by)}
        )


def choice_of(
    task: HumanTask, *, outcome: str, comment: str, changes: Mapping[str, Any], answer: Mapping[str, Any]
) -> Choice:
    """Raises InvalidInput for an unknown outcome, a missing note, values or answers that do not fit."""
    if outcome not in task.outcomes:
        raise _invalid(
            "outcome", "task.outcome_unknown", f"the answer must be one of: {', '.join(task.outcomes)}"
        )
    if outcome == SENT_BACK and not comment:
        raise _invalid("comment", "task.note_needed", "say what should be changed")
    is_answered = bool(task.form) and outcome not in WITHOUT_ANSWER
    return Choice(
        outcome,
        comment,
        proposed.edited(task.proposed, changes),
        forms.checked(task.form, answer) if is_answered else None,
    )


def take(task: HumanTask, choice: Choice, person: Person, *, at: datetime, whence: Mapping[str, str]) -> None:
    """Count the answer. The caller holds the row and has checked everything about the person.
    `whence` goes into the record: `via`, `address`."""
    policy = Policy.read(task.policy)
    if not policy.takes_several:
        decision = decision_of(task, choice, by=person.email, at=at)
        settle.settle(task, decision, at=at, by=person, whence=whence)
        notices.tell(task, "decided", at=at, by=person)
        return
    settle.refuse_when_timed_out(task)
    is_edited = choice.outcome not in WITHOUT_ANSWER and _adopt_edits(task, choice.values)
    vote = _cast(task, choice, person, at=at)
    ballots = _ballots(task)
    is_last = task.stage >= len(task.assignees) - 1
    result = tally(policy, task.outcomes, ballots, voters=voters_of(task), is_last_stage=is_last)
    told: dict[str, Any] = {"outcome": vote.outcome, "comment": vote.comment, "instead_of": _other(vote)}
    if is_edited:
        # Others may edit again: the record keeps what this voice agreed to.
        told |= {"proposed": task.proposed, "shown": vote.shown}
    history.append(task, "voted", at=at, by=person, **told, **whence)
    if result is None:
        _go_on(task, policy, at=at)
        return
    decision = decision_of(task, choice, by=person.email, at=at) | {
        "outcome": result,
        "votes": votes_of(task),
    }
    settle.settle(task, decision, at=at, by=person, whence=whence)
    notices.tell(task, "decided", at=at, by=person)


def decision_of(task: HumanTask, choice: Choice, *, by: str, at: datetime) -> dict[str, Any]:
    original = task.proposed if task.first_proposed is None else task.first_proposed
    decision = {
        "outcome": choice.outcome,
        "comment": choice.comment,
        "by": by,
        "at": at.isoformat(),
        "proposed": choice.values,
        "edited": proposed.changed_names(original, choice.values),
    }
    if choice.answer is not None:
        decision["answer"] = choice.answer
    return decision | ({"round": task.round} if SENT_BACK in task.outcomes or task.round > 1 else {})


def votes_of(task: HumanTask) -> list[dict[str, Any]]:
    """All votes as people see them; one that no longer counts says so."""
    shown = history.shown_digest(task)
    return [
        {
            "by": vote.given_by,
            "instead_of": _other(vote),
            "outcome": vote.outcome,
            "comment": vote.comment,
            "at": vote.at.isoformat(),
            "counts": vote.shown == shown,
        }
        for vote in task.votes.order_by("id")
    ]


def has_answered(votes: list[dict[str, Any]], policy: Policy, email: str) -> bool:
    """Whether this person's answer is in and counts. In turn somebody may be asked again."""
    return policy.kind != "sequential" and any(vote["by"] == email and vote["counts"] for vote in votes)


def _adopt_edits(task: HumanTask, values: dict[str, Any]) -> bool:
    """What others approved is not what is proposed now: their votes lapse, and so do open pages.
    False when nothing was edited."""
    if not proposed.changed_names(task.proposed, values):
        return False
    first = task.proposed if task.first_proposed is None else task.first_proposed
    settle.change(task, proposed=values, first_proposed=first)
    return True


def _cast(task: HumanTask, choice: Choice, person: Person, *, at: datetime) -> TaskVote:
    try:
        with transaction.atomic():
            return TaskVote.objects.create(
                task=task,
                who=voter_behind(person, task, now=at),
                given_by=person.email,
                shown=history.shown_digest(task),
                stage=task.stage,
                outcome=choice.outcome,
                comment=choice.comment,
                at=at,
            )
    except IntegrityError:
        raise Conflict(
            "task.already_voted", "your answer is in already; others are still to give theirs"
        ) from None


def _ballots(task: HumanTask) -> list[Ballot]:
    votes = task.votes.filter(shown=history.shown_digest(task), stage=task.stage).order_by("id")
    users = {user.email.lower(): user for user in User.objects.filter(email__in=[vote.who for vote in votes])}
    return [
        Ballot(
            vote.who, vote.outcome, frozenset(own_names(users[vote.who]) if vote.who in users else [vote.who])
        )
        for vote in votes
    ]


def _go_on(task: HumanTask, policy: Policy, *, at: datetime) -> None:
    """More answers are needed: of the next in the row, or of the others."""
    if policy.kind == "sequential":
        settle.change(task, stage=task.stage + 1)
        settle.ask_people(task, task.assignees[task.stage : task.stage + 1])
        notices.tell(task, "opened", at=at)
    elif task.first_proposed is not None:
        notices.tell(task, "changed", at=at)


def _other(vote: TaskVote) -> str:
    return vote.who if vote.who != vote.given_by else ""


def _invalid(path: str, code: str, message: str) -> InvalidInput:
    return InvalidInput(code, message, [Problem(path, code, message)])
