"""How a storm ends, and what is said of it."""

from __future__ import annotations

import sys
from collections import Counter

from tests.faults.ledger import Verdict
from tests.faults.nemesis import Nemesis
from tests.faults.storm import Storm

Figure = tuple[str, float, str]


def say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def settle(here: Storm, nemesis: Nemesis, *, wait_seconds: float = 120) -> Verdict:
    """Calm, then the judgement, children of killed processes included."""
    verdict = here.judge(here.calm(wait_seconds))
    if survivors := nemesis.surviving_children():
        verdict.add("left over", f"{survivors} children of killed processes live on")
    return verdict


def explain(here: Storm, verdict: Verdict) -> None:
    """To the error output. Raises RuntimeError when the storm proves nothing."""
    for name, example in verdict.examples.items():
        say(f"broken {name} ({verdict.broken[name]}): {example}")
    say(
        f"fired: {dict(here.fired)}; {len(here.orders)} orders in {here.attempted} posts,"
        f" {here.answered} acknowledged; other answers: {dict(here.strange)}"
    )
    say_failures(here)
    if verdict.broken:
        say("\n".join(here.product.log_text().splitlines()[-300:]))
    if here.is_void:
        raise RuntimeError(f"the run is void: {here.is_void}")


def say_failures(here: Storm) -> None:
    """Why runs failed that should not have."""
    wanted = {run: order.ends for order in here.orders for run in order.runs}
    reasons = Counter(
        f"{event['error']['code']}: {event['error']['message'][:200]}"
        for run, events in here.book.events.items()
        for event in events[-1:]
        if event["type"] == "run.failed" and wanted.get(run) == "succeeded"
    )
    for reason, count in reasons.most_common(5):
        say(f"{count} runs failed: {reason}")


def percentile(values: list[float], share: float) -> float:
    """Of sorted values. Raises ValueError when there are none: nothing was measured."""
    if not values:
        raise ValueError("nothing was measured")
    return values[min(len(values) - 1, int(len(values) * share))]
