"""Policies: how many answers a task takes, and what they come to. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

Kind = Literal["any", "all", "k_of_n", "sequential", "veto"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SENT_BACK = "revise"
"""The outcome by which work goes back to whoever made it."""


@dataclass(frozen=True)
class Policy:
    """`any`: the first answer decides. `all`: everyone asked must agree. `k_of_n`: `needed`
    equal answers. `sequential`: one after another, each must agree before the next is asked.
    `veto`: `needed` agree and none of the `vetoers` (everyone asked when empty) rejects."""

    kind: Kind = "any"
    needed: int = 1
    vetoers: tuple[str, ...] = ()
    reauthenticate: bool = False
    """The password is asked for with the decision."""
    public: bool = False
    """Anyone who has the task's link may answer."""

    @classmethod
    def read(cls, data: Any) -> Policy:
        """From stored JSON or a node's; what makes no sense becomes the default."""
        found = data if isinstance(data, Mapping) else {}
        kind, needed, vetoers = found.get("kind"), found.get("needed"), found.get("vetoers")
        return cls(
            kind=kind if kind in KINDS else "any",
            needed=needed if type(needed) is int and needed > 0 else 1,
            vetoers=tuple(str(name).lower() for name in vetoers) if isinstance(vetoers, list) else (),
            reauthenticate=found.get("reauthenticate") is True,
            public=found.get("public") is True,
        )

    def as_json(self) -> dict[str, Any]:
        """Only what differs from the default."""
        found = {**vars(self), "vetoers": list(self.vetoers)}
        plain = {**vars(Policy()), "vetoers": []}
        return {name: value for name, value in found.items() if value != plain[name]}

    @property
    def takes_several(self) -> bool:
        return self.kind != "any"


@dataclass(frozen=True)
class Ballot:
    """One answer as the count sees it. `names` are those by which the person was asked."""

    who: str
    outcome: str
    names: frozenset[str] = frozenset()


def yes_of(outcomes: Sequence[str]) -> str:
    """The outcome that agrees: `approved`, else the first."""
    return "approved" if "approved" in outcomes else outcomes[0]


def no_of(outcomes: Sequence[str]) -> str | None:
    return "rejected" if "rejected" in outcomes else None


def tally(
    policy: Policy,
    outcomes: Sequence[str],
    ballots: Sequence[Ballot],
    *,
    voters: frozenset[str] | set[str] | None,
    is_last_stage: bool = True,
) -> str | None:
    """The outcome that the answers come to; None while more are needed.

    `voters` are all who may answer, None when that is anyone. Sending back ends any vote at
    once. When nothing can reach its number any more the answer is `rejected`, or, where that
    is not offered, what most wanted (of equals the one offered first)."""
    if not ballots:
        return None
    latest = ballots[-1]
    if latest.outcome == SENT_BACK or policy.kind == "any":
        return latest.outcome
    if policy.kind == "sequential":
        return latest.outcome if is_last_stage or latest.outcome != yes_of(outcomes) else None
    if policy.kind == "veto" and _is_vetoed(policy, outcomes, ballots):
        return no_of(outcomes)
    counts = Counter(ballot.outcome for ballot in ballots)
    needed = max(len(voters or ()), 1) if policy.kind == "all" else policy.needed
    for outcome in outcomes:
        if counts[outcome] >= needed:
            return outcome
    if len(counts) > 1 or policy.kind == "all":
        return _hopeless(outcomes, ballots, counts, needed=needed, voters=voters)
    return None


def _is_vetoed(policy: Policy, outcomes: Sequence[str], ballots: Sequence[Ballot]) -> bool:
    against = no_of(outcomes)
    return against is not None and any(
        ballot.outcome == against and (not policy.vetoers or not ballot.names.isdisjoint(policy.vetoers))
        for ballot in ballots
    )


def _hopeless(
    outcomes: Sequence[str],
    ballots: Sequence[Ballot],
    counts: Counter[str],
    *,
    needed: int,
    voters: frozenset[str] | set[str] | None,
) -> str | None:
    """What stands when no outcome can still get `needed` answers; None while one can."""
    if voters is None:
        return None
    left = len(voters - {ballot.who for ballot in ballots})
    if max(counts[outcome] for outcome in outcomes) + left >= needed:
        return None
    return no_of(outcomes) or max(outcomes, key=lambda outcome: counts[outcome])
