from django.apps import AppConfig


class MemoryConfig(AppConfig):
    name = "orchestrator.memory"
    label = "memory"
    default_auto_field = "django.db.models.BigAutoField"
