from typing import Any

from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "orchestrator.runs"
    label = "runs"

    def ready(self) -> None:
        from orchestrator.memory.services import changed

        changed.connect(look_again, dispatch_uid="runs")


def look_again(*, scope: str, workflow_id: str, **told: Any) -> None:
    """Steps that wait for a condition on `$memory` look again."""
    from orchestrator.runs.happenings import nudge

    nudge("memory:shared" if scope == "shared" else f"memory:{workflow_id}")
