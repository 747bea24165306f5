"""Start everything: the bundled Valkey server, web, worker and clock, supervised."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from orchestrator.supervisor.supervisor import main


class Command(BaseCommand):
    help = "Start all of Orchestrator (web, worker, clock and, without REDIS_URL, Valkey) and watch over it."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(main())
