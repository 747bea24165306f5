"""Data made to do harm: a clear error, in bounded time and memory."""

from __future__ import annotations

import asyncio
import base64
import gzip
import io
import json
import struct
import time
import zipfile
from typing import Any

import pytest

from orchestrator.sdk import NodeType, collect
from orchestrator.sdk.cases import Outcome, run_case

LIBRARY = collect("nodes", plugins=False)
MEGABYTE = 1_000_000
BILLION_LAUGHS = (
    "<!DOCTYPE x ["
    + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(9))
    + "]><x>&e8;</x>"
)


async def performed(key: str, params: dict[str, Any], content: bytes | None = None) -> Outcome:
    node_type: NodeType = LIBRARY[key]
    case: dict[str, Any] = {"params": params, "items": [{}]}
    if content is not None:
        case["files"] = [{"data": {"name": "file", "base64": base64.b64encode(content).decode()}}]
    began = time.monotonic()
    outcome = await run_case(node_type, case)
    assert time.monotonic() - began < 60
    return outcome


def parse(text: str, **more: Any) -> dict[str, Any]:
    return {"operation": {"kind": "parse", "text": text, **more}}


TEXTS = {
    "JSON nested without end": ("data.json_text", parse("[" * 100_000), "data.too_deep"),
    "JSON nested and closed": ("data.json_text", parse("[" * 900 + "]" * 900), "data.too_deep"),
    "a number of 5,000 digits": ("data.json_text", parse("9" * 5_000), "data.json"),
    "an endless exponent": ("data.json_text", parse("1e999999999"), "data.json"),
    "a lone surrogate": ("data.json_text", parse(r'"\ud800"'), "data.json"),
    "not a number": ("data.json_text", parse("[NaN]"), "data.json"),
    "a key that appears twice": ("data.json_text", parse('{"a": 1, "a": 2}'), "data.json"),
    "JSON that is too long": ("data.json_text", parse(" " * 17 * MEGABYTE), "data.too_large"),
    "a billion laughs": ("data.xml", parse(BILLION_LAUGHS), "data.xml"),
    "XML nested without end": ("data.xml", parse("<a>" * 200_000), "data.too_deep"),
    "XML of a million elements": ("data.xml", parse("<a>" + "<b/>" * 1_100_000 + "</a>"), "data.too_large"),
    "HTML nested without end": (
        "data.html",
        {"html": "<div>" * 200_000, "values": [{"name": "x", "selector": "div"}]},
        "data.too_deep",
    ),
    "formatting that is never closed": (
        "data.html",
        {"html": "<p><b>" * 200_000, "values": [{"name": "x", "selector": "b"}]},
        "data.too_deep",
    ),
    "HTML too deep for Markdown": (
        "data.markdown",
        {"operation": {"kind": "to_markdown", "text": "<blockquote>" * 300}},
        "data.too_deep",
    ),
    "Markdown that is too long": (
        "data.markdown",
        {"operation": {"kind": "to_html", "text": "[" * 300_000}},
        "data.too_large",
    ),
    "a table of too many columns": ("data.csv", {"text": "x," * 20_000}, "data.too_large"),
    "a few wide rows that fill the memory": (
        "data.csv",
        {"text": "," * 16_000 + "x\n" + "x\n" * 10_000},
        "data.too_large",
    ),
    "a field without end": ("data.csv", {"text": '"' + "x" * 17 * MEGABYTE}, "data.csv"),
    "a template that multiplies": (
        "data.template",
        {
            "template": "{{#a}}" * 8 + "x" + "{{/a}}" * 8,
            "data": {"a": list(range(1, 40))},
        },
        "data.too_large",
    ),
    "a template nested without end": ("data.template", {"template": "{{#a}}" * 1_000}, "data.too_deep"),
    "a template of spaces": ("data.template", {"template": "{{#a}}{{" + " " * 900_000}, "data.template"),
    "a calendar without end": (
        "data.ics",
        {"operation": {"kind": "read", "text": "BEGIN:VEVENT\nEND:VEVENT\n" * 20_000}},
        "data.too_large",
    ),
}


@pytest.mark.parametrize(("key", "params", "code"), list(TEXTS.values()), ids=list(TEXTS))
async def test_a_text_made_to_do_harm_is_refused(key: str, params: dict[str, Any], code: str) -> None:
    outcome = await performed(key, params)
    assert outcome.error is not None
    assert outcome.error.code == code


async def test_a_pattern_made_to_backtrack_takes_linear_time() -> None:
    case = {
        "params": {"schema": {"pattern": "^(a|aa)+$"}, "field": "text"},
        "items": [{"text": "a" * 20_000 + "b"}],
    }
    began = time.monotonic()
    outcome = await run_case(LIBRARY["data.validate"], case)
    assert [len(items) for items in outcome.outputs.values()] == [0, 1]
    assert time.monotonic() - began < 20


async def test_a_schema_made_to_take_for_ever_ends_with_its_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nodes.data.validate.SECONDS", 2)
    parts: dict[str, Any] = {"a0": {"type": "string"}}
    for n in range(1, 20):
        parts[f"a{n}"] = {"oneOf": [{"$ref": f"#/$defs/a{n - 1}"}] * 10}
    outcome = await performed("data.validate", {"schema": {"$defs": parts, "$ref": "#/$defs/a19"}})
    assert outcome.error is not None
    assert outcome.error.code == "child.timeout"


async def test_keys_that_are_traps_elsewhere_are_only_keys() -> None:
    traps = {"__proto__": {"x": 1}, "constructor": 1, "__class__": 2}
    outcome = await performed("data.json_text", parse(json.dumps(traps)))
    assert outcome.outputs["main"][0].json["json"] == traps


@pytest.mark.parametrize(
    ("name", "record"),
    [
        ("__proto__.polluted", {"__proto__": {"polluted": 1}}),
        ("toString.call", {"toString": {"call": 1}}),
        ("constructor.prototype.x", {"constructor": {"prototype": {"x": 1}}}),
        ("a[__proto__].b", {"a[__proto__]": {"b": 1}}),
        ("__class__.__init__", {"__class__": {"__init__": 1}}),
    ],
)
async def test_names_that_are_traps_elsewhere_set_fields_of_the_item(name: str, record: Any) -> None:
    outcome = await performed("data.set", {"fields": [{"name": name, "value": 1}]})
    assert outcome.outputs["main"][0].json == record


def zip_of(entries: list[tuple[str, bytes]]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return file.getvalue()


def lying_zip() -> bytes:
    """The heads say ten bytes; a hundred megabytes come out."""
    data = bytearray(zip_of([("a", b"\0" * 100 * MEGABYTE)]))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = struct.pack("<I", 10)
    data[22:26] = struct.pack("<I", 10)
    return bytes(data)


def linked_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        link = zipfile.ZipInfo("passwords")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return file.getvalue()


ARCHIVES = {
    "a zip that unfolds": (lambda: zip_of([("a", b"\0" * 100 * MEGABYTE)]), "unzip", "files.too_large"),
    "many that unfold": (
        lambda: zip_of([(str(n), b"\0" * 30 * MEGABYTE) for n in range(3)]),
        "unzip",
        "files.too_large",
    ),
    "a zip that lies about sizes": (lying_zip, "unzip", "files.damaged"),
    "too many files": (lambda: zip_of([(str(n), b"") for n in range(1_001)]), "unzip", "files.too_large"),
    "an absolute name": (lambda: zip_of([("/etc/passwd", b"x")]), "unzip", "files.name"),
    "a name for another system": (lambda: zip_of([("..\\x.txt", b"x")]), "unzip", "files.name"),
    "a gzip that unfolds": (lambda: gzip.compress(b"\0" * 100 * MEGABYTE), "gunzip", "files.too_large"),
    "gzips in a row": (lambda: gzip.compress(b"\0" * 30 * MEGABYTE) * 3, "gunzip", "files.too_large"),
}


@pytest.mark.parametrize(("make", "kind", "code"), list(ARCHIVES.values()), ids=list(ARCHIVES))
async def test_an_archive_made_to_do_harm_is_refused(make: Any, kind: str, code: str) -> None:
    outcome = await performed("files.compress", {"operation": {"kind": kind}}, make())
    assert outcome.error is not None
    assert outcome.error.code == code


async def test_links_in_an_archive_are_left_out() -> None:
    outcome = await performed("files.compress", {"operation": {"kind": "unzip"}}, linked_zip())
    assert outcome.error is None
    assert outcome.outputs == {"main": []}


async def test_others_are_not_held_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """All at once, while the loop that the other runs share goes on."""
    monkeypatch.setattr("nodes.data.validate.SECONDS", 3)
    longest = 0.0

    async def beat() -> None:
        nonlocal longest
        while True:
            began = time.monotonic()
            await asyncio.sleep(0.01)
            longest = max(longest, time.monotonic() - began)

    bombs = [performed(key, params) for key, params, _ in TEXTS.values()]
    bombs += [
        performed("files.compress", {"operation": {"kind": kind}}, make())
        for make, kind, _ in ARCHIVES.values()
    ]
    heart = asyncio.create_task(beat())
    outcomes = await asyncio.gather(*bombs)
    heart.cancel()
    codes = [code for _, _, code in TEXTS.values()] + [code for _, _, code in ARCHIVES.values()]
    assert [outcome.error and outcome.error.code for outcome in outcomes] == codes
    assert longest < 5, f"the loop stood still for {longest:.1f} s"


async def test_a_pdf_that_unfolds_is_refused() -> None:
    import zlib

    stream = zlib.compress(b" " * 400 * MEGABYTE, 9)
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, p) for n, p in enumerate(parts, start=1))
    outcome = await performed("files.pdf_text", {}, body + b"trailer\n<< /Size 5 /Root 1 0 R >>\n%%EOF\n")
    assert outcome.error is not None
    assert outcome.error.code in ("files.damaged", "child.memory", "child.timeout")
