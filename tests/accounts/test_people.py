"""People and teams in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from orchestrator.accounts.models import Team, User

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

PEOPLE, TEAMS = "/admin/accounts/user/", "/admin/accounts/team/"
SECRET = "a long passphrase"


def person(email: str, **fields: Any) -> User:
    return User.objects.create_user(email, SECRET, is_staff=True, **fields)


@pytest.fixture
def owner() -> User:
    return person("alice@example.com", is_owner=True, is_superuser=True)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def new(**fields: Any) -> dict[str, Any]:
    given = {"email": "Bob@Example.com", "name": "Bob", "is_staff": "on"}
    return given | {"password1": SECRET, "password2": SECRET} | fields


def test_a_new_person_signs_in_and_is_in_the_team(owner: User) -> None:
    team = Team.objects.create(name="finance")
    made = signed_in(owner).post(f"{PEOPLE}add/", new(groups=[team.pk]))
    assert made.status_code == 302
    bob = User.objects.get(email="bob@example.com")
    assert (bob.name, bob.is_staff, bob.is_superuser, bob.is_owner) == ("Bob", True, False, False)
    assert [group.name for group in bob.groups.all()] == ["finance"]
    answer = Client().post(
        "/api/v1/session", {"email": bob.email, "password": SECRET}, content_type="application/json"
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"password1": "12345", "password2": "12345"}, "too short"),
        ({"password2": "another passphrase"}, "didn’t match"),
        ({"email": "ALICE@example.com"}, "already exists"),
        ({"email": "nobody"}, "valid email"),
    ],
)
def test_mistakes_are_named(owner: User, fields: dict[str, Any], says: str) -> None:
    page = signed_in(owner).post(f"{PEOPLE}add/", new(**fields))
    assert page.status_code == 200 and says in page.content.decode()
    assert User.objects.count() == 1


def test_a_closed_account_opens_nothing(owner: User) -> None:
    bob = person("bob@example.com")
    his = signed_in(bob)
    assert his.get("/api/v1/workflows").status_code == 200
    closed = {"email": bob.email, "name": "Bob", "is_staff": "on"}
    assert signed_in(owner).post(f"{PEOPLE}{bob.pk}/change/", closed).status_code == 302
    assert his.get("/api/v1/workflows").status_code == 401
    assert signed_in(owner).post(f"{PEOPLE}{bob.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_owner_stays_the_owner(owner: User) -> None:
    other = signed_in(person("carol@example.com", is_superuser=True))
    change = {"email": "mallory@example.com", "name": "", "is_active": "on"}
    assert other.post(f"{PEOPLE}{owner.pk}/change/", change).status_code == 403
    passwords = {
        "usable_password": "true",
        "password1": "another passphrase",
        "password2": "another passphrase",
    }
    assert other.post(f"{PEOPLE}{owner.pk}/password/", passwords).status_code == 403
    assert signed_in(owner).post(f"{PEOPLE}{owner.pk}/change/", {"email": "a@example.com"}).status_code == 302
    owner.refresh_from_db()
    assert (owner.email, owner.is_active, owner.is_superuser) == ("a@example.com", True, True)
    assert owner.check_password(SECRET)


@pytest.mark.parametrize("page", [PEOPLE, f"{PEOPLE}add/", TEAMS, f"{TEAMS}add/"])
def test_only_administrators_see_people(page: str, owner: User) -> None:
    assert signed_in(owner).get(page).status_code == 200
    assert signed_in(person("bob@example.com")).get(page).status_code == 403


def test_a_team_is_named_and_filled_on_one_page(owner: User) -> None:
    bob, carol = person("bob@example.com"), person("carol@example.com", is_active=False)
    client = signed_in(owner)
    assert client.post(f"{TEAMS}add/", {"name": "finance", "people": [bob.pk]}).status_code == 302
    team = Team.objects.get(name="finance")
    assert list(team.user_set.all()) == [bob]
    client.post(f"{TEAMS}{team.pk}/change/", {"name": "finance", "people": [bob.pk, carol.pk]})
    assert set(team.user_set.all()) == {bob, carol}
    assert "bob@example.com, carol@example.com" in client.get(TEAMS).content.decode()
