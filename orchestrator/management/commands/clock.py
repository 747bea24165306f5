"""The clock process: schedules, timers, the sweep for runs left behind."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from orchestrator.runs.clock import ClockWork
from orchestrator.wiring import fire_schedules


class Command(BaseCommand):
    help = "Start due schedules and timers and sweep up runs left behind. Several may run: one leads."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        ClockWork(fire_schedules).run()
