"""Whatever a node asks can be stored and shown: a task never fails the run that asks."""

from __future__ import annotations

from datetime import UTC, datetime

from orchestrator.inbox import present, shapes
from orchestrator.inbox.models import HumanTask
from tests.inbox.conftest import Ask


def test_odd_data_is_made_plain(ask: Ask) -> None:
    task = ask(
        subject="nul \x00 and \ud800 surrogate " + "x" * 400,
        kind="dance",
        priority="whenever",
        outcomes=[],
        proposed={"n": float("nan"), "at": datetime(2026, 1, 1, tzinfo=UTC), 5: "five", "nul": "a\x00b"},
        context=[{"deep": [[[[[["x"]]]]]], "inf": float("-inf")}],
        assignees="alice@example.com",
        description=None,
    )
    task = HumanTask.objects.get(pk=task.pk)
    assert (task.kind, task.priority, task.outcomes) == ("approve", 1, ["approved", "rejected"])
    assert len(task.subject) == 300
    assert task.proposed == {"n": None, "at": "2026-01-01 00:00:00+00:00", "5": "five", "nul": "a�b"}
    assert task.assignees == ["alice@example.com"]
    assert not task.for_anyone


def test_arguments_stay_in_the_author_s_order(ask: Ask) -> None:
    task = ask(proposed={"zeta": 1, "a": 2, "mid": 3})
    assert list(HumanTask.objects.get(pk=task.pk).proposed) == ["zeta", "a", "mid"]


def test_an_endless_context_is_left_out(ask: Ask) -> None:
    task = ask(context=[{"text": "x" * 600_000}])
    assert "too large" in task.context[0]["markdown"]


def test_context_reads_as_blocks() -> None:
    blocks = shapes.blocks_of(
        [
            {"customer": "Ada", "orders": 3},
            {"title": "Order", "items": [{"sku": "a", "price": 1.0}, {"sku": "b", "price": 2.5}]},
            {"title": "Note", "markdown": "**hi**"},
        ]
    )
    assert [block.title for block in blocks] == ["Context", "Order", "Note"]
    assert blocks[0].shape is not None
    assert blocks[0].shape.kind == "fields"
    assert blocks[1].shape is not None
    assert blocks[1].shape.columns == (("sku", "sku", False), ("price", "price", True))
    assert [cell.text for row in blocks[1].shape.rows for cell in row] == ["a", "1", "b", "2.5"]
    assert blocks[2].markdown == "**hi**"
    assert shapes.blocks_of([{}]) == [], "an item without fields tells nothing"


def test_context_has_changes_and_files() -> None:
    file = {"hash": "ab/c", "name": "label.pdf", "mime_type": "application/pdf", "size": 2048}
    blocks = shapes.blocks_of(
        [
            {"title": "Letter", "before": "We refund 10 €", "after": "We refund 12 €"},
            {"title": "Files", "files": [file]},
            {"title": "No change", "before": "only this"},
        ]
    )
    assert [block.title for block in blocks] == ["Context", "Letter", "Files"]
    assert [kind for kind, _ in blocks[1].diff] == ["same", "gone", "new", "same"]
    [shown] = blocks[2].files
    assert (shown.name, shown.size) == ("label.pdf", 2048)
    assert shown.address == "/api/v1/files/ab%2Fc?name=label.pdf&type=application%2Fpdf&inline=true"


def test_a_long_table_says_how_much_is_left_out() -> None:
    shape = shapes.shape_of([{"n": n} for n in range(250)])
    assert (len(shape.rows), shape.more) == (100, 150)


def test_durations_are_words() -> None:
    assert [present.duration(s) for s in (4, 720, 13_200, 36_000, 90_000, 500_000)] == [
        "4 s",
        "12 min",
        "3 h 40 min",
        "10 h",
        "1 day",
        "6 days",
    ]
