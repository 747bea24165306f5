"""Bodies of the credentials API. There is none that holds a secret on its way out."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from orchestrator.accounts.schemas import Input


class CredentialType(Schema):
    type: str
    title: str
    fields_schema: dict[str, Any]
    check: Literal["nothing", "url"] | None
    """What must be given to try one out; null: it cannot be tried."""


class CredentialTypeList(Schema):
    items: list[CredentialType]
    next: str | None = None


class NewCredential(Input):
    name: str = Field(min_length=1, max_length=100)
    type: str = Field(max_length=50)
    data: dict[str, Any]


class CredentialChange(Input):
    name: str | None = Field(None, min_length=1, max_length=100)
    data: dict[str, Any] | None = None


class CheckWanted(Input):
    id: str = Field("", max_length=26)
    """Of a stored credential; its own fields are tried unless there is `data`."""
    type: str = Field("", max_length=50)
    """Of what was entered and not stored yet."""
    data: dict[str, Any] | None = None
    url: str = Field("", max_length=2000)
    """Where it should be good, for kinds whose `check` is `url`."""


class CheckOut(Schema):
    ok: bool
    message: str
    hint: str


class CredentialOut(Schema):
    id: str
    name: str
    type: str
    updated_at: datetime
    used_by: list[str]
    """Ids of the workflows that name it."""


class CredentialList(Schema):
    items: list[CredentialOut]
    next: str | None = None
