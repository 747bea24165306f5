"""The worker process: performs runs."""

from __future__ import annotations

import asyncio
from typing import Any

from django.core.management.base import BaseCommand

from orchestrator.wiring import run_worker


class Command(BaseCommand):
    help = "Perform runs. Start any number of them, on any number of hosts, against one database."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        asyncio.run(run_worker())
