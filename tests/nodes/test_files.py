"""Workbooks that are written can be read again; what strangers wrote stays text."""

from __future__ import annotations

import base64
from typing import Any

import pytest

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


in_both = pytest.mark.parametrize("format", ["xlsx", "ods"])


@in_both
async def test_what_is_written_can_be_read(format: str) -> None:
    records = [
        {"id": 1, "name": "Åse 🎉", "price": 2.5, "paid": True, "tags": ["a", "b"]},
        {"id": 2, "name": "two\nlines", "price": -3, "paid": False},
    ]
    assert await read_again(await written(records, format=format)) == [
        {"id": 1, "name": "Åse 🎉", "price": 2.5, "paid": True, "tags": '["a","b"]'},
        {"id": 2, "name": "two\nlines", "price": -3, "paid": False, "tags": None},
    ]


@in_both
async def test_texts_never_become_formulas(format: str) -> None:
    records = [{"=cmd": '=HYPERLINK("https://x.example","click")', "b": "\x00\x07bell"}]
    workbook = await written(records, format=format)
    assert await read_again(workbook) == [{"=cmd": '=HYPERLINK("https://x.example","click")', "b": "bell"}]


@in_both
async def test_columns_and_sheet_are_as_chosen(format: str) -> None:
    records = [{"customer": {"name": "Ada"}, "x": 1}]
    workbook = await written(records, columns=["customer.name"], sheet="June", format=format)
    assert await read_again(workbook, sheet="June") == [{"customer.name": "Ada"}]
    assert await read_again(workbook, sheet="1", header=False) == [
        {"column_1": "customer.name"},
        {"column_1": "Ada"},
    ]


@pytest.mark.parametrize("text", [" a  b ", "<b>&amp;</b>]]>", "1", "TRUE", "'", '"', "\ufffe", "x" * 40_000])
@in_both
async def test_odd_texts_come_back_as_they_were(format: str, text: str) -> None:
    workbook = await written([{"text": text, "after": 1}], format=format)
    expected = text.replace("\ufffe", "")[:32_767] if format == "ods" or len(text) > 32_767 else text
    [row] = await read_again(workbook)
    assert row == {"text": expected or None, "after": 1}


async def test_an_ods_is_recognised_by_its_first_bytes() -> None:
    workbook = await written([{"a": 1}], format="ods", name="out.xlsx")
    assert workbook[30:38] == b"mimetype"
    assert workbook[38:84] == b"application/vnd.oasis.opendocument.spreadsheet"
