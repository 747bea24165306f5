"""What a node asks, made fit to be stored and shown: a task must never fail the run that asks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orchestrator.inbox import forms
from orchestrator.inbox.models import Priority, TaskKind
from orchestrator.inbox.policies import Policy

LARGEST_CONTEXT_BYTES = 512 * 1024
LONGEST_OUTCOME = 100
"""Characters; a longer name is no port."""
LONGEST_TAG = 60
MOST_TAGS = 20
LONGEST_TEXT = 100_000
"""Characters of a description or reason."""
SEVERITIES = ("low", "medium", "high", "critical")


@dataclass(frozen=True)
class Question:
    """The columns of a HumanTask that come from the node."""

    kind: str
    subject: str
    description: str
    why: str
    outcomes: list[str]
    proposed: dict[str, Any]
    context: list[Any]
    assignees: list[str]
    priority: Priority
    policy: dict[str, Any]
    form: list[dict[str, Any]]
    severity: str
    queue: str
    tags: list[str]
    scope: str
    notify: bool

    @classmethod
    def read(cls, data: Mapping[str, Any], *, otherwise: str) -> Question:
        """From the data of `Pause.for_person`; `otherwise` is the subject when there is none."""
        kind, priority = str(data.get("kind")), str(data.get("priority")).upper()
        outcomes = [name for name in _names(data.get("outcomes")) if len(name) <= LONGEST_OUTCOME]
        proposed = plain(data.get("proposed") or {})
        return cls(
            kind=kind if kind in TaskKind.values else TaskKind.APPROVE,
            subject=storable(data.get("subject") or otherwise, 300),
            description=storable(data.get("description") or "", LONGEST_TEXT),
            why=storable(data.get("why") or "", LONGEST_TEXT),
            outcomes=outcomes or ["approved", "rejected"],
            proposed=proposed if isinstance(proposed, dict) else {"value": proposed},
            context=_context(data.get("context")),
            assignees=_names(data.get("assignees")),
            priority=Priority[priority] if priority in Priority.__members__ else Priority.NORMAL,
            policy=Policy.read(data.get("policy")).as_json(),
            form=forms.read(plain(data.get("form") or [])),
            severity=data["severity"] if data.get("severity") in SEVERITIES else "",
            queue=storable(data.get("queue") or "", 100).strip(),
            tags=[storable(name, LONGEST_TAG) for name in _names(data.get("tags"))][:MOST_TAGS],
            scope=_scope(data.get("scope")),
            notify=data.get("notify") is not False,
        )


def storable(text: Any, longest: int | None = None) -> str:
    """PostgreSQL stores no NUL characters, nothing stores lone surrogates."""
    clean = str(text).replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    return clean if longest is None or len(clean) <= longest else clean[: longest - 1] + "…"


def _names(value: Any) -> list[str]:
    listed = [value] if isinstance(value, str) else list(value or ())
    return list(dict.fromkeys(name for entry in listed if (name := storable(entry).strip())))


def _scope(value: Any) -> str:
    """A loop turn such as `[["each:1", 3]]` as short text; long ones by the end, which differs."""
    return "" if not value else storable(json.dumps(value))[-200:]


def _context(value: Any) -> list[Any]:
    found = plain(value or [])
    listed = found if isinstance(found, list) else [found]
    if len(json.dumps(listed)) <= LARGEST_CONTEXT_BYTES:
        return listed
    return [{"title": "Context", "markdown": "The data is too large to show here. The run has all of it."}]


def plain(value: Any) -> Any:
    """Plain JSON that every database stores: no NaN or infinity, no lone surrogates, no NUL; keys
    are text, other objects their text."""
    text = json.dumps(value, ensure_ascii=False, default=str, skipkeys=True)
    found = json.loads(text.encode("utf-8", "replace"), parse_constant=lambda _: None)
    return _without_nul(found) if "\\u0000" in text else found


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    if isinstance(value, list):
        return [_without_nul(entry) for entry in value]
    if isinstance(value, dict):
        return {_without_nul(name): _without_nul(entry) for name, entry in value.items()}
    return value
