"""Human tasks: decisions asked of people, and the history of each."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from orchestrator.ids import ID_LENGTH, new_id
from orchestrator.json_text import JSONText

LONGEST_WORDS = 500
"""Characters; an index entry of PostgreSQL holds about 2,700 bytes."""


class TaskStatus(models.TextChoices):
    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class TaskKind(models.TextChoices):
    APPROVE = "approve"
    CHOOSE = "choose"
    EDIT = "edit"
    ANSWER = "answer"
    REPAIR = "repair"
    ACKNOWLEDGE = "acknowledge"


class Priority(models.IntegerChoices):
    """Stored as a number so that an index can sort by it; spoken of by its word."""

    LOW = 0
    NORMAL = 1
    HIGH = 2
    URGENT = 3

    @property
    def word(self) -> str:
        return self.name.lower()


class HumanTask(models.Model):
    """A decision asked of people. It stays after its run is gone: it is the record of who decided."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=new_id, editable=False)
    run_id = models.CharField(max_length=ID_LENGTH)
    step = models.CharField(max_length=200)
    node_id = models.CharField(max_length=120)
    node_name = models.CharField(max_length=200)
    workflow = models.ForeignKey("workflows.Workflow", on_delete=models.SET_NULL, null=True, related_name="+")
    workflow_name = models.CharField(max_length=200)
    """The name when the task was opened."""
    kind = models.CharField(max_length=12, choices=TaskKind.choices, default=TaskKind.APPROVE)
    subject = models.CharField(max_length=300)
    words = models.CharField(max_length=LONGEST_WORDS, blank=True)
    """What search looks in: subject, workflow and node, case-folded."""
    priority = models.SmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    status = models.CharField(max_length=10, choices=TaskStatus.choices, default=TaskStatus.OPEN)
    for_anyone = models.BooleanField(default=True)
    """Nobody is named: whoever may decide, decides. Otherwise see TaskCandidate."""
    revision = models.PositiveIntegerField(default=1)
    """Grows with every change of what is asked; a decision names the revision it was shown."""
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    """When the task left the inbox: decided, expired or cancelled."""

    description = models.TextField(blank=True)
    """Markdown; HTML in it is shown, not obeyed."""
    why = models.TextField(blank=True)
    outcomes = JSONText(default=list)
    """The answers that may be given: a list of names, each an output port of the node."""
    proposed = JSONText(default=dict)
    """The action that waits, as an object of editable arguments."""
    context = JSONText(default=list)
    assignees = JSONText(default=list)
    decision = JSONText(null=True)
    """`{outcome, comment, by, at, proposed, edited}`; `edited` names the changed arguments."""

    class Meta:
        verbose_name = "task"
        indexes: ClassVar = [
            # The columns after `id` let filters be decided in the index, without the wide rows.
            models.Index(
                fields=["status", "-priority", "id", "due_at", "for_anyone", "words"], name="task_by_priority"
            ),
            models.Index(fields=["status", "due_at", "id", "for_anyone"], name="task_by_due"),
            models.Index(fields=["-decided_at", "-id"], name="task_by_decided"),
            models.Index(fields=["run_id", "step"], name="task_by_step"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run_id", "step"], condition=models.Q(status="open"), name="task_one_open_per_step"
            ),
            models.CheckConstraint(condition=models.Q(status__in=TaskStatus.values), name="task_status"),
            models.CheckConstraint(condition=models.Q(kind__in=TaskKind.values), name="task_kind"),
        ]

    def __str__(self) -> str:
        return self.subject


class TaskCandidate(models.Model):
    """One of those who are asked: a person by e-mail address, or `team:<name>`; lower case."""

    task = models.ForeignKey(HumanTask, on_delete=models.CASCADE, related_name="candidates")
    who = models.CharField(max_length=260)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["who", "task"], name="candidate_once")]

    def __str__(self) -> str:
        return self.who


class TaskEvent(models.Model):
    """One line of a task's history: append-only, each chained to the one before by its hash."""

    task = models.ForeignKey(HumanTask, on_delete=models.CASCADE, related_name="events")
    number = models.PositiveIntegerField()
    """1, 2, 3 … within the task."""
    kind = models.CharField(max_length=20)
    """`opened viewed commented decided cancelled expired`"""
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=260, blank=True)
    """Who it was, kept when the account is gone; empty for the workflow itself."""
    data = JSONText(default=dict)
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["task", "number"], name="task_event_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"
