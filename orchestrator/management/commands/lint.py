"""`manage.py lint FILE_OR_ID …`: what is wrong with workflows, without running them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orchestrator.errors import ServiceError
from orchestrator.strict_json import loads
from orchestrator.workflows.library import problems_of
from orchestrator.workflows.models import Workflow


class Command(BaseCommand):
    help = "List the problems of workflow files or stored workflows; status 1 when one has an error."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("workflows", nargs="+", help="Workflow files or ids.")

    def handle(self, *args: Any, workflows: list[str], **options: Any) -> None:
        errors = 0
        for name in workflows:
            for problem in problems_of(read_document(name)):
                errors += problem.severity == "error"
                hint = f" {problem.hint}" if problem.hint else ""
                self.stdout.write(f"{name}: {problem.severity}: {problem.path}: {problem.message}.{hint}")
        if errors:
            raise CommandError(f"{errors} error{'s' if errors > 1 else ''}")
        self.stdout.write("no errors")


def read_document(name: str) -> Any:
    """The document in a file, or of a stored workflow. Raises CommandError."""
    path = Path(name)
    if path.is_file():
        try:
            return loads(path.read_bytes())
        except ServiceError as error:
            raise CommandError(f"{name}: {error.message}") from error
    workflow = Workflow.objects.filter(pk=name, deleted_at=None).first()
    if workflow is None:
        raise CommandError(f"{name} is neither a file nor a workflow's id.")
    return workflow.document
