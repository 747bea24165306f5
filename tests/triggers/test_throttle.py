"""Strangers may not start runs as fast as they can."""

from __future__ import annotations

import pytest
import redis
from django.conf import settings

from orchestrator.errors import TooMany
from orchestrator.ids import new_id
from orchestrator.triggers import throttle


def test_an_address_may_send_so_often_and_then_waits() -> None:
    address = new_id()
    for _ in range(3):
        throttle.count("form", address, most=3)
    with pytest.raises(TooMany) as caught:
        throttle.count("form", address, most=3)
    assert (caught.value.code, caught.value.extra) == ("page.throttled", {"retry_after": 60})
    throttle.count("form", new_id(), most=3)
    client = redis.Redis.from_url(settings.REDIS_URL)
    assert 0 < int(client.ttl(f"orchestrator:pages:form:{address}")) <= 60
