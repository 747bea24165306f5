"""How often a stranger may start something, counted in Redis by address."""

from __future__ import annotations

from functools import cache
from typing import Any

import redis
from django.conf import settings

from orchestrator.errors import TooMany

WINDOW_SECONDS = 60


def count(kind: str, address: str, *, most: int) -> None:
    """Count one more within this minute. Raises TooMany `page.throttled` beyond `most`; without Redis
    nothing is counted, as what must not stop is the page."""
    key = f"orchestrator:pages:{kind}:{address}"
    try:
        pipeline = _redis().pipeline()
        pipeline.incr(key)
        pipeline.expire(key, WINDOW_SECONDS, nx=True)
        found: list[Any] = pipeline.execute()
    except redis.RedisError:
        return
    if int(found[0]) > most:
        raise TooMany(
            "page.throttled", "too much came from you at once; wait a minute", extra={"retry_after": 60}
        )


@cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
