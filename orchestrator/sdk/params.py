"""Params: one typed declaration that gives schema, form, validation and docs."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field


class Params(BaseModel):
    """Base of a node's settings. Unknown fields are refused; every field has a description."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def ui(**hints: Any) -> dict[str, Any]:
    """Form hints, for `Field(json_schema_extra=ui(...))`. The closed set: `widget`
    (`multiline | code | credential | expression | conditions | key_value | color | workflow |
    file | node`),
    `language`, `credential_type`, `placeholder`, `options` and `needs` (see `options_of`),
    `label` (instead of the field's name), `advanced` (bool), `show_expression` (bool), `shown_for`
    (`{"mode": ["a", "b"]}`: only of use while the field `mode` has one of these values)."""
    allowed = {"widget", "language", "credential_type", "placeholder", "options", "needs", "label"}
    allowed |= {"advanced", "show_expression", "shown_for"}
    if unknown := set(hints) - allowed:
        raise TypeError(f"unknown ui hint {sorted(unknown)}; known are {sorted(allowed)}")
    return {"ui": hints}


Text = Annotated[str, Field(json_schema_extra=ui(widget="multiline"))]
FileName = Annotated[str, Field(json_schema_extra=ui(widget="file"))]
"""The name under which an item has a file; the editor offers those of the current item."""
Expression = Annotated[Any, Field(json_schema_extra=ui(widget="expression"))]


def options_of(loader: str, *, needs: tuple[str, ...] = ()) -> Any:
    """For `Annotated[str, options_of("models", needs=("credential",))]`: the editor offers what the
    node's loader of that name gives (`@your_node.options("models")`), once the params in `needs`
    are there; anything else may be typed."""
    return Field(json_schema_extra=ui(options=loader, needs=list(needs)))


def credential_of(credential_type: str) -> Any:
    """For `Annotated[str, credential_of("smtp")]`: the id of a stored credential of that type."""
    return Field(json_schema_extra=ui(widget="credential", credential_type=credential_type))
