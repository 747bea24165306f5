"""ANY /webhook-test/<path>: open while somebody listens for a test request to a draft."""

from __future__ import annotations

from typing import Any

from django.db import Error as DatabaseError

from orchestrator.errors import NotFound
from orchestrator.sdk import FileRef
from orchestrator.threads import on_thread
from orchestrator.triggers import listening
from orchestrator.triggers.doors import Door, Doors
from orchestrator.triggers.webhook import WebhookApplication, database_away


class RehearsalDoors(Doors):
    """Those that somebody listens at: read anew for each request, as they come and go."""

    async def find(self, path: str) -> tuple[dict[str, Door], dict[str, str]] | None:
        table = await on_thread(listening.open_doors)
        return table.find(path)


class RehearsalApplication(WebhookApplication):
    """Takes one request as the live webhook would, and runs the draft with it."""

    prefix = listening.PREFIX

    @property
    def doors(self) -> Doors:
        self._doors = self._doors or RehearsalDoors()
        return self._doors

    def not_found(self, path: str, method: str) -> NotFound:
        hint = "Choose “Listen for a test request” in the editor, then send it within two minutes."
        message = f"nobody listens for a test request {method} {self.prefix}{path[:200]}"
        return NotFound("webhook.not_found", message, extra={"hint": hint})

    async def _start(self, door: Door, item: dict[str, Any], files: dict[str, FileRef]) -> str:
        reply_to = await self.intake.listen() if door.respond != "at_once" else ""

        def take() -> str | None:
            return listening.take(
                workflow_id=door.workflow_id,
                node_id=door.node_id,
                item=item,
                files=files,
                reply_to=reply_to,
            )

        try:
            run_id = await on_thread(take)
        except DatabaseError as error:
            raise database_away(error) from None
        if run_id is None:
            raise self.not_found(item["path"], item["method"])
        return run_id


rehearsal_application = RehearsalApplication()
