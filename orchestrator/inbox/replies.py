"""Answers by mail: an address of its own for each mail, and what an answer to it comes to.

The address names a delivery and is signed; the delivery names the person, the task, its revision
and what the mail showed. An answer decides only when it comes from that person, begins with one
clear word, and the task still stands as it was shown. All else becomes a comment, or nothing."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from orchestrator.accounts.models import User
from orchestrator.errors import ServiceError
from orchestrator.inbox import history, nonces, present, services
from orchestrator.inbox.letters import Letter, token_in
from orchestrator.inbox.models import Delivery, HumanTask, Reply, TaskStatus
from orchestrator.inbox.people import Person
from orchestrator.inbox.policies import Policy

SALT = "orchestrator.inbox.reply"
LIFETIME = timedelta(days=30)
MOST_REPLIES = 20
"""To one mail; more are a machine's."""
DECIDED, COMMENTED, REFUSED, IGNORED = "decided", "commented", "refused", "ignored"
TOLD = {DECIDED: "reply_decided", COMMENTED: "reply_commented", REFUSED: "reply_refused"}
"""Event of the mail that says what became of an answer."""
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Result:
    """What became of a mail; `words` are for its writer."""

    became: str
    words: str = ""


def can_answer(task: HumanTask) -> bool:
    """Whether a mail alone can decide it: not where the password is asked for, or a form."""
    asks_more = any(field["is_required"] for field in task.form)
    return bool(settings.REPLY_ADDRESS) and not Policy.read(task.policy).reauthenticate and not asks_more


def address_for(delivery: Delivery) -> str:
    """The address to answer a mail at, which is about the task as it stands now; stored before the
    mail leaves."""
    task = delivery.about
    delivery.revision, delivery.shown = task.revision, history.shown_digest(task)
    delivery.save(update_fields=["revision", "shown"])
    local, _, domain = settings.REPLY_ADDRESS.partition("@")
    return f"{local}+{_token(delivery)}@{domain}"


def words_of(task: HumanTask) -> dict[str, str]:
    """The words that decide, with their outcomes; one that could mean two outcomes is none."""
    found: dict[str, set[str]] = {}
    for outcome in task.outcomes:
        for word in (outcome, present.verb_of(outcome)):
            found.setdefault(_plain(word), set()).add(outcome)
    return {word: outcomes.pop() for word, outcomes in found.items() if len(outcomes) == 1}


def choice_in(text: str, words: dict[str, str]) -> tuple[str, str] | None:
    """`(outcome, rest of the text)` when the first line is one of the words and no other line
    is one that says otherwise; else None."""
    lines = text.strip().split("\n")
    outcome = words.get(_plain(lines[0]))
    others = {words[word] for line in lines[1:] if (word := _plain(line)) in words}
    if outcome is None or others - {outcome}:
        return None
    return outcome, "\n".join(lines[1:]).strip()


def receive(raw: bytes, *, now: datetime, recipients: Sequence[str] = ()) -> str:
    """Take in a mail that arrived; `recipients` are those of the envelope, where known. However
    often the same mail comes, it counts once. Returns what became of it: `decided`, `commented`,
    `refused` or `ignored`."""
    letter = Letter.read(raw)
    token = token_in([*recipients, *letter.recipients], settings.REPLY_ADDRESS)
    delivery = _delivery_of(token) if token else None
    if delivery is None:
        log.info("a mail answers none of ours", has_token=token is not None)
        return IGNORED
    with transaction.atomic():
        # Held: of the same mail, fetched twice at once, one waits and then finds it taken.
        Delivery.objects.select_for_update().get(pk=delivery.pk)
        if delivery.replies.count() >= MOST_REPLIES:
            return IGNORED
        sender = (letter.senders[0] if letter.senders else "")[:260]
        reply, is_new = Reply.objects.get_or_create(
            delivery=delivery, fingerprint=letter.fingerprint, defaults={"sender": sender, "at": now}
        )
        if not is_new:
            return reply.became
        result = _take(letter, delivery, now=now)
        reply.became = result.became
        reply.save(update_fields=["became"])
        _tell(delivery, result, now=now)
    log.info("an answer by mail", task=delivery.task_id, became=result.became)
    return result.became


def _take(letter: Letter, delivery: Delivery, *, now: datetime) -> Result:
    task = delivery.about
    if letter.is_automatic or not letter.text:
        return Result(IGNORED)
    if letter.senders != (delivery.to,) or letter.is_doubtful:
        return _remark_of_a_stranger(letter, delivery, now=now)
    person = Person(delivery.to, User.objects.filter(email__iexact=delivery.to).first())
    words = words_of(task)
    choice = choice_in(letter.text, words) if can_answer(task) else None
    if choice is None:
        listed = ", ".join(word.upper() for word in offered(task))
        return _comment(
            letter.text, delivery, person, hint=f"To decide, begin with one of: {listed}.", now=now
        )
    if delivery.at < now - LIFETIME:
        return Result(REFUSED, "that mail was too old to decide by; open the task")
    if task.status == TaskStatus.OPEN and _has_changed(task, delivery):
        return Result(REFUSED, "what was asked has changed since that mail; look at the newer one")
    try:
        with transaction.atomic():
            services.decide(
                task_id=task.pk,
                outcome=choice[0],
                comment=choice[1][: services.LONGEST_COMMENT],
                by=person,
                nonce=nonces.issue(task, person.key),
                revision=delivery.revision if task.status == TaskStatus.OPEN else None,
                origin={"via": "mail"},
                now=now,
            )
    except ServiceError as error:
        return Result(REFUSED, error.message)
    return Result(DECIDED, f"your answer was taken: {present.past_of(choice[0])}")


def offered(task: HumanTask) -> list[str]:
    """The words to answer with, one for each outcome, as the mail lists them."""
    words = words_of(task)
    best = {words[word]: word for word in sorted(words, key=len, reverse=True)}
    return [best[outcome] for outcome in task.outcomes if outcome in best]


def _comment(text: str, delivery: Delivery, person: Person, *, hint: str, now: datetime) -> Result:
    said = text[: services.LONGEST_COMMENT]
    try:
        with transaction.atomic():
            services.comment(task_id=delivery.about.pk, text=said, by=person, origin={"via": "mail"}, now=now)
    except ServiceError as error:
        return Result(REFUSED, error.message)
    hint = hint if can_answer(delivery.about) and delivery.about.status == TaskStatus.OPEN else ""
    return Result(COMMENTED, f"your words were added as a comment; nothing was decided. {hint}".strip())


def _remark_of_a_stranger(letter: Letter, delivery: Delivery, *, now: datetime) -> Result:
    """Who was not asked, or may be somebody else, is quoted and never heeded."""
    sender = letter.senders[0] if len(letter.senders) == 1 else "somebody"
    with transaction.atomic():
        task = HumanTask.objects.select_for_update().get(pk=delivery.about.pk)
        data: dict[str, Any] = {
            "text": letter.text[: services.LONGEST_COMMENT],
            "via": "mail",
            "claims": sender[:260],
            "asked": delivery.to,
        }
        history.append(task, "commented", at=now, **data)
    return Result(COMMENTED, f"an answer that came from {sender} was added as a comment; nothing was decided")


def _tell(delivery: Delivery, result: Result, *, now: datetime) -> None:
    """Only ever to the person we had written to, whatever the mail says of its sender."""
    if (event := TOLD.get(result.became)) and settings.MAIL_SERVER:
        Delivery.objects.create(
            task=delivery.task, event=event, to=delivery.to, note=result.words, at=now, due_at=now
        )


def _has_changed(task: HumanTask, delivery: Delivery) -> bool:
    return task.revision != delivery.revision or history.shown_digest(task) != delivery.shown


def _delivery_of(token: str) -> Delivery | None:
    """The mail that an address belongs to; None for a forged one."""
    number = int(token.partition("-")[0], 36)
    if number >= 2**63:
        return None
    delivery = Delivery.objects.filter(pk=number, revision__gt=0).select_related("task").first()
    if delivery is None or not hmac.compare_digest(_token(delivery), token):
        return None
    return delivery


def _token(delivery: Delivery) -> str:
    bound = f"{delivery.pk}:{delivery.task_id}:{delivery.to}:{delivery.revision}:{delivery.shown}"
    mac = salted_hmac(SALT, bound, algorithm="sha256").digest()
    return f"{_in_base_36(delivery.pk)}-{base64.b32encode(mac).decode().lower()[:26]}"


def _in_base_36(number: int) -> str:
    digits = ""
    while number:
        number, last = divmod(number, 36)
        digits = DIGITS[last] + digits
    return digits or "0"


def _plain(text: str) -> str:
    """`Approve!`, `*approve*` and `APPROVE` are one word; `approve?` is none."""
    return " ".join(text.replace("_", " ").casefold().strip(" \t\r\"'*.!,;").split())
