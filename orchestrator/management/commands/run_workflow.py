"""`manage.py run_workflow FILE_OR_ID`: run a workflow and print its trace."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orchestrator.accounts.models import User
from orchestrator.errors import ServiceError
from orchestrator.runs.models import Run
from orchestrator.runs.queries import trimmed_events
from orchestrator.triggers.manual import run_workflow, wait_for
from orchestrator.workflows.models import Workflow
from orchestrator.workflows.services import create_workflow, save_draft

POLL_SECONDS = 0.1
ENDED = {"succeeded", "failed", "cancelled"}


class Command(BaseCommand):
    help = "Run a stored workflow (by id) or a file, print what happens, end with status 1 when it fails."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("workflow", help="A workflow's id, or a workflow file.")
        parser.add_argument("--input", default="", help="JSON: an item, a list of items, or @FILE.")
        parser.add_argument("--live", action="store_true", help="Run the live version, not the draft.")
        parser.add_argument("--wait", type=float, default=300, metavar="SECONDS")

    def handle(self, *args: Any, workflow: str, wait: float, **options: Any) -> None:
        by = User.objects.filter(is_active=True).order_by("-is_owner", "created_at").first()
        if by is None:
            raise CommandError("There is no user yet. Create the owner in the browser first.")
        try:
            run_id = run_workflow(
                workflow_id=_stored(workflow, by),
                by=by,
                items=_items(options["input"]),
                which="live" if options["live"] else "draft",
            )
        except ServiceError as error:
            listed = "".join(f"\n  {problem.path}: {problem.message}" for problem in error.problems)
            raise CommandError(f"{error.message}{listed}") from error
        self.stdout.write(f"run {run_id}")
        for line in _trace(run_id, wait):
            self.stdout.write(line)
        self._finish(run_id)

    def _finish(self, run_id: str) -> None:
        end = wait_for(run_id, seconds=1)
        if end["status"] == "succeeded":
            self.stdout.write(json.dumps(end["outputs"], indent=2, ensure_ascii=False))
        elif end["status"] in ENDED:
            raise CommandError(f"the run {end['status']}: {(end.get('error') or {}).get('message', '')}")
        else:
            raise CommandError(f"the run is still {end['status']}; is a worker running? (`manage.py up`)")


def _stored(workflow: str, by: User) -> str:
    """The workflow's id; a file is stored first, over the workflow of that name if there is one."""
    path = Path(workflow)
    if not path.is_file():
        return workflow
    try:
        document = json.loads(path.read_text())
    except ValueError as error:
        raise CommandError(f"{path} is not JSON: {error}") from error
    name = document.get("name", "") if isinstance(document, dict) else ""
    known = Workflow.objects.filter(name=name, deleted_at=None).first()
    if known is None:
        return str(create_workflow(by=by, document=document).pk)
    save_draft(workflow_id=known.pk, document=document, revision=known.revision)
    return str(known.pk)


def _items(text: str) -> list[dict[str, Any]] | None:
    """None when nothing was given: the trigger's own sample then."""
    if not text:
        return None
    try:
        found = json.loads(Path(text[1:]).read_text() if text.startswith("@") else text)
    except (OSError, ValueError) as error:
        raise CommandError(f"--input: {error}") from error
    items = found if isinstance(found, list) else [found]
    if not all(isinstance(item, dict) for item in items):
        raise CommandError("--input must be an object or a list of objects")
    return items


def _trace(run_id: str, wait_seconds: float) -> Iterator[str]:
    """A line an event, as they are recorded, until the run ends, pauses or the wait is over."""
    names: dict[str, str] = {}
    document = Run.objects.values_list("version__document", flat=True).get(pk=run_id)
    names = {node["id"]: node.get("name") or node["id"] for node in document["nodes"]}
    deadline, after = time.monotonic() + wait_seconds, 0
    while time.monotonic() < deadline:
        for event in trimmed_events(run_id, after):
            after = event["seq"]
            yield _line(event, names)
            if event["type"].removeprefix("run.") in ENDED:
                return
        time.sleep(POLL_SECONDS)


def _line(event: dict[str, Any], names: dict[str, str]) -> str:
    what = names.get(event.get("node", ""), "") if event["type"].startswith("step.") else ""
    more = ""
    if event["type"] == "step.succeeded":
        counts = [f"{port} {shape['count']}" for port, shape in event["outputs"].items()]
        more = f"{', '.join(counts) or 'no items'} ({event['ms']} ms)"
    elif "error" in event:
        more = event["error"].get("message", "")
    elif event["type"] == "step.paused":
        more = event["wait"].get("reason", "")
    return f"{event['seq']:>4}  {event['type']:<15} {what}  {more}".rstrip()
