"""The inbox pages of the admin: they show hostile data harmlessly, and only a POST decides."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils import timezone

from orchestrator.accounts.models import User
from orchestrator.inbox import services
from orchestrator.inbox.models import HumanTask
from orchestrator.runs.models import Signal
from tests.inbox.conftest import Ask

SignedIn = Callable[[User], Client]
BASE = "/admin/inbox/humantask/"
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'><iframe src=javascript:alert(1)>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "{{ task.pk }}{% csrf_token %}",
    "[x](javascript:alert(1)) [y](data:text/html,<script>alert(1)</script>) ![z](https://evil.example/z.png)",
    "<a href='javascript:alert(1)'>x</a>\n\n<div onclick=alert(1)>\n",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202e<b>\u2028",
]


class Markup(HTMLParser):
    """Every element and attribute of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def fields(client: Client, task: HumanTask) -> dict[str, str]:
    """What the page's form would send, untouched."""
    page = client.get(f"{BASE}{task.pk}/change/").content.decode()
    nonce = re.search(r'name="nonce" value="([^"]+)"', page)
    assert nonce, "no decision form"
    return {"nonce": nonce[1]}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_data_is_text(ask: Ask, alice: User, client_of: SignedIn, text: str) -> None:
    task = ask(
        subject=text,
        description=text,
        why=text,
        proposed={text: text, "long": text * 20, "nested": {text: [text]}, "none": None},
        context=[
            {text: text},
            {"title": text, "markdown": text},
            {"title": text, "items": [{text: text}, {}]},
        ],
        assignees=[text, "alice@example.com"],
        outcomes=["approved", text],
    )
    services.comment(task_id=task.pk, text=text, by=alice)
    client = client_of(alice)
    for address in (BASE, f"{BASE}{task.pk}/change/", f"{BASE}?q={text}", f"{BASE}fragment/?q={text}"):
        assert_harmless(client.get(address).content.decode())
    data = {**fields(client, task), "outcome": text, "comment": text, "field-0": text + "x"}
    assert_harmless(client.post(f"{BASE}{task.pk}/decide/", data, follow=True).content.decode())
    task.refresh_from_db()
    assert task.status == ("done" if text in task.outcomes else "open")


def assert_harmless(page: str) -> None:
    allowed = {f"/static/inbox/{name}.js" for name in ("early", "inbox", "theme")}
    for tag, attributes in Markup(page).found:
        assert tag not in {"iframe", "object", "embed", "img", "style", "base", "b-", "svg-"}, tag
        assert not [name for name in attributes if name.startswith("on")], attributes
        if tag == "script":
            assert attributes.get("src") in allowed
        for name in ("href", "src", "action", "formaction"):
            address = attributes.get(name) or ""
            assert not re.match(r"\s*(javascript|data|vbscript):", address, re.IGNORECASE), address


def test_pages_forbid_foreign_code(ask: Ask, alice: User, client_of: SignedIn) -> None:
    task = ask()
    for address in (BASE, f"{BASE}{task.pk}/change/", f"{BASE}fragment/"):
        policy = client_of(alice).get(address)["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy


def test_markdown_is_shown_and_images_are_not_fetched(ask: Ask, alice: User, client_of: SignedIn) -> None:
    task = ask(description="**bold** [ok](https://example.com) ![logo](https://evil.example/t.png)")
    page = client_of(alice).get(f"{BASE}{task.pk}/change/").content.decode()
    assert "<strong>bold</strong>" in page
    assert 'href="https://example.com" rel="noopener noreferrer nofollow"' in page
    assert "[image: logo]" in page
    assert "evil.example" not in page


def test_approving_with_an_edit(ask: Ask, bob: User, client_of: SignedIn) -> None:
    task = ask(proposed={"amount": 1480.0, "notify": True, "text": "a\nb"})
    client = client_of(bob)
    answer = client.post(
        f"{BASE}{task.pk}/decide/",
        {
            **fields(client, task),
            "outcome": "approved",
            "comment": "ok",
            "field-0": "1400,50",
            "field-1": "true",
            "field-2": "a\r\nb",
        },
    )
    assert answer.status_code == 302
    task.refresh_from_db()
    assert task.decision["proposed"] == {"amount": 1400.5, "notify": True, "text": "a\nb"}
    assert task.decision["edited"] == ["amount"]
    page = client.get(answer["Location"]).content.decode()
    assert "Approved by you" in page
    assert f'href="/runs/{task.run_id}"' in page
    assert "<ins>1400.5</ins>" in page


def test_a_mistake_keeps_what_was_typed(ask: Ask, bob: User, client_of: SignedIn) -> None:
    task = ask(proposed={"amount": 1480})
    client = client_of(bob)
    data = {**fields(client, task), "outcome": "approved", "comment": "my remark", "field-0": "a lot"}
    answer = client.post(f"{BASE}{task.pk}/decide/", data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "must be a number" in page
    assert 'value="a lot"' in page
    assert "my remark" in page
    assert_open(task)


def test_a_late_click_is_shown_the_decision(ask: Ask, alice: User, bob: User, client_of: SignedIn) -> None:
    task = ask()
    hers, his = client_of(alice), client_of(bob)
    late = fields(hers, task)
    his.post(f"{BASE}{task.pk}/decide/", {**fields(his, task), "outcome": "rejected"})
    answer = hers.post(f"{BASE}{task.pk}/decide/", {**late, "outcome": "approved"})
    assert answer.status_code == 409
    assert "Already decided by bob@example.com: rejected" in answer.content.decode()
    assert Signal.objects.get(run_id=task.run_id).outcome == "rejected"


def test_commenting_decides_nothing(ask: Ask, bob: User, client_of: SignedIn) -> None:
    task = ask()
    client = client_of(bob)
    data = {**fields(client, task), "outcome": "approved", "comment": "calling her"}
    assert client.post(f"{BASE}{task.pk}/comment/", data).status_code == 302
    assert "calling her" in client.get(f"{BASE}{task.pk}/change/").content.decode()
    assert_open(task)


def test_no_get_decides(ask: Ask, bob: User, client_of: SignedIn) -> None:
    task = ask()
    client = client_of(bob)
    query = {**fields(client, task), "outcome": "approved"}
    for address in ("", "change/", "decide/", "comment/"):
        for method in (client.get, client.head, client.options):
            method(f"{BASE}{task.pk}/{address}", query)
    for method in (client.put, client.delete, client.patch):
        assert method(f"{BASE}{task.pk}/decide/", query).status_code == 405
    assert_open(task)


def test_a_form_of_another_site_is_refused(ask: Ask, bob: User, client_of: SignedIn) -> None:
    task = ask()
    data = {**fields(client_of(bob), task), "outcome": "approved"}
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(bob)
    answer = strict.post(f"{BASE}{task.pk}/decide/", data)
    assert answer.status_code == 403
    assert "This form is too old" in answer.content.decode()
    assert_open(task)


def test_strangers_to_the_question_see_no_form(ask: Ask, mallory: User, client_of: SignedIn) -> None:
    task = ask(assignees=["alice@example.com"])
    client = client_of(mallory)
    page = client.get(f"{BASE}{task.pk}/change/").content.decode()
    assert 'name="nonce"' not in page
    assert "Only those who are asked" in page
    assert client.post(f"{BASE}{task.pk}/decide/", {"outcome": "approved", "nonce": "x"}).status_code == 403
    assert_open(task)


def test_without_signing_in_nothing_is_shown(ask: Ask) -> None:
    task = ask(subject="a secret subject")
    for address in (BASE, f"{BASE}{task.pk}/change/", f"{BASE}fragment/"):
        answer = Client().get(address)
        assert answer.status_code == 302
        assert b"secret" not in answer.content
    for address in ("decide/", "comment/"):
        assert Client().post(f"{BASE}{task.pk}/{address}", {"outcome": "approved"}).status_code == 302
    assert_open(task)


def test_people_without_the_admin_stay_out(ask: Ask, client_of: SignedIn) -> None:
    task = ask(subject="a secret subject")
    carol = User.objects.create_user("carol@example.com", "a long passphrase")
    answer = client_of(carol).get(f"{BASE}{task.pk}/change/", follow=True)
    assert answer.status_code == 403
    assert "This is not open to you" in answer.content.decode()
    assert b"secret" not in answer.content


def test_signing_in_leads_back_to_the_task(ask: Ask) -> None:
    address = f"{BASE}{ask().pk}/change/"
    way = Client().get(address, follow=True).redirect_chain
    assert way[-1][0] == f"/signin?next={address}"


@pytest.mark.parametrize(
    "next_page", ["//evil.example/", "https://evil.example/admin/", "/\\\\evil.example", ""]
)
def test_signing_in_leads_nowhere_else(db: None, next_page: str) -> None:
    answer = Client().get("/admin/login/", {"next": next_page})
    assert answer["Location"] == "/signin?next=/admin/"


def test_nothing_is_added_or_deleted_by_hand(ask: Ask, alice: User, client_of: SignedIn) -> None:
    task = ask()
    client = client_of(alice)
    for address in (
        f"{BASE}add/",
        f"{BASE}{task.pk}/delete/",
        f"{BASE}{task.pk}/history/",
        f"{BASE}nope/change/",
    ):
        assert client.get(address).status_code == 404, address
    assert "There is nothing here" in client.get(f"{BASE}nope/change/").content.decode()


def test_the_list_shows_the_most_urgent_first(ask: Ask, alice: User, client_of: SignedIn) -> None:
    ask(subject="can wait")
    ask(subject="is late", due_at=timezone.now() - timedelta(minutes=12))
    page = client_of(alice).get(BASE).content.decode()
    assert page.index("is late") < page.index("can wait")
    assert "overdue 12 min" in page


def test_the_fragment_tells_how_the_open_task_stands(
    ask: Ask, alice: User, bob: User, client_of: SignedIn
) -> None:
    task = ask()
    hers, his = client_of(alice), client_of(bob)
    address = f"{BASE}fragment/?task={task.pk}"
    assert 'data-status="open" data-revision="1"' in hers.get(address).content.decode()
    his.post(f"{BASE}{task.pk}/decide/", {**fields(his, task), "outcome": "approved"})
    assert 'data-status="done" data-revision="2"' in hers.get(address).content.decode()


@pytest.mark.parametrize("address", ["/admin/", "/admin/accounts/user/add/", "/admin/password_change/"])
def test_the_rest_of_the_admin_has_the_look_too(alice: User, client_of: SignedIn, address: str) -> None:
    page = client_of(alice).get(address).content.decode()
    assert "inbox/admin.css" in page
    assert 'class="rail"' in page
    assert "https://" not in re.sub(r"<a [^>]*>", "", page)


def assert_open(task: HumanTask) -> None:
    task.refresh_from_db()
    assert (task.status, task.decision) == ("open", None)
    assert not Signal.objects.filter(run_id=task.run_id).exists()
