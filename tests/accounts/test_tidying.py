"""What is past its time goes away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from orchestrator import wiring
from orchestrator.accounts.models import SignInAttempts
from orchestrator.memory import services as memory
from orchestrator.memory.models import MemoryEntry


@pytest.mark.django_db
def test_the_clock_tidies_once_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "_tidied_at", None)
    now = timezone.now()

    def leave_behind() -> None:
        memory.set(
            key="k", value=1, scope="shared", workflow_id="", ttl_seconds=1, now=now - timedelta(days=1)
        )
        past = now - timedelta(minutes=1)
        SignInAttempts.objects.create(key="x", count=3, window_ends_at=past)
        Session.objects.create(session_key="x", session_data="", expire_date=past)

    def left() -> int:
        return MemoryEntry.objects.count() + SignInAttempts.objects.count() + Session.objects.count()

    leave_behind()
    wiring.fire_schedules(now)
    assert left() == 0
    leave_behind()
    wiring.fire_schedules(now + timedelta(minutes=59))
    assert left() == 3
    wiring.fire_schedules(now + timedelta(minutes=60))
    assert left() == 0
