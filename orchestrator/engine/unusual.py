"""Rules that say which runs of a workflow are unusual, and the judgement. Pure.

They stand in the workflow's settings: `{"unusual": [{"kind": "cost", "above": 0.5}, …]}`."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from statistics import quantiles
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from orchestrator.engine.problems import Problem, in_words
from orchestrator.sdk.business_time import CLOCK
from orchestrator.sdk.durations import Duration
from orchestrator.sdk.params import Params, ui

MOST_RULES = 50
LEAST_SPREAD = 0.05
"""Of the median: values that hardly ever differ are not unusual for a difference as small as this."""
SATURDAY = 5
FOLDED = ui(advanced=True)


class Rule(Params):
    """What all rules say of the task they raise."""

    name: str = Field(
        default="", max_length=200, description="What it is called in the inbox.", json_schema_extra=FOLDED
    )
    severity: Literal["low", "medium", "high", "critical"] = Field(
        default="medium",
        description="How bad it is; also where it stands in the inbox.",
        json_schema_extra=FOLDED,
    )
    assignees: list[str] = Field(
        default=[],
        max_length=50,
        description="E-mail addresses, or team:<name>; empty means anyone.",
        json_schema_extra=FOLDED,
    )
    queue: str = Field(
        default="", max_length=100, description="The pile it belongs to.", json_schema_extra=FOLDED
    )
    tags: list[str] = Field(
        default=[],
        max_length=20,
        description="Words to find and filter it by.",
        json_schema_extra=FOLDED,
    )

    def key(self) -> str:
        """Tells the rules of a workflow apart; the same for as long as it looks at the same thing."""
        names = ("kind", "node", "field", "every", "by")
        looked_at = {name: str(getattr(self, name, "")) for name in names}
        return hashlib.sha256(json.dumps(looked_at, sort_keys=True).encode()).hexdigest()[:16]


class Learned(Rule):
    """Rules that compare a run with those before it."""

    last: int = Field(
        default=30,
        ge=2,
        le=1000,
        description="With how many runs before it is compared.",
        json_schema_extra=FOLDED,
    )
    at_least: int = Field(
        default=10, ge=2, le=1000, description="From how many on there is a usual.", json_schema_extra=FOLDED
    )

    @model_validator(mode="after")
    def _can_be_reached(self) -> Learned:
        if self.at_least > self.last:
            raise ValueError("`at_least` runs are never reached when only the `last` are looked at")
        return self


class ValueRule(Learned):
    """A number is outside its usual range."""

    kind: Literal["value"]
    node: str = Field(
        min_length=1,
        max_length=100,
        description="Whose output is looked at.",
        json_schema_extra=ui(widget="node"),
    )
    field: str = Field(min_length=1, max_length=300, description="Path of the number, such as order.total.")
    width: float = Field(
        default=3,
        gt=0,
        le=100,
        description="How far outside the middle half it may lie, in widths of it.",
        json_schema_extra=FOLDED,
    )


class ConfidenceRule(Rule):
    """Confidence is too low.

    Of a model, or of whoever says how sure they are."""

    kind: Literal["confidence"]
    node: str = Field(
        min_length=1,
        max_length=100,
        description="Whose output is looked at.",
        json_schema_extra=ui(widget="node"),
    )
    field: str = Field(default="confidence", min_length=1, max_length=300, description="Path of the number.")
    below: float = Field(description="Under which it is unusual.", allow_inf_nan=False)


class CostRule(Rule):
    """A run cost more than it should."""

    kind: Literal["cost"]
    above: float = Field(ge=0, description="US dollars.", allow_inf_nan=False)


class SlowRule(Learned):
    """A run is slower than usual."""

    kind: Literal["slow"]
    times: float = Field(
        default=3,
        gt=1,
        le=1000,
        description="How many times the usual work is too long; waiting does not count.",
    )
    from_seconds: float = Field(default=1, ge=0, description="What is quicker than this is never slow.")


class MissingRule(Rule):
    """No run came when one was expected.

    `every` so often, or `by` a time of the day."""

    kind: Literal["missing"]
    every: Duration | None = Field(
        default=None, description="The longest time between two runs; else say `by`."
    )
    by: str = Field(
        default="",
        pattern=CLOCK[:-1] + r"$|^$",
        description="Each day by this time, such as 08:30; else say `every`.",
    )
    days: Literal["daily", "weekdays"] = Field(default="daily", description="On which days.")

    @model_validator(mode="after")
    def _says_when(self) -> MissingRule:
        if (self.every is None) == (not self.by):
            raise ValueError("say either `every` or `by`")
        if self.every is not None and self.every.timedelta() < timedelta(seconds=1):
            raise ValueError("`every` is a second at least")
        return self


AnyRule = Annotated[
    ValueRule | ConfidenceRule | CostRule | SlowRule | MissingRule, Field(discriminator="kind")
]
_ADAPTER: TypeAdapter[Any] = TypeAdapter(AnyRule)


def read_rules(settings: dict[str, Any]) -> list[Rule]:
    """The rules of a workflow; what makes no sense is left out (`problems` names it)."""
    rules: dict[str, Rule] = {}
    listed = settings.get("unusual")
    for entry in (listed if isinstance(listed, list) else [])[:MOST_RULES]:
        try:
            rule = _ADAPTER.validate_python(entry)
        except ValidationError:
            continue
        rules.setdefault(rule.key(), rule)
    return list(rules.values())


def problems(settings: dict[str, Any], nodes: Iterable[str]) -> Iterator[Problem]:
    """What is wrong with `settings.unusual`."""
    listed = settings.get("unusual", [])
    if not isinstance(listed, list) or len(listed) > MOST_RULES:
        yield _problem("", f"`unusual` is a list of at most {MOST_RULES} rules")
        return
    known, seen = set(nodes), set()
    for place, entry in enumerate(listed):
        try:
            rule = _ADAPTER.validate_python(entry)
        except ValidationError as error:
            for found in error.errors():
                where = ".".join(str(part) for part in found["loc"][1:])
                yield _problem(f".{place}.{where}" if where else f".{place}", in_words(found))
            continue
        if (node := getattr(rule, "node", None)) is not None and node not in known:
            yield _problem(f".{place}.node", f"there is no node {node!r}")
        if rule.key() in seen:
            yield _problem(f".{place}", "another rule looks at the same thing")
        seen.add(rule.key())


def usual_range(before: Sequence[float], width: float) -> tuple[float, float]:
    """Where values usually lie: the middle half of those before, and `width` times its width to
    both sides (Tukey's fences; https://en.wikipedia.org/wiki/Outlier#Tukey's_fences)."""
    low, middle, high = quantiles(before, n=4, method="inclusive")
    spread = max(high - low, LEAST_SPREAD * abs(middle))
    return low - width * spread, high + width * spread


def judge(rule: Rule, values: Sequence[float], before: Sequence[Sequence[float]]) -> str | None:
    """Why the `values` of a run are unusual, in words; None when they are not. `before` are those
    of the runs before it."""
    if isinstance(rule, ConfidenceRule):
        low = [value for value in values if value < rule.below]
        return f"{rule.field} is {_told(min(low))}, below {_told(rule.below)}" if low else None
    if isinstance(rule, CostRule):
        cost = sum(values)
        return f"it cost ${_told(cost)}, more than ${_told(rule.above)}" if cost > rule.above else None
    if isinstance(rule, Learned) and len(before) >= rule.at_least:
        known = [value for run in before for value in run]
        if isinstance(rule, ValueRule) and len(known) >= 2:
            return _out_of_range(rule, values, known, len(before))
        if isinstance(rule, SlowRule) and values:
            return _too_slow(rule, values[0], known)
    return None


def _out_of_range(rule: ValueRule, values: Sequence[float], known: Sequence[float], runs: int) -> str | None:
    low, high = usual_range(known, rule.width)
    outside = [value for value in values if not low <= value <= high]
    if not outside:
        return None
    worst = max(outside, key=lambda value: max(low - value, value - high))
    seen = f"in the {runs} runs before it was between {_told(min(known))} and {_told(max(known))}"
    return f"{rule.field} is {_told(worst)}; {seen}, and {_told(low)} to {_told(high)} would be usual"


def _too_slow(rule: SlowRule, seconds: float, known: Sequence[float]) -> str | None:
    usual = sorted(known)[len(known) // 2]
    if seconds < rule.from_seconds or seconds <= usual * rule.times:
        return None
    return f"it worked for {_told(seconds)} s; {_told(usual)} s is usual"


def missed(
    rule: MissingRule, *, last_run: datetime | None, since: datetime, now: datetime, timezone: str
) -> tuple[datetime, str] | None:
    """The moment by which a run should have come and did not, and why that is unusual; None when
    all is well. `since`: from when on runs are expected at all."""
    if rule.every is not None:
        begin = max(last_run or since, since)
        due = begin + rule.every.timedelta()
        return (due, f"no run came for {rule.every}") if now >= due else None
    zone = ZoneInfo(timezone)
    due = _latest(rule, now, zone)
    begin = datetime.combine(due.astimezone(zone).date(), time(), zone)
    if due <= since or (last_run is not None and last_run >= begin):
        return None
    return due, f"no run came by {rule.by}"


def _latest(rule: MissingRule, now: datetime, zone: ZoneInfo) -> datetime:
    """The last time before now at which a run was to have come."""
    day, clock = now.astimezone(zone).date(), time.fromisoformat(rule.by)
    while True:
        moment = datetime.combine(day, clock, zone)
        if moment <= now and (rule.days == "daily" or day.weekday() < SATURDAY):
            return moment
        day -= timedelta(days=1)


def numbers_at(value: Any, path: str) -> list[float]:
    """The numbers at a dotted path; of a list on the way each of its entries."""
    found = [value]
    for part in path.split("."):
        spread = [inner for entry in found for inner in (entry if isinstance(entry, list) else [entry])]
        found = [entry[part] for entry in spread if isinstance(entry, dict) and part in entry]
    flat = [inner for entry in found for inner in (entry if isinstance(entry, list) else [entry])]
    return [
        float(entry)
        for entry in flat
        if isinstance(entry, int | float) and not isinstance(entry, bool) and math.isfinite(entry)
    ]


def _told(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".") if abs(value) >= 0.01 or value == 0 else f"{value:.2g}"


def _problem(where: str, message: str) -> Problem:
    return Problem(f"settings.unusual{where}", "settings.unusual", message)
