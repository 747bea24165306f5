"""What the inbox pages show: plain values that templates print, escaped, without thinking."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orchestrator.inbox.models import HumanTask, Priority, TaskEvent, TaskStatus
from orchestrator.inbox.policies import Policy
from orchestrator.inbox.shapes import as_text, label_of, word_diff

LONG_TEXT = 80
"""Characters from which a text gets several lines."""
VERBS = {
    "approved": "Approve",
    "rejected": "Reject",
    "acknowledged": "Acknowledge",
    "revise": "Send back",
    "answered": "Send",
    "edited": "Save",
    "handled": "Mark as handled",
    "dismissed": "Dismiss",
    "retry": "Retry",
    "use_as_output": "Go on with these items",
    "skip": "Skip this step",
    "fail": "Let it fail",
}
KEYS = {"approved": "a", "rejected": "r", "revise": "b", "acknowledged": "a", "edited": "a"}


@dataclass(frozen=True)
class Field:
    """One argument of the proposed action as a form control. `kind`: line, lines, number, yes_no, code."""

    index: int
    name: str
    label: str
    kind: str
    text: str
    original: str
    error: str = ""
    diff: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Asked:
    """A question of the task's form as a control. `chosen` are the options that are ticked."""

    index: int
    label: str
    kind: str
    help: str
    page: str
    section: str
    is_required: bool
    options: tuple[str, ...]
    text: str
    chosen: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True)
class Choice:
    """An outcome as a button."""

    outcome: str
    label: str
    key: str
    tone: str


def fields_of(
    task: HumanTask, *, entered: dict[str, str] | None = None, errors: dict[str, str] | None = None
) -> list[Field]:
    """The proposed arguments as controls, with what was entered and what is wrong with it."""
    decided = (task.decision or {}).get("proposed") or task.proposed
    fields = []
    for index, (name, value) in enumerate(task.proposed.items()):
        before, after = as_text(value), as_text(decided.get(name, value))
        fields.append(
            Field(
                index=index,
                name=name,
                label=label_of(name),
                kind=_control(value),
                text=(entered or {}).get(name, before),
                original=before,
                error=(errors or {}).get(name, ""),
                diff=word_diff(before, after) if before != after else (),
            )
        )
    return fields


def questions_of(
    fields: list[dict[str, Any]],
    *,
    answer: Mapping[str, Any] | None = None,
    given: Any = None,
    errors: dict[str, str] | None = None,
) -> list[Asked]:
    """A form's fields as controls: as typed before, as answered, or with their defaults. `given` is a
    QueryDict. A section is named by its first question only."""
    asked, section = [], ""
    for index, field in enumerate(fields):
        value = (answer or {}).get(field["name"], field["default"])
        texts = given.getlist(f"answer-{index}") if given else [as_text(v) for v in _listed(value)]
        asked.append(
            Asked(
                index=index,
                label=field["label"],
                kind=field["kind"],
                help=field["help"],
                page=field.get("page", ""),
                section=field["section"] if field["section"] != section else "",
                is_required=field["is_required"],
                options=tuple(field["options"]),
                text=texts[0] if texts else "",
                chosen=tuple(texts),
                error=(errors or {}).get(field["name"], ""),
            )
        )
        section = field["section"]
    return asked


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _control(value: Any) -> str:
    if isinstance(value, bool):
        return "yes_no"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, dict | list):
        return "code"
    if isinstance(value, str) and ("\n" in value or len(value) > LONG_TEXT):
        return "lines"
    return "line"


def choices_of(task: HumanTask) -> list[Choice]:
    return choices_for(task.outcomes)


def choices_for(outcomes: list[str]) -> list[Choice]:
    tones = {"approved": "primary", "acknowledged": "primary", "rejected": "danger", "fail": "danger"}
    tones |= {"retry": "primary", "answered": "primary", "edited": "primary", "handled": "primary"}
    known = any(outcome in tones for outcome in outcomes)
    choices = []
    for index, outcome in enumerate(outcomes):
        tone = tones.get(outcome, "primary" if not known and index == 0 else "plain")
        choices.append(Choice(outcome, verb_of(outcome), KEYS.get(outcome, str(index + 1)), tone))
    return choices


def verb_of(outcome: str) -> str:
    return VERBS.get(outcome) or outcome.replace("_", " ")[:1].upper() + outcome.replace("_", " ")[1:]


def past_of(outcome: str) -> str:
    """`approved` → `Approved`: what was decided, for headings."""
    words = outcome.replace("_", " ")
    return words[:1].upper() + words[1:]


def duration(seconds: float) -> str:
    """`40 s`, `12 min`, `3 h 40 min`, `5 days`."""
    seconds = abs(seconds)
    if seconds < 60:
        return f"{int(seconds)} s"
    minutes = int(seconds // 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes and hours < 10 else f"{hours} h"
    days = round(hours / 24)
    return "1 day" if days == 1 else f"{days} days"


@dataclass(frozen=True)
class Timing:
    """The line below a task in a list: icon, words and tone."""

    icon: str
    words: str
    tone: str


def timing_of(task: HumanTask, now: datetime) -> Timing:
    ago = f"{duration((now - (task.decided_at or now)).total_seconds())} ago"
    if task.status == TaskStatus.DONE:
        decision = task.decision or {}
        if decision.get("automatic"):
            return Timing("shield-check", f"{past_of(decision.get('outcome', ''))} by itself {ago}", "quiet")
        tone = {"approved": "good", "rejected": "bad"}.get(decision.get("outcome", ""), "quiet")
        icon = {"good": "circle-check", "bad": "circle-x"}.get(tone, "circle-dot")
        return Timing(icon, f"{past_of(decision.get('outcome', ''))} {ago}", tone)
    if task.status == TaskStatus.EXPIRED:
        return Timing("hourglass", f"Ran out of time {ago}", "quiet")
    if task.status == TaskStatus.CANCELLED:
        return Timing("circle-slash", f"Cancelled {ago}", "quiet")
    if task.due_at is None:
        return Timing("clock", f"waiting {duration((now - task.created_at).total_seconds())}", "quiet")
    left = (task.due_at - now).total_seconds()
    if left <= 0:
        return Timing("triangle-alert", f"overdue {duration(left)}", "bad")
    return Timing("clock", f"due in {duration(left)}", "due")


def policy_words(policy: Policy, task: HumanTask) -> str:
    """How many answers it takes, in words; empty when the first one decides."""
    match policy.kind:
        case "all":
            return "everyone who is asked must agree"
        case "k_of_n":
            return f"{policy.needed} equal answers decide"
        case "sequential":
            return _turns(task)
        case "veto":
            who = ", ".join(policy.vetoers) or "anyone asked"
            return f"{policy.needed} must agree, and {who} may veto"
    return ""


def _turns(task: HumanTask) -> str:
    """Whose turn it is, and who comes then."""
    now, *then = task.assignees[task.stage :] or [""]
    if task.status != TaskStatus.OPEN or not now:
        return "one after another"
    rest = f"then {', then '.join(then)}" if then else "as the last"
    return f"one after another: {now} is asked now, {rest}"


def priority_of(task: HumanTask) -> str:
    """Empty for the usual priority, which needs no mark."""
    return "" if task.priority == Priority.NORMAL else Priority(task.priority).word


def timers_of(task: HumanTask) -> list[dict[str, Any]]:
    """What happens by itself while nobody answers, soonest first: `at` and `words`."""
    timers = [
        {"at": timer.due_at, "words": _timer_words(timer.action)} for timer in task.timers.order_by("due_at")
    ]
    if task.due_at is not None:
        timers.append({"at": task.due_at, "words": "the run goes on without an answer"})
    return sorted(timers, key=lambda timer: timer["at"])


def _timer_words(action: dict[str, Any]) -> str:
    match action.get("do"):
        case "remind":
            return "those asked are reminded"
        case "raise_priority":
            return f"the priority rises to {action.get('to', 'urgent')}"
        case "reassign":
            verb = "are" if len(action.get("to") or []) > 1 else "is"
            return f"{_names(action.get('to'))} {verb} asked {'as well' if action.get('keep') else 'instead'}"
        case "decide":
            return f"it is answered “{past_of(str(action.get('outcome', '')))}”"
    return "nothing"


EVENT_ICONS = {
    "opened": "circle-dot",
    "viewed": "eye",
    "commented": "message-square",
    "again": "triangle-alert",
    "decided": "check",
    "cancelled": "circle-slash",
    "expired": "hourglass",
    "voted": "check",
    "claimed": "users",
    "released": "users",
    "reassigned": "arrow-right",
    "reminded": "clock",
    "raised": "flag",
    "snoozed": "moon",
    "woken": "moon",
}


@dataclass(frozen=True)
class Line:
    """A line of the history as a person reads it."""

    at: datetime
    icon: str
    who: str
    words: str
    quote: str = ""


def line_of(event: TaskEvent) -> Line:
    data = event.data
    who = event.by_name or "The workflow"
    if event.kind != "opened" and not event.by_name:
        who = "The clock" if event.kind in ("reminded", "raised", "reassigned", "decided") else who
    words = _WORDS.get(event.kind, lambda _: event.kind)(data)
    if data.get("automatic"):
        who = "A rule" if data["automatic"] != "nobody had answered in time" else "The clock"
    quote = str(
        data.get("automatic")
        or data.get("comment")
        or data.get("text")
        or data.get("note")
        or data.get("reason")
        or ""
    )
    return Line(event.at, EVENT_ICONS.get(event.kind, "circle-dot"), who, words, quote)


def _decided_words(data: dict[str, Any]) -> str:
    edited = data.get("edited") or []
    after = f", after editing {', '.join(label_of(name) for name in edited)}" if edited else ""
    return f"decided: {past_of(data.get('outcome', ''))}{after}"


def _voted_words(data: dict[str, Any]) -> str:
    instead = f" for {data['instead_of']}, who is away" if data.get("instead_of") else ""
    return f"answered: {past_of(data.get('outcome', ''))}{instead}"


def _names(listed: Any, otherwise: str = "nobody") -> str:
    return ", ".join(str(name) for name in listed or []) or otherwise


_WORDS: dict[str, Callable[[dict[str, Any]], str]] = {
    "opened": lambda data: "asked " + _names(data.get("asked"), "anyone who may decide"),
    "viewed": lambda data: "looked at it",
    "commented": lambda data: "commented",
    "again": lambda data: "it happened again",
    "cancelled": lambda data: "withdrew the question, because the run ended",
    "expired": lambda data: "went on, because the time ran out",
    "decided": _decided_words,
    "voted": _voted_words,
    "claimed": lambda data: "took it over from " + data["from"] if data.get("from") else "took it on",
    "released": lambda data: "gave it back",
    "reassigned": lambda data: "handed it to " + _names(data.get("to")),
    "reminded": lambda data: "reminded " + _names(data.get("asked"), "those who may decide"),
    "raised": lambda data: f"raised the priority to {data.get('to', '')}",
    "snoozed": lambda data: "put it off",
    "woken": lambda data: "took it up again",
}
