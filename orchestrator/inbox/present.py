"""What the inbox pages show: plain values that templates print, escaped, without thinking."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orchestrator.inbox.models import HumanTask, Priority, TaskEvent, TaskStatus
from orchestrator.inbox.policies import Policy

MOST_ROWS = 100
MOST_COLUMNS = 12
DEEPEST = 4
FOLDED_FROM = 6
"""Fields of an inner object from which it is folded, such as the headers of a request."""
LONG_TEXT = 80
"""Characters from which a text gets several lines."""
VERBS = {
    "approved": "Approve",
    "rejected": "Reject",
    "acknowledged": "Acknowledge",
    "revise": "Send back",
    "answered": "Send",
    "handled": "Mark as handled",
    "dismissed": "Dismiss",
    "retry": "Retry",
    "use_as_output": "Go on with these items",
    "skip": "Skip this step",
    "fail": "Let it fail",
}
BLOCK_KEYS = ("markdown", "items", "table", "rows", "fields", "data", "json", "text")
KEYS = {"approved": "a", "rejected": "r", "revise": "b", "acknowledged": "a"}


@dataclass(frozen=True)
class Shape:
    """A JSON value as the page draws it. `kind`: fields, table, list, text, link, number, yes, no,
    empty or code; `rows` holds what the kind needs."""

    kind: str
    text: str = ""
    columns: tuple[tuple[str, str, bool], ...] = ()
    rows: tuple[Any, ...] = ()
    more: int = 0
    is_folded: bool = False


@dataclass(frozen=True)
class Block:
    """A titled part of the context; `markdown` or a shape."""

    title: str
    shape: Shape | None = None
    markdown: str = ""


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


def label_of(name: str) -> str:
    """`customerSince` and `customer_since` → `customer since`; other names stay as they are."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])", " ", name).replace("_", " ").strip()
    return (spaced[:1] + spaced[1:].lower() if spaced != name else name) or name


def shape_of(value: Any, depth: int = 0) -> Shape:
    if value is None or value == "" or value == [] or value == {}:
        return Shape("empty")
    if isinstance(value, bool):
        return Shape("yes" if value else "no")
    if isinstance(value, int | float):
        return Shape("number", text=_number(value))
    if isinstance(value, str):
        is_link = re.fullmatch(r"https?://[^\s<>\"']+", value) is not None
        return Shape("link" if is_link else "text", text=value)
    if depth >= DEEPEST:
        return Shape("code", text=_pretty(value))
    if isinstance(value, dict):
        rows = tuple((name, label_of(name), shape_of(inner, depth + 1)) for name, inner in value.items())
        return Shape("fields", rows=rows, is_folded=depth > 0 and len(rows) > FOLDED_FROM)
    if all(isinstance(entry, dict) for entry in value):
        return _table(value, depth)
    shown = tuple(shape_of(entry, depth + 1) for entry in value[:MOST_ROWS])
    return Shape("list", rows=shown, more=len(value) - len(shown))


def _table(rows: list[dict[str, Any]], depth: int) -> Shape:
    shown = rows[:MOST_ROWS]
    columns = list(dict.fromkeys(name for row in shown for name in row))[:MOST_COLUMNS]
    cells = tuple(tuple(shape_of(row.get(name), depth + 2) for name in columns) for row in shown)
    return Shape(
        "table",
        columns=tuple((name, label_of(name), _is_numeric(name, shown)) for name in columns),
        rows=cells,
        more=len(rows) - len(shown),
    )


def _is_numeric(name: str, rows: list[dict[str, Any]]) -> bool:
    kinds = {type(row.get(name)) for row in rows}
    return bool(kinds & {int, float}) and kinds <= {int, float, type(None)}


def blocks_of(context: list[Any]) -> list[Block]:
    """Entries such as `{"title", "markdown" | "items" | "data" | …}` become blocks of their own;
    plain records are gathered in one."""
    blocks: list[Block] = []
    records: list[Any] = []
    for entry in context:
        content = _block_content(entry)
        if content is None:
            records.append(entry)
            continue
        title = str(entry.get("title") or "Context")
        if content == "markdown":
            blocks.append(Block(title, markdown=str(entry[content])))
        else:
            blocks.append(Block(title, shape=shape_of(_unwrapped(entry[content]))))
    if records:
        only = records[0] if len(records) == 1 else records
        blocks.insert(0, Block("Context", shape=shape_of(_unwrapped(only))))
    return blocks


def _block_content(entry: Any) -> str | None:
    """The key of a block's content; None for a plain record."""
    if not isinstance(entry, dict) or not entry.keys() <= {"title", "kind", "type", *BLOCK_KEYS}:
        return None
    found = [name for name in BLOCK_KEYS if name in entry]
    return found[0] if len(found) == 1 and len(entry) > 1 else None


def _unwrapped(value: Any) -> Any:
    """A list of one record reads better as its fields."""
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
        return value[0]
    return value


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


def questions_of(task: HumanTask, *, given: Any = None, errors: dict[str, str] | None = None) -> list[Asked]:
    """The task's form as controls: as typed before, as decided, or with its defaults. `given` is a
    QueryDict. A section is named by its first question only."""
    decided = (task.decision or {}).get("answer") or {}
    asked, section = [], ""
    for index, field in enumerate(task.form):
        value = decided.get(field["name"], field["default"])
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


def as_text(value: Any) -> str:
    """A value as its control holds it; `proposed.from_text` reads it back."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return _number(value)
    return "" if value is None else _pretty(value)


def _number(value: float) -> str:
    """1480.0 → `1480`: people do not write whole numbers with a point."""
    return json.dumps(int(value) if float(value).is_integer() and abs(value) < 2**53 else value)


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


def word_diff(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Pieces `("same" | "gone" | "new", text)`; in order they tell both texts."""
    old, new = _words(before), _words(after)
    pieces: list[tuple[str, str]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(("same", "".join(old[a:b])))
            continue
        pieces += [("gone", "".join(old[a:b]))] if b > a else []
        pieces += [("new", "".join(new[c:d]))] if d > c else []
    return tuple(pieces)


def _words(text: str) -> list[str]:
    words = re.findall(r"\s+|[\w.,]+|[^\w\s]", text)
    return words if len(words) <= 2000 else [text]


def choices_of(task: HumanTask) -> list[Choice]:
    return choices_for(task.outcomes)


def choices_for(outcomes: list[str]) -> list[Choice]:
    tones = {"approved": "primary", "acknowledged": "primary", "rejected": "danger", "fail": "danger"}
    tones |= {"retry": "primary", "answered": "primary", "handled": "primary"}
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
            return f"one after another; {task.stage + 1} of {len(task.assignees)}"
        case "veto":
            who = ", ".join(policy.vetoers) or "anyone asked"
            return f"{policy.needed} must agree, and {who} may veto"
    return ""


def priority_of(task: HumanTask) -> str:
    """Empty for the usual priority, which needs no mark."""
    return "" if task.priority == Priority.NORMAL else Priority(task.priority).word


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


def _pretty(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, indent=2, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False)
