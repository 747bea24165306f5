"""The bell: dramatiq over Redis, woken at once instead of polling.

Messages carry run ids only. They may be lost or come twice; the sweeper and the claim see to
that, so dramatiq's own retries and delays are not used.
"""

from __future__ import annotations

import time
from typing import Any

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker, _RedisConsumer
from dramatiq.errors import ConnectionClosed
from dramatiq.middleware import AgeLimit, ShutdownNotifications, TimeLimit

QUEUE = "runs"
IDLE_SECONDS = 1
ANSWER_SECONDS = 3
"""A server that says nothing for longer is taken to be gone, so that nobody waits for it for ever."""
ENQUEUE_AND_STRIKE = b"""
local done = (function() {dispatch}
end)()
if ARGV[1] == 'enqueue' then
    local bell = 'orchestrator:bell:' .. ARGV[3]
    redis.call('lpush', bell, 1)
    redis.call('ltrim', bell, 0, 63)
end
return done
"""
"""Around dramatiq's own script: the message and its bell take one way to Redis, not three."""


class BellConsumer(_RedisConsumer):  # type: ignore[misc]
    """Waits on a Redis list while the queue is empty. Polling would cost about 8 ms a run."""

    is_drained = False
    """Whether the last fetch took all there was: each later message has struck the bell."""

    def __next__(self) -> Any:
        if self.message_cache:
            return super().__next__()
        if self.outstanding_message_count >= self.prefetch:
            time.sleep(0.001)
            return None
        try:
            if self.is_drained:
                self.broker.client.blpop([bell_key(self.queue_name)], timeout=IDLE_SECONDS)
            wanted = self.prefetch - self.outstanding_message_count
            self.message_cache = self.broker.do_fetch(self.queue_name, wanted)
            self.is_drained = len(self.message_cache) < wanted
            if not self.message_cache:
                return None
        except (redis.ConnectionError, redis.TimeoutError) as error:
            raise ConnectionClosed(error) from None
        return super().__next__()


class BellBroker(RedisBroker):  # type: ignore[misc]
    """A Redis broker whose consumers sleep until `enqueue` wakes one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        dispatch = self.scripts["dispatch"].script
        self.scripts["dispatch"] = self.client.register_script(
            ENQUEUE_AND_STRIKE.replace(b"{dispatch}", dispatch)
        )

    @property
    def consumer_class(self) -> type[BellConsumer]:
        return BellConsumer


def bell_key(queue: str) -> str:
    return f"orchestrator:bell:{queue}"


def make_broker(redis_url: str) -> BellBroker:
    """The broker of this process. Nothing is connected before the first message."""
    broker = BellBroker(
        client=redis.Redis.from_url(
            redis_url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS
        ),
        middleware=[AgeLimit(), TimeLimit(), ShutdownNotifications()],
        maintenance_chance=1_000_000,
        heartbeat_timeout=10_000,
    )
    dramatiq.set_broker(broker)
    return broker
