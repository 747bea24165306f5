"""Forms of several pages behind a link: turned page by page, sent once."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from orchestrator.inbox import forms, links
from orchestrator.inbox.models import HumanTask
from orchestrator.runs.models import Signal
from tests.inbox.conftest import Ask

SUPPLIER = [
    {"name": "company", "label": "Company", "page": "Company", "is_required": True},
    {"name": "lists", "label": "Lists", "kind": "choices", "options": ["a", "b", "c"], "page": "Company"},
    {"name": "iban", "label": "IBAN", "page": "Bank", "is_required": True},
    {"name": "remarks", "label": "Remarks", "kind": "long_text", "page": "More"},
]
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class Reader:
    """Somebody who fills in what the page shows, as a browser does."""

    def __init__(self, task: HumanTask) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.link = "/answer/" + links.token_for(task, links.ANYONE)
        self.page: Any = self.client.get(self.link)

    @property
    def text(self) -> str:
        return str(self.page.content.decode())

    def press(self, button: str, value: str, **typed: Any) -> str:
        """Send the form with what the page carries along. Gives the page that comes back."""
        given: dict[str, Any] = {}
        for name, carried in HIDDEN.findall(self.text):
            given.setdefault(name, []).append(html.unescape(carried))
        given |= {name.replace("_", "-"): text for name, text in typed.items()}
        self.page = self.client.post(self.link, {**given, button: value})
        return self.text


@pytest.fixture
def task(ask: Ask) -> HumanTask:
    return ask(
        subject="New supplier", kind="answer", outcomes=["answered"], form=SUPPLIER, policy={"public": True}
    )


def test_pages_come_in_the_order_of_their_first_field() -> None:
    fields = forms.read([*SUPPLIER, {"name": "phone", "page": "Company"}])
    assert forms.pages_of(fields) == ["Company", "Bank", "More"]
    assert [field["name"] for field in forms.on_page(fields, 0)] == ["company", "lists", "phone"]
    assert forms.pages_of(forms.read([{"name": "only"}])) == [""]


def test_a_form_is_filled_in_page_by_page(task: HumanTask) -> None:
    reader = Reader(task)
    assert "Page 1 of 3: Company" in reader.text
    assert "IBAN" not in reader.text
    assert "Page 1 of 3" in reader.press("turn", "next"), "what is needed is missing"
    assert "must be answered" in reader.text
    assert "Page 2 of 3: Bank" in reader.press("turn", "next", answer_0="Ada & Sons", answer_1=["a", "c"])
    assert "Page 1 of 3" in reader.press("turn", "back", answer_2="DE1")
    assert "Ada &amp; Sons" in reader.text
    reader.press("turn", "next", answer_0="Ada Ltd", answer_1=["b", "c"])
    assert 'value="DE1"' in reader.text
    assert "Page 3 of 3" in reader.press("turn", "next", answer_2="DE2")
    task.refresh_from_db()
    assert (task.status, Signal.objects.count()) == ("open", 0), "turning pages decides nothing"
    assert "Thank you" in reader.press("outcome", "answered", answer_3="none")
    task.refresh_from_db()
    assert task.decision["answer"] == {
        "company": "Ada Ltd",
        "lists": ["b", "c"],
        "iban": "DE2",
        "remarks": "none",
    }


def test_a_page_that_was_left_out_is_shown_instead_of_taken(task: HumanTask) -> None:
    reader = Reader(task)
    reader.press("outcome", "answered", page="2", answer_0="Ada")
    assert reader.page.status_code == 422
    assert "Page 2 of 3: Bank" in reader.text
    assert "Nothing was decided" in reader.text
    task.refresh_from_db()
    assert task.status == "open"


@pytest.mark.parametrize("page", ["", "-1", "99", "x", "1e3", "99999999", "\u00b2"])
def test_odd_page_numbers_get_a_page(task: HumanTask, page: str) -> None:
    reader = Reader(task)
    for turn in ("next", "back", "sideways"):
        reader.press("turn", turn, page=page, answer_0="Ada")
        assert reader.page.status_code in (200, 422)
        assert "of 3" in reader.text
