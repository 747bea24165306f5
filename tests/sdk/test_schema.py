"""Node types described as JSON."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import Field

from orchestrator.sdk import Context, Item, Params, PortsCount, PortsFrom, Text, credential_of, node
from orchestrator.sdk.schema import FALLBACK_ICON, describe, describe_library, describe_ports, undescribed


class Nothing(Params):
    kind: Literal["none"] = "none"


class Bearer(Params):
    kind: Literal["bearer"] = "bearer"
    credential: Annotated[str, credential_of("bearer_token")] = Field(description="The token to send.")


class ShoutParams(Params):
    text: Text = Field(description="What to shout.", examples=["hey"])
    login: Annotated[Nothing | Bearer, Field(discriminator="kind")] = Field(
        default=Nothing(), description="How to sign in."
    )
    bare: int = 1


@node(
    "test.shout",
    title="Shout",
    effect="read",
    per="item",
    outputs=PortsFrom("rules", "output", ("rest",)),
    summary="{text}",
    aliases=("yell",),
)
def shout(params: ShoutParams, item: Item, context: Context) -> Item:
    """Say it louder.

    With more breath.
    """
    return item


@node("test.join", title="Join", effect="pure", inputs=PortsCount("inputs"))
def join(params: Nothing, items: list[Item], context: Context) -> list[Item]:
    """Join."""
    return items


def test_a_node_type_is_described_in_full() -> None:
    told = describe(shout)
    assert told["key"] == "test.shout"
    assert (told["group"], told["version"], told["effect"], told["per"]) == ("test", 1, "read", "item")
    assert (told["summary"], told["description"]) == ("Say it louder.", "With more breath.")
    assert told["credentials"] == ["bearer_token"]
    assert told["aliases"] == ["yell"]
    assert (told["is_trigger"], told["source"]) == (False, None)
    assert json.loads(json.dumps(told)) == told


def test_ports_are_names_or_the_rule_that_gives_them() -> None:
    assert describe(shout)["inputs"] == ["main"]
    assert describe(shout)["outputs"] == {"from": "rules", "name": "output", "extra": ["rest"]}
    assert describe(join)["inputs"] == {"count": "inputs", "prefix": "input", "default": 2, "most": 10}


def test_a_field_keeps_its_help_and_its_widget_together() -> None:
    schema = describe(shout)["params_schema"]
    assert schema["properties"]["text"]["description"] == "What to shout."
    assert schema["properties"]["text"]["ui"] == {"widget": "multiline"}
    credential = schema["$defs"]["Bearer"]["properties"]["credential"]
    assert credential["ui"] == {"widget": "credential", "credential_type": "bearer_token"}
    assert credential["description"] == "The token to send."


def test_a_field_without_help_is_found() -> None:
    assert undescribed(describe(shout)["params_schema"]) == ["params.bare"]


def test_a_library_lists_each_group_once() -> None:
    told = describe_library([shout, join])
    assert [group["key"] for group in told["groups"]] == ["test"]
    assert told["groups"][0] == {
        "key": "test",
        "title": "Test",
        "icon": FALLBACK_ICON,
        "quality": "experimental",
    }
    assert [entry["key"] for entry in told["node_types"]] == ["test.shout", "test.join"]


def test_ports_may_follow_another_list_where_a_field_says_so() -> None:
    ports = PortsFrom("rules", "output", ("rest",), instead=("mode", "expression", "outputs"))
    assert ports.resolve({"rules": [{"output": "a"}], "outputs": ["b"]}) == ("a", "rest")
    assert ports.resolve({"mode": "expression", "rules": [{"output": "a"}], "outputs": ["b"]}) == (
        "b",
        "rest",
    )
    assert describe_ports(ports) == {
        "from": "rules",
        "name": "output",
        "extra": ["rest"],
        "instead": {"property": "mode", "value": "expression", "from": "outputs"},
    }
