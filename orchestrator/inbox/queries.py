"""Reading the inbox: lists in the order in which people should look at them, and counts."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from orchestrator.accounts.models import User
from orchestrator.errors import InvalidInput, NotFound
from orchestrator.inbox.models import (
    HumanTask,
    Priority,
    TaskCandidate,
    TaskEvent,
    TaskKind,
    TaskSnooze,
    TaskStatus,
    TaskTag,
)
from orchestrator.inbox.people import TEAM, names_of, own_names
from orchestrator.inbox.people import may_decide as may_decide

View = Literal["mine", "teams", "unassigned", "everything", "overdue", "done"]
VIEWS: tuple[View, ...] = get_args(View)
MOST_PER_PAGE = 200
COUNT_LIMIT = 1000
"""Counts stop here: beyond, "999+" says enough and costs the same at any size."""
BULKY = ("description", "why", "proposed", "context", "form", "first_proposed")


@dataclass(frozen=True)
class Only:
    """What a list is narrowed to; empty means everything."""

    q: str = ""
    """Words, each to be found in subject, workflow, step or tags."""
    queue: str = ""
    tag: str = ""
    kind: str = ""
    priority: str = ""
    workflow: str = ""
    """The workflow's id."""

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Only:
        """From the parameters of an address or a saved filter; what is not known is left out."""
        found = {name: str(given.get(name) or "")[:200] for name in cls.__dataclass_fields__}
        if found["kind"] not in TaskKind.values:
            found["kind"] = ""
        if found["priority"].upper() not in Priority.__members__:
            found["priority"] = ""
        return cls(**found)

    def as_dict(self) -> dict[str, str]:
        return {name: value for name, value in vars(self).items() if value}

    def narrow(self, tasks: QuerySet[HumanTask]) -> QuerySet[HumanTask]:
        if self.queue:
            tasks = tasks.filter(queue=self.queue)
        if self.tag:
            # Looked up for each row of the list in its order: what was tagged in the past costs nothing.
            tagged = TaskTag.objects.filter(name=self.tag.casefold(), task_id=OuterRef("pk"))
            tasks = tasks.filter(Exists(tagged))
        if self.kind:
            tasks = tasks.filter(kind=self.kind)
        if self.priority:
            tasks = tasks.filter(priority=Priority[self.priority.upper()])
        if self.workflow:
            tasks = tasks.filter(workflow_id=self.workflow)
        for word in self.q.replace("\x00", "").casefold().split()[:8]:
            tasks = tasks.filter(words__contains=word)
        return tasks


NO_LIMITS = Only()


@dataclass(frozen=True)
class Page:
    tasks: list[HumanTask]
    next: str | None


def task_by_id(task_id: str, *, lock: bool = False) -> HumanTask:
    """Raises NotFound. `lock` holds the row until the transaction ends."""
    tasks = HumanTask.objects.select_for_update() if lock else HumanTask.objects.select_related("claimed_by")
    task = tasks.filter(pk=task_id).first()
    if task is None:
        raise NotFound("task.not_found", "there is no such task")
    return task


def names_to_ask() -> list[str]:
    """People and teams that a task may be given to, for suggestions; at most 200 of each."""
    people = User.objects.filter(is_active=True).order_by("email").values_list("email", flat=True)[:200]
    teams = Group.objects.order_by("name").values_list("name", flat=True)[:200]
    return [*(f"{TEAM}{team.lower()}" for team in teams), *people]


def events_of(task: HumanTask) -> list[TaskEvent]:
    return list(task.events.order_by("number"))


def tasks_in(view: View, user: User, *, only: Only = NO_LIMITS, now: datetime) -> QuerySet[HumanTask]:
    """All tasks of a view, in no particular order."""
    tasks = HumanTask.objects.all()
    if view == "done":
        tasks = tasks.filter(decided_at__isnull=False)
    else:
        tasks = tasks.filter(status=TaskStatus.OPEN)
    if view == "mine":
        tasks = _asked_of(tasks, user, names_of(user, now=now), now=now)
    elif view == "teams":
        teams = [name for name in own_names(user) if name.startswith(TEAM)]
        tasks = tasks.filter(pk__in=TaskCandidate.objects.filter(who__in=teams).values("task_id"))
    elif view == "unassigned":
        tasks = tasks.filter(for_anyone=True, claimed_by=None)
    elif view == "overdue":
        tasks = tasks.filter(due_at__lte=now)
    return only.narrow(tasks)


def _asked_of(
    tasks: QuerySet[HumanTask], user: User, names: list[str], *, now: datetime
) -> QuerySet[HumanTask]:
    """What is asked of a person, or of anyone, unless another works on it or it is put off."""
    asked = TaskCandidate.objects.filter(who__in=names).values("task_id")
    tasks = tasks.filter(Q(for_anyone=True) | Q(pk__in=asked) | Q(claimed_by=user))
    tasks = tasks.filter(Q(claimed_by=None) | Q(claimed_by=user))
    asleep = list(TaskSnooze.objects.filter(user=user, until__gt=now).values_list("task_id", flat=True))
    return tasks.exclude(pk__in=asleep) if asleep else tasks


def page(
    user: User,
    *,
    view: View,
    only: Only = NO_LIMITS,
    cursor: str | None = None,
    limit: int = 50,
    now: datetime | None = None,
) -> Page:
    """Up to `limit` tasks, without their bulky fields. Open ones: overdue first, the most overdue
    on top; then by priority, longest waiting first. Done ones: latest first.

    Raises InvalidInput `cursor.invalid`."""
    limit = max(1, min(limit, MOST_PER_PAGE))
    place = _decode(cursor) if cursor else {}
    at = datetime.fromisoformat(place["now"]) if place else now or timezone.now()
    tasks = tasks_in(view, user, only=only, now=at).defer(*BULKY).select_related("claimed_by")
    if view == "done":
        found = list(_after_done(tasks, place)[: limit + 1])
    else:
        found = _open_page(tasks, place, limit + 1, at)
    more = len(found) > limit
    found = found[:limit]
    return Page(found, cursor_after(found[-1], at) if more else None)


def next_task(
    user: User, task: HumanTask, *, view: View, only: Only = NO_LIMITS, now: datetime
) -> HumanTask | None:
    """The open task to look at after `task`: the following one, else the first of the list."""
    view = "mine" if view == "done" else view
    opened = HumanTask(pk=task.pk, priority=task.priority, due_at=task.due_at, status=TaskStatus.OPEN)
    for cursor in (cursor_after(opened, now), None):
        rows = page(user, view=view, only=only, cursor=cursor, limit=2, now=now).tasks
        others = [row for row in rows if row.pk != task.pk]
        if others:
            return others[0]
    return None


def count(user: User, view: View, *, now: datetime | None = None) -> int:
    """How many tasks a view has, counted up to COUNT_LIMIT."""
    rows = tasks_in(view, user, now=now or timezone.now()).order_by().values("pk")
    return rows[:COUNT_LIMIT].count()


def count_open() -> int:
    """The number on the badge: all open tasks, counted up to COUNT_LIMIT."""
    return HumanTask.objects.filter(status=TaskStatus.OPEN).values("pk")[:COUNT_LIMIT].count()


def cursor_after(task: HumanTask, now: datetime) -> str:
    """Where a list goes on after `task`. It carries the moment of the first page, so that a task
    that falls due while somebody pages is neither shown twice nor left out."""
    place: dict[str, Any] = {"now": now.isoformat(), "id": task.pk}
    if task.status != TaskStatus.OPEN:
        place |= {"in": "done", "at": task.decided_at and task.decided_at.isoformat()}
    elif task.due_at is not None and task.due_at <= now:
        place |= {"in": "overdue", "at": task.due_at.isoformat()}
    else:
        place |= {"in": "rest", "priority": task.priority}
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _open_page(
    tasks: QuerySet[HumanTask], place: dict[str, Any], limit: int, now: datetime
) -> list[HumanTask]:
    found: list[HumanTask] = []
    if place.get("in") != "rest":
        overdue = tasks.filter(due_at__lte=now).order_by("due_at", "id")
        if place:
            at = datetime.fromisoformat(place["at"])
            overdue = overdue.filter(due_at__gte=at).exclude(due_at=at, id__lte=place["id"])
        found.extend(overdue[:limit])
    if len(found) < limit:
        rest = tasks.filter(Q(due_at__isnull=True) | Q(due_at__gt=now)).order_by("-priority", "id")
        if place.get("in") == "rest":
            rest = rest.filter(priority__lte=place["priority"]).exclude(
                priority=place["priority"], id__lte=place["id"]
            )
        found.extend(rest[: limit - len(found)])
    return found


def _after_done(tasks: QuerySet[HumanTask], place: dict[str, Any]) -> QuerySet[HumanTask]:
    tasks = tasks.order_by("-decided_at", "-id")
    if not place:
        return tasks
    at = datetime.fromisoformat(place["at"])
    return tasks.filter(decided_at__lte=at).exclude(decided_at=at, id__gte=place["id"])


def _decode(cursor: str) -> dict[str, Any]:
    try:
        place: dict[str, Any] = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        moments = [datetime.fromisoformat(place["now"])]
        if place["in"] == "rest":
            place["priority"] = int(place["priority"])
        elif place["in"] in ("overdue", "done"):
            moments.append(datetime.fromisoformat(place["at"]))
        else:
            raise ValueError(place["in"])
        if not isinstance(place["id"], str) or not _all_aware(moments):
            raise ValueError(cursor)
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput("cursor.invalid", "this cursor was not made by this list") from error
    return place


def _all_aware(moments: Iterable[datetime]) -> bool:
    return all(moment.tzinfo is not None for moment in moments)
