from typing import Any

from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    name = "orchestrator.workflows"
    label = "workflows"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from orchestrator.accounts.services import owner_created
        from orchestrator.workflows.starters import import_starters

        def give_starters(sender: Any, **told: Any) -> None:
            import_starters(by=told["user"])

        owner_created.connect(give_starters, weak=False, dispatch_uid="starters")
