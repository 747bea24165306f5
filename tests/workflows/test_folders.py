"""Folders: filing workflows, moving, renaming and removing."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.workflows.models import Folder, Workflow
from tests.api.callers import Caller

pytestmark = pytest.mark.django_db


def made(caller: Caller, name: str, folder: str = "") -> str:
    answer = caller.post("/workflows", {"name": name, "folder": folder})
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


def listed(caller: Caller, query: str) -> set[str]:
    answer = caller.get(f"/workflows?{query}")
    assert answer.status_code == 200, answer.content
    return {row["name"] for row in answer.json()["items"]}


def folders(caller: Caller) -> dict[str, int]:
    return {row["path"]: row["workflows"] for row in caller.get("/folders").json()["items"]}


def folder_of(workflow_id: str) -> str:
    return Workflow.objects.get(pk=workflow_id).folder


class TestFiling:
    def test_a_workflow_made_in_a_folder_makes_those_above_it_too(self, owner: Caller) -> None:
        workflow_id = made(owner, "Triage", " Sales / Orders/")
        assert owner.get(f"/workflows/{workflow_id}").json()["folder"] == "Sales/Orders"
        assert folders(owner) == {"Sales": 1, "Sales/Orders": 1}

    def test_an_empty_folder_stays(self, owner: Caller) -> None:
        answer = owner.post("/folders", {"path": "Later"})
        assert (answer.status_code, answer.json()) == (201, {"path": "Later", "workflows": 0})
        assert owner.post("/folders", {"path": "Later"}).status_code == 201
        assert folders(owner) == {"Later": 0}

    def test_lists_are_of_one_folder_or_of_all_below_it(self, owner: Caller) -> None:
        made(owner, "Outside")
        made(owner, "Sales report", "Sales")
        made(owner, "Order report", "Sales/Orders")
        made(owner, "Other report", "sales/Orders")
        assert listed(owner, "folder=/") == {"Outside"}
        assert listed(owner, "folder=Sales") == {"Sales report"}
        assert listed(owner, "folder=Sales&below=true") == {"Sales report", "Order report"}
        assert listed(owner, "folder=Sales&below=true&search=order") == {"Order report"}
        assert listed(owner, "search=report") == {"Sales report", "Order report", "Other report"}

    def test_many_are_moved_at_once_and_their_drafts_stay_as_they_are(self, owner: Caller) -> None:
        ids = [made(owner, f"W{number}") for number in range(3)]
        before = owner.get(f"/workflows/{ids[0]}").json()
        assert owner.post("/folders/file", {"ids": ids, "folder": "A/B"}).json() == {"moved": 3}
        after = owner.get(f"/workflows/{ids[0]}").json()
        assert after == {**before, "folder": "A/B"}
        assert folders(owner) == {"A": 3, "A/B": 3}
        owner.post("/folders/file", {"ids": ids[:1], "folder": ""})
        assert [folder_of(id) for id in ids] == ["", "A/B", "A/B"]

    def test_all_or_none_are_moved(self, owner: Caller) -> None:
        workflow_id = made(owner, "W")
        refused = owner.post("/folders/file", {"ids": [workflow_id, "nobody"], "folder": "A"})
        assert (refused.status_code, refused.json()["code"]) == (404, "workflow.not_found")
        assert (folder_of(workflow_id), Folder.objects.count()) == ("", 0)

    def test_a_copy_lies_beside_its_original(self, owner: Caller) -> None:
        workflow_id = made(owner, "W", "A")
        assert owner.post(f"/workflows/{workflow_id}/duplicate", {}).json()["folder"] == "A"

    @pytest.mark.parametrize(
        "path",
        ["a//b", "x" * 61, "/".join("abcdefghi"), "a\nb", "a/\u0000", "/".join(["y" * 60] * 6), "///", " "],
    )
    def test_a_path_that_cannot_be_is_refused_with_its_place(self, owner: Caller, path: str) -> None:
        refused = owner.post("/folders", {"path": path})
        assert refused.status_code in (400, 422)
        if refused.json()["code"] == "folder.invalid":
            assert refused.json()["problems"][0]["path"] == "path"
        assert not Folder.objects.exists()


class TestMovingFolders:
    def move(self, caller: Caller, path: str, to: str) -> Any:
        return caller.post("/folders/move", {"path": path, "to": to})

    def test_a_renamed_folder_keeps_all_in_it(self, owner: Caller) -> None:
        deep, other = made(owner, "Deep", "Sales/Orders/New"), made(owner, "Other", "Salesroom")
        assert self.move(owner, "Sales", "Shop").json() == {"path": "Shop", "workflows": 1}
        assert (folder_of(deep), folder_of(other)) == ("Shop/Orders/New", "Salesroom")
        assert set(folders(owner)) == {"Shop", "Shop/Orders", "Shop/Orders/New", "Salesroom"}

    def test_capitals_matter(self, owner: Caller) -> None:
        small, large = made(owner, "small", "sales/a"), made(owner, "large", "Sales/a")
        self.move(owner, "sales", "shop")
        assert (folder_of(small), folder_of(large)) == ("shop/a", "Sales/a")

    def test_one_that_is_there_takes_it_in(self, owner: Caller) -> None:
        one, other = made(owner, "one", "A/X"), made(owner, "other", "B/X")
        self.move(owner, "A", "B")
        assert folder_of(one) == folder_of(other) == "B/X"
        assert folders(owner) == {"B": 2, "B/X": 2}

    def test_it_cannot_go_into_itself_and_must_be_there(self, owner: Caller) -> None:
        made(owner, "W", "A/B")
        refused = self.move(owner, "A", "A/B/C")
        assert (refused.status_code, refused.json()["code"]) == (422, "folder.into_itself")
        missing = self.move(owner, "Nowhere", "A")
        assert (missing.status_code, missing.json()["code"]) == (404, "folder.not_found")
        assert folders(owner) == {"A": 1, "A/B": 1}

    @pytest.mark.parametrize(
        ("removed", "left", "place"),
        [("A", {"B", "B/B"}, "B/B"), ("A/B", {"A", "A/B"}, "A/B"), ("A/B/B", {"A", "A/B"}, "A/B")],
    )
    def test_what_was_in_a_removed_folder_moves_up(
        self, owner: Caller, removed: str, left: set[str], place: str
    ) -> None:
        workflow_id = made(owner, "W", "A/B/B")
        assert owner.delete(f"/folders?path={removed}").status_code == 204
        assert (set(folders(owner)), folder_of(workflow_id)) == (left, place)
        assert owner.delete("/folders?path=Nowhere").json()["code"] == "folder.not_found"

    def test_a_deleted_workflow_counts_no_more(self, owner: Caller) -> None:
        owner.delete(f"/workflows/{made(owner, 'W', 'A')}")
        assert folders(owner) == {"A": 0}
