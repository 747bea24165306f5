"""What a workflow's settings may say: one declaration for the check and for the editor's form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from orchestrator.engine.problems import Problem, in_words
from orchestrator.engine.unusual import MOST_RULES, AnyRule
from orchestrator.sdk.params import Params, ui

EACH = "={{ $json.body.shop }}"


class Concurrency(Params):
    """How many runs work at the same time; the others stay queued."""

    limit: int = Field(ge=1, description="How many at most.")
    key: str = Field(
        default="", max_length=500, description=f"Counted apart for each value, such as `{EACH}`."
    )


class Rate(Params):
    """How many runs begin within a time; the others stay queued."""

    limit: int = Field(ge=1, description="How many at most.")
    per_seconds: float = Field(default=60, gt=0, description="Within how many seconds.")
    key: str = Field(
        default="", max_length=500, description=f"Counted apart for each value, such as `{EACH}`."
    )


class Repairs(Params):
    """Whom failed steps are brought to, and where those tasks stand in the inbox."""

    assignees: list[str] = Field(
        default=[], max_length=50, description="E-mail addresses, or team:<name>; empty means anyone."
    )
    queue: str = Field(default="", max_length=100, description="The pile they belong to.")
    tags: list[str] = Field(default=[], max_length=20, description="Words to find and filter them by.")


class WorkflowSettings(BaseModel):
    """The settings that are known; a document may hold more."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    timezone: str = Field(
        default="",
        description="By which clock its times are meant; UTC unless set.",
        json_schema_extra=ui(label="Time zone", placeholder="Europe/Berlin"),
    )
    vars: dict[str, Any] = Field(
        default={},
        max_length=200,
        description="Values that every expression of the workflow reads as `$vars.name`.",
        json_schema_extra=ui(widget="key_value", label="Variables"),
    )
    autonomy: int = Field(
        default=50,
        ge=0,
        le=100,
        strict=True,
        description="How much may pass an approval's gate without a person: at 0 everything is asked.",
    )
    error_workflow: str = Field(
        default="",
        description="This workflow starts then, unless somebody watches the run.",
        json_schema_extra=ui(label="When a run fails", widget="workflow"),
    )
    repairs: Repairs | None = Field(
        default=None,
        description="Steps that ask a person when they fail, or when nobody knows whether a write was done.",
        json_schema_extra=ui(label="Who repairs failed steps"),
    )
    priority: Literal["low", "normal", "high"] = Field(
        default="normal", description="Which queued runs begin first."
    )
    concurrency: Concurrency | None = Field(
        default=None,
        description="How many runs work at the same time; the others stay queued.",
        json_schema_extra=ui(label="Limit of runs at once"),
    )
    rate: Rate | None = Field(
        default=None,
        description="How many runs begin within a time; the others stay queued.",
        json_schema_extra=ui(label="Limit of runs in a time"),
    )
    timeout_seconds: float | None = Field(
        default=None,
        gt=0,
        description="The longest that a run may work, in seconds; waiting does not count.",
        json_schema_extra=ui(label="Time limit", placeholder="no limit"),
    )
    order: Literal["parallel", "sequential"] = Field(
        default="parallel",
        description="Whether branches work at the same time or one after another.",
        json_schema_extra=ui(label="Branches"),
    )
    unusual: list[AnyRule] = Field(
        default=[],
        max_length=MOST_RULES,
        description="Each finding is raised to people in the inbox, once.",
        json_schema_extra=ui(label="Rules"),
    )

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, value: str) -> str:
        try:
            return value and ZoneInfo(value).key
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{value!r} is not a time zone; use a name such as Europe/Berlin") from None


def problems(settings: dict[str, Any]) -> Iterator[Problem]:
    """What is wrong with the settings, the rules of what is unusual aside: see `unusual.problems`."""
    known = {name: value for name, value in settings.items() if value is not None and name != "unusual"}
    try:
        WorkflowSettings.model_validate(known)
    except ValidationError as error:
        for found in error.errors():
            where = ".".join(str(part) for part in found["loc"])
            yield Problem(f"settings.{where}", "settings.invalid", in_words(found))
