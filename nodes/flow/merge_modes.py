"""The ways in which Merge brings branches together, each with its own settings."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from nodes.flow.joining import Join
from orchestrator.sdk import Params, ui

Inputs = Field(default=2, ge=2, le=10, description="How many branches come in.")


class Append(Params):
    """All items in a row."""

    mode: Literal["append"] = Field(
        default="append",
        description="All items in a row; the first with the first, the second with the second; those with "
        "equal fields; each with each; the items of one branch only; or what a SQL query gives.",
    )
    inputs: int = Inputs


class ByPosition(Params):
    """The first with the first."""

    mode: Literal["combine_by_position"]
    inputs: int = Inputs
    keep_unpaired: bool = Field(
        default=False, description="Also keep items that have no partner in every branch."
    )


class ByFields(Params):
    """Those with equal fields."""

    mode: Literal["combine_by_fields"]
    inputs: int = Inputs
    fields: list[str] = Field(
        default=[],
        max_length=20,
        description="Those that must be equal. Write `id = customer_id` where the later branches have "
        "another name.",
        examples=[["id"], ["order.id = order_id"]],
    )
    join: Join = Field(
        default="inner",
        description="Items found in all branches; all of the first with what is found; all of every branch; "
        "or only those found in no other branch.",
    )


class Each(Params):
    """Each with each."""

    mode: Literal["combine_all"]
    inputs: int = Inputs


class Branch(Params):
    """One branch only."""

    mode: Literal["choose_branch"]
    inputs: int = Inputs
    branch: int = Field(default=1, ge=1, le=10, description="Its number.")


class Sql(Params):
    """A SQL query over the branches."""

    mode: Literal["sql"]
    inputs: int = Inputs
    query: str = Field(
        default="SELECT * FROM input1 JOIN input2 USING (id)",
        min_length=1,
        max_length=100_000,
        description="One SELECT, in SQLite's SQL; the branches are the tables `input1`, `input2` and so on, "
        "their fields the columns. Lists and objects are JSON text there, for `json_extract(lines, '$[0]')`.",
        examples=[
            "SELECT c.name, sum(o.total) AS spent FROM input1 c "
            "JOIN input2 o ON o.customer = c.id GROUP BY c.id"
        ],
        json_schema_extra=ui(widget="code", language="sql"),
    )
    values: dict[str, Any] = Field(
        default={},
        max_length=100,
        description="Values for `:name` in the query. Safer than an expression in its text: whatever they "
        "hold, they stay values.",
        json_schema_extra=ui(widget="key_value"),
    )
