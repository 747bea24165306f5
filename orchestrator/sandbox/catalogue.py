"""Run a file of expression cases: `python -m orchestrator.sandbox.catalogue PATH`.

The file is JSON, {"cases": [{"src", "expression", "input", "matcher", "expected"}]}: the
expression is a template, evaluated for the first input item; the matcher is named as in
Jest; special values are {"$undefined": true}, {"$nan": true}, {"$inf": true} and
{"$regex", "$flags"}. Prints what fails and the counts; exits 1 when anything does."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from typing import Any

from orchestrator.sandbox.limits import SandboxError
from orchestrator.sandbox.pool import SandboxPool
from orchestrator.sdk.evaluation import EvalCall, EvalError

_UNDEFINED = {"$undefined": True}
_NAN = {"$nan": True}
_ZONE = "America/New_York"

# Cases from tests about other nodes leave out the workflow around them.
_SOURCE_TURNS = [[[{"id": "run0"}]], [[{"id": "run1"}]]]
_NODES = {
    "Source": {
        "ran": True,
        "items": _SOURCE_TURNS[-1][0],
        "turns": _SOURCE_TURNS,
        "place": (1, 0),
        "paired": [0],
    },
    "source": {"ran": True, "items": [{"city": "Prague"}], "paired": [0]},
}
_ITEMS_BY_SOURCE = {"expression-item-accessor-engine-parity.test.ts": [{"link": "right"}]}


def _pieces(template: str) -> list[tuple[str, bool]]:
    """The template's parts: (text, whether it is JavaScript). The cases hold no nested braces."""
    out: list[tuple[str, bool]] = []
    for part in re.split(r"(\{\{.*?\}\}(?!\}))", template.removeprefix("="), flags=re.DOTALL):
        if part:
            is_script = part.startswith("{{")
            out.append((part[2:-2] if is_script else part, is_script))
    return out


def _items(case: dict[str, Any]) -> list[Any]:
    given = case["input"]
    if not given:
        return _ITEMS_BY_SOURCE.get(case["src"], [])
    listed = given if isinstance(given, list) else [given]
    return [_unwrapped(entry) for entry in listed]


def _unwrapped(entry: Any) -> Any:
    """Some cases give whole items, with the data under `json`."""
    return entry["json"] if isinstance(entry, dict) and set(entry) == {"json"} else entry


async def _value(case: dict[str, Any], pool: SandboxPool) -> Any:
    pieces = _pieces(case["expression"])
    sole = len(pieces) == 1 and pieces[0][1]
    sources = [text.strip() for text, is_script in pieces if is_script]
    call = EvalCall(
        sources=sources,
        items=_items(case),
        shared={"timezone": _ZONE, "now_ms": 0},
        nodes=_NODES,
        indexes=[0],
        as_text=[not sole] * len(sources),
    )
    [row] = await pool.evaluate(call, exact=sole)
    values = iter(row)
    if sole:
        return next(values)
    return "".join([str(next(values)) if is_script else text for text, is_script in pieces])


def _plain(value: Any) -> Any:
    """Without undefined fields, which `toEqual` does not see."""
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items() if entry != _UNDEFINED}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    return value


def _same(value: Any, expected: Any) -> bool:
    if isinstance(value, bool) or isinstance(expected, bool):
        return value is expected
    if isinstance(value, dict) and isinstance(expected, dict):
        return value.keys() == expected.keys() and all(_same(value[key], expected[key]) for key in value)
    if isinstance(value, list) and isinstance(expected, list):
        return len(value) == len(expected) and all(map(_same, value, expected))
    return bool(value == expected)


def _holds(matcher: str, value: Any, expected: Any) -> bool:
    if isinstance(value, EvalError):
        return False
    if matcher == "toBeUndefined":
        return bool(value == _UNDEFINED)
    if matcher in ("toBeDefined", "not.toBeUndefined"):
        return bool(value != _UNDEFINED)
    if matcher == "toBeNaN":
        return bool(value == _NAN)
    if matcher == "toMatch":
        return re.search(expected["$regex"], str(value)) is not None
    if expected == _UNDEFINED:
        return bool(value == _UNDEFINED)
    if matcher == "toBe" and isinstance(expected, str) and isinstance(value, dict):
        # An object that the case's test turned into text.
        return json.dumps(value, separators=(",", ":")) == expected
    return _same(_plain(value), _plain(expected))


async def run_cases(cases: list[dict[str, Any]]) -> tuple[int, list[str]]:
    """How many pass, and a line for each that does not."""
    pool = SandboxPool(1)
    failed: list[str] = []
    try:
        for case in cases:
            try:
                value = await _value(case, pool)
            except SandboxError as error:
                value = EvalError(error.message)
            if not _holds(case["matcher"], value, case["expected"]):
                failed.append(f"{case['expression']}\n    gave {value!r}\n    not  {case['expected']!r}")
    finally:
        await pool.close()
    return len(cases) - len(failed), failed


def main(path: str) -> int:
    with open(path, encoding="utf-8") as file:
        cases = json.load(file)["cases"]
    passed, failed = asyncio.run(run_cases(cases))
    sys.stdout.write("".join(f"{line}\n" for line in failed))
    sys.stdout.write(f"{passed} passed, {len(failed)} failed\n")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m orchestrator.sandbox.catalogue PATH")
    sys.exit(main(sys.argv[1]))
