"""Workflow: start when another workflow calls."""

from collections.abc import Callable
from typing import Any, Literal

from pydantic import Field, model_validator

from orchestrator.sdk import Context, Expression, Item, NodeError, Params, trigger

Kind = Literal["any", "text", "number", "boolean", "list", "object"]
TESTS: dict[Kind, Callable[[Any], bool]] = {
    "any": lambda value: True,
    "text": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "list": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}
A = {
    "text": "a text",
    "number": "a number",
    "boolean": "true or false",
    "list": "a list",
    "object": "an object",
}


class Input(Params):
    """One field that callers give."""

    name: str = Field(min_length=1, max_length=100, description="Name of the field.", examples=["order_id"])
    type: Kind = Field(default="any", description="What its value must be.")
    required: bool = Field(default=False, description="Whether callers must give it.")
    default: Expression = Field(default=None, description="The value when a caller does not give it.")

    @model_validator(mode="after")
    def _default_fits(self) -> "Input":
        if self.default is not None and not TESTS[self.type](self.default):
            raise ValueError(f"the default of {self.name!r} must be {A[self.type]}")
        return self


class WorkflowParams(Params):
    inputs: list[Input] = Field(
        default=[], max_length=100, description="The fields that callers give; other fields pass unchecked."
    )

    @model_validator(mode="after")
    def _names_differ(self) -> "WorkflowParams":
        names = [entry.name for entry in self.inputs]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{twice[0]!r} is there twice")
        return self


@trigger(
    "trigger.workflow",
    title="When called by another workflow",
    source="workflow",
    aliases=("sub-workflow", "called", "child", "function"),
)
def receive(params: WorkflowParams, items: list[Item], context: Context) -> list[Item]:
    """Start when another workflow runs this one, with the items it gives.

    The inputs that are declared here are checked: the run fails at once when one is missing or
    of another type, and the caller is told.
    """
    given = items or [Item({})]
    return [_checked(item, place, params.inputs) for place, item in enumerate(given)]


def _checked(item: Item, place: int, inputs: list[Input]) -> Item:
    record = dict(item.json)
    for entry in inputs:
        if record.get(entry.name) is None:
            if entry.required and entry.default is None:
                raise _refusal(f"the input {entry.name!r} is missing", place)
            record[entry.name] = entry.default
        elif not TESTS[entry.type](record[entry.name]):
            shown = f"{record[entry.name]!r:.80}"
            raise _refusal(f"the input {entry.name!r} must be {A[entry.type]}, not {shown}", place)
    return Item(record, item.files)


def _refusal(message: str, place: int) -> NodeError:
    hint = "The workflow that calls must give it; its node Run workflow passes on the items it receives."
    return NodeError(message, hint=hint, item=place, code="workflow.input_invalid")
