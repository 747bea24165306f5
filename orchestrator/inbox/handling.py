"""Handling tasks without deciding them: claim, hand over, put off, watch, stand in."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from orchestrator.accounts.models import User
from orchestrator.errors import Conflict, InvalidInput, NotFound, Problem
from orchestrator.inbox import history, notices, settle
from orchestrator.inbox.models import Absence, HumanTask, TaskSnooze, TaskStatus, TaskWatch
from orchestrator.inbox.people import TEAM, Person
from orchestrator.inbox.policies import Policy
from orchestrator.inbox.queries import task_by_id
from orchestrator.inbox.services import comment_text, task_for
from orchestrator.inbox.timers import hand_over
from orchestrator.runs.live import publish_inbox_sync

LONGEST_SNOOZE = timedelta(days=366)
LONGEST_ABSENCE = timedelta(days=366)
MOST_NAMES = 50


def claim(*, task_id: str, by: User, take_over: bool = False, now: datetime | None = None) -> HumanTask:
    """Take a task on: until it is released nobody else decides. Raises Conflict `task.claimed`
    when somebody has, unless `take_over`; `task.not_claimable` where several must answer."""
    at, person = now or timezone.now(), Person.of(by)
    with transaction.atomic():
        task = _open_task_for(task_id, person, at=at)
        if Policy.read(task.policy).takes_several:
            raise Conflict("task.not_claimable", "this needs the answers of several people")
        if task.claimed_by_id == by.pk:
            return task
        if task.claimed_by_id is not None and not take_over:
            who = str(task.claimed_by)
            raise Conflict("task.claimed", f"{who} is working on this", extra={"by": who})
        before = task.claimed_by.email if task.claimed_by else ""
        task.claimed_by = by
        task.save(update_fields=["claimed_by"])
        history.append(task, "claimed", at=at, by=person, **({"from": before} if before else {}))
        transaction.on_commit(publish_inbox_sync)
    return task


def release(*, task_id: str, by: User, now: datetime | None = None) -> HumanTask:
    """Give a claimed task back. One's own claim; an administrator any."""
    at, person = now or timezone.now(), Person.of(by)
    with transaction.atomic():
        task = _open_task_for(task_id, person, at=at)
        if task.claimed_by_id is None:
            return task
        if task.claimed_by_id != by.pk and not person.is_administrator:
            raise Conflict("task.claimed", f"{task.claimed_by} is working on this")
        task.claimed_by = None
        task.save(update_fields=["claimed_by"])
        history.append(task, "released", at=at, by=person)
        transaction.on_commit(publish_inbox_sync)
    return task


def reassign(
    *, task_id: str, to: list[str], note: str = "", by: User, now: datetime | None = None
) -> HumanTask:
    """Ask others instead: e-mail addresses, `team:<name>`. Raises InvalidInput `assignee.unknown`
    for a team that does not exist or a person without account."""
    at, person = now or timezone.now(), Person.of(by)
    names, note = _known_names(to), comment_text(note)
    with transaction.atomic():
        task = _open_task_for(task_id, person, at=at)
        hand_over(task, names)
        history.append(task, "reassigned", at=at, by=person, to=names, note=note)
        notices.tell(task, "reassigned", at=at, by=person)
        transaction.on_commit(publish_inbox_sync)
    return task


def snooze(*, task_id: str, until: datetime | None, by: User, now: datetime | None = None) -> HumanTask:
    """Keep a task out of one's own list until a moment; None brings it back at once."""
    at, person = now or timezone.now(), Person.of(by)
    with transaction.atomic():
        task = _open_task_for(task_id, person, at=at)
        TaskSnooze.objects.filter(task=task, user=by).delete()
        if until is None:
            history.append(task, "woken", at=at, by=person)
        else:
            if not at < until <= at + LONGEST_SNOOZE:
                raise _invalid("until", "snooze.moment", "choose a moment to come, within a year")
            TaskSnooze.objects.create(task=task, user=by, until=until)
            history.append(task, "snoozed", at=at, by=person, until=until.isoformat())
        transaction.on_commit(publish_inbox_sync)
    return task


def watch(*, task_id: str, by: User, is_watching: bool) -> HumanTask:
    """Hear, or no more hear, what becomes of a task. Anyone may who can read it."""
    task = task_by_id(task_id)
    if is_watching:
        TaskWatch.objects.get_or_create(task=task, user=by)
    else:
        TaskWatch.objects.filter(task=task, user=by).delete()
    return task


def be_away(
    *, user: User, deputy: str, begins_at: datetime, ends_at: datetime, now: datetime | None = None
) -> Absence:
    """While away, `deputy` (an e-mail address) may decide what is asked of `user`. Replaces the
    absence that was set before. Raises InvalidInput."""
    at = now or timezone.now()
    found = User.objects.filter(email=deputy.strip().lower(), is_active=True).first()
    if found is None or found == user:
        raise _invalid("deputy", "absence.deputy", "name another person who has an account")
    if not begins_at < ends_at or ends_at <= at or ends_at - begins_at > LONGEST_ABSENCE:
        raise _invalid("ends_at", "absence.time", "it must end after it begins, in the future, within a year")
    fields = {"deputy": found, "begins_at": begins_at, "ends_at": ends_at}
    return Absence.objects.update_or_create(user=user, defaults=fields)[0]


def be_back(*, user: User) -> None:
    """End one's absence. Raises NotFound when there is none."""
    if not Absence.objects.filter(user=user).delete()[0]:
        raise NotFound("absence.not_found", "you are not away")


def _open_task_for(task_id: str, person: Person, *, at: datetime) -> HumanTask:
    task = task_for(task_id, person, at=at, handles=True)
    if task.status != TaskStatus.OPEN:
        raise settle.already_closed(task)
    return task


def _known_names(wanted: list[str]) -> list[str]:
    names = list(dict.fromkeys(name for entry in wanted if (name := entry.strip().lower())))
    if not 0 < len(names) <= MOST_NAMES:
        raise _invalid("to", "assignee.none", f"name one to {MOST_NAMES} people or teams")
    for name in names:
        is_team = name.startswith(TEAM)
        teams = Group.objects.filter(name__iexact=name.removeprefix(TEAM))
        people = User.objects.filter(email=name, is_active=True)
        if not (teams if is_team else people).exists():
            raise _invalid("to", "assignee.unknown", f"there is no {'team' if is_team else 'person'} {name}")
    return names


def _invalid(path: str, code: str, message: str) -> InvalidInput:
    return InvalidInput(code, message, [Problem(path, code, message)])
