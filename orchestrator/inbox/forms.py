"""Forms: the questions a task asks, and answers checked against them. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from orchestrator.errors import InvalidInput, Problem

KINDS = ("text", "long_text", "number", "boolean", "choice", "choices", "date", "email")
MOST_FIELDS = 100
LONGEST_ANSWER = 20_000
EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")


def read(listed: Any) -> list[dict[str, Any]]:
    """Fields as they are stored: `name, label, kind, help, page, section, is_required, options,
    default`. What makes no sense is left out."""
    fields: dict[str, dict[str, Any]] = {}
    for entry in listed if isinstance(listed, list) else []:
        name = entry.get("name") if isinstance(entry, dict) else None
        if isinstance(name, str) and name.strip() and len(fields) < MOST_FIELDS:
            fields.setdefault(name, _field(name, entry))
    return list(fields.values())


def pages_of(fields: list[dict[str, Any]]) -> list[str]:
    """The titles of a form's pages, in the order in which fields first name them."""
    return list(dict.fromkeys(field.get("page", "") for field in fields))


def on_page(fields: list[dict[str, Any]], number: int) -> list[dict[str, Any]]:
    """The fields of a page, counted from 0."""
    title = pages_of(fields)[number]
    return [field for field in fields if field.get("page", "") == title]


def _field(name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    options = entry.get("options")
    return {
        "name": name,
        "label": str(entry.get("label") or name),
        "kind": entry["kind"] if entry.get("kind") in KINDS else "text",
        "help": str(entry.get("help") or ""),
        "page": str(entry.get("page") or ""),
        "section": str(entry.get("section") or ""),
        "is_required": entry.get("is_required") is True,
        "options": [str(option) for option in options] if isinstance(options, list) else [],
        "default": entry.get("default"),
    }


def checked(fields: list[dict[str, Any]], answer: Mapping[str, Any]) -> dict[str, Any]:
    """The answer with every field in it, an unanswered one as null.

    Raises InvalidInput `answer.invalid` with `answer.<field>` paths."""
    known = {field["name"] for field in fields}
    problems = [
        Problem(f"answer.{name}", "answer.unknown", f"{name} is not asked here")
        for name in answer
        if name not in known
    ]
    values: dict[str, Any] = {}
    for field in fields:
        try:
            values[field["name"]] = _value(field, answer.get(field["name"]))
        except ValueError as error:
            path = f"answer.{field['name']}"
            problems.append(Problem(path, "answer.wrong", f"{field['label']} {error}"))
    if problems:
        raise InvalidInput("answer.invalid", problems[0].message, problems)
    return values


def from_text(field: dict[str, Any], texts: list[str]) -> Any:
    """What the controls of a web form hold, as an answer; empty text is no answer."""
    if field["kind"] == "choices":
        return [text for text in texts if text] or None
    text = texts[0].replace("\r\n", "\n") if texts else ""
    if field["kind"] == "boolean":
        return {"true": True, "false": False}.get(text)
    return text if text.strip() else None


def _value(field: dict[str, Any], value: Any) -> Any:
    if value is None or value == "" or value == []:
        if field["is_required"]:
            raise ValueError("must be answered")
        return None
    return _READERS[field["kind"]](field, value)


def _text(field: dict[str, Any], value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text")
    if len(value) > LONGEST_ANSWER:
        raise ValueError(f"has at most {LONGEST_ANSWER} characters")
    return value


def _number(field: dict[str, Any], value: Any) -> int | float:
    if isinstance(value, str):
        text = value.strip().replace(",", ".") if "." not in value else value.strip()
        try:
            value = int(text) if text.lstrip("+-").isdecimal() and len(text) < 16 else float(text)
        except ValueError:
            value = math.nan
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("must be a number")
    return value


def _boolean(field: dict[str, Any], value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be yes or no")
    return value


def _choice(field: dict[str, Any], value: Any) -> str:
    if value not in field["options"]:
        raise ValueError(f"must be one of: {', '.join(field['options'])}")
    return str(value)


def _choices(field: dict[str, Any], value: Any) -> list[str]:
    if not isinstance(value, list):
        raise ValueError("must be a list")
    return list(dict.fromkeys(_choice(field, entry) for entry in value))


def _date(field: dict[str, Any], value: Any) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise ValueError("must be a date such as 2026-03-09") from None


def _email(field: dict[str, Any], value: Any) -> str:
    if not isinstance(value, str) or not EMAIL.match(value.strip()) or len(value) > 254:
        raise ValueError("must be an e-mail address")
    return value.strip()


_READERS = {
    "text": _text,
    "long_text": _text,
    "number": _number,
    "boolean": _boolean,
    "choice": _choice,
    "choices": _choices,
    "date": _date,
    "email": _email,
}
