"""Similarity to what was decided before at the same step: how alike, to what, and in words."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestrator.inbox.models import HumanTask, TaskStatus
from orchestrator.inbox.policies import yes_of

MOST_WORDS = 2000
MOST_LOOKED_AT = 200


@dataclass(frozen=True)
class Verdict:
    """Whether a task may pass for its likeness; `reason` says what it was compared with."""

    passes: bool
    reason: str


@dataclass(frozen=True)
class Likeness:
    """How alike two proposals are: that of the value that is least alike."""

    degree: float
    least: str


def verdict(task: HumanTask, wanted: Mapping[str, Any]) -> Verdict:
    """Compare what `task` proposes with what people decided at its step before; `wanted` is
    `{"at_least", "last", "fields"}`. It passes when it is alike enough to one that was approved, and
    less alike to all that were not. What a rule let pass is no example: rules must not learn from
    themselves."""
    fields = list(wanted.get("fields") or ())
    if not task.proposed or not task.proposed.keys() >= set(fields):
        return Verdict(False, "there is nothing proposed to compare")
    at_least = float(wanted.get("at_least", 0.9))
    best: tuple[Likeness, HumanTask] | None = None
    worst: Likeness | None = None
    for earlier in _decided_before(task, int(wanted.get("last", 20))):
        decision = earlier.decision or {}
        found = likeness(task.proposed, decision.get("proposed") or {}, fields)
        if decision.get("outcome") == yes_of(task.outcomes):
            best = (found, earlier) if best is None or found.degree > best[0].degree else best
        else:
            worst = found if worst is None or found.degree > worst.degree else worst
    if best is None:
        return Verdict(False, "no person has approved anything here before")
    told = _told(*best)
    if best[0].degree < at_least:
        return Verdict(False, f"the nearest is {told}; {at_least:.0%} is asked")
    if worst is not None and worst.degree >= best[0].degree:
        return Verdict(False, f"it is as much like one that was not approved ({worst.degree:.0%})")
    return Verdict(True, told)


def likeness(proposed: Mapping[str, Any], before: Mapping[str, Any], fields: Sequence[str]) -> Likeness:
    """By `fields`, or by all that either has. Of several values the least alike counts: one that is
    new, or left out, must not hide among others."""
    degrees = {
        name: alike(proposed[name], before[name]) if name in before and name in proposed else 0.0
        for name in fields or dict.fromkeys([*proposed, *before])
    }
    least = min(degrees, key=lambda name: degrees[name])
    return Likeness(degrees[least], least)


def alike(one: Any, other: Any) -> float:
    """0 to 1. Numbers by their ratio, texts by the words they share in order, all else by being
    the same or by its text."""
    if isinstance(one, bool) or isinstance(other, bool) or one is None or other is None:
        return float(one is other)
    if isinstance(one, int | float) and isinstance(other, int | float):
        larger = max(abs(one), abs(other))
        return 1.0 if one == other else max(0.0, 1 - abs(one - other) / larger)
    if type(one) is not type(other):
        return 0.0
    if isinstance(one, str):
        return _alike_in_words(one, other)
    return _alike_in_words(json.dumps(one, sort_keys=True), json.dumps(other, sort_keys=True))


def _alike_in_words(one: str, other: str) -> float:
    if one == other:
        return 1.0
    words = [re.findall(r"\w+|[^\w\s]", text) for text in (one, other)]
    if not all(words) or max(map(len, words)) > MOST_WORDS:
        return 0.0
    # Neither order matters for the answer of a matcher that is asked both ways.
    first, second = sorted(words)
    matched = difflib.SequenceMatcher(None, first, second, autojunk=False).ratio()
    return min(matched, 0.999)


def _decided_before(task: HumanTask, last: int) -> list[HumanTask]:
    if task.workflow_id is None:
        return []
    earlier = HumanTask.objects.filter(
        workflow_id=task.workflow_id, node_id=task.node_id, status=TaskStatus.DONE
    )
    people = (
        earlier.exclude(decided_by="").order_by("-decided_at").only("decision", "decided_at", "decided_by")
    )
    return list(people[: min(last, MOST_LOOKED_AT)])


def _told(found: Likeness, earlier: HumanTask) -> str:
    at = earlier.decided_at.strftime("%d %b %Y") if earlier.decided_at else "an unknown day"
    least = "" if found.degree == 1 else f", {found.least} the least"
    return f"{found.degree:.0%} like what {earlier.decided_by} approved on {at}{least}"
