"""Runs and their journal. The engine's hot path writes these tables with raw SQL (store.py)."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from orchestrator.ids import ID_LENGTH, new_id


class RunStatus(models.TextChoices):
    """The states of docs/state_machine.md."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Run(models.Model):
    """One performance of a workflow version."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=new_id, editable=False)
    workflow = models.ForeignKey("workflows.Workflow", models.CASCADE, related_name="runs")
    version = models.ForeignKey("workflows.WorkflowVersion", models.PROTECT, related_name="runs")
    status = models.CharField(max_length=10, choices=RunStatus.choices, default=RunStatus.QUEUED)
    mode = models.CharField(max_length=10, default="production")
    source = models.CharField(max_length=20, default="manual")
    start_node = models.CharField(max_length=100)
    priority = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    last_seq = models.IntegerField(default=0)
    waiting = models.JSONField(default=list)
    error = models.JSONField(null=True)
    reply_to = models.CharField(max_length=40, default="", blank=True)
    """The web process that holds a caller's connection open for this run's answer."""
    limit_key = models.CharField(max_length=200, default="", blank=True)
    """Runs with the same key share the limits in `limits`; empty: no limit."""
    limits = models.JSONField(null=True)
    """`{"concurrency": n, "rate": n, "per_seconds": s}`, as far as set."""
    parent_run = models.CharField(max_length=26, default="", blank=True)
    parent_step = models.CharField(max_length=120, default="", blank=True)

    attempt = models.IntegerField(default=0)
    """Fencing token: raised by every claim; a write with an older one is refused."""
    lease_until = models.FloatField(null=True)
    """Epoch seconds by the database's clock."""
    worker = models.CharField(max_length=80, default="", blank=True)
    signalled = models.BooleanField(default=False)
    """A signal waits to be taken up."""
    bell_at = models.FloatField(default=0)
    """When the bell was last rung for this run; the sweeper rings again."""

    class Meta:
        indexes = [
            models.Index(fields=["workflow", "-id"]),
            models.Index(fields=["status", "-id"]),
            models.Index(
                fields=["workflow", "-priority", "id"],
                name="runs_queued",
                condition=models.Q(status="queued"),
            ),
            models.Index(
                fields=["limit_key", "status"], name="runs_limited", condition=~models.Q(limit_key="")
            ),
            models.Index(fields=["parent_run"], name="runs_children", condition=~models.Q(parent_run="")),
            models.Index(
                fields=["bell_at"],
                name="runs_unfinished",
                condition=models.Q(status__in=["queued", "running"])
                | models.Q(status="paused", signalled=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=RunStatus.values), name="runs_run_status"),
        ]

    def __str__(self) -> str:
        return self.id


class Segment(models.Model):
    """Consecutive events of a run, written in one flush: zlib-compressed msgpack."""

    pk = models.CompositePrimaryKey("run_id", "first_seq")
    run = models.ForeignKey(Run, models.CASCADE, related_name="segments")
    first_seq = models.IntegerField()
    last_seq = models.IntegerField()
    attempt = models.IntegerField()
    events = models.BinaryField()


class BlobUse(models.Model):
    """A blob that a run's events refer to; it stays as long as one does."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="+")
    hash = models.CharField(max_length=48, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "hash"], name="runs_blob_use_once")]


class Signal(models.Model):
    """An answer for a paused step, kept until a worker has recorded it."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="signals")
    step = models.CharField(max_length=120)
    outcome = models.CharField(max_length=100)
    data = models.JSONField(default=dict)
    key = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "key"], name="runs_signal_once")]


class Timer(models.Model):
    """A moment at which a step resumes or is tried again."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="timers")
    step = models.CharField(max_length=120)
    outcome = models.CharField(max_length=20)
    due_at = models.FloatField(db_index=True)
    key = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "key"], name="runs_timer_once")]


class Dedupe(models.Model):
    """The message ids that have started a run, so that one sent again starts none."""

    workflow = models.ForeignKey("workflows.Workflow", models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    run = models.ForeignKey(Run, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workflow", "key"], name="runs_dedupe_once")]


class Subscription(models.Model):
    """A step that waits for an event by name; see `happenings.py`."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="subscriptions")
    step = models.CharField(max_length=120)
    pause = models.IntegerField()
    name = models.CharField(max_length=200, db_index=True)
    match = models.JSONField(default=dict)


class Happening(models.Model):
    """An event that someone sent, kept for steps that look back."""

    name = models.CharField(max_length=200)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["name", "-at"])]
