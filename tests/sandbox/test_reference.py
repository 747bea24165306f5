"""The reference that the editor shows: complete, and each example gives what it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from orchestrator import sandbox as package
from orchestrator.sandbox.reference import reference
from tests.sandbox.conftest import Sandbox

SHARED = {
    "timezone": "Europe/Berlin",
    "now_ms": 1_770_000_000_000,
    "run": {"id": "r1", "mode": "manual"},
    "workflow": {"id": "w1", "name": "Shop", "active": True},
    "vars": {"limit": 3},
    "memory": {"visits": 2},
    "prev_node": {"name": "Orders", "output": "main"},
    "node_name": "Set fields",
}
NODES = {"Orders": {"ran": True, "items": [{"id": 7}], "paired": [0]}}
FOLDER = Path(package.__file__).parent / "javascript"


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("entry", reference(), ids=lambda entry: f"{entry['of']}.{entry['name']}")
async def test_examples_give_what_they_say(sandbox: Sandbox, entry: dict[str, Any]) -> None:
    found = await sandbox.value(entry["example"], {"total": 10}, shared=SHARED, nodes=NODES)
    assert found == entry["result"]


def test_every_extension_method_is_explained() -> None:
    """Those that give nothing for their type are there for n8n's sake only."""
    told = {(entry["of"], entry["name"]) for entry in reference()}
    text = "\n".join(path.read_text() for path in FOLDER.glob("*.js"))
    names = set(re.findall(r"^    (\w+)(?:\(|:|,$)", text, re.MULTILINE)) & {
        *re.findall(
            r"\b(to[A-Z]\w+|is[A-Z]\w+|remove\w+|extract\w*|url\w+|base64\w+|diff\w+|keep\w+)\b", text
        )
    }
    explained = {name for _, name in told}
    harness = {"isDate", "toString", "isPending", "isAsync", "isMissing"}
    assert {name for name in names - harness if name not in explained} == set()
    assert all(entry["summary"].endswith(".") or "…" in entry["summary"] for entry in reference())
