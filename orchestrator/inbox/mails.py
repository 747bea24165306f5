"""Mails about tasks: a plain text and an HTML part, with the reader's own link."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.template.loader import render_to_string

from orchestrator.inbox import links, notices, present
from orchestrator.inbox.channels import LEADS
from orchestrator.inbox.models import Delivery

TIMEOUT_SECONDS = 20
LONGEST_SUBJECT = 200
LONGEST_VALUE = 500


def mail_of(delivery: Delivery) -> EmailMultiAlternatives:
    """The message for one reader. The same delivery always has the same Message-ID, by which mail
    servers drop a second copy."""
    task = delivery.task
    is_asking = delivery.event in notices.ASKING
    values = [
        (present.label_of(name), present.as_text(value)[:LONGEST_VALUE])
        for name, value in task.proposed.items()
    ]
    lead = LEADS[delivery.event]
    if delivery.event == "decided" and task.decision:
        lead = f"Decided: {present.past_of(task.decision['outcome'])}"
    domain = settings.MAIL_SERVER["sender"].rpartition("@")[2].strip("> ")
    context: dict[str, Any] = {
        "task": task,
        "lead": lead,
        "proposed": values,
        "due": task.due_at and task.due_at.strftime("%d %b %Y %H:%M UTC"),
        "link": links.link_for(task, delivery.to) if is_asking else "",
        "page": links.page_of(task),
    }
    message = EmailMultiAlternatives(
        subject=_one_line(f"{lead}: {task.subject}"),
        body=render_to_string("email/task.txt", context).strip() + "\n",
        from_email=settings.MAIL_SERVER["sender"],
        to=[delivery.to],
        headers={
            "Message-ID": f"<task.{task.pk}.{delivery.pk}@{domain}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(render_to_string("email/task.html", context), "text/html")
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
