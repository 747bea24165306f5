"""When a failed try is repeated: exponential backoff with jitter, bounded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orchestrator.sdk import NodeError, after


@dataclass(frozen=True)
class RetryPolicy:
    """`attempts` counts the first try. Times in seconds."""

    attempts: int = 1
    backoff: str = "exponential"
    initial_seconds: float = 1.0
    max_seconds: float = 300.0

    @classmethod
    def from_settings(cls, settings: dict[str, Any]) -> RetryPolicy:
        raw = settings.get("retry") or {}
        return cls(
            attempts=max(1, min(int(raw.get("attempts", 1)), 100)),
            backoff=str(raw.get("backoff", "exponential")),
            initial_seconds=float(raw.get("initial_seconds", 1.0)),
            max_seconds=float(raw.get("max_seconds", 300.0)),
        )

    def delay(self, error: NodeError, tries: int, jitter: float) -> float | None:
        """Seconds until the next try, None when there is none. `jitter` in [0, 1) spreads the
        delay over its upper half; a server's own `Retry-After` is a lower bound."""
        if tries >= self.attempts or error.retry == "never":
            return None
        base = self.initial_seconds * (2 ** min(tries - 1, 30) if self.backoff == "exponential" else 1)
        delay = min(base, self.max_seconds) * (0.5 + jitter / 2)
        if isinstance(error.retry, after):
            delay = max(delay, error.retry.seconds)
        return delay
