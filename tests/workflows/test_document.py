"""The document's text and hashes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.errors import InvalidInput
from orchestrator.workflows.document import behaviour_hash, canonical, content_hash, read_document
from orchestrator.workflows.starters import starters
from tests.workflows.documents import by_hand, chain, node

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)


@given(params=st.dictionaries(st.text(max_size=8), json_values, max_size=4))
def test_the_exported_text_reads_back_as_the_same_document(params: dict[str, object]) -> None:
    document = read_document(chain({**node("a", "x.y"), "params": params, "position": [1, 2.5]}))
    assert json.loads(canonical(document)) == document


def test_moving_a_node_changes_one_line_of_the_export() -> None:
    before, after = read_document(by_hand()), read_document(by_hand())
    after["nodes"][1]["position"] = [300, 40]
    one, two = canonical(before).splitlines(), canonical(after).splitlines()
    assert [pair for pair in zip(one, two, strict=True) if pair[0] != pair[1]] == [
        ('      "position": [0, 0]', '      "position": [300, 40]')
    ]


def test_the_export_does_not_depend_on_the_order_of_keys() -> None:
    document = read_document(chain(node("a", "x.y", b=1, a={"d": 1, "c": 2})))
    other = read_document(chain(node("a", "x.y", a={"c": 2, "d": 1}, b=1)))
    assert canonical(document) == canonical(other)
    assert content_hash(document) == content_hash(other)


def test_the_places_of_nodes_do_not_count_as_behaviour() -> None:
    one, two = read_document(by_hand()), read_document(by_hand())
    two["nodes"][0]["position"] = [9, 9]
    assert behaviour_hash(one) == behaviour_hash(two)
    assert content_hash(one) != content_hash(two)


def test_a_document_that_is_too_large_is_refused() -> None:
    huge = chain(node("a", "x.y", text="x" * (9 * 1024 * 1024)))
    with pytest.raises(InvalidInput) as refused:
        read_document(huge)
    assert refused.value.code == "workflow.too_large"


def test_every_starter_has_a_title_and_a_summary() -> None:
    assert [starter.key for starter in starters() if not (starter.title and starter.summary)] == []
