"""Signing in, the first owner, tokens."""

from __future__ import annotations

import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from orchestrator.accounts import services
from orchestrator.accounts.models import ApiToken, User
from orchestrator.errors import Conflict, NotSignedIn, TooMany
from orchestrator.workflows.models import Workflow
from orchestrator.workflows.starters import starters
from tests.api.callers import PASSWORD, Caller, sign_in

NEW_OWNER = {"email": "Alice@Example.org", "name": "Alice", "password": PASSWORD}


@pytest.mark.django_db
class TestOwner:
    def test_the_first_visit_asks_for_an_owner_and_signs_it_in(self, stranger: Caller) -> None:
        assert stranger.get("/session").json()["needs_owner"] is True
        answer = stranger.post("/owner", NEW_OWNER)
        assert answer.status_code == 201
        assert answer.json()["user"]["email"] == "alice@example.org"
        session = stranger.get("/session").json()
        assert session["user"]["is_owner"] is True
        assert session["needs_owner"] is False

    def test_there_is_only_one_owner(self, stranger: Caller) -> None:
        stranger.post("/owner", NEW_OWNER)
        answer = stranger.post("/owner", {**NEW_OWNER, "email": "mallory@example.org"})
        assert (answer.status_code, answer.json()["code"]) == (409, "owner.exists")
        assert User.objects.count() == 1

    def test_a_weak_password_is_refused_with_reasons(self, stranger: Caller) -> None:
        answer = stranger.post("/owner", {**NEW_OWNER, "password": "12345"})
        assert (answer.status_code, answer.json()["code"]) == (422, "password.weak")
        assert answer.json()["problems"][0]["path"] == "body.password"
        assert not User.objects.exists()

    @pytest.mark.parametrize("email", ["", "alice", "a b@x.org", "@x.org"])
    def test_an_email_must_look_like_one(self, stranger: Caller, email: str) -> None:
        answer = stranger.post("/owner", {**NEW_OWNER, "email": email})
        assert answer.status_code == 422
        assert answer.json()["problems"][0]["path"] == "body.email"

    def test_the_new_owner_finds_the_starters(self, stranger: Caller) -> None:
        stranger.post("/owner", NEW_OWNER)
        assert sorted(Workflow.objects.values_list("name", flat=True)) == sorted(
            starter.title for starter in starters()
        )


@pytest.mark.django_db(transaction=True)
def test_of_owners_made_at_the_same_moment_one_wins() -> None:
    barrier, outcomes = threading.Barrier(4), []

    def attempt(number: int) -> None:
        barrier.wait()
        try:
            services.create_owner(email=f"owner{number}@example.org", name="", password=PASSWORD)
            outcomes.append("made")
        except Conflict as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made", "owner.exists", "owner.exists", "owner.exists"]
    assert User.objects.filter(is_owner=True).count() == 1


class TestPassword:
    BODY = {"current_password": PASSWORD, "password": "a much better battery"}

    def test_a_new_password_keeps_this_browser_and_ends_the_others(
        self, bob: User, teammate: Caller, stranger: Caller
    ) -> None:
        elsewhere = sign_in(bob)
        answer = teammate.put("/session/password", self.BODY)
        assert (answer.status_code, answer.json()["user"]["id"]) == (200, bob.pk)
        assert teammate.get("/tokens").status_code == 200
        assert elsewhere.get("/tokens").status_code == 401
        old = {"email": bob.email, "password": PASSWORD}
        assert stranger.post("/session", old).status_code == 401
        assert stranger.post("/session", {**old, "password": self.BODY["password"]}).status_code == 200

    @pytest.mark.parametrize(
        ("change", "code", "path"),
        [
            ({"current_password": "a guess at it"}, "password.wrong", "body.current_password"),
            ({"password": "12345"}, "password.weak", "body.password"),
        ],
    )
    def test_a_refusal_names_the_field_and_changes_nothing(
        self, bob: User, teammate: Caller, change: dict[str, str], code: str, path: str
    ) -> None:
        answer = teammate.put("/session/password", {**self.BODY, **change})
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert answer.json()["problems"][0]["path"] == path
        bob.refresh_from_db()
        assert bob.check_password(PASSWORD)

    def test_guesses_are_throttled(self, teammate: Caller) -> None:
        for _ in range(services.MOST_BY_PAIR):
            teammate.put("/session/password", {**self.BODY, "current_password": "a guess at it"})
        answer = teammate.put("/session/password", self.BODY)
        assert (answer.status_code, answer.json()["code"]) == (429, "auth.throttled")

    def test_a_token_cannot_change_it(self, program: Caller) -> None:
        assert program.put("/session/password", self.BODY).status_code == 401


class TestSignIn:
    def test_signing_in_and_out(self, alice: User, stranger: Caller) -> None:
        assert stranger.get("/tokens").status_code == 401
        answer = stranger.post("/session", {"email": " ALICE@example.org", "password": PASSWORD})
        assert answer.status_code == 200
        assert answer.json()["user"]["id"] == alice.pk
        assert stranger.get("/tokens").status_code == 200
        assert stranger.delete("/session").status_code == 204
        assert stranger.get("/tokens").status_code == 401

    def test_a_wrong_password_and_an_unknown_email_look_the_same(self, alice: User, stranger: Caller) -> None:
        wrong = stranger.post("/session", {"email": alice.email, "password": "not it"})
        unknown = stranger.post("/session", {"email": "nobody@example.org", "password": "not it"})
        assert wrong.status_code == unknown.status_code == 401
        assert wrong.content == unknown.content

    def test_without_the_csrf_header_nothing_happens(self, alice: User) -> None:
        caller = Caller()
        answer = caller.post("/session", {"email": alice.email, "password": PASSWORD})
        assert (answer.status_code, answer.json()["code"]) == (403, "auth.csrf")

    def test_an_inactive_user_is_signed_out(self, alice: User, owner: Caller) -> None:
        assert owner.get("/tokens").status_code == 200
        User.objects.filter(pk=alice.pk).update(is_active=False)
        assert owner.get("/tokens").status_code == 401

    def test_many_failures_are_throttled_even_with_the_right_password_at_last(self, alice: User) -> None:
        now = timezone.now()
        for _ in range(services.MOST_BY_PAIR):
            with pytest.raises(NotSignedIn):
                services.check_sign_in(email=alice.email, password="no", address="198.51.100.7", now=now)
        with pytest.raises(TooMany) as refused:
            services.check_sign_in(email=alice.email, password=PASSWORD, address="198.51.100.7", now=now)
        assert 0 < refused.value.extra["retry_after"] <= 901
        elsewhere = services.check_sign_in(
            email=alice.email, password=PASSWORD, address="203.0.113.9", now=now
        )
        assert elsewhere == alice
        later = now + services.WINDOW + timedelta(seconds=1)
        again = services.check_sign_in(
            email=alice.email, password=PASSWORD, address="198.51.100.7", now=later
        )
        assert again == alice

    def test_one_address_cannot_try_many_accounts(self, alice: User) -> None:
        for number in range(services.MOST_BY_ADDRESS):
            with pytest.raises(NotSignedIn):
                services.check_sign_in(email=f"{number}@example.org", password="no", address="198.51.100.7")
        with pytest.raises(TooMany):
            services.check_sign_in(email="new@example.org", password="no", address="198.51.100.7")

    def test_the_throttle_answers_with_a_time_to_wait(self, alice: User, stranger: Caller) -> None:
        for _ in range(services.MOST_BY_PAIR):
            stranger.post("/session", {"email": alice.email, "password": "no"})
        answer = stranger.post("/session", {"email": alice.email, "password": "no"})
        assert (answer.status_code, answer.json()["code"]) == (429, "auth.throttled")
        assert int(answer["Retry-After"]) > 0

    def test_the_admin_has_no_sign_in_page_of_its_own(self, stranger: Caller) -> None:
        answer = stranger.client.get("/admin/login/")
        assert (answer.status_code, answer["Location"]) == (302, "/signin?next=/admin/")


class TestTokens:
    def test_a_token_is_shown_once_and_kept_as_a_hash(self, owner: Caller) -> None:
        made = owner.post("/tokens", {"name": "deploy"})
        assert made.status_code == 201
        secret = made.json()["token"]
        assert secret not in owner.get("/tokens").content.decode()
        row = ApiToken.objects.get()
        assert row.prefix == secret[:12]
        assert secret not in str(vars(row))

    def test_a_program_needs_no_csrf_token(self, program: Caller) -> None:
        assert program.post("/workflows", {"name": "By program"}).status_code == 201

    def test_use_is_noted(self, program: Caller) -> None:
        assert ApiToken.objects.get().last_used_at is None
        program.get("/tokens")
        assert ApiToken.objects.get().last_used_at is not None

    def test_a_deleted_token_opens_nothing(self, owner: Caller) -> None:
        made = owner.post("/tokens", {"name": "deploy"}).json()
        program = Caller(Authorization=f"Bearer {made['token']}")
        assert program.get("/tokens").status_code == 200
        assert owner.delete(f"/tokens/{made['id']}").status_code == 204
        assert program.get("/tokens").status_code == 401

    def test_tokens_of_others_are_out_of_reach(self, owner: Caller, teammate: Caller) -> None:
        made = owner.post("/tokens", {"name": "deploy"}).json()
        assert teammate.get("/tokens").json()["items"] == []
        assert teammate.delete(f"/tokens/{made['id']}").status_code == 404
        assert owner.get("/tokens").json()["items"][0]["id"] == made["id"]

    @pytest.mark.parametrize("secret", ["", "orc_wrong", "ü", "a b"])
    def test_a_wrong_token_is_refused(self, db: None, secret: str) -> None:
        assert Caller(Authorization=f"Bearer {secret}").get("/tokens").status_code == 401

    def test_a_token_from_the_command_line_works(self, alice: User) -> None:
        out = StringIO()
        call_command("create_token", alice.email, "cron", stdout=out)
        program = Caller(Authorization=f"Bearer {out.getvalue().strip()}")
        assert program.get("/tokens").json()["items"][0]["name"] == "cron"

    def test_the_command_names_an_unknown_user(self, db: None) -> None:
        with pytest.raises(CommandError, match=r"nobody@example\.org"):
            call_command("create_token", "nobody@example.org", "cron")
