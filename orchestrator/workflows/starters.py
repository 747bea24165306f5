"""Starter workflows: `templates/workflows/<key>.json`, with `<key>.md` saying what each is for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from django.conf import settings

from orchestrator.accounts.models import User
from orchestrator.errors import NotFound
from orchestrator.workflows.document import read_document
from orchestrator.workflows.models import Workflow
from orchestrator.workflows.services import create_workflow


@dataclass(frozen=True)
class Starter:
    key: str
    title: str
    summary: str
    document: dict[str, Any]


@cache
def starters() -> tuple[Starter, ...]:
    """All of them, by file name."""
    folder = settings.BASE_DIR / "templates" / "workflows"
    return tuple(
        _starter(path.stem, path.read_bytes(), path.with_suffix(".md"))
        for path in sorted(folder.glob("*.json"))
    )


def _starter(key: str, content: bytes, readme: Any) -> Starter:
    document = read_document(orjson.loads(content))
    summary = _first_paragraph(readme.read_text("utf-8")) if readme.is_file() else ""
    return Starter(key, document["name"], summary, document)


def _first_paragraph(markdown: str) -> str:
    blocks = (block.strip() for block in markdown.split("\n\n"))
    return next((" ".join(block.split()) for block in blocks if block and not block.startswith("#")), "")


def starter_document(key: str) -> dict[str, Any]:
    for starter in starters():
        if starter.key == key:
            return starter.document
    known = ", ".join(starter.key for starter in starters())
    raise NotFound("starter.not_found", f"there is no starter {key!r}; there are {known}")


def import_starters(*, by: User) -> list[Workflow]:
    """What a new owner finds: every starter as a draft."""
    # Newest first is how they are listed, so the first is made last.
    return [create_workflow(by=by, document=starter.document) for starter in reversed(starters())]
