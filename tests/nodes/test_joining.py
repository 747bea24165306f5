"""Joins that would fill the memory are refused before they do."""

from __future__ import annotations

import pytest

from nodes.flow.joining import everything_with_everything, join_by_fields
from orchestrator.sdk import Item, NodeError


def test_too_many_combinations_are_refused_before_they_are_made() -> None:
    branch = [Item({"n": n}, index=n) for n in range(1_001)]
    with pytest.raises(NodeError, match="1,002,001 items") as caught:
        everything_with_everything([branch, branch])
    assert caught.value.code == "flow.too_many_items"


def test_a_key_that_everything_shares_is_refused_too() -> None:
    branch = [Item({"key": 1}, index=n) for n in range(1_001)]
    with pytest.raises(NodeError, match="1,000,000"):
        join_by_fields([branch, branch], ["key"], "inner")
