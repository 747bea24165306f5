"""The public page of a form: what strangers see, send and get."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from orchestrator.accounts.models import User
from orchestrator.errors import Conflict, InvalidInput
from orchestrator.runs.models import Run
from orchestrator.runs.store import load_events, load_items
from orchestrator.triggers import throttle
from orchestrator.triggers.models import PublicPage
from orchestrator.triggers.pages import said
from orchestrator.workflows import services
from orchestrator.workflows.models import Workflow
from tests.api.callers import Caller
from tests.workflows.documents import chain, node

pytestmark = pytest.mark.django_db
FIELDS = [
    {"name": "email", "label": "Your e-mail", "kind": "email", "is_required": True},
    {"name": "size", "label": "Size", "kind": "choice", "options": ["small", "large"], "default": "small"},
    {"name": "about", "label": "What is it about?", "kind": "long_text"},
]
FILLED = {"answer-0": "ada@example.org", "answer-1": "large", "answer-2": "<b>Hello</b>"}


@pytest.fixture(autouse=True)
def no_counting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "count", lambda *args, **named: None)


def form(path: str = "contact", **params: Any) -> dict[str, Any]:
    page = {"path": path, "title": "Contact us", "fields": FIELDS, **params}
    return chain(node("ask", "trigger.form", **page), node("pass", "flow.noop"), name=f"Form {path}")


def publish(path: str = "contact", **params: Any) -> Workflow:
    workflow = services.create_workflow(by=None, document=form(path, **params))
    services.publish(workflow_id=workflow.pk, by=None)
    return workflow


def send(path: str, fields: dict[str, str], client: Client | None = None) -> HttpResponse:
    body = "&".join(f"{name}={value}" for name, value in fields.items())
    return (client or Client()).post(
        path, body.replace(" ", "%20"), content_type="application/x-www-form-urlencoded"
    )


def text_of(answer: HttpResponse) -> str:
    return answer.content.decode()


def item_of(run: Run) -> dict[str, Any]:
    [item] = load_items(load_events(run.pk)[0]["items"])
    return item


class TestThePage:
    def test_it_is_there_while_the_workflow_is_live(self) -> None:
        client = Client()
        assert client.get("/form/contact").status_code == 404
        workflow = publish("contact", description="We answer **soon**.")
        page = client.get("/form/contact")
        assert page.status_code == 200
        assert "We answer <strong>soon</strong>." in text_of(page)
        assert "Your e-mail" in text_of(page)
        assert not Run.objects.exists(), "looking starts nothing"
        services.unpublish(workflow_id=workflow.pk)
        assert client.get("/form/contact").status_code == 404

    def test_it_may_not_be_framed_and_runs_no_foreign_script(self) -> None:
        publish()
        page = Client().get("/form/contact")
        assert page["X-Frame-Options"] == "DENY"
        policy = page["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy

    def test_words_of_author_and_stranger_are_text_never_html(self) -> None:
        evil = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
        fields = [{"name": "a", "label": evil, "help": evil, "is_required": True, "kind": "number"}]
        publish(title=evil, description=f"{evil} [x](javascript:alert(3))", button=evil[:60], fields=fields)
        for page in (Client().get("/form/contact"), send("/form/contact", {"answer-0": evil})):
            assert "<script>alert" not in text_of(page)
            assert "<img src=x" not in text_of(page)
            assert 'href="javascript:' not in text_of(page)

    def test_two_live_workflows_cannot_have_one_address(self) -> None:
        publish()
        with pytest.raises(Conflict) as caught:
            publish("/contact/")
        assert caught.value.code == "page.path_taken"
        twice = form()
        twice["nodes"].append(node("again", "trigger.form", path="contact", fields=FIELDS))
        other = services.create_workflow(by=None, document=twice)
        with pytest.raises((Conflict, InvalidInput)):
            services.publish(workflow_id=other.pk, by=None)
        assert PublicPage.objects.count() == 1


class TestSending:
    def test_it_starts_the_live_workflow_with_the_answers(self) -> None:
        workflow = publish()
        answer = send("/form/contact", FILLED)
        assert answer.status_code == 303
        run = Run.objects.get()
        assert (run.workflow_id, run.source, run.mode, run.start_node) == (
            workflow.pk, "form", "production", "ask",
        )  # fmt: skip
        item = item_of(run)
        assert item["answer"] == {"email": "ada@example.org", "size": "large", "about": "<b>Hello</b>"}
        assert item["path"] == "contact"
        assert item["submitted_at"]

    def test_what_does_not_fit_is_said_and_kept_and_starts_nothing(self) -> None:
        publish()
        answer = send("/form/contact", {**FILLED, "answer-0": "nobody", "answer-1": "huge"})
        assert answer.status_code == 422
        assert "must be an e-mail address" in text_of(answer)
        assert "must be one of: small, large" in text_of(answer)
        assert 'value="nobody"' in text_of(answer)
        assert not Run.objects.exists()

    def test_sent_twice_it_starts_one_run(self) -> None:
        publish()
        client = Client()
        found = re.search(r'name="key" value="(\w+)"', text_of(client.get("/form/contact")))
        assert found
        for _ in range(2):
            assert send("/form/contact", {**FILLED, "key": found[1]}, client).status_code == 303
        assert Run.objects.count() == 1
        send("/form/contact", {**FILLED, "key": "another"}, client)
        assert Run.objects.count() == 2

    def test_afterwards_comes_what_the_author_chose(self) -> None:
        publish(afterwards={"kind": "message", "title": "Merci", "text": "À **bientôt**"})
        answer = send("/form/contact", FILLED)
        ended = Client().get(answer["Location"])
        assert "Merci" in text_of(ended)
        assert "À <strong>bientôt</strong>" in text_of(ended)
        publish("away", afterwards={"kind": "redirect", "url": "https://example.org/thanks"})
        assert send("/form/away", FILLED)["Location"] == "https://example.org/thanks"

    def test_a_result_is_waited_for(self) -> None:
        publish(afterwards={"kind": "result"})
        waiting = Client().get(send("/form/contact", FILLED)["Location"])
        assert 'http-equiv="refresh"' in text_of(waiting)

    def test_the_page_after_it_cannot_be_forged(self) -> None:
        assert Client().get("/form-sent/made-up").status_code == 404

    def test_other_kinds_of_bodies_and_large_ones_are_refused(self) -> None:
        publish()
        client = Client()
        assert client.post("/form/contact", FILLED).status_code == 400, "multipart"
        large = "answer-0=" + "a" * (1024 * 1024 + 1)
        kind = "application/x-www-form-urlencoded"
        assert client.post("/form/contact", large, content_type=kind).status_code == 413
        assert not Run.objects.exists()

    def test_the_session_of_whoever_sends_it_counts_for_nothing(self, owner: Caller) -> None:
        publish()
        assert send("/form/contact", FILLED, owner.client).status_code == 303
        assert "by" not in load_events(Run.objects.get().pk)[0]


class TestThePreview:
    def test_it_shows_and_runs_the_draft(self, owner: Caller, alice: User) -> None:
        workflow = services.create_workflow(by=None, document=form())
        url = f"/form-test/{workflow.pk}/ask"
        page = owner.client.get(url)
        assert page["X-Frame-Options"] == "SAMEORIGIN"
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text_of(page))
        assert token
        assert send(url, FILLED, owner.client).status_code == 403, "another site could have sent it"
        assert not Run.objects.exists()
        sent = send(url, {**FILLED, "csrfmiddlewaretoken": token[1]}, owner.client)
        assert sent.status_code == 303
        run = Run.objects.get()
        assert (run.mode, run.source) == ("manual", "form")
        assert load_events(run.pk)[0]["by"] == alice.email

    def test_strangers_see_nothing(self) -> None:
        workflow = services.create_workflow(by=None, document=form())
        assert Client().get(f"/form-test/{workflow.pk}/ask").status_code == 401

    def test_a_form_that_is_not_ready_says_why(self, owner: Caller) -> None:
        workflow = services.create_workflow(by=None, document=form(fields=[]))
        assert "not ready yet" in text_of(owner.client.get(f"/form-test/{workflow.pk}/ask"))
        assert owner.client.get(f"/form-test/{workflow.pk}/pass").status_code == 404


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ({"reply": None, "outputs": [{"text": "first"}, {"text": "last"}]}, "last"),
        ({"reply": None, "outputs": []}, ""),
        ({"reply": {"headers": {"Content-Type": "text/plain"}, "body": b"plain"}, "outputs": []}, "plain"),
        (
            {
                "reply": {"headers": {"Content-Type": "application/json"}, "body": b'{"text": "hi"}'},
                "outputs": [],
            },
            "hi",
        ),
    ],
)
def test_what_a_run_says_to_people(result: Any, words: str) -> None:
    assert said(result, "text") == words
