"""Who is who to a task: the names by which people are asked, stand-ins, and who may decide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone

from orchestrator.accounts.models import User
from orchestrator.errors import NotAllowed
from orchestrator.inbox.models import Absence, HumanTask
from orchestrator.inbox.policies import Policy

TEAM = "team:"
ANYONE_WITH_THE_LINK = "anyone with the link"


@dataclass(frozen=True)
class Person:
    """Somebody who acts on a task: with an account, or known by an e-mail address alone, as from a
    signed link."""

    email: str
    user: User | None = None

    @classmethod
    def of(cls, who: Person | User) -> Person:
        return who if isinstance(who, Person) else cls(who.email.lower(), who)

    @property
    def key(self) -> str:
        """What ties nonces and links to this person."""
        return str(self.user.pk) if self.user else f"mail:{self.email}"

    @property
    def is_administrator(self) -> bool:
        return self.user is not None and (self.user.is_owner or self.user.is_superuser)


def own_names(user: User) -> list[str]:
    """What a task may call this person: the e-mail address and `team:<group>`; lower case."""
    teams = user.groups.values_list("name", flat=True)
    return [user.email.lower(), *(f"{TEAM}{team.lower()}" for team in teams)]


def names_of(user: User, *, now: datetime | None = None) -> list[str]:
    """The names that this person answers to now: the own ones, and those of people who are away
    and named this one as deputy."""
    names = own_names(user)
    for absent in away_for(user, now=now):
        names += own_names(absent)
    return list(dict.fromkeys(names))


def away_for(user: User, *, now: datetime | None = None) -> list[User]:
    """Those whom this person stands in for at the moment."""
    now = now or timezone.now()
    absences = Absence.objects.filter(
        deputy=user, begins_at__lte=now, ends_at__gt=now, user__is_active=True
    ).select_related("user")
    return [absence.user for absence in absences]


def refusal(
    person: Person, task: HumanTask, *, now: datetime | None = None, handles: bool = False
) -> NotAllowed | None:
    """Why this person may not decide; None when they may. `handles`: may not claim, reassign or
    comment.

    Those who are named decide, or anyone signed in when nobody is. So do administrators, but where
    several must agree they too count only when asked. Who is excluded never does, in any role."""
    if person.user is not None and not person.user.is_active:
        return NotAllowed("task.not_asked", "this account is not active any more")
    if person.email in task.excluded:
        return NotAllowed("task.own_run", "who started the run may not decide this")
    if person.is_administrator and (handles or not Policy.read(task.policy).takes_several):
        return None
    if person.user is None:
        is_open_to_all = person.email == ANYONE_WITH_THE_LINK and Policy.read(task.policy).public
        named = is_open_to_all or task.candidates.filter(who=person.email).exists()
    else:
        named = task.for_anyone or task.candidates.filter(who__in=names_of(person.user, now=now)).exists()
    return None if named else NotAllowed("task.not_asked", "this decision was asked of other people")


def may_decide(user: User | AnonymousUser, task: HumanTask, *, now: datetime | None = None) -> bool:
    return isinstance(user, User) and refusal(Person.of(user), task, now=now) is None


def voter_behind(person: Person, task: HumanTask, *, now: datetime | None = None) -> str:
    """The e-mail address of the person asked for whom this one answers: themselves, or somebody
    who is away."""
    if person.user is None or task.for_anyone:
        return person.email
    asked = set(task.candidates.values_list("who", flat=True))
    if not asked & set(own_names(person.user)):
        for absent in away_for(person.user, now=now):
            if asked & set(own_names(absent)):
                return absent.email.lower()
    return person.email


def voters_of(task: HumanTask) -> set[str] | None:
    """The e-mail addresses of all who are asked, teams resolved as they are now; None when anyone
    may answer."""
    if task.for_anyone:
        return None
    return people_named(task.candidates.values_list("who", flat=True)) - set(task.excluded)


def people_named(names: Iterable[str]) -> set[str]:
    """E-mail addresses for names such as `ada@example.com` and `team:finance`; lower case."""
    emails = {name for name in names if not name.startswith(TEAM)}
    teams = {name.removeprefix(TEAM) for name in names if name.startswith(TEAM)}
    if teams:
        members = Q(pk__in=[])
        for team in teams:
            members |= Q(groups__name__iexact=team)
        found = User.objects.filter(members, is_active=True).values_list("email", flat=True)
        emails |= {email.lower() for email in found}
    return emails
