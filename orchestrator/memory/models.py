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


class SeenList(models.Model):
    """A list of things that workflows have met, by name."""

    scope = models.CharField(max_length=8, choices=Scope.choices)
    workflow_id = models.CharField(max_length=ID_LENGTH, blank=True)
    name = models.CharField(max_length=100)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scope", "workflow_id", "name"], name="memory_seen_list_unique")
        ]

    def __str__(self) -> str:
        return f"{self.workflow_id or 'shared'}/{self.name}"


class SeenKey(models.Model):
    """One thing met. `owner` names the step that met it first, so that the step may be repeated."""

    seen_list = models.ForeignKey(SeenList, models.CASCADE, related_name="keys")
    key = models.CharField(max_length=64)
    owner = models.CharField(max_length=200)
    seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seen_list", "key"], name="memory_seen_key_unique")
        ]
        indexes: ClassVar = [models.Index(fields=["seen_list", "seen_at", "id"], name="memory_seen_oldest")]

    def __str__(self) -> str:
        return self.key
