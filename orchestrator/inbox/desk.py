"""What the admin's inbox does besides showing and deciding one task: handling, many at once, filters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from orchestrator.accounts.models import User
from orchestrator.errors import Conflict, InvalidInput, NotFound, Problem, ServiceError
from orchestrator.inbox import handling, nonces, queries, services
from orchestrator.inbox.models import HumanTask, SavedFilter, TaskStatus
from orchestrator.inbox.policies import Policy, no_of, yes_of

MOST_AT_ONCE = 200
MOST_FILTERS = 30


@dataclass(frozen=True)
class Ready:
    """A task in a summary of several: with what it takes to decide it, or why it is left out."""

    task: HumanTask
    nonce: str = ""
    why_not: str = ""


@dataclass(frozen=True)
class Done:
    """What became of one of several: `words` say why when it was not decided."""

    task_id: str
    subject: str
    is_decided: bool
    words: str


def handle(request: HttpRequest, task_id: str, action: str) -> None:
    """Claim, release, hand over, put off or watch, as the page's buttons ask. Raises ServiceError."""
    user: Any = request.user
    act = _ACTIONS.get(action)
    if act is None:
        raise NotFound("task.not_found", "there is no such action")
    act(task_id, user, request)


def _reassign(task_id: str, user: User, request: HttpRequest) -> None:
    to = request.POST.get("to", "").replace(";", ",").split(",")
    handling.reassign(task_id=task_id, to=to, note=request.POST.get("note", ""), by=user)


def _snooze(task_id: str, user: User, request: HttpRequest) -> None:
    hours = request.POST.get("hours", "")
    if not hours.isdecimal() or int(hours) > 366 * 24:
        raise InvalidInput(
            "snooze.moment", "choose a time", [Problem("hours", "snooze.moment", "choose a time")]
        )
    until = timezone.now() + timedelta(hours=int(hours)) if int(hours) else None
    handling.snooze(task_id=task_id, until=until, by=user)


_ACTIONS: dict[str, Callable[[str, User, HttpRequest], Any]] = {
    "claim": lambda task_id, user, request: handling.claim(
        task_id=task_id, by=user, take_over=request.POST.get("take_over") == "yes"
    ),
    "release": lambda task_id, user, request: handling.release(task_id=task_id, by=user),
    "reassign": _reassign,
    "snooze": _snooze,
    "watch": lambda task_id, user, request: handling.watch(task_id=task_id, by=user, is_watching=True),
    "unwatch": lambda task_id, user, request: handling.watch(task_id=task_id, by=user, is_watching=False),
}


def summary_of(user: User, task_ids: list[str]) -> list[Ready]:
    """Several tasks as they would be decided together, in the order they were chosen in."""
    tasks = HumanTask.objects.in_bulk(task_ids[:MOST_AT_ONCE])
    return [_ready(user, tasks[task_id]) for task_id in dict.fromkeys(task_ids) if task_id in tasks]


def _ready(user: User, task: HumanTask) -> Ready:
    if task.status != TaskStatus.OPEN:
        return Ready(task, why_not="it is closed")
    if not queries.may_decide(user, task):
        return Ready(task, why_not="it was asked of other people")
    if task.form:
        return Ready(task, why_not="it has a form to fill in")
    if Policy.read(task.policy).reauthenticate:
        return Ready(task, why_not="it needs your password")
    if task.claimed_by_id not in (None, user.pk):
        return Ready(task, why_not=f"{task.claimed_by} is working on it")
    return Ready(task, nonce=nonces.issue(task, str(user.pk)))


def common_outcomes(ready: list[Ready]) -> list[str]:
    """The answers that all of them offer, in the first one's order."""
    tasks = [entry.task for entry in ready if entry.nonce]
    if not tasks:
        return []
    shared = [name for name in tasks[0].outcomes if all(name in task.outcomes for task in tasks)]
    return sorted(shared, key=lambda name: name not in (yes_of(tasks[0].outcomes), no_of(tasks[0].outcomes)))


def decide_together(
    *, by: User, named: list[tuple[str, str]], outcome: str, comment: str = "", address: str = ""
) -> list[Done]:
    """Decide each task of `named` (id and nonce) alike; one failure stops none."""
    results = []
    for task_id, nonce in named[:MOST_AT_ONCE]:
        subject = HumanTask.objects.filter(pk=task_id).values_list("subject", flat=True).first()
        try:
            task = services.decide(
                task_id=task_id,
                outcome=outcome,
                comment=comment,
                by=by,
                nonce=nonce,
                address=address,
            )
        except ServiceError as error:
            results.append(Done(task_id, subject or task_id, False, error.message))
        else:
            waits = task.status == TaskStatus.OPEN
            results.append(Done(task_id, task.subject, True, "others are still to answer" if waits else ""))
    return results


def filters_of(user: User) -> list[dict[str, str]]:
    """A person's saved lists, with the address of each."""
    base = reverse("admin:inbox_humantask_changelist")
    return [
        {
            "id": kept.pk,
            "name": kept.name,
            "address": f"{base}?{urlencode({**kept.wanted, 'filter': kept.pk})}",
        }
        for kept in SavedFilter.objects.filter(user=user).order_by("name")
    ]


def save_filter(*, user: User, name: str, view: str, only: queries.Only) -> SavedFilter:
    """Raises InvalidInput `filter.name`; Conflict `filter.name_taken`, `filter.too_many`."""
    name = " ".join(name.split())
    if not 0 < len(name) <= 60:
        problem = Problem("name", "filter.name", "give it a name of up to 60 characters")
        raise InvalidInput(problem.code, problem.message, [problem])
    if SavedFilter.objects.filter(user=user).count() >= MOST_FILTERS:
        raise Conflict("filter.too_many", f"{MOST_FILTERS} saved lists are enough; delete one first")
    try:
        with transaction.atomic():
            return SavedFilter.objects.create(user=user, name=name, wanted={"view": view, **only.as_dict()})
    except IntegrityError:
        raise Conflict("filter.name_taken", f"you have a list called {name!r} already") from None


def delete_filter(*, user: User, filter_id: str) -> None:
    if not SavedFilter.objects.filter(user=user, pk=filter_id).delete()[0]:
        raise NotFound("filter.not_found", "you have no such list")


def back_to(task_id: str, place: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('admin:inbox_humantask_change', args=[task_id])}?{place}")
