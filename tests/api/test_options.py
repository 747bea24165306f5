"""Choices that are fetched while a form is filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from orchestrator.sdk.local_server import Seen
from orchestrator.sdk.schema import params_schema
from orchestrator.workflows.library import library
from tests.api.callers import Caller
from tests.inbox.mailbox import running_server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def service(owner: Caller, settings: Any) -> Iterator[Callable[[Any], str]]:
    """Stores a credential for a server that answers so; gives its id."""
    settings.EGRESS_ALLOW = ["127.0.0.1"]
    with ExitStack() as stack:

        def store(answer: Any) -> str:
            url = stack.enter_context(running_server(answer)).url
            data = {"base_url": f"{url}/v1", "api_key": "k"}
            stored = owner.post("/credentials", {"name": url, "type": "openai", "data": data})
            return str(stored.json()["id"])

        yield store


def options(caller: Caller, params: Any, search: str = "") -> Any:
    answer = caller.post("/node-types/ai.chat/options/models", {"params": params, "search": search})
    assert answer.status_code == 200, answer.content
    return answer.json()


def two_models(seen: Seen) -> tuple[int, dict[str, str], bytes]:
    if (seen.path, seen.headers.get("authorization")) != ("/v1/models", "Bearer k"):
        return 404, {}, b""
    return 200, {}, b'{"data": [{"id": "tiny", "owned_by": "us"}, {"id": "huge"}]}'


def test_the_models_of_a_service_can_be_chosen(owner: Caller, service: Callable[[Any], str]) -> None:
    params = {"credential": service(two_models)}
    tiny = {"value": "tiny", "label": "tiny", "note": "us"}
    assert options(owner, params) == {
        "items": [{"value": "huge", "label": "huge", "note": ""}, tiny],
        "error": None,
    }
    assert options(owner, params, "TIN")["items"] == [tiny]


@pytest.mark.parametrize("body", [b"[]", b'{"data": 5}', b'{"data": [1]}', b"<html>"])
def test_an_answer_that_is_no_list_is_said(owner: Caller, service: Callable[[Any], str], body: bytes) -> None:
    found = options(owner, {"credential": service(lambda seen: (200, {}, body))})
    assert (found["items"], found["error"]["code"]) == ([], "ai.protocol")


def test_a_refusal_is_said(owner: Caller, service: Callable[[Any], str]) -> None:
    found = options(owner, {"credential": service(lambda seen: (401, {}, b"who are you"))})
    assert "answered 401" in found["error"]["message"]


def test_a_credential_that_is_not_there_is_said(owner: Caller) -> None:
    assert options(owner, {})["error"]["code"] == "credential.missing"


@pytest.mark.parametrize("path", ["ai.chat/options/nothing", "no.such/options/models"])
def test_options_that_do_not_exist_are_not_found(owner: Caller, path: str) -> None:
    answer = owner.post(f"/node-types/{path}", {})
    assert (answer.status_code, answer.json()["code"]) == (404, "options.not_found")


def named_options(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        hints = schema.get("ui")
        if isinstance(hints, dict) and "options" in hints:
            yield hints["options"]
        for value in schema.values():
            yield from named_options(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from named_options(value)


def test_every_param_that_names_a_loader_has_one() -> None:
    named = [(key, name) for key, kind in library().items() for name in named_options(params_schema(kind))]
    assert ("ai.chat", "models") in named
    assert [pair for pair in named if library()[pair[0]].loader(pair[1]) is None] == []
