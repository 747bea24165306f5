"""Mails about tasks: a plain text and an HTML part, with the reader's own link."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.template.loader import render_to_string

from orchestrator.inbox import digests, links, notices, present, replies, shapes
from orchestrator.inbox.channels import LEADS
from orchestrator.inbox.letters import REPLY_LINE
from orchestrator.inbox.models import Delivery

TIMEOUT_SECONDS = 20
LONGEST_SUBJECT = 200
LONGEST_VALUE = 500
REPLY_LEADS = {
    "reply_decided": "Your answer was taken",
    "reply_commented": "Your answer decided nothing",
    "reply_refused": "Your answer could not be taken",
}


def mail_of(delivery: Delivery, *, now: datetime) -> EmailMultiAlternatives:
    """The message for one reader. The same delivery always has the same Message-ID, by which mail
    servers drop a second copy."""
    if delivery.event == digests.EVENT:
        return _digest(delivery, now=now)
    if delivery.event in REPLY_LEADS:
        return _told_of_reply(delivery)
    task = delivery.about
    is_asking = delivery.event in notices.ASKING
    values = [
        (shapes.label_of(name), shapes.as_text(value)[:LONGEST_VALUE])
        for name, value in task.proposed.items()
    ]
    lead = LEADS[delivery.event]
    if delivery.event == "decided" and task.decision:
        lead = f"Decided: {present.past_of(task.decision['outcome'])}"
    context: dict[str, Any] = {
        "task": task,
        "lead": lead,
        "proposed": values,
        "due": task.due_at and task.due_at.strftime("%d %b %Y %H:%M UTC"),
        "link": links.link_for(task, delivery.to) if is_asking else "",
        "page": links.page_of(task),
        "reply_line": REPLY_LINE,
    }
    headers = {}
    if is_asking and settings.REPLY_ADDRESS:
        headers["Reply-To"] = replies.address_for(delivery)
        context |= {"is_answerable": True, "words": [word.upper() for word in replies.offered(task)]}
        context["can_decide"] = replies.can_answer(task)
    return _message(delivery, f"{lead}: {task.subject}", "task", context, **headers)


def _told_of_reply(delivery: Delivery) -> EmailMultiAlternatives:
    """What became of an answer that came by mail."""
    task, lead = delivery.about, REPLY_LEADS[delivery.event]
    words = delivery.note[:1].upper() + delivery.note[1:].rstrip(".") + "."
    context = {"task": task, "lead": lead, "words": words, "page": links.page_of(task)}
    return _message(delivery, f"{lead}: {task.subject}", "reply", context)


def _digest(delivery: Delivery, *, now: datetime) -> EmailMultiAlternatives:
    """Its links lead to pages that ask to sign in; none of them decides."""
    tasks = digests.tasks_for(delivery, now=now)
    overdue = sum(task.due_at is not None and task.due_at <= now for task in tasks)
    number = f"{len(tasks)} or more" if len(tasks) == digests.MOST_LISTED else str(len(tasks))
    lead = f"{number} {'decision waits' if len(tasks) == 1 else 'decisions wait'} for you"
    rows = [
        {
            "task": task,
            "timing": present.timing_of(task, now).words,
            "priority": present.priority_of(task),
            "page": links.page_of(task),
        }
        for task in tasks
    ]
    context = {"lead": lead, "overdue": overdue, "rows": rows, "inbox": f"{settings.PUBLIC_URL}/inbox"}
    return _message(delivery, f"{lead}, {overdue} overdue" if overdue else lead, "digest", context)


def _message(
    delivery: Delivery, subject: str, template: str, context: dict[str, Any], **headers: str
) -> EmailMultiAlternatives:
    domain = settings.MAIL_SERVER["sender"].rpartition("@")[2].strip("> ")
    message = EmailMultiAlternatives(
        subject=_one_line(subject),
        body=render_to_string(f"email/{template}.txt", context).strip() + "\n",
        from_email=settings.MAIL_SERVER["sender"],
        to=[delivery.to],
        headers={
            "Message-ID": f"<task.{delivery.task_id or delivery.event}.{delivery.pk}@{domain}>",
            "Auto-Submitted": "auto-generated",
            **headers,
        },
    )
    message.attach_alternative(render_to_string(f"email/{template}.html", context), "text/html")
    return message


def open_server() -> EmailBackend:
    """The instance's mail server, not yet connected."""
    server = settings.MAIL_SERVER
    return EmailBackend(
        host=server["host"],
        port=server["port"],
        username=server["username"],
        password=server["password"],
        use_tls=server["security"] == "starttls",
        use_ssl=server["security"] == "tls",
        timeout=TIMEOUT_SECONDS,
        fail_silently=False,
    )


def _one_line(text: str) -> str:
    """A line break there could smuggle in headers."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1] + "…"
