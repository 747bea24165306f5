"""`manage.py import FILE …`: store workflow files as drafts."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orchestrator.accounts.models import User
from orchestrator.errors import ServiceError
from orchestrator.management.commands.lint import read_document
from orchestrator.workflows.services import create_workflow, publish


class Command(BaseCommand):
    help = "Store workflow files as drafts; with --publish, make them live."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", help="Workflow files.")
        parser.add_argument("--publish", action="store_true", help="Make each live.")

    def handle(self, *args: Any, files: list[str], **options: Any) -> None:
        by = User.objects.filter(is_active=True).order_by("-is_owner", "created_at").first()
        if by is None:
            raise CommandError("There is no user yet. Create the owner in the browser first.")
        for name in files:
            try:
                workflow = create_workflow(by=by, document=read_document(name))
                if options["publish"]:
                    publish(workflow_id=workflow.pk, by=by)
            except ServiceError as error:
                listed = "".join(f"\n  {problem.path}: {problem.message}" for problem in error.problems)
                raise CommandError(f"{name}: {error.message}{listed}") from error
            self.stdout.write(f"{workflow.pk} {workflow.name}")
