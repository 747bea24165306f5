from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "orchestrator.inbox"
    label = "inbox"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Live pages show how many tasks are open; `runs`, a layer below, cannot ask for it."""
        from orchestrator.inbox.queries import count_open
        from orchestrator.runs.live_hub import count_inbox_with

        count_inbox_with(count_open)
