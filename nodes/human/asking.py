"""What all questions to people share: who is asked, whose answer it takes, what happens meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from orchestrator.sdk import Answer, Context, Expression, Item, NodeError, Outputs, Params, Text, ui
from orchestrator.sdk.business_time import WorkingHours, later
from orchestrator.sdk.durations import Duration

ITEMS_SHOWN = 20
Priority = Literal["low", "normal", "high", "urgent"]


class FirstAnswer(Params):
    """The first answer decides."""

    kind: Literal["any"] = "any"


class Everyone(Params):
    """Everyone asked must agree."""

    kind: Literal["all"] = "all"


class Several(Params):
    """A number of equal answers decides."""

    kind: Literal["k_of_n"] = "k_of_n"
    needed: int = Field(default=2, ge=1, le=100, description="How many equal answers it takes.")


class InTurn(Params):
    """One after another, in the order they are named; each must agree before the next is asked."""

    kind: Literal["sequential"] = "sequential"


class Veto(Params):
    """A number agrees, and nobody with a veto rejects."""

    kind: Literal["veto"] = "veto"
    needed: int = Field(default=1, ge=1, le=100, description="How many must agree.")
    vetoers: list[str] = Field(default=[], description="Who may veto; empty means everyone asked.")


Policy = Annotated[FirstAnswer | Everyone | Several | InTurn | Veto, Field(discriminator="kind")]


class Remind(Params):
    """Write to those asked again."""

    do: Literal["remind"] = "remind"
    times: int = Field(default=1, ge=1, le=20, description="How often, each time after the same time.")


class RaisePriority(Params):
    """Move it up in the inbox."""

    do: Literal["raise_priority"] = "raise_priority"
    to: Priority = Field(default="urgent", description="The new priority.")


class Reassign(Params):
    """Ask the next in a chain."""

    do: Literal["reassign"] = "reassign"
    chain: list[str] = Field(
        min_length=1,
        max_length=20,
        description="Who is asked next, and, after the same time again, after them.",
        examples=[["manager@example.com", "team:directors"]],
    )
    keep: bool = Field(default=False, description="Those asked before may still answer.")


class Decide(Params):
    """Give an answer for them."""

    do: Literal["decide"] = "decide"
    outcome: str = Field(min_length=1, description="The answer, one of those offered.", examples=["rejected"])


class Timer(Params):
    """Something that happens while nobody has answered."""

    after: Duration = Field(default=Duration(), description="After how long.")
    counts: Literal["wall", "business"] = Field(
        default="wall", description="Whether all hours count or only working hours."
    )
    action: Annotated[Remind | RaisePriority | Reassign | Decide, Field(discriminator="do")] = Field(
        default=Remind(), description="What happens then."
    )


class Asking(Params):
    """Fields that every question to people has."""

    subject: str = Field(
        min_length=1, max_length=300, description="What to decide, in one line.", examples=["Order over 1000"]
    )
    description: Text = Field(default="", description="What one needs to know for it.")
    why: str = Field(default="", description="Why a person is asked at all.", examples=["Unusual amount"])
    assignees: list[str] = Field(
        default=[], description="E-mail addresses, or team:<name>; empty means anyone who may decide."
    )
    priority: Priority = Field(default="normal", description="Where it stands in the inbox.")
    queue: str = Field(
        default="",
        max_length=100,
        description="The pile it belongs to, to filter the inbox by.",
        examples=["refunds"],
    )
    tags: list[str] = Field(
        default=[],
        max_length=20,
        description="Words to find and filter it by.",
        examples=[["vip", "={{ $json.country }}"]],
    )
    timeout: Duration | None = Field(
        default=None, description="After this time without an answer the items go to `timeout`."
    )
    timeout_counts: Literal["wall", "business"] = Field(
        default="wall",
        description="Whether all hours count or only working hours.",
        json_schema_extra=ui(advanced=True),
    )
    timers: list[Timer] = Field(
        default=[],
        max_length=20,
        description="Reminders and escalation while nobody has answered.",
        json_schema_extra=ui(advanced=True),
    )
    working_hours: WorkingHours | None = Field(
        default=None,
        description="What working hours are; Monday to Friday, 9 to 17, unless set.",
        json_schema_extra=ui(advanced=True),
    )
    notify: bool = Field(
        default=True,
        description="Write to those who are named, where the instance has a mail server.",
        json_schema_extra=ui(advanced=True),
    )
    reauthenticate: bool = Field(
        default=False,
        description="Ask for the password again with the decision.",
        json_schema_extra=ui(advanced=True),
    )

    def until(self, context: Context) -> datetime | None:
        """When the time-out comes."""
        return _later(self, self.timeout, self.timeout_counts, context) if self.timeout else None


class Deciding(Asking):
    """Fields of questions that may take several answers."""

    policy: Policy = Field(
        default=FirstAnswer(), description="Whose answers it takes.", json_schema_extra=ui(advanced=True)
    )
    exclude_starter: bool = Field(
        default=False,
        description="Who started the run may not decide.",
        json_schema_extra=ui(advanced=True),
    )


class Proposed(Params):
    """One field of what is proposed."""

    name: str = Field(min_length=1, description="Name of the field.", examples=["discount"])
    value: Expression = Field(default=None, description="The value proposed.")


Proposal = list[Proposed] | dict[str, Any]


def values_of(proposal: Proposal) -> dict[str, Any]:
    return proposal if isinstance(proposal, dict) else {field.name: field.value for field in proposal}


def question(params: Asking, items: list[Item], context: Context, outcomes: Sequence[str]) -> dict[str, Any]:
    """The arguments of `Pause.for_person` that all questions share. Raises NodeError
    `human.nobody_asked`, `human.timer`."""
    return {
        "subject": params.subject,
        "description": params.description,
        "why": params.why,
        "outcomes": tuple(outcomes),
        "context": [item.json for item in items[:ITEMS_SHOWN]] + _files(items[:ITEMS_SHOWN]),
        "assignees": tuple(params.assignees),
        "priority": params.priority,
        "queue": params.queue,
        "tags": tuple(params.tags),
        "notify": params.notify,
        "until": params.until(context),
        "policy": _policy(params),
        "timers": _timers(params, context, outcomes),
    }


def _files(items: list[Item]) -> list[dict[str, Any]]:
    """The files of the items as one block of the context; none when there are none."""
    found = [ref for item in items for ref in (item.files or {}).values()]
    listed = [{name: getattr(ref, name) for name in ("hash", "name", "mime_type", "size")} for ref in found]
    return [{"title": "Files", "files": listed}] if listed else []


def answered(answer: Answer, ports: Sequence[str], **more: Any) -> dict[str, Any]:
    """What goes into the items: outcome, comment, who and when. Raises NodeError for an outcome
    that is no port."""
    if answer.outcome not in ports:
        raise NodeError(f"this question cannot end with {answer.outcome!r}", code="human.outcome")
    found = {
        "outcome": answer.outcome,
        "comment": answer.data.get("comment") or "",
        "by": answer.data.get("by") or None,
        "at": answer.data.get("at"),
        **more,
    }
    return found | {
        name: answer.data[name] for name in ("votes", "automatic", "round") if answer.data.get(name)
    }


def send(items: list[Item], port: str, name: str, value: Any) -> Outputs:
    """Every item on to `port`, with `value` as its field `name`."""
    return {port: [item.derive({**item.json, name: value}) for item in items]}


def _policy(params: Asking) -> dict[str, Any]:
    found: dict[str, Any] = {"reauthenticate": True} if params.reauthenticate else {}
    if not isinstance(params, Deciding):
        return found
    if params.exclude_starter:
        found["exclude_starter"] = True
    if params.policy.kind == "any":
        return found
    if params.policy.kind in ("all", "sequential") and not params.assignees:
        raise NodeError(
            "the policy asks certain people, and nobody is named",
            hint="Fill in who is asked, or let the first answer decide.",
            code="human.nobody_asked",
        )
    return found | params.policy.model_dump()


def _timers(params: Asking, context: Context, outcomes: Sequence[str]) -> list[dict[str, Any]]:
    found = []
    for timer in params.timers:
        for place, action in enumerate(_actions(timer, outcomes), start=1):
            length = Duration(amount=timer.after.amount * place, unit=timer.after.unit)
            due = _later(params, length, timer.counts, context)
            found.append({"due": int(due.timestamp() * 1000), "action": action})
    return found


def _actions(timer: Timer, outcomes: Sequence[str]) -> list[dict[str, Any]]:
    action = timer.action
    if isinstance(action, Remind):
        return [{"do": "remind"}] * action.times
    if isinstance(action, Reassign):
        return [{"do": "reassign", "to": [name], "keep": action.keep} for name in action.chain]
    if isinstance(action, Decide) and action.outcome not in outcomes:
        raise NodeError(
            f"a timer answers {action.outcome!r}, which is not offered",
            hint=f"The answers are: {', '.join(outcomes)}.",
            code="human.timer",
        )
    return [action.model_dump()]


def _later(params: Asking, length: Duration, counts: str, context: Context) -> datetime:
    hours = (params.working_hours or WorkingHours()) if counts == "business" else None
    return later(context.now(), length, hours, context.timezone)
