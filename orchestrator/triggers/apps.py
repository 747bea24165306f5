from django.apps import AppConfig


class TriggersConfig(AppConfig):
    name = "orchestrator.triggers"
    label = "triggers"
    default_auto_field = "django.db.models.BigAutoField"
