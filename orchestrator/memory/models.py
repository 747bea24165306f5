"""Key-value memory of workflows."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from orchestrator.ids import ID_LENGTH, new_id
from orchestrator.json_text import JSONText


class Scope(models.TextChoices):
    WORKFLOW = "workflow"
    SHARED = "shared"


class MemoryEntry(models.Model):
    """One remembered value. `workflow_id` is empty for shared ones. An entry past `expires_at` is
    as good as gone; it is deleted when next met."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=new_id, editable=False)
    scope = models.CharField(max_length=8, choices=Scope.choices)
    workflow_id = models.CharField(max_length=ID_LENGTH, blank=True)
    key = models.CharField(max_length=200)
    value = JSONText()
    updated_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scope", "workflow_id", "key"], name="memory_key_unique")
        ]

    def __str__(self) -> str:
        return f"{self.workflow_id or 'shared'}/{self.key}"
