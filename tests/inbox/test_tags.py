"""Tags: words that an author sorts tasks by, shown on each and found by lists and search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from orchestrator.accounts.models import User
from orchestrator.errors import Conflict
from orchestrator.inbox import history, links, nonces, services
from orchestrator.inbox.models import HumanTask, TaskTag
from orchestrator.inbox.question import LONGEST_TAG, MOST_TAGS
from tests.inbox.conftest import Ask
from tests.inbox.test_desk import BASE, decide, seen

SignedIn = Callable[[User], Client]


def test_tags_are_made_fit_to_be_stored(ask: Ask) -> None:
    odd: list[Any] = [" VIP ", "VIP", "", None, 7, "n\x00l", "x" * 100]
    task = HumanTask.objects.get(pk=ask(tags=[*odd, *range(100, 140)]).pk)
    assert task.tags[:4] == ["VIP", "None", "7", "n\ufffdl"]
    assert len(task.tags[4]) == LONGEST_TAG
    assert len(task.tags) == MOST_TAGS == TaskTag.objects.filter(task=task).count()
    assert ask(tags="only one").tags == ["only one"]
    assert ask().tags == []


def test_tags_that_differ_in_case_alone_are_found_alike(ask: Ask, bob: User) -> None:
    ask(subject="both", tags=["Ärger", "ärger"])
    assert seen(bob, "everything", tag="ÄRGER") == {"both"}


def test_lists_and_search_find_them(ask: Ask, bob: User, mallory: User) -> None:
    ask(subject="a refund", tags=["VIP", "Norway"], queue="refunds")
    ask(subject="a letter", tags=["vip"], assignees=["mallory@example.com"])
    ask(subject="vipers", tags=["norwa"])
    assert seen(bob, "everything", tag="vip") == {"a refund", "a letter"}
    assert seen(bob, "everything", tag="Vip", queue="refunds") == {"a refund"}
    assert seen(bob, "mine", tag="vip") == {"a refund"}
    assert seen(mallory, "mine", tag="vip") == {"a refund", "a letter"}
    assert seen(bob, "everything", tag="vi") == set()
    assert seen(bob, "everything", q="norway") == {"a refund"}
    decide(HumanTask.objects.get(subject="a refund"), bob)
    assert seen(bob, "everything", tag="vip") == {"a letter"}
    assert seen(bob, "done", tag="vip") == {"a refund"}


def test_the_api_gives_and_narrows_to_them(ask: Ask, bob: User, client_of: SignedIn) -> None:
    task = ask(subject="tagged", tags=["VIP"])
    ask(subject="other")
    his = client_of(bob)
    [row] = his.get("/api/v1/inbox?tag=vip").json()["items"]
    assert (row["subject"], row["tags"]) == ("tagged", ["VIP"])
    assert his.get(f"/api/v1/inbox/{task.pk}").json()["tags"] == ["VIP"]
    kept = {"name": "VIPs", "view": "everything", "tag": "vip"}
    saved = his.post("/api/v1/inbox/filters", kept, content_type="application/json")
    assert saved.json()["wanted"] == {"view": "everything", "tag": "vip"}


def test_pages_show_them_and_the_public_does_not_see_them(ask: Ask, bob: User, client_of: SignedIn) -> None:
    task = ask(
        subject="tagged", tags=["<b>VIP</b>", "a&b", "c", "d", "e", "f"], assignees=["bob@example.com"]
    )
    his = client_of(bob)
    page = his.get(f"{BASE}?view=everything&tag=a%26b").content.decode()
    assert "&lt;b&gt;VIP&lt;/b&gt;" in page
    assert "+2" in page
    detail = his.get(f"{BASE}{task.pk}/change/").content.decode()
    assert "?view=mine&amp;tag=a%26b" in detail
    assert "tag=%3Cb%3EVIP%3C%2Fb%3E" in detail
    assert "tagged" not in his.get(f"{BASE}?view=everything&tag=nothing").content.decode()
    own = Client().get("/answer/" + links.token_for(task, "bob@example.com")).content.decode()
    assert '<span class="tag">a&amp;b</span>' in own
    public = ask(subject="public", tags=["inside"], policy={"public": True})
    shown = Client().get("/answer/" + links.token_for(public, links.ANYONE)).content.decode()
    assert "public" in shown
    assert "inside" not in shown


def test_they_are_part_of_what_was_shown(ask: Ask, bob: User) -> None:
    task = ask(tags=["vip"])
    nonce, digest = nonces.issue(task, bob.pk), history.shown_digest(task)
    HumanTask.objects.filter(pk=task.pk).update(tags=["harmless"])
    task.refresh_from_db()
    assert history.shown_digest(task) != digest
    with pytest.raises(Conflict):
        services.decide(task_id=task.pk, outcome="approved", by=bob, nonce=nonce)
