"""Check and export the record of decisions."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orchestrator.inbox import audit
from orchestrator.inbox.models import HumanTask


class Command(BaseCommand):
    help = (
        "Verify the hash chain of every task's history (exit status 1 when one is broken), or export "
        "all of it with --format csv or json."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=["csv", "json"], help="export instead of verifying")
        parser.add_argument("--output", help="file to write to; standard output without it")

    def handle(self, *args: Any, **options: Any) -> None:
        tasks = HumanTask.objects.all()
        if options["format"]:
            lines = (audit.as_csv if options["format"] == "csv" else audit.as_json)(tasks)
            if options["output"]:
                with Path(options["output"]).open("w", encoding="utf-8", newline="") as file:
                    file.writelines(lines)
            else:
                sys.stdout.writelines(lines)
            return
        broken = 0
        for task, reason in audit.faults(tasks):
            broken += 1
            self.stderr.write(f"{task.pk} {task.subject!r}: {reason}")
        if broken:
            raise CommandError(f"{broken} of {tasks.count()} tasks have a broken history")
        self.stdout.write(f"The histories of {tasks.count()} tasks are whole.")
