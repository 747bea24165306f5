"""Who calls the API in tests: a browser that is signed in, a program with a token, a stranger."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from django.http import HttpResponse
from django.test import Client

from orchestrator.accounts.models import User
from orchestrator.accounts.services import create_token

API = "/api/v1"
PASSWORD = "correct horse battery"


class Caller:
    """Speaks JSON to the API as a browser does: cookies, CSRF header."""

    def __init__(self, **headers: str) -> None:
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        self.headers = headers

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """`body`: bytes as they are, anything else as JSON."""
        data = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        cookie = self.client.cookies.get("csrftoken")
        own = {"X-CSRFToken": cookie.value} if cookie else {}
        return self.client.generic(
            method,
            API + path,
            data,
            content_type="application/json",
            headers={**own, **self.headers, **headers},
        )

    def get(self, path: str) -> HttpResponse:
        return self.ask("GET", path)

    def post(self, path: str, body: Any = None) -> HttpResponse:
        return self.ask("POST", path, body)

    def put(self, path: str, body: Any = None) -> HttpResponse:
        return self.ask("PUT", path, body)

    def delete(self, path: str) -> HttpResponse:
        return self.ask("DELETE", path)


def sign_in(user: User) -> Caller:
    caller = Caller()
    caller.client.force_login(user)
    caller.get("/session")
    return caller


@pytest.fixture
def alice(db: None) -> User:
    """The owner."""
    return User.objects.create_user(
        "alice@example.org", PASSWORD, name="Alice", is_owner=True, is_staff=True, is_superuser=True
    )


@pytest.fixture
def bob(alice: User) -> User:
    """A teammate."""
    return User.objects.create_user("bob@example.org", PASSWORD, name="Bob")


@pytest.fixture
def owner(alice: User) -> Caller:
    return sign_in(alice)


@pytest.fixture
def teammate(bob: User) -> Caller:
    return sign_in(bob)


@pytest.fixture
def program(alice: User) -> Caller:
    """Calls with Alice's API token and no cookies."""
    _, secret = create_token(user=alice, name="tests")
    return Caller(Authorization=f"Bearer {secret}")


@pytest.fixture
def stranger(db: None) -> Caller:
    caller = Caller()
    caller.get("/session")
    return caller
