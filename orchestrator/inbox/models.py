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
    """What search looks in: subject, workflow, node and tags, case-folded."""
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
    decided_by = models.CharField(max_length=260, blank=True)
    """Who made the decision, as in `decision`; empty when nobody did. Here for the figures."""
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    """Who has taken it on; until it is released nobody else decides."""
    severity = models.CharField(max_length=10, blank=True)
    """`low medium high critical`, for escalations."""
    queue = models.CharField(max_length=100, blank=True)
    """The pile that an author sorts it into, such as `refunds`."""
    tags = JSONText(default=list)
    """Words that the author sorts it by, as they are shown; see TaskTag."""
    stage = models.PositiveSmallIntegerField(default=0)
    """Whose turn it is, counted from 0, when people are asked one after another."""
    round = models.PositiveSmallIntegerField(default=1)
    """How often this has been asked within its run, having been sent back before."""
    scope = models.CharField(max_length=200, blank=True)
    """The loop turn of the step, so that rounds of different turns do not mix."""

    description = models.TextField(blank=True)
    """Markdown; HTML in it is shown, not obeyed."""
    why = models.TextField(blank=True)
    outcomes = JSONText(default=list)
    """The answers that may be given: a list of names, each an output port of the node."""
    proposed = JSONText(default=dict)
    """The action that waits, as an object of editable arguments."""
    context = JSONText(default=list)
    assignees = JSONText(default=list)
    excluded = JSONText(default=list)
    """E-mail addresses of those who may not decide, whatever else they are."""
    policy = JSONText(default=dict)
    """Whose answers it takes; see `policies.Policy`."""
    form = JSONText(default=list)
    """The questions to answer; see `forms`."""
    notify = models.BooleanField(default=True)
    """Whether those asked are written to."""
    first_proposed = JSONText(null=True)
    """What the workflow proposed, once somebody has changed it and others are asked again."""
    decision = JSONText(null=True)
    """`{outcome, comment, by, at, proposed, edited}`; `edited` names the changed arguments.
    Where they apply also `answer` (of a form), `votes`, and `automatic` (why nobody was asked)."""

    class Meta:
        verbose_name = "task"
        indexes: ClassVar = [
            # The columns after `id` let filters be decided in the index, without the wide rows.
            models.Index(
                fields=["status", "-priority", "id", "due_at", "for_anyone", "claimed_by", "words"],
                name="task_by_priority",
            ),
            models.Index(fields=["status", "due_at", "id", "for_anyone"], name="task_by_due"),
            models.Index(fields=["-decided_at", "-id"], name="task_by_decided"),
            models.Index(fields=["run_id", "step"], name="task_by_step"),
            models.Index(
                fields=["queue", "status", "-priority", "id"],
                name="task_by_queue",
                condition=~models.Q(queue=""),
            ),
            # What people decided at one step: the gate's likeness looks at the latest.
            models.Index(
                fields=["workflow", "node_id", "-decided_at"],
                name="task_by_step_decided",
                condition=models.Q(status="done") & ~models.Q(decided_by=""),
            ),
            models.Index(
                fields=["claimed_by", "id"], name="task_by_claim", condition=models.Q(status="open")
            ),
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


class TaskTag(models.Model):
    """One tag of a task, case-folded, to find the task by."""

    task = models.ForeignKey(HumanTask, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["name", "task"], name="tag_once")]

    def __str__(self) -> str:
        return self.name


class TaskEvent(models.Model):
    """One line of a task's history: append-only, each chained to the one before by its hash."""

    task = models.ForeignKey(HumanTask, on_delete=models.CASCADE, related_name="events")
    number = models.PositiveIntegerField()
    """1, 2, 3 … within the task."""
    kind = models.CharField(max_length=20)
    """See docs/inbox.md for all of them."""
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


class TaskVote(models.Model):
    """One person's answer to a task that takes several."""

    task = models.ForeignKey(HumanTask, on_delete=models.CASCADE, related_name="votes")
    who = models.CharField(max_length=260)
    """E-mail address, lower case, of the person asked whose answer this counts as."""
    given_by = models.CharField(max_length=260)
    """Who gave it: the same, or the deputy while that person is away."""
    shown = models.CharField(max_length=64)
    """Digest of what was voted on: a vote counts only while the task still shows that."""
    stage = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=100)
    comment = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "who", "shown", "stage"], name="vote_once"),
            models.UniqueConstraint(fields=["task", "given_by", "shown", "stage"], name="vote_once_given"),
        ]

    def __str__(self) -> str:
        return f"{self.who}: {self.outcome}"


class TaskTimer(models.Model):
    """Something that happens to an open task at a moment. The row is deleted when it does."""

    task = models.ForeignKey(HumanTask, on_delete=models.CASCADE, related_name="timers")
    due_at = models.DateTimeField(db_index=True)
    action = JSONText(default=dict)
    """`{"do": "remind" | "raise_priority" | "reassign" | "decide", …}`; see `timers`."""

    def __str__(self) -> str:
        return f"{self.action.get('do')} at {self.due_at}"


class TaskSnooze(models.Model):
    """A person's wish not to see a task in their list until a moment."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    task = models.ForeignKey(HumanTask, on_delete=models.CASCADE, related_name="snoozes")
    until = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "task"], name="snooze_once")]

    def __str__(self) -> str:
        return f"until {self.until}"


class TaskWatch(models.Model):
    """A person who wants to hear what becomes of a task."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    task = models.ForeignKey(HumanTask, on_delete=models.CASCADE, related_name="watches")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "task"], name="watch_once")]

    def __str__(self) -> str:
        return str(self.user_id)


class Absence(models.Model):
    """While a person is away, a deputy may decide what is asked of them."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absence")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["deputy", "ends_at"], name="absence_by_deputy")]

    def __str__(self) -> str:
        return f"{self.user_id} until {self.ends_at}"


class Preference(models.Model):
    """How a person wants to hear of tasks. Without a row the defaults hold."""

    class Digest(models.TextChoices):
        OFF = "off"
        DAILY = "daily"
        WEEKDAYS = "weekdays"

    class Browser(models.TextChoices):
        OFF = "off"
        MINE = "mine"
        EVERYTHING = "everything"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preference")
    by_mail = models.BooleanField(default=True)
    """Whether a mail is sent for each thing that happens; the digest is apart from it."""
    in_browser = models.CharField(max_length=10, choices=Browser.choices, default=Browser.OFF)
    """Of which new tasks the open app shows a notification."""
    digest = models.CharField(max_length=10, choices=Digest.choices, default=Digest.OFF)
    digest_at = models.CharField(max_length=5, default="08:00")
    timezone = models.CharField(max_length=64, default="UTC")
    next_digest_at = models.DateTimeField(null=True, db_index=True)

    def __str__(self) -> str:
        return str(self.user_id)


class Channel(models.Model):
    """A place outside that hears of tasks: a Slack-compatible address, a Telegram chat, a program."""

    class Kind(models.TextChoices):
        SLACK = "slack"
        TELEGRAM = "telegram"
        WEBHOOK = "webhook"

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=new_id, editable=False)
    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    sealed = models.TextField()
    """The address, the key that signs or the bot's token, the chat; encrypted, as they let others in."""
    events = JSONText(default=list)
    """What it hears of; empty: everything."""
    queue = models.CharField(max_length=100, blank=True)
    """Only tasks of this queue; empty: all."""
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """The outbox: one message to one address or channel, sent by the clock process."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        DROPPED = "dropped"
        FAILED = "failed"

    task = models.ForeignKey(HumanTask, on_delete=models.CASCADE, null=True, related_name="deliveries")
    """None for a digest, which is about all that is open."""
    event = models.CharField(max_length=20)
    to = models.CharField(max_length=260, blank=True)
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, null=True, related_name="deliveries")
    by = models.CharField(max_length=260, blank=True)
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    revision = models.PositiveIntegerField(default=0)
    """The task's when a mail that can be answered was sent; 0: it cannot be."""
    shown = models.CharField(max_length=64, blank=True)
    """Digest of what that mail was about."""
    note = models.TextField(blank=True)
    """What the message tells besides, such as what became of an answer."""
    error = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="delivery_due", condition=models.Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.to or self.channel_id}"

    @property
    def about(self) -> HumanTask:
        """The task of a message about one."""
        assert self.task is not None
        return self.task


class Reply(models.Model):
    """A mail that answered one of ours, and what became of it: each is taken once."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="replies")
    fingerprint = models.CharField(max_length=64)
    """SHA-256 of its Message-ID, or of all of it."""
    sender = models.CharField(max_length=260)
    became = models.CharField(max_length=20, blank=True)
    """`decided commented refused ignored`; empty while it is being taken."""
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "replies"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["delivery", "fingerprint"], name="reply_once")
        ]

    def __str__(self) -> str:
        return f"{self.sender}: {self.became}"


class EndedRun(models.Model):
    """A run that has ended and is still to be judged. The row is deleted when it is."""

    run_id = models.CharField(max_length=ID_LENGTH)
    workflow = models.ForeignKey("workflows.Workflow", on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return self.run_id


class Measure(models.Model):
    """What a rule of a workflow saw in one run: what later runs are compared with."""

    workflow = models.ForeignKey("workflows.Workflow", on_delete=models.CASCADE, related_name="+")
    rule = models.CharField(max_length=16)
    """See `unusual.Rule.key`."""
    run_id = models.CharField(max_length=ID_LENGTH)
    values = JSONText(default=list)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workflow", "rule", "-id"], name="measure_latest")]

    def __str__(self) -> str:
        return f"{self.rule} {self.run_id}"


class Expectation(models.Model):
    """That a workflow has a rule by which runs are expected: from when on, and what was missed last."""

    workflow = models.ForeignKey("workflows.Workflow", on_delete=models.CASCADE, related_name="+")
    rule = models.CharField(max_length=16)
    since = models.DateTimeField()
    missed = models.DateTimeField(null=True)
    """The moment of the absence that was raised last."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workflow", "rule"], name="expectation_once")
        ]

    def __str__(self) -> str:
        return f"{self.rule} since {self.since}"


class SavedFilter(models.Model):
    """A list that a person wants to come back to."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    wanted = JSONText(default=dict)
    """`{view, q, queue, kind, priority, workflow}`, as far as set."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "name"], name="filter_name_once")]

    def __str__(self) -> str:
        return self.name
