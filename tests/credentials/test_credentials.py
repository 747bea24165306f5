"""Secrets go in and never come out."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.db import connection

from orchestrator.credentials import services
from orchestrator.credentials.models import Credential
from orchestrator.credentials.types import TYPES
from orchestrator.errors import NotFound, Unavailable
from orchestrator.workflows.library import library
from tests.api.callers import Caller
from tests.workflows.documents import chain, node

CANARY = "canary-7f3a9c-do-not-show"
SMTP = {"host": "mail.example.org", "password": CANARY}


def made(caller: Caller, name: str = "Mail", kind: str = "smtp", data: Any = SMTP) -> dict[str, Any]:
    answer = caller.post("/credentials", {"name": name, "type": kind, "data": data})
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


class TestSecrecy:
    def test_no_answer_of_the_api_holds_the_secret(self, owner: Caller) -> None:
        answers = [owner.post("/credentials", {"name": "Mail", "type": "smtp", "data": SMTP})]
        credential = answers[0].json()
        url = f"/credentials/{credential['id']}"
        answers += [
            owner.get("/credentials"),
            owner.get(url),
            owner.put(url, {"name": "Post"}),
            owner.put(url, {"data": {**SMTP, "port": "no number"}}),
            owner.put(url, {"data": SMTP}),
            owner.post("/credentials", {"name": "Post", "type": "smtp", "data": SMTP}),
            owner.post("/credentials", {"name": "X", "type": "smtp", "data": {"password": [CANARY]}}),
            owner.post("/credentials", {"name": "X", "type": CANARY[:5], "data": SMTP}),
            owner.post("/credentials", {"name": "X", "type": "smtp", "data": CANARY}),
            owner.post("/credentials", {"name": "X", "type": "smtp", "data": {CANARY[:6]: CANARY}}),
        ]
        assert [answer.status_code for answer in answers] == [
            201, 200, 405, 200, 422, 200, 409, 422, 422, 422, 422,
        ]  # fmt: skip
        assert not any(CANARY in answer.content.decode() for answer in answers)

    def test_the_database_holds_only_what_is_encrypted(self, owner: Caller) -> None:
        made(owner)
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM credentials_credential")
            assert CANARY not in repr(cursor.fetchall())

    def test_the_log_of_a_bug_shows_no_secret(
        self, owner: Caller, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        def broken(data: dict[str, Any]) -> str:
            raise RuntimeError("the box is broken")

        monkeypatch.setattr(services, "_encrypt", broken)
        handler = logging.getLogger().handlers[0]
        answer = owner.post("/credentials", {"name": "Mail", "type": "smtp", "data": SMTP})
        handler.flush()
        assert (answer.status_code, answer.json()["code"]) == (500, "server.bug")
        assert CANARY not in answer.content.decode()
        logged = capfd.readouterr()
        assert CANARY not in logged.err + logged.out

    def test_an_exported_workflow_names_the_credential_but_not_the_secret(self, owner: Caller) -> None:
        credential = made(owner)
        mail = node("mail", "notify.email", credential=credential["id"], to="a@example.org")
        workflow = owner.post("/workflows", {"document": chain(node("start", "trigger.manual"), mail)}).json()
        text = owner.get(f"/workflows/{workflow['id']}/export").content.decode()
        assert credential["id"] in text
        assert CANARY not in text


class TestKeys:
    def test_revealing_gives_the_fields_with_their_defaults(self, owner: Caller) -> None:
        found = services.reveal(made(owner)["id"])
        assert found["password"] == CANARY
        assert (found["port"], found["security"]) == (587, "starttls")

    def test_a_new_key_in_front_still_reads_what_the_old_one_wrote(
        self, owner: Caller, settings: Any
    ) -> None:
        credential = made(owner)
        old, new = settings.CREDENTIALS_KEYS[0], Fernet.generate_key().decode()
        settings.CREDENTIALS_KEYS = [new, old]
        assert services.reveal(credential["id"])["password"] == CANARY
        assert services.rotate() == 1
        settings.CREDENTIALS_KEYS = [new]
        assert services.reveal(credential["id"])["password"] == CANARY

    def test_a_lost_key_is_said_plainly(self, owner: Caller, settings: Any) -> None:
        credential = made(owner)
        settings.CREDENTIALS_KEYS = [Fernet.generate_key().decode()]
        with pytest.raises(Unavailable) as refused:
            services.reveal(credential["id"])
        assert refused.value.code == "credential.unreadable"
        assert "Mail" in refused.value.message

    def test_an_unknown_one_is_not_found(self, db: None) -> None:
        with pytest.raises(NotFound):
            services.reveal("01ARZ3NDEKTSV4RRFFQ69G5FAV")


class TestUse:
    def test_the_workflows_that_name_it_are_listed_and_keep_it_from_being_deleted(
        self, owner: Caller
    ) -> None:
        credential = made(owner)
        url = f"/credentials/{credential['id']}"
        mail = node("mail", "notify.email", credential=credential["id"], to="a@example.org")
        document = chain(node("start", "trigger.manual"), mail)
        workflow = owner.post("/workflows", {"document": document}).json()
        assert owner.get("/credentials").json()["items"][0]["used_by"] == [workflow["id"]]
        refused = owner.delete(url)
        assert (refused.status_code, refused.json()["code"]) == (409, "credential.in_use")
        assert refused.json()["used_by"] == [workflow["id"]]
        without = chain(node("start", "trigger.manual"))
        owner.put(f"/workflows/{workflow['id']}", {"document": without, "revision": 1})
        assert owner.get("/credentials").json()["items"][0]["used_by"] == []
        assert owner.delete(url).status_code == 204
        assert not Credential.objects.exists()

    def test_force_deletes_one_in_use(self, owner: Caller) -> None:
        credential = made(owner)
        mail = node("mail", "notify.email", credential=credential["id"], to="a@example.org")
        owner.post("/workflows", {"document": chain(node("start", "trigger.manual"), mail)})
        assert owner.delete(f"/credentials/{credential['id']}?force=true").status_code == 204


class TestTypes:
    def test_every_type_has_a_title_and_described_fields(self, owner: Caller) -> None:
        for listed in owner.get("/credential-types").json()["items"]:
            assert listed["title"]
            for field in listed["fields_schema"]["properties"].values():
                assert field["description"]

    def test_every_type_a_node_asks_for_exists(self, owner: Caller) -> None:
        wanted = {
            kind for listed in owner.get("/node-types").json()["node_types"] for kind in listed["credentials"]
        }
        assert wanted
        assert wanted <= set(TYPES)
        assert library()

    @pytest.mark.parametrize(
        ("kind", "data", "path"),
        [
            ("smtp", {"host": ""}, "body.data.host"),
            ("smtp", {"host": "x", "port": 0}, "body.data.port"),
            ("openai", {"base_url": "file:///etc/passwd"}, "body.data.base_url"),
            ("header_auth", {"name": "X Key", "value": "v"}, "body.data.name"),
            ("header_auth", {"name": "X-Key", "value": "a\r\nb"}, "body.data.value"),
            ("bearer_token", {"token": "t", "more": 1}, "body.data.more"),
        ],
    )
    def test_data_that_does_not_fit_is_refused_by_its_field(
        self, owner: Caller, kind: str, data: Any, path: str
    ) -> None:
        answer = owner.post("/credentials", {"name": "X", "type": kind, "data": data})
        assert answer.status_code == 422
        assert path in [problem["path"] for problem in answer.json()["problems"]]

    def test_names_are_unique(self, owner: Caller) -> None:
        made(owner)
        made(owner, name="Other")
        other = owner.get("/credentials").json()["items"][1]
        answer = owner.put(f"/credentials/{other['id']}", {"name": "Mail"})
        assert (answer.status_code, answer.json()["code"]) == (409, "credential.name_taken")
