"""Ports: what the executor asks of the world around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from orchestrator.engine.payload import Payload
from orchestrator.engine.state import Event
from orchestrator.sdk import Context


@dataclass
class Flush:
    """One append to a run's journal, with what must change in the same transaction."""

    run_id: str
    workflow_id: str
    attempt: int
    after_seq: int
    events: list[Event]
    status: str
    releases: bool
    """Let go of the lease: the run paused or ended."""
    waiting: list[dict[str, Any]] = field(default_factory=list)
    error: dict[str, Any] | None = None
    names: dict[str, str] = field(default_factory=dict)
    """Names of the nodes that pause in these events, or make the run fail, by id."""
    parent: dict[str, Any] | None = None
    """Whose child this run is: `{"run", "step", "index", "pause"}`."""
    depth: int = 0
    consumed_signals: list[int] = field(default_factory=list)
    kept_signals: list[int] = field(default_factory=list)
    """Answers that came before their pause: they stay, and call for nothing by themselves."""
    result: dict[str, Any] | None = None
    """`{"status", "outputs", "error"}` of an ended run, for a caller that waits."""


class LeaseLost(Exception):
    """Another worker has claimed the run: whatever this one still does must not count."""


class Journal(Protocol):
    """Durable, fenced append. Returns whether new signals wait for the run.

    Raises LeaseLost when a newer attempt owns the run; nothing was written then."""

    async def flush(self, flush: Flush) -> bool: ...

    async def load(self, payload: Payload) -> Payload:
        """The payload with its data at hand, fetched from the blob store if need be."""
        ...

    def fetch(self, payload: Payload) -> Payload:
        """The same, blocking: for threads."""
        ...

    def spill(self, payload: Payload) -> None:
        """Put the data of a chunk away, in place; blocking, for threads."""
        ...

    async def result(self, run_id: str) -> dict[str, Any] | None:
        """What an ended run came to: `{"status", "outputs", "error"}`."""
        ...

    async def signals(self, run_id: str) -> Sequence[Signal]: ...


@dataclass(frozen=True)
class Signal:
    """An answer for a paused step (`step`), or for the run (`step` empty, outcome `cancel`)."""

    id: int
    step: str
    outcome: str
    data: dict[str, Any]


class Clock(Protocol):
    """Epoch milliseconds, and a random number in [0, 1) for jitter."""

    def now_ms(self) -> int: ...
    def random(self) -> float: ...


class ContextFactory(Protocol):
    """Makes the Context of one try of a step. `key` is the same for each try of the step."""

    def __call__(
        self, *, step: str, node_id: str, node_name: str, try_number: int, key: str
    ) -> StepContext: ...


class StepContext(Context, Protocol):
    """A Context with what the node left behind in it."""

    logs: list[dict[str, Any]]
    used: dict[str, float]
    replies: list[dict[str, Any]]
    """HTTP answers, each `{"status", "headers", "body"}`."""
