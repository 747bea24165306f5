"""SQL over items: it reads, and whatever it is made to do, only its own step ends."""

from __future__ import annotations

from typing import Any

import pytest

from nodes.flow.merge import merge
from orchestrator.sdk.cases import Outcome, run_case


async def queried(query: str, *branches: list[dict[str, Any]], **values: Any) -> Outcome:
    inputs = {f"input{n}": branch for n, branch in enumerate(branches or ([{"id": 1}],), start=1)}
    params = {"mode": "sql", "query": query, "values": values, "inputs": max(2, len(inputs))}
    return await run_case(merge, {"params": params, "items": inputs})


COUNTING = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("ATTACH DATABASE '/tmp/other.db' AS other", "flow.sql"),
        ("DROP TABLE input1", "flow.sql"),
        ("INSERT INTO input1 VALUES (2)", "flow.sql"),
        ("PRAGMA table_info(input1)", "flow.sql"),
        ("VACUUM INTO '/tmp/copy.db'", "flow.sql"),
        ("SELECT load_extension('/tmp/evil.so')", "flow.sql"),
        ("SELECT 1; SELECT 2", "flow.sql"),
        ("SELECT :missing", "flow.sql"),
        ("", "params.invalid"),
        (f"{COUNTING} SELECT i FROM n", "flow.too_many_items"),
        ("SELECT zeroblob(1000000000)", "flow.too_large"),
        (f"{COUNTING} SELECT count(*) FROM n", "child.timeout"),
        (f"{COUNTING} SELECT i, randomblob(1000000) FROM n ORDER BY 2", "child.memory"),
    ],
)
async def test_what_does_harm_is_refused(query: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Short only where it is waited for: on a busy machine the others may take their time.
    monkeypatch.setattr("nodes.flow.merge.QUERY_SECONDS", 4 if code == "child.timeout" else 60)
    monkeypatch.setattr("nodes.flow.merge.QUERY_MEGABYTES", 300)
    outcome = await queried(query)
    assert outcome.error is not None
    assert outcome.error.code == code, outcome.error.message


async def test_odd_names_and_values_are_kept() -> None:
    records = [
        {'a "quoted" name': "x", "Ärger": 1, "ärger": 2, "": None, "n": 2**63},
        {"n": -1.5, "late": "é"},
    ]
    outcome = await queried("SELECT * FROM input1", records)
    first, second = [item.json for item in outcome.outputs["main"]]
    assert first == {'a "quoted" name': "x", "Ärger": 1, "ärger": 2, "": None, "n": 2.0**63, "late": None}
    assert (second["n"], second["late"]) == (-1.5, "é")


async def test_a_branch_that_sent_nothing_is_an_empty_table() -> None:
    outcome = await queried("SELECT count(*) AS n FROM input2", [{"id": 1}], [])
    assert [item.json for item in outcome.outputs["main"]] == [{"n": 0}]


async def test_fields_that_sqlite_takes_for_one_stay_two() -> None:
    outcome = await queried("SELECT * FROM input1", [{"ID": 1, "id": True}])
    assert [item.json for item in outcome.outputs["main"]] == [{"ID": 1, "id_2": True}]


async def test_columns_of_one_name_do_not_hide_each_other() -> None:
    outcome = await queried("SELECT * FROM input1, input2", [{"id": 1}], [{"id": 2}])
    assert [item.json for item in outcome.outputs["main"]] == [{"id": 1, "id_2": 2}]
