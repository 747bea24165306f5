"""Runs share children, but nothing else: what one leaves behind, no other finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestrator.sandbox import SandboxError
from orchestrator.sdk.evaluation import EvalError
from tests.sandbox.conftest import Sandbox

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(
    ("leave", "look", "clean"),
    [
        ("globalThis.leak = $json.secret", "globalThis.leak", None),
        ("(() => { leak = $json.secret })()", "typeof leak", "undefined"),
        ("(() => { (cache ??= []).push($json) })()", "typeof cache", "undefined"),
        ("Array.prototype.map = () => ['taken']", "[1].map(x => x + 1)", [2]),
        ("Object.freeze = x => x", "Object.isFrozen(Object.freeze({}))", True),
        ("JSON.stringify = () => 'taken'", "JSON.stringify([1])", "[1]"),
        ("Function.prototype.call = () => 1", "Math.max.call(null, 3)", 3),
        ("Object.prototype.leak = 1", "({}).leak ?? 'none'", "none"),
        ("({}).__proto__.leak = 1", "({}).leak ?? 'none'", "none"),
        ("DateTime.prototype.toISO = () => 'taken'", "DateTime.fromMillis(0).toUTC().toISO()[0]", "1"),
        ("$now.zone.leak = 1", "$now.zone.leak ?? 'none'", "none"),
        ("$now.loc.leak = 1", "$now.loc.leak ?? 'none'", "none"),
        ("$if.leak = 1", "$if.leak ?? 'none'", "none"),
        ("$items.leak = 1", "$items.leak ?? 'none'", "none"),
        ("$jmespath.leak = 1", "$jmespath.leak ?? 'none'", "none"),
        ("/(\\d+)/.test($json.secret) && 1", "(RegExp.$1 ?? '') + (RegExp.input ?? '')", ""),
        ("(s => { s.leak = 1 })((x => x)`a`)", "(s => s.leak ?? 'none')((x => x)`a`)", "none"),
        ("new Intl.NumberFormat('en').format.leak = 1", "new Intl.NumberFormat('en').format.leak ?? 1", 1),
    ],
)
async def test_nothing_stays_behind(sandbox: Sandbox, leave: str, look: str, clean: object) -> None:
    first = await sandbox.value(leave, {"secret": "4711 is the secret"}, run_key="a")
    assert first != "the attempt was not even made"
    assert await sandbox.value(look, run_key="b") == clean


MARK_ALL = (Path(__file__).parent / "mark_all.js").read_text()


async def test_no_object_that_code_can_reach_is_shared_and_changeable(sandbox: Sandbox) -> None:
    nodes = {"A": {"ran": True, "items": [{"a": 1}], "paired": [0]}}
    first = await sandbox.code(MARK_ALL, nodes=nodes, run_key="a")
    again = await sandbox.code(MARK_ALL, nodes=nodes, run_key="b")
    assert first["seen"] > 700 and first["marked"] > 10
    assert again["found"] == 0


async def test_marks_are_found_within_one_call(sandbox: Sandbox) -> None:
    """The search above does find what it looks for."""
    look = "const own = { canary: 1 };" + MARK_ALL.replace("[globalThis", "[own, globalThis")
    assert (await sandbox.code(look, nodes={"A": {"ran": True, "items": [{}], "paired": [0]}}))["found"] == 1


async def test_heirs_of_frozen_prototypes_can_still_have_their_own(sandbox: Sandbox) -> None:
    source = """
      class Shop extends Error { constructor(m) { super(m); this.name = 'Shop' }
        toString() { return 'shop!' } }
      const counts = {}; for (const w of ['toString', 'constructor', 'a']) counts[w] = 1;
      const error = new Shop('closed'); error.message = 'open';
      return [error.name, error.message, `${error}`, Object.keys(counts).length, new Map([[1, 2]]).size];
    """
    assert await sandbox.code(source) == ["Shop", "open", "shop!", 3, 1]


async def test_input_data_does_not_change_for_the_next_expression(sandbox: Sandbox) -> None:
    assert await sandbox.value("[$json.l.reverse(), $json.l.sort()]", {"l": [1, 3, 2]}) == [
        [2, 3, 1],
        [1, 2, 3],
    ]


@pytest.mark.parametrize(
    "source",
    [
        "({}).constructor.constructor('return globalThis')()",
        "[].map.constructor('return 1')()",
        "({})['cons' + (() => 'truc')() + 'tor'].constructor('return 1')()",
        "(() => { const { constructor: c } = () => {}; return c('return 1')() })()",
        "(() => { class Z extends Function {} ; return new Z('return 1')() })()",
        "(() => { class Z extends (async () => {}).constructor {} ; return new Z('return 1')() })()",
        "(() => { class Z extends (function* () {}).constructor {} ; return new Z('return 1') })()",
        "(() => { try { null.x } catch (e) { return e.constructor.constructor('return process')() } })()",
        "(() => { with (Object) { return keys({}) } })()",
        "import('fs')",
        "import/**/('fs')",
        "({}).\\u0063onstructor.constructor('return 1')()",
        "eval('1')",
        "new Function('return 1')",
        "1); globalThis.x = 1; (1",
        "1}); globalThis.x = 1; (() => {1",
        "setTimeout('1')",
        "arguments.callee.caller",
        "(() => { Error.prepareStackTrace = (e, f) => f[0].getThis(); return new Error().stack })()",
    ],
)
async def test_no_code_is_built_from_text(sandbox: Sandbox, source: str) -> None:
    found = await sandbox.value(source)
    assert isinstance(found, EvalError), found
    assert found.message


@pytest.mark.parametrize(
    "source", ["typeof require", "typeof fetch", "typeof WebAssembly", "process.env", "this"]
)
async def test_the_machine_has_no_name(sandbox: Sandbox, source: str) -> None:
    assert await sandbox.value(source) in ({}, None, "undefined", "object")


async def test_code_cannot_build_code_either(sandbox: Sandbox) -> None:
    for source in (
        "return new Function('return 1')()",
        "return eval('1')",
        "return import('fs')",
        "return Reflect.construct(Function, ['return 1'])()",
        "return (await import('fs'))",
    ):
        with pytest.raises(SandboxError) as caught:
            await sandbox.code(source)
        assert caught.value.code == "sandbox.code"
    assert await sandbox.code("return ((n) => n + 1)(1)") == 2
