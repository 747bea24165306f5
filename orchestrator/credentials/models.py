"""Credentials: secrets, encrypted at rest."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from orchestrator.ids import ID_LENGTH, new_id


class Credential(models.Model):
    """A named secret. `secret` is the encrypted JSON of its fields; only `services.reveal` reads it."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=new_id, editable=False)
    name = models.CharField(max_length=100, unique=True)
    type = models.CharField(max_length=50)
    secret = models.TextField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class CredentialUse(models.Model):
    """A workflow whose draft or live version names a credential. `credential_id` is no foreign
    key: a workflow may name one that does not exist (yet)."""

    credential_id = models.CharField(max_length=ID_LENGTH, db_index=True)
    workflow_id = models.CharField(max_length=ID_LENGTH, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["credential_id", "workflow_id"], name="credential_use_once")
        ]

    def __str__(self) -> str:
        return f"{self.workflow_id} uses {self.credential_id}"
