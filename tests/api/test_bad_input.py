"""Bad input gets a clear 4xx with a stable code; never a 5xx."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from orchestrator import strict_json
from orchestrator.errors import MalformedBody
from tests.api.callers import Caller
from tests.api.test_permissions import existing, filled

TRAPS: dict[str, tuple[bytes, str]] = {
    "no JSON": (b"hello", "json.malformed"),
    "half an object": (b'{"name": ', "json.malformed"),
    "NaN": (b'{"name": NaN}', "json.malformed"),
    "infinity": (b'{"name": 1e999}', "json.number_too_large"),
    "a deep list": (b"[" * 100_000 + b"]" * 100_000, "json.too_deep"),
    "a long number": (b'{"name": ' + b"9" * 5000 + b"}", "json.number_too_large"),
    "a lone surrogate": (b'{"name": "\\ud800"}', "json.malformed"),
    "a key twice": (b'{"name": "a", "name": "b"}', "json.duplicate_key"),
    "a NUL": (b'{"name": "a\\u0000"}', "json.nul_character"),
    "a NUL in a key": (b'{"a\\u0000": 1}', "json.nul_character"),
    "no UTF-8": (b'{"name": "\xff"}', "json.malformed"),
    "a list": (b"[1]", "input.invalid"),
    "a string": (b'"x"', "input.invalid"),
    "an unknown field": (b'{"no_such_field": 1}', "input.invalid"),
}
WITH_BODY = [place for place, operation in existing().items() if "requestBody" in operation]


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_in_the_body_is_named(owner: Caller, trap: str) -> None:
    body, code = TRAPS[trap]
    answer = owner.ask("POST", "/workflows", body)
    assert 400 <= answer.status_code < 500
    assert answer.json()["code"] == code
    assert answer.json()["message"]


@pytest.mark.parametrize(("method", "route"), WITH_BODY)
def test_no_route_stumbles_over_any_trap(owner: Caller, method: str, route: str) -> None:
    for trap, (body, _) in TRAPS.items():
        answer = owner.ask(method, filled(route), body)
        assert 400 <= answer.status_code < 500, (trap, answer.content)
        assert answer.json()["code"]


@pytest.mark.parametrize(("method", "route"), WITH_BODY)
@pytest.mark.parametrize("value", [None, True, 5, 1.5, "x" * 20_000, [], [[]], {}, {"a": {"b": []}}])
def test_no_route_stumbles_over_a_wrong_type(owner: Caller, method: str, route: str, value: Any) -> None:
    for name in body_fields(method, route):
        answer = owner.ask(method, filled(route), {name: value})
        assert answer.status_code < 500, answer.content


def body_fields(method: str, route: str) -> list[str]:
    from orchestrator.api import api

    schema: Any = api.get_openapi_schema(path_prefix="/")
    content = existing()[(method, route)]["requestBody"]["content"]["application/json"]["schema"]  # type: ignore[index]
    options = content.get("anyOf", [content])
    names = [option["$ref"].rpartition("/")[2] for option in options if "$ref" in option]
    return [field for name in names for field in schema["components"]["schemas"][name]["properties"]]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=x", "limit=99999", "cursor=nope", "cursor=%00", "cursor=%ff", "search=%00"]
)
@pytest.mark.parametrize("route", ["/workflows", "/memory", "/runs", "/inbox"])
def test_no_list_stumbles_over_its_query(owner: Caller, route: str, query: str) -> None:
    answer = owner.get(f"{route}?{query}")
    assert answer.status_code < 500, answer.content
    if "limit" in query:
        assert (answer.status_code, answer.json()["code"]) == (422, "input.invalid")


@pytest.mark.parametrize("part", ["%00", "%ff", "..", "x" * 5000, "ü", "'; DROP TABLE runs_run; --"])
def test_no_route_stumbles_over_its_address(owner: Caller, part: str) -> None:
    for route in ("/workflows/", "/versions/", "/runs/", "/credentials/", "/inbox/"):
        answer = owner.get(route + part)
        assert 400 <= answer.status_code < 500
        assert answer.json()["code"]


def test_a_body_over_the_limit_is_refused(owner: Caller) -> None:
    answer = owner.ask("POST", "/workflows", b'{"name": "' + b"x" * (17 * 1024 * 1024) + b'"}')
    assert (answer.status_code, answer.json()["code"]) == (413, "body.too_large")


def test_unknown_routes_and_methods_answer_in_json(owner: Caller) -> None:
    missing = owner.get("/no/such/route")
    assert (missing.status_code, missing.json()["code"]) == (404, "route.not_found")
    wrong = owner.ask("PATCH", "/workflows")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "route.method_not_allowed")
    assert "POST" in wrong["Allow"]


def test_a_mistake_is_shown_with_its_place(owner: Caller) -> None:
    answer = owner.ask("POST", "/workflows", b'{\n  "name": oops}')
    assert (answer.json()["line"], answer.json()["column"]) == (2, 11)


plain_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), max_size=8),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(value=plain_json)
def test_all_plain_json_is_read_as_it_is(value: Any) -> None:
    assert strict_json.loads(json.dumps(value).encode()) == value
    assert strict_json.loads(json.dumps(value, ensure_ascii=False, indent=1).encode()) == value


@given(body=st.binary(max_size=200))
@hypothesis_settings(suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with suppress(MalformedBody):
        value = strict_json.loads(body)
        assert json.loads(body.removeprefix(b"\xef\xbb\xbf")) == value


@pytest.mark.parametrize("depth", [199, 200])
def test_nesting_up_to_the_limit_is_fine(depth: int) -> None:
    assert strict_json.loads(b"[" * depth + b"]" * depth)


def test_nesting_beyond_the_limit_is_not() -> None:
    with pytest.raises(MalformedBody) as refused:
        strict_json.loads(b'{"a":' * 201 + b"1" + b"}" * 201)
    assert refused.value.code == "json.too_deep"
