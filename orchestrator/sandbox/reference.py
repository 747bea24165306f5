"""What expressions know, for the editor: names and methods, each with an example and its result."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import orjson


@cache
def reference() -> list[dict[str, Any]]:
    """Entries `{"of", "name", "call", "summary", "example", "result"}`; `of` is the type that has the
    method (string, number, boolean, array, object, date), or `name` for what stands by itself."""
    found: list[dict[str, Any]] = orjson.loads((Path(__file__).parent / "reference.json").read_bytes())
    return found
