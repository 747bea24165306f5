"""Lists in pages: newest first by id, the cursor being the last id of the page before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Model, QuerySet
from ninja import Schema
from pydantic import Field

MOST = 200


class Page(Schema):
    """The query of every list."""

    limit: int = Field(50, ge=1, le=MOST)
    cursor: str | None = Field(None, max_length=26, pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$")
    """The `next` of the page before."""


def page_of(rows: QuerySet[Any], page: Page, show: Callable[[Any], Any] = lambda row: row) -> dict[str, Any]:
    """One page of rows whose primary keys are ULIDs, so newer ones sort higher."""
    if page.cursor:
        rows = rows.filter(pk__lt=page.cursor)
    found: list[Model] = list(rows.order_by("-pk")[: page.limit + 1])
    is_more = len(found) > page.limit
    shown = found[: page.limit]
    return {"items": [show(row) for row in shown], "next": str(shown[-1].pk) if is_more else None}
