"""The table of docs/permissions.md is what the routes do."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client

from orchestrator.api import api
from tests.api.callers import Caller

ROW = re.compile(r"^\| ([A-Z]+) \| `(/[^`]*)` \| (\w[\w ]*) \|", re.MULTILINE)


def documented() -> dict[tuple[str, str], str]:
    text = (settings.BASE_DIR / "docs" / "permissions.md").read_text()
    return {(method, route): who for method, route, who in ROW.findall(text)}


def existing() -> dict[tuple[str, str], dict[str, object]]:
    paths = api.get_openapi_schema(path_prefix="/")["paths"]
    return {
        (method.upper(), route): operation
        for route, operations in paths.items()
        for method, operation in operations.items()
    }


def filled(route: str) -> str:
    return re.sub(r"\{\w+\}", "01ARZ3NDEKTSV4RRFFQ69G5FAV", route)


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert set(documented()) == set(existing())


def test_every_operation_has_an_id_and_a_description() -> None:
    found = existing()
    ids = [operation["operationId"] for operation in found.values()]
    assert len(ids) == len(set(ids))
    assert [place for place, operation in found.items() if not operation.get("summary")] == []


@pytest.mark.parametrize(
    ("method", "route"), [place for place, who in documented().items() if who != "anyone"]
)
def test_a_stranger_gets_401(stranger: Caller, method: str, route: str) -> None:
    answer = stranger.ask(method, filled(route), {})
    assert (answer.status_code, answer.json()["code"]) == (401, "auth.required")


@pytest.mark.parametrize(
    ("method", "route"), [place for place, who in documented().items() if who != "anyone"]
)
def test_whoever_is_signed_in_is_let_in(owner: Caller, method: str, route: str) -> None:
    assert owner.ask(method, filled(route), {}).status_code in (200, 201, 204, 404, 422)


@pytest.mark.parametrize(
    ("method", "route"),
    [place for place, who in documented().items() if who != "anyone" and place[0] != "GET"],
)
def test_a_session_without_the_csrf_header_changes_nothing(owner: Caller, method: str, route: str) -> None:
    answer = owner.ask(method, filled(route), {}, **{"X-CSRFToken": "wrong"})
    assert (answer.status_code, answer.json()["code"]) == (403, "auth.csrf")


def test_another_site_cannot_use_the_session(owner: Caller) -> None:
    answer = owner.ask("POST", "/workflows", {"name": "x"}, Origin="https://evil.example")
    assert (answer.status_code, answer.json()["code"]) == (403, "auth.csrf")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/metrics", "/api/v1/openapi.json"])
def test_pages_about_the_system_ask_who_reads_them(program: Caller, path: str) -> None:
    client = Client()
    assert client.get(path).status_code == 401
    assert client.get(path, headers=program.headers).status_code == 200
