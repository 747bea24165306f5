"""Reading the inbox: lists in the order in which people should look at them, and counts."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from django.db.models import Q, QuerySet
from django.utils import timezone

from orchestrator.accounts.models import User
from orchestrator.errors import InvalidInput, NotFound
from orchestrator.inbox.models import HumanTask, TaskCandidate, TaskEvent, TaskStatus

View = Literal["mine", "everything", "overdue", "done"]
VIEWS: tuple[View, ...] = get_args(View)
MOST_PER_PAGE = 200
COUNT_LIMIT = 1000
"""Counts stop here: beyond, "999+" says enough and costs the same at any size."""
BULKY = ("description", "why", "proposed", "context")


@dataclass(frozen=True)
class Page:
    tasks: list[HumanTask]
    next: str | None


def names_of(user: User) -> list[str]:
    """What a task may call this person: the e-mail address and `team:<group>`; lower case."""
    teams = user.groups.values_list("name", flat=True)
    return [user.email.lower(), *(f"team:{team.lower()}" for team in teams)]


def may_decide(user: User, task: HumanTask) -> bool:
    """Anyone signed in when nobody is named; else those who are, and administrators."""
    if not user.is_active:
        return False
    if task.for_anyone or user.is_owner or user.is_superuser:
        return True
    return task.candidates.filter(who__in=names_of(user)).exists()


def task_by_id(task_id: str) -> HumanTask:
    """Raises NotFound."""
    task = HumanTask.objects.filter(pk=task_id).first()
    if task is None:
        raise NotFound("task.not_found", "there is no such task")
    return task


def events_of(task: HumanTask) -> list[TaskEvent]:
    return list(task.events.order_by("number"))


def tasks_in(view: View, user: User, *, q: str = "", now: datetime) -> QuerySet[HumanTask]:
    """All tasks of a view that contain every word of `q`, in no particular order."""
    tasks = HumanTask.objects.all()
    if view == "done":
        tasks = tasks.filter(decided_at__isnull=False)
    else:
        tasks = tasks.filter(status=TaskStatus.OPEN)
    if view == "mine":
        asked = TaskCandidate.objects.filter(who__in=names_of(user)).values("task_id")
        tasks = tasks.filter(Q(for_anyone=True) | Q(pk__in=asked))
    elif view == "overdue":
        tasks = tasks.filter(due_at__lte=now)
    for word in q.replace("\x00", "").casefold().split()[:8]:
        tasks = tasks.filter(words__contains=word)
    return tasks


def page(
    user: User,
    *,
    view: View,
    q: str = "",
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
    tasks = tasks_in(view, user, q=q, now=at).defer(*BULKY)
    if view == "done":
        found = list(_after_done(tasks, place)[: limit + 1])
    else:
        found = _open_page(tasks, place, limit + 1, at)
    more = len(found) > limit
    found = found[:limit]
    return Page(found, cursor_after(found[-1], at) if more else None)


def next_task(user: User, task: HumanTask, *, view: View, q: str = "", now: datetime) -> HumanTask | None:
    """The open task to look at after `task`: the following one, else the first of the list."""
    view = "mine" if view == "done" else view
    opened = HumanTask(pk=task.pk, priority=task.priority, due_at=task.due_at, status=TaskStatus.OPEN)
    for cursor in (cursor_after(opened, now), None):
        rows = page(user, view=view, q=q, cursor=cursor, limit=2, now=now).tasks
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
