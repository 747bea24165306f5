"""A node type brings the params of its older versions to the present one, a step at a time."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.sdk import Context, Item, Params, node, trigger


class Named(Params):
    field: str = "title"
    """Which one."""


def to_2(params: dict[str, Any]) -> dict[str, Any]:
    return {"name": params.pop("column", "title"), **params}


def to_3(params: dict[str, Any]) -> dict[str, Any]:
    return {"field": params["name"]}


@node("test.shout", title="Shout", effect="pure", upgrades=(to_2, to_3))
def shout(params: Named, items: list[Item], context: Context) -> list[Item]:
    """Shout."""
    return items


def test_the_version_follows_from_the_upgrades() -> None:
    assert shout.version == 3
    assert shout.with_(upgrades=()).version == 1


@pytest.mark.parametrize(
    ("version", "params"), [(1, {"column": "name"}), (2, {"name": "name"}), (3, {"field": "name"})]
)
def test_params_of_any_version_become_those_of_the_present_one(version: int, params: dict[str, Any]) -> None:
    before = dict(params)
    assert shout.upgraded(params, version) == {"field": "name"}
    assert params == before


def test_a_field_that_was_left_out_takes_what_it_meant_then() -> None:
    assert shout.upgraded({}, 1) == {"field": "title"}


def test_a_step_that_gives_no_params_is_a_mistake_of_its_author() -> None:
    forgetful = shout.with_(upgrades=(lambda params: None,))
    with pytest.raises(TypeError, match=r"test\.shout: .* must return the params"):
        forgetful.upgraded({}, 1)


def test_a_trigger_can_be_upgraded_too() -> None:
    @trigger("test.begin", title="Begin", source="manual", upgrades=(to_2,))
    def begin(params: Named, items: list[Item], context: Context) -> list[Item]:
        """Begin."""
        return items

    assert begin.version == 2
