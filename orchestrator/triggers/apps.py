from django.apps import AppConfig


class TriggersConfig(AppConfig):
    name = "orchestrator.triggers"
    label = "triggers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from orchestrator.credentials.services import changed
        from orchestrator.triggers import services
        from orchestrator.workflows.services import deleted, published, unpublished

        published.connect(services.on_published, dispatch_uid="triggers")
        unpublished.connect(services.on_unpublished, dispatch_uid="triggers")
        deleted.connect(services.on_deleted, dispatch_uid="triggers")
        changed.connect(services.on_credential_changed, dispatch_uid="triggers")
