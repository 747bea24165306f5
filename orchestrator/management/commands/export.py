"""`manage.py export [ID …] --to FOLDER`: workflows as files that read well in a git diff."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orchestrator.workflows.document import canonical
from orchestrator.workflows.models import Workflow


class Command(BaseCommand):
    help = "Write workflows (all, or those named by id) as canonical JSON, one file each."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("workflows", nargs="*", help="Ids; none: every workflow.")
        parser.add_argument("--to", default=".", help="The folder to write to.")

    def handle(self, *args: Any, workflows: list[str], to: str, **options: Any) -> None:
        found = Workflow.objects.filter(deleted_at=None).order_by("name", "id")
        if workflows:
            found = found.filter(pk__in=workflows)
            if missing := set(workflows) - set(found.values_list("pk", flat=True)):
                raise CommandError(f"There is no workflow {sorted(missing)[0]}.")
        folder = Path(to)
        folder.mkdir(parents=True, exist_ok=True)
        taken: set[str] = set()
        for workflow in found:
            name = re.sub(r"[^a-z0-9]+", "_", workflow.name.lower()).strip("_") or "workflow"
            if name in taken:
                name = f"{name}_{workflow.pk.lower()}"
            taken.add(name)
            path = folder / f"{name}.json"
            path.write_text(canonical(workflow.document), encoding="utf-8")
            self.stdout.write(str(path))
