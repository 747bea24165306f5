"""Key-value memory."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from orchestrator.errors import InvalidInput, TooLarge
from orchestrator.memory import services
from orchestrator.memory.api import PREVIEW
from tests.api.callers import Caller

pytestmark = pytest.mark.django_db
SHARED: dict[str, Any] = {"scope": "shared", "workflow_id": ""}


def own(workflow_id: str) -> dict[str, Any]:
    return {"scope": "workflow", "workflow_id": workflow_id}


def test_a_value_comes_back_as_it_was() -> None:
    value = {"z": [1, 2.5, None, "ü"], "a": True}
    services.set(key="k", value=value, **SHARED)
    found = services.get(key="k", **SHARED)
    assert found == value
    assert list(found) == ["z", "a"]


def test_scopes_do_not_see_each_other() -> None:
    services.set(key="k", value=1, **own("one"))
    services.set(key="k", value=2, **own("two"))
    services.set(key="k", value=3, scope="shared", workflow_id="one")
    assert services.get(key="k", **own("one")) == 1
    assert services.get(key="k", **own("two")) == 2
    assert services.get(key="k", scope="shared", workflow_id="two") == 3


def test_a_workflow_sees_its_own_over_the_shared() -> None:
    services.set(key="both", value="shared", **SHARED)
    services.set(key="both", value="own", **own("one"))
    services.set(key="other", value=1, **SHARED)
    assert services.everything(workflow_id="one") == {"both": "own", "other": 1}


def test_setting_again_replaces_value_and_time_to_live() -> None:
    now = timezone.now()
    services.set(key="k", value=1, ttl_seconds=10, now=now, **SHARED)
    services.set(key="k", value=2, now=now, **SHARED)
    assert services.get(key="k", now=now + timedelta(days=1), **SHARED) == 2


def test_what_is_past_its_time_is_gone() -> None:
    now = timezone.now()
    services.set(key="k", value=1, ttl_seconds=10, now=now, **SHARED)
    assert services.get(key="k", now=now + timedelta(seconds=9), **SHARED) == 1
    assert services.get(key="k", now=now + timedelta(seconds=10), **SHARED) is None
    assert services.forget_expired(now=now + timedelta(seconds=10)) == 1


def test_forgetting_says_whether_there_was_something() -> None:
    services.set(key="k", value=1, **SHARED)
    assert services.delete(key="k", **SHARED) is True
    assert services.delete(key="k", **SHARED) is False


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"key": ""}, "memory.bad_key"),
        ({"key": "x" * 201}, "memory.bad_key"),
        ({"key": "a\x00b"}, "memory.bad_key"),
        ({"value": {1, 2}}, "memory.bad_value"),
        ({"value": 2**70}, "memory.bad_value"),
        ({"ttl_seconds": 0}, "memory.bad_ttl"),
        ({"scope": "other"}, "memory.bad_scope"),
        ({"scope": "workflow"}, "memory.bad_scope"),
    ],
)
def test_what_cannot_be_kept_is_refused(change: dict[str, Any], code: str) -> None:
    wanted = {"key": "k", "value": 1, **SHARED, **change}
    with pytest.raises(InvalidInput) as refused:
        services.set(**wanted)
    assert refused.value.code == code


def test_a_value_over_a_megabyte_is_refused() -> None:
    with pytest.raises(TooLarge):
        services.set(key="k", value="x" * (1024 * 1024), **SHARED)


def test_over_the_api(owner: Caller) -> None:
    for number in range(3):
        answer = owner.put("/memory", {"key": f"k{number}", "value": [number]})
        assert answer.status_code == 200
    first = owner.get("/memory?limit=2").json()
    rest = owner.get(f"/memory?limit=2&cursor={first['next']}").json()
    assert [entry["key"] for entry in first["items"] + rest["items"]] == ["k2", "k1", "k0"]
    assert rest["next"] is None
    url = f"/memory/{first['items'][0]['id']}"
    assert owner.get(url).json()["value"] == [2]
    assert owner.delete(url).status_code == 204
    assert owner.delete(url).json()["code"] == "memory.not_found"
    assert [entry["key"] for entry in owner.get("/memory?search=K1").json()["items"]] == ["k1"]


@pytest.mark.parametrize(
    ("value", "preview"),
    [
        ({"street": "Kaiserstraße", "n": 1.5}, '{"street": "Kaiserstraße", "n": 1.5}'),
        (None, "null"),
        ("x" * 5000, '"' + "x" * (PREVIEW - 1)),
    ],
)
def test_a_list_shows_how_values_begin(owner: Caller, value: Any, preview: str) -> None:
    owner.put("/memory", {"key": "k", "value": value})
    [entry] = owner.get("/memory").json()["items"]
    assert entry["preview"] == preview
    assert entry["length"] == len(json.dumps(value, separators=(",", ":")))
    assert "value" not in entry
    assert owner.get(f"/memory/{entry['id']}").json()["value"] == value


def test_what_has_expired_is_not_shown(owner: Caller) -> None:
    entry = services.set(key="k", value=1, ttl_seconds=60, now=timezone.now() - timedelta(hours=1), **SHARED)
    assert owner.get("/memory").json()["items"] == []
    assert owner.get(f"/memory/{entry.pk}").status_code == 404
