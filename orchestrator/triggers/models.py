"""What starts runs of live workflows: webhooks and schedules. Rows exist only while live."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from orchestrator.ids import ID_LENGTH
from orchestrator.json_text import JSONText


class Webhook(models.Model):
    """An open door: requests for `path` with `method` start the node `node_id`."""

    workflow = models.ForeignKey("workflows.Workflow", on_delete=models.CASCADE, related_name="webhooks")
    version = models.ForeignKey("workflows.WorkflowVersion", on_delete=models.CASCADE, related_name="+")
    node_id = models.CharField(max_length=100)
    path = models.CharField(max_length=300)
    """Without slashes at the ends; a segment `:name` takes any text."""
    pattern = models.CharField(max_length=300)
    """`path` with the names left out: what makes two of them the same door."""
    method = models.CharField(max_length=7)
    """GET, POST, PUT, PATCH, DELETE, HEAD or ANY."""
    respond = models.CharField(max_length=13)
    status = models.PositiveSmallIntegerField(default=200)
    authentication = JSONText(default=dict)
    deduplicate_by = models.TextField(default="", blank=True)
    """A template of plain paths into the request's item; its value names the message."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pattern", "method"], name="webhook_door_unique")
        ]

    def __str__(self) -> str:
        return f"{self.method} /webhook/{self.path}"


class WebhookEpoch(models.Model):
    """One row, whose number grows with every change of the webhooks: what processes that keep
    them in memory look at."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)


class Schedule(models.Model):
    """A rule of a live workflow (see `rules.py`). The row outlives a new publish, so that no due
    time is skipped or met twice by it."""

    workflow = models.ForeignKey("workflows.Workflow", on_delete=models.CASCADE, related_name="schedules")
    version = models.ForeignKey("workflows.WorkflowVersion", on_delete=models.CASCADE, related_name="+")
    node_id = models.CharField(max_length=100)
    cron = models.CharField(max_length=100, blank=True)
    every = JSONText(default=dict)
    calendar = JSONText(default=dict)
    timezone = models.CharField(max_length=64)
    catch_up = models.CharField(max_length=4, default="last")
    """What to do with due times that passed while the clock was down: all, last or none."""
    overlap = models.CharField(max_length=10, default="allow")
    """What to do while an earlier run is not done: allow, skip, queue or cancel_old."""
    jitter_seconds = models.PositiveIntegerField(default=0)
    is_paused = models.BooleanField(default=False)
    next_due = models.DateTimeField()
    fires_at = models.DateTimeField(db_index=True)
    """`next_due` and the jitter."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workflow", "node_id"], name="schedule_node_unique")
        ]

    def __str__(self) -> str:
        return f"{self.cron or self.every} ({self.timezone})"


class Firing(models.Model):
    """What became of one due time: the constraint is what makes it exactly one run."""

    STARTED, QUEUED, SKIPPED = "started", "queued", "skipped"

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="firings")
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, default=STARTED)
    """Started; queued until the run before has ended; or skipped because of it."""
    run_id = models.CharField(max_length=ID_LENGTH, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["schedule", "due_at"], name="firing_once_per_due_time")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["schedule", "due_at"], name="firing_queued", condition=models.Q(state="queued")
            )
        ]

    def __str__(self) -> str:
        return f"{self.schedule_id} at {self.due_at}"


class PublicPage(models.Model):
    """A page of a live workflow that anyone may open: a form or a chat."""

    FORM, CHAT = "form", "chat"

    kind = models.CharField(max_length=8)
    path = models.CharField(max_length=200)
    """Without slashes at the ends."""
    workflow = models.ForeignKey("workflows.Workflow", on_delete=models.CASCADE, related_name="pages")
    version = models.ForeignKey("workflows.WorkflowVersion", on_delete=models.CASCADE, related_name="+")
    node_id = models.CharField(max_length=100)
    params = JSONText()
    """The checked params of the trigger."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "path"], name="public_page_unique")]

    def __str__(self) -> str:
        return f"/{self.kind}/{self.path}"


class Listening(models.Model):
    """Somebody waits for one test request to a webhook of a draft."""

    workflow = models.OneToOneField(
        "workflows.Workflow", on_delete=models.CASCADE, primary_key=True, related_name="listening"
    )
    node_id = models.CharField(max_length=100)
    params = JSONText()
    """The checked params of the trigger, as they were when listening began."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    run_id = models.CharField(max_length=ID_LENGTH, blank=True)
    """The run of the request that came; from then on no other is taken."""

    def __str__(self) -> str:
        return f"{self.workflow_id} until {self.expires_at}"
