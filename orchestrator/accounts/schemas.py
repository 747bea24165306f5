"""Bodies of the accounts API."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema
from pydantic import ConfigDict, Field


class Input(Schema):
    """A request body: fields we do not know are refused, not ignored."""

    model_config = ConfigDict(extra="forbid", str_max_length=10_000)


class SignIn(Input):
    email: str = Field(max_length=254)
    password: str = Field(max_length=1000)


class NewOwner(Input):
    email: str = Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s.]+$|^[^@\s]+@localhost$")
    name: str = Field("", max_length=100)
    password: str = Field(max_length=1000)


class NewPassword(Input):
    current_password: str = Field(max_length=1000)
    password: str = Field(max_length=1000)


class UserOut(Schema):
    id: str
    email: str
    name: str
    is_owner: bool


class SessionOut(Schema):
    user: UserOut | None
    needs_owner: bool
    csrf_token: str
    inbox_open: int


class NewToken(Input):
    name: str = Field(min_length=1, max_length=100)


class TokenOut(Schema):
    id: str
    name: str
    prefix: str
    created_at: datetime
    last_used_at: datetime | None


class TokenList(Schema):
    items: list[TokenOut]
    next: str | None = None


class TokenCreated(Schema):
    id: str
    name: str
    token: str
    """The secret, shown this once."""
