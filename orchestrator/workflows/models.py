"""Workflows: the editable draft, and the frozen versions that runs point to."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from orchestrator.engine.upgrades import upgraded
from orchestrator.ids import ID_LENGTH, new_id
from orchestrator.json_text import JSONText
from orchestrator.workflows.library import library


class DocumentText(JSONText):
    """A workflow document, read as the installed node types have it: what was made with older ones
    is upgraded in memory, and the row stays as it was written."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        document = super().from_db_value(value, expression, connection)
        return document and upgraded(document, library())

    def deconstruct(self) -> Any:
        """In the database it is the same column: migrations need not know."""
        name, _, args, kwargs = super().deconstruct()
        return name, f"{JSONText.__module__}.{JSONText.__name__}", args, kwargs


class Workflow(models.Model):
    """What a person draws and names. `document` is the draft; `live` the published version.

    A deleted workflow stays as a row while its runs are kept, so that they can be replayed."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    document = DocumentText()
    revision = models.PositiveIntegerField(default=1)
    """Grows with each save; a save names the revision it was made from."""
    tags = JSONText(default=list)
    folder = models.CharField(max_length=300, default="", blank=True)
    """Where it is filed, such as `Sales/Orders`; empty outside of all folders."""
    live = models.ForeignKey("WorkflowVersion", on_delete=models.SET_NULL, null=True, related_name="live_for")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["deleted_at", "-updated_at"], name="workflow_recent")]

    def __str__(self) -> str:
        return self.name


class Folder(models.Model):
    """A place to file workflows. The path says where it stands; see `folders.py`."""

    path = models.CharField(max_length=300, unique=True)

    def __str__(self) -> str:
        return self.path


class WorkflowVersion(models.Model):
    """A frozen document. Published ones have a number; those frozen for a run of the draft have
    none, and equal drafts share one, found by `content_hash`."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=new_id, editable=False)
    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(null=True)
    name = models.CharField(max_length=200, blank=True)
    document = DocumentText()
    content_hash = models.CharField(max_length=64)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workflow", "number"], name="version_number_unique"),
            models.UniqueConstraint(
                fields=["workflow", "content_hash"],
                condition=models.Q(number__isnull=True),
                name="version_draft_unique",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workflow_id} {self.number or 'draft'}"
