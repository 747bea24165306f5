"""Bodies of the credentials API. There is none that holds a secret on its way out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from orchestrator.accounts.schemas import Input


class CredentialType(Schema):
    type: str
    title: str
    fields_schema: dict[str, Any]


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
