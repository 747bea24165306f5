"""Forged, replayed, swapped, expired and foreign decisions: one attempt a test, all refused in clear words.

Each entry of `ATTEMPTS` says what is sent, the status it gets and what the answer says. The honest
twins at the end go the same ways and decide."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from orchestrator.accounts.models import User
from orchestrator.accounts.services import create_token
from orchestrator.inbox import handling, history, links, nonces, services
from orchestrator.inbox.models import HumanTask
from orchestrator.runs import callbacks
from orchestrator.runs.models import Run, Signal
from tests.inbox.conftest import Ask

ANN, BOB = "ann@customer.example", "bob@example.com"
OTHER_KEY = "another key of thirty-two letters"


@dataclass
class Scene:
    """A task that Ann, who has no account, and Bob are asked to decide; and people who are not.

    Links and nonces are those of the task as it was when the scene was set."""

    task: HumanTask
    other: HumanTask
    bob: User
    mallory: User

    @property
    def link(self) -> str:
        return links.token_for(self.task, ANN)

    @property
    def claim(self) -> list[Any]:
        return [self.task.pk, ANN, self.task.revision, history.shown_digest(self.task)[:32]]

    @property
    def bound(self) -> dict[str, Any]:
        digest = history.shown_digest(self.task)
        return {"t": self.task.pk, "u": f"mail:{ANN}", "r": self.task.revision, "d": digest}

    @property
    def nonce(self) -> str:
        """Ann's."""
        return nonces.issue(self.task, f"mail:{ANN}")

    @property
    def bobs_nonce(self) -> str:
        return nonces.issue(self.task, str(self.bob.pk))

    def by_link(self, token: str | None = None, **given: str) -> Any:
        body = {"outcome": "approved", "nonce": self.nonce, **given}
        return Client(REMOTE_ADDR="203.0.113.9").post(f"/answer/{token or self.link}", body)

    def by_api(self, who: User | None = None, task: HumanTask | None = None, **given: Any) -> Any:
        """With a token of `who`; Bob unless said otherwise."""
        _, secret = create_token(user=who or self.bob, name="program")
        body = {"outcome": "approved", "nonce": self.bobs_nonce, **given}
        path = f"/api/v1/inbox/{(task or self.task).pk}/decide"
        return Client(headers={"Authorization": f"Bearer {secret}"}).post(
            path, body, content_type="application/json"
        )

    def by_page(self, who: User | None = None, **given: str) -> Any:
        """In the admin."""
        client = Client()
        client.force_login(who or self.bob)
        body = {"outcome": "approved", "nonce": self.bobs_nonce, **given}
        return client.post(f"/admin/inbox/humantask/{self.task.pk}/decide/", body)

    def with_others(self, nonce: str) -> Any:
        """Several at once."""
        client = Client()
        client.force_login(self.bob)
        body = {"tasks": [{"id": self.task.pk, "nonce": nonce}], "outcome": "approved"}
        return client.post("/api/v1/inbox/decide", body, content_type="application/json")

    def to(self, path: str, client: Client | None = None, **headers: str) -> Any:
        body = {"outcome": "approved", "nonce": self.bobs_nonce, "step": self.task.step}
        return (client or Client()).post(path, body, content_type="application/json", headers=headers)


def flipped(text: str, place: int) -> str:
    """With another letter at a place."""
    letter = "A" if text[place] != "A" else "B"
    end = len(text) if place == -1 else place % len(text) + 1
    return text[: place % len(text)] + letter + text[end:]


def pieces(signed: str, order: str) -> str:
    """The parts of a signed text put together anew; `order` names them: {body}, {stamp}, {mac}."""
    body, stamp, mac = signed.split(":")
    return order.format(body=body, stamp=stamp, mac=mac)


def grafted(body_of: str, signature_of: str) -> str:
    """What one says with the signature of another."""
    return ":".join([body_of.split(":")[0], *signature_of.split(":")[1:]])


Attempt = tuple[Callable[[Scene], Any], int, str]
Made = Callable[[Scene], str]

NOT_OURS = (404, "not one of ours")
GONE = (410, "has changed, or the link is too old")
NOT_SHOWN = (403, "not made from a page shown to you")
CHANGED = (409, "changed, or waited too long")
NOT_ASKED = (403, "asked of other people")

FORGED_LINKS: dict[str, Made] = {
    "made up": lambda s: "x",
    "the task's id": lambda s: s.task.pk,
    "signed for another purpose": lambda s: signing.dumps(s.claim),
    "signed as a nonce": lambda s: signing.dumps(s.claim, salt=nonces.SALT),
    "signed with another key": lambda s: signing.dumps(s.claim, salt=links.SALT, key=OTHER_KEY),
    "of another shape": lambda s: signing.dumps({"t": s.task.pk}, salt=links.SALT),
    "a signed text": lambda s: signing.dumps("a text", salt=links.SALT),
    "too short a claim": lambda s: signing.dumps([s.task.pk], salt=links.SALT),
    "a nonce": lambda s: s.nonce,
    "the last letter missing": lambda s: s.link[:-1],
    "the first letter missing": lambda s: s.link[1:],
    "a letter more": lambda s: s.link + "A",
    "in capitals": lambda s: s.link.upper(),
    "other separators": lambda s: s.link.replace(":", "."),
    "without a signature": lambda s: pieces(s.link, "{body}:{stamp}"),
    "without a time": lambda s: pieces(s.link, "{body}::{mac}"),
    "a later time": lambda s: pieces(s.link, "{body}:{stamp}0:{mac}"),
    "parts exchanged": lambda s: pieces(s.link, "{stamp}:{body}:{mac}"),
    "a dot before": lambda s: "." + s.link,
    "a letter of the claim changed": lambda s: flipped(s.link, 10),
    "a letter of the signature changed": lambda s: flipped(s.link, -2),
    "another alphabet": lambda s: "é" + s.link,
    "a space": lambda s: "%20",
    "null": lambda s: "null",
    "another task's claim": lambda s: grafted(links.token_for(s.other, ANN), s.link),
    "another person's claim": lambda s: grafted(links.token_for(s.task, "mallory@example.com"), s.link),
}
STALE_LINKS: dict[str, Made] = {
    **{
        f"revision {revision!r}": lambda s, revision=revision: signing.dumps(  # type: ignore[misc]
            [s.task.pk, ANN, revision, s.claim[3]], salt=links.SALT
        )
        for revision in (0, 2, -1, "1", None)
    },
    **{
        f"shown {digest!r}": lambda s, digest=digest: signing.dumps(  # type: ignore[misc]
            [*s.claim[:3], digest], salt=links.SALT
        )
        for digest in ("", "0" * 32, None)
    },
    "a task that never was": lambda s: signing.dumps(["0" * 26, *s.claim[1:]], salt=links.SALT),
}
FOREIGN_LINKS: dict[str, Made] = {
    name: lambda s, who=who: links.token_for(s.task, who)  # type: ignore[misc]
    for name, who in {
        "for somebody else": "mallory@example.com",
        "for anyone": "*",
        "for nobody": "",
        "for a team": "team:finance",
    }.items()
}
FORGED_NONCES: dict[str, Made] = {
    "none": lambda s: "",
    "made up": lambda s: "x",
    "the last letter missing": lambda s: s.nonce[:-1],
    "a letter more": lambda s: s.nonce + "A",
    "in capitals": lambda s: s.nonce.upper(),
    "without a time": lambda s: pieces(s.nonce, "{body}::{mac}"),
    "a later time": lambda s: pieces(s.nonce, "{body}:{stamp}0:{mac}"),
    "of another task": lambda s: nonces.issue(s.other, f"mail:{ANN}"),
    "of another person": lambda s: nonces.issue(s.task, "mail:mallory@example.com"),
    "of somebody with an account": lambda s: s.bobs_nonce,
    "of her name without the kind": lambda s: nonces.issue(s.task, ANN),
    "the link": lambda s: s.link,
    "signed as a link": lambda s: signing.dumps(s.bound, salt=links.SALT),
    "signed with another key": lambda s: signing.dumps(s.bound, salt=nonces.SALT, key=OTHER_KEY),
    "of another shape": lambda s: signing.dumps([], salt=nonces.SALT, key=OTHER_KEY),
}


def decide_it(scene: Scene) -> None:
    """Bob rejects before anybody else can answer."""
    nonce = nonces.issue(scene.task, scene.bob.pk)
    services.decide(task_id=scene.task.pk, outcome="rejected", by=scene.bob, nonce=nonce)


def hand_over(scene: Scene) -> None:
    handling.reassign(task_id=scene.task.pk, to=["mallory@example.com"], by=scene.bob)


def edit(scene: Scene) -> None:
    HumanTask.objects.filter(pk=scene.task.pk).update(proposed={"amount": 9999})


def run_out(scene: Scene) -> None:
    services.close_task(scene.task.run_id, scene.task.step, "expired")


def cancel(scene: Scene) -> None:
    services.close_task(scene.task.run_id, scene.task.step)


def leave(scene: Scene) -> None:
    User.objects.filter(pk=scene.bob.pk).update(is_active=False)


def claim(scene: Scene) -> None:
    handling.claim(task_id=scene.task.pk, by=scene.bob)


def resume_token(scene: Scene) -> str:
    Run.objects.filter(pk=scene.task.run_id).update(waiting=[{"kind": "person", "step": scene.task.step}])
    return callbacks.token_of(scene.task.run_id)


def link(scene: Scene) -> Any:
    return scene.by_link()


def api(scene: Scene) -> Any:
    return scene.by_api()


def page(scene: Scene) -> Any:
    return scene.by_page()


def several(scene: Scene) -> Any:
    return scene.with_others(scene.bobs_nonce)


def after(change: Callable[[Scene], Any], scene: Scene, send: Callable[[Scene], Any]) -> Any:
    """What `send` gets with the link and nonces from before `change`."""
    change(scene)
    return send(scene)


ATTEMPTS: dict[str, Attempt] = {
    **{f"forged link: {n}": (lambda s, m=m: s.by_link(m(s)), *NOT_OURS) for n, m in FORGED_LINKS.items()},  # type: ignore[misc]
    **{f"expired link: {n}": (lambda s, m=m: s.by_link(m(s)), *GONE) for n, m in STALE_LINKS.items()},  # type: ignore[misc]
    **{f"foreign link: {n}": (lambda s, m=m: s.by_link(m(s)), *NOT_ASKED) for n, m in FOREIGN_LINKS.items()},  # type: ignore[misc]
    **{
        f"forged nonce behind the link: {n}": (lambda s, m=m: s.by_link(nonce=m(s)), *NOT_SHOWN)  # type: ignore[misc]
        for n, m in FORGED_NONCES.items()
    },
    "swapped: Ann's nonce in Bob's program": (lambda s: s.by_api(nonce=s.nonce), *NOT_SHOWN),
    "swapped: Ann's nonce on Bob's page": (lambda s: s.by_page(nonce=s.nonce), *NOT_SHOWN),
    "swapped: Bob's nonce for another task": (lambda s: s.by_api(task=s.other), 403, "page shown to you"),
    "swapped: a nonce among several": (lambda s: s.with_others(s.nonce), 200, "not made from a page"),
    "swapped: a revision nobody was shown": (lambda s: s.by_api(revision=7), *CHANGED),
    "swapped: an answer not offered": (lambda s: s.by_link(outcome="timeout"), 422, "must be one of"),
    "swapped: an answer with a capital": (lambda s: s.by_api(outcome="Approved"), 422, "must be one of"),
    "swapped: an answer with a zero byte": (lambda s: s.by_page(outcome="approved\0"), 422, "must be one of"),
    "swapped: a value of another type": (
        lambda s: s.by_api(proposed={"amount": "all"}), 422, "must be a number",
    ),
    "swapped: a value that was not proposed": (
        lambda s: s.by_api(proposed={"to": "mallory"}), 422, "is not part of what was proposed",
    ),
    "replayed: the link, decided meanwhile": (lambda s: after(decide_it, s, link), 409, "has been decided"),
    "replayed: the program, decided meanwhile": (
        lambda s: after(decide_it, s, api), 409, "already decided by",
    ),
    "replayed: the page, decided meanwhile": (lambda s: after(decide_it, s, page), 409, "already decided by"),
    "replayed: among several, decided meanwhile": (
        lambda s: after(decide_it, s, several), 200, "already decided by",
    ),
    "expired: the link, handed over": (lambda s: after(hand_over, s, link), *GONE),
    "expired: the program, handed over": (lambda s: after(hand_over, s, api), *NOT_ASKED),
    "expired: the link, edited": (lambda s: after(edit, s, link), *GONE),
    "expired: the program, edited": (lambda s: after(edit, s, api), *CHANGED),
    "expired: the page, edited": (lambda s: after(edit, s, page), *CHANGED),
    "expired: the link, out of time": (lambda s: after(run_out, s, link), 409, "has been decided"),
    "expired: the program, out of time": (lambda s: after(run_out, s, api), 409, "ran out"),
    "expired: the page, run stopped": (lambda s: after(cancel, s, page), 409, "run was stopped"),
    "expired: the link, claimed by Bob": (lambda s: after(claim, s, link), 409, "is working on this"),
    "foreign: somebody's program": (
        lambda s: s.by_api(s.mallory, nonce=nonces.issue(s.task, str(s.mallory.pk))), *NOT_ASKED,
    ),
    "foreign: somebody's page": (
        lambda s: s.by_page(s.mallory, nonce=nonces.issue(s.task, str(s.mallory.pk))), *NOT_ASKED,
    ),
    "foreign: Bob's nonce in somebody's program": (lambda s: s.by_api(s.mallory), *NOT_ASKED),
    "foreign: nobody's program": (
        lambda s: s.to(f"/api/v1/inbox/{s.task.pk}/decide"), 401, "sign in",
    ),
    "foreign: a made-up token": (
        lambda s: s.to(f"/api/v1/inbox/{s.task.pk}/decide", Authorization="Bearer x"), 401, "token",
    ),
    "foreign: a page of another site": (
        lambda s: s.to(f"/api/v1/inbox/{s.task.pk}/decide", signed_in(s.bob)), 403, "csrf",
    ),
    "foreign: Bob, who has left": (lambda s: after(leave, s, api), 401, "token"),
    "foreign: the run's resume address": (
        lambda s: s.to(f"/resume/{s.task.run_id}/{resume_token(s)}"), 409, "callback",
    ),
    "foreign: the run's resume token as a link": (lambda s: s.by_link(resume_token(s)), *NOT_OURS),
}  # fmt: skip


def signed_in(user: User) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


@pytest.fixture
def scene(ask: Ask, bob: User, mallory: User, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(links, "MOST_BAD_PER_MINUTE", 1000)
    task = ask(assignees=[ANN, BOB], proposed={"amount": 10})
    return Scene(task, ask(assignees=[BOB, ANN]), bob, mallory)


@pytest.mark.parametrize("name", ATTEMPTS)
def test_an_attempt_is_refused_in_clear_words(scene: Scene, name: str) -> None:
    send, status, words = ATTEMPTS[name]
    answer = send(scene)
    told = answer.content.decode()
    assert (answer.status_code, words.lower() in told.lower()) == (status, True), (answer.status_code, told)
    for task in (scene.task, scene.other):
        task.refresh_from_db()
        assert (task.decision or {}).get("outcome") != "approved"
        signals = Signal.objects.filter(run_id=task.run_id)
        assert [signal.outcome for signal in signals] == (["rejected"] if task.decision else [])
        assert history.is_intact(task)


def test_there_are_more_than_sixty() -> None:
    assert len(ATTEMPTS) > 60
    for family in ("forged", "replayed", "swapped", "expired", "foreign"):
        assert sum(name.startswith(family) for name in ATTEMPTS) >= 4, family


@pytest.mark.parametrize("send", [link, api, page, several])
def test_the_honest_twin_decides_once(scene: Scene, send: Callable[[Scene], Any]) -> None:
    assert send(scene).status_code in (200, 302)
    for _ in range(3):
        again = send(scene)
        assert again.status_code == 409 or not json.loads(again.content)["results"][0]["is_decided"]
    scene.task.refresh_from_db()
    assert scene.task.decision["outcome"] == "approved"
    assert Signal.objects.filter(run_id=scene.task.run_id).count() == 1


@pytest.mark.parametrize("made", [links, nonces])
def test_what_is_too_old_decides_nothing(scene: Scene, monkeypatch: pytest.MonkeyPatch, made: Any) -> None:
    monkeypatch.setattr(made, "LIFETIME_SECONDS", -1)
    assert scene.by_link().status_code in (409, 410)
    assert not Signal.objects.exists()
