"""`manage.py export_openapi`: the API's description, from which the browser's client is generated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from orchestrator.api import api


class Command(BaseCommand):
    help = "Print the OpenAPI document, or write it to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, help="A file to write instead.")

    def handle(self, *args: Any, output: Path | None, **options: Any) -> None:
        text = json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), indent=2, sort_keys=True) + "\n"
        if output is None:
            self.stdout.write(text, ending="")
        else:
            output.write_text(text)
