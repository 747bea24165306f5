"""Workbooks that are written can be read again; what strangers wrote stays text."""

from __future__ import annotations

import base64
from typing import Any

from nodes.files.spreadsheet import spreadsheet
from nodes.files.spreadsheet_build import spreadsheet_build
from orchestrator.sdk.cases import run_case


async def written(records: list[dict[str, Any]], **params: Any) -> bytes:
    outcome = await run_case(spreadsheet_build, {"params": params, "items": records})
    (item,) = outcome.outputs["main"]
    return outcome.context.kept.contents[(item.files or {})["data"].hash]


async def read_again(workbook: bytes, **params: Any) -> list[dict[str, Any]]:
    files = [{"data": {"base64": base64.b64encode(workbook).decode()}}]
    outcome = await run_case(spreadsheet, {"params": params, "items": [{}], "files": files})
    assert outcome.error is None, outcome.error
    return [item.json for item in outcome.outputs["main"]]


async def test_what_is_written_can_be_read() -> None:
    records = [
        {"id": 1, "name": "Åse 🎉", "price": 2.5, "paid": True, "tags": ["a", "b"]},
        {"id": 2, "name": "two\nlines", "price": -3, "paid": False},
    ]
    assert await read_again(await written(records)) == [
        {"id": 1, "name": "Åse 🎉", "price": 2.5, "paid": True, "tags": '["a","b"]'},
        {"id": 2, "name": "two\nlines", "price": -3, "paid": False, "tags": None},
    ]


async def test_texts_never_become_formulas() -> None:
    workbook = await written([{"=cmd": '=HYPERLINK("https://x.example","click")', "b": "\x00\x07bell"}])
    assert await read_again(workbook) == [{"=cmd": '=HYPERLINK("https://x.example","click")', "b": "bell"}]


async def test_columns_and_sheet_are_as_chosen() -> None:
    workbook = await written([{"customer": {"name": "Ada"}, "x": 1}], columns=["customer.name"], sheet="June")
    assert await read_again(workbook, sheet="June") == [{"customer.name": "Ada"}]
    assert await read_again(workbook, sheet="1", header=False) == [
        {"column_1": "customer.name"},
        {"column_1": "Ada"},
    ]
