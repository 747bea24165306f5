"""Twenty thousand expressions grown from a small grammar of dangerous words."""

from __future__ import annotations

import random

import pytest

from orchestrator.sdk.evaluation import EvalCall, EvalError
from tests.sandbox.conftest import Sandbox

ATOMS = [
    atom
    for line in """
$json|$json.a|globalThis|Object|Function|({})|[]|''|this|Reflect|Promise|$input|$now|DateTime|process|Error
(() => {})|(async () => {})|(function* () {})|Symbol.iterator|Proxy|Intl|$('x')|$if
new Proxy({}, { get: () => 1 })|1n|/a/g|`x`
""".strip().splitlines()
    for atom in line.split("|")
]
WORDS = (
    "constructor __proto__ prototype call apply bind toString caller arguments map keys getPrototypeOf then "
    "next return isEmpty toDateTime zone loc stack prepareStackTrace mainModule binding dlopen env"
)
MEMBERS = WORDS.split()
# What the outside would look like from inside.
SIGNS = ("node:internal", "main.js", "/bin/node", "sandbox-")


def expression(chance: random.Random, depth: int = 0) -> str:
    kind = chance.random()
    if depth > 3 or kind < 0.25:
        return chance.choice(ATOMS)
    inner = expression(chance, depth + 1)
    if kind < 0.6:
        return inner + chance.choice([".", "?."]) + chance.choice(MEMBERS)
    if kind < 0.75:
        return f"{inner}[{expression(chance, depth + 1)}]"
    if kind < 0.9:
        argument = expression(chance, depth + 1) if chance.random() < 0.6 else "'return 1'"
        return f"{inner}({argument})"
    sign = chance.choice(["=", "+", "??", "||", " in ", " instanceof ", ","])
    return f"({inner}{sign}{expression(chance, depth + 1)})"


def is_a_hit(value: object) -> bool:
    return any(sign in str(value) for sign in SIGNS)


@pytest.mark.asyncio(loop_scope="module")
async def test_nothing_gets_out_hangs_or_kills_a_child(sandbox: Sandbox) -> None:
    chance = random.Random(20_000)
    nodes = {"x": {"ran": True, "items": [{}], "paired": [0]}}
    await sandbox.value("1")
    before = sandbox.pool.pids
    values = failures = 0
    for _ in range(2_000):
        sources = [expression(chance) for _ in range(10)]
        [row] = await sandbox.pool.evaluate(EvalCall(sources=sources, items=[{"a": {"b": 1}}], nodes=nodes))
        hits = [(source, value) for source, value in zip(sources, row, strict=True) if is_a_hit(value)]
        assert hits == []
        failed = sum(isinstance(value, EvalError) for value in row)
        failures += failed
        values += len(row) - failed
    assert sandbox.pool.pids == before
    assert values > 5_000 and failures > 2_000
    assert await sandbox.value("[1, 2].map(x => x + 1)") == [2, 3]


def test_the_oracle_would_fire() -> None:
    assert is_a_hit("at node:internal/main") and not is_a_hit({"a": 1})
