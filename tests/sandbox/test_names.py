"""What expressions and code can say."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.engine.expressions import NodeData, Scope, preview
from orchestrator.sandbox import SandboxError
from orchestrator.sdk.evaluation import EvalError
from tests.sandbox.conftest import Sandbox

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOON = 1_770_000_000_000  # 2026-02-02T02:40:00Z
NODES = {
    "Orders": {"ran": True, "items": [{"id": 7}, {"id": 8}], "paired": [1, None], "params": {"url": "u"}},
    "Later": {"ran": False},
}
SHARED = {
    "timezone": "Europe/Berlin",
    "now_ms": NOON,
    "run": {"id": "r1", "mode": "manual", "resume_url": "http://x"},
    "workflow": {"id": "w1", "name": "Shop", "active": True},
    "vars": {"limit": 3},
    "prev_node": {"name": "Before"},
}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("$json.n + $itemIndex", 1),
        ("$input.all().length + $input.first().json.n", 3),
        ("$input.item.json.n", 1),
        ("$('Orders').item.json.id", 8),
        ("$('Orders').first().json.id + $('Orders').last().json.id", 15),
        ("$('Orders').all().map(o => o.json.id)", [7, 8]),
        ("$('Orders').params.url", "u"),
        ("[$('Orders').isExecuted, $('Later').isExecuted]", [True, False]),
        ("$node['Orders'].json.id", 8),
        ("$node.Orders.json.id", 8),
        ("$items('Orders')[0].json.id", 7),
        ("$now.toISO()", "2026-02-02T03:40:00.000+01:00"),
        ("$today", "2026-02-02T00:00:00.000+01:00"),
        ("$now.plus(1, 'days').format('dd.MM.')", "03.02."),
        ("[$run.id, $execution.mode, $execution.resumeUrl]", ["r1", "manual", "http://x"]),
        ("$workflow.name + $vars.limit + $prevNode.name", "Shop3Before"),
        ("DateTime.fromISO('2026-07-01').setLocale('de').toFormat('cccc')", "Mittwoch"),
        ("Duration.fromObject({ hours: 2 }).as('minutes')", 120),
        ("$if($json.n > 0, 'some', 'none')", "some"),
        ("$ifEmpty('', 'x') + $max(1, 3) + $min(2, 1)", "x31"),
        ("$jmespath({ a: [{ b: 1 }, { b: 2 }] }, 'a[?b > `1`].b')", [2]),
        ("new Intl.NumberFormat('de-DE').format(1234.5)", "1.234,5"),
    ],
)
async def test_names(sandbox: Sandbox, source: str, value: Any) -> None:
    items = [{"n": 1}, {"n": 2}]
    found = await sandbox.values(source, items, nodes=NODES, shared=SHARED)
    assert found[0] == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("'a b'.toSnakeCase() + 'a b'.toTitleCase()", "a_bA B"),
        ("'<b>x</b>'.removeTags() + '# *y*'.removeMarkdown()", "xy"),
        ("'mail me: a@example.org'.extractEmail()", "a@example.org"),
        ("'see https://example.org/a?b'.extractUrl()", "https://example.org/a?b"),
        ("'https://example.org/a/b?c'.extractUrlPath()", "/a/b"),
        ("'Crème brûlée'.replaceSpecialChars()", "Creme brulee"),
        ("'häß'.base64Encode().base64Decode()", "häß"),
        ("'a&b'.urlEncode() + 'a%26b'.urlDecode()", "a%26ba&b"),
        ("'{\"a\":1}'.parseJson().a", 1),
        ("'abc'.hash()", "900150983cd24fb0d6963f7d28e17f72"),
        ("'abc'.hash('sha1')", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        ("(3.14159).round(2) * (-2).abs()", 6.28),
        ("(1234.5).format('en-US')", "1,234.5"),
        ("[3, 1, 2].max() + [1, 2].average()", 4.5),
        ("[1, [2], null, ''].compact()", [1, [2]]),
        ("[1, 2, 3].chunk(2)", [[1, 2], [3]]),
        ("[{ a: 1, b: 2 }].pluck('a')", [1]),
        ("[1, 2, 2].unique().union([3]).difference([1])", [2, 3]),
        ("({ a: 1, b: { c: 2 } }).urlEncode()", "a=1&b%5Bc%5D=2"),
        ("({ a: 1 }).keys().concat(({ a: 1 }).values())", ["a", 1]),
        ("[typeof $json.keys, typeof $json.values, 'compact' in $json]", ["undefined", "undefined", False]),
        ("new Map([[1, 2]]).keys().next().value", 1),
        ("'2026-02-01'.toDateTime().isWeekend()", True),
        ("DateTime.fromISO('2026-02-10').diffTo('2026-02-01', 'days')", 9),
    ],
)
async def test_extension_methods(sandbox: Sandbox, source: str, value: Any) -> None:
    assert await sandbox.value(source, {}) == value


@pytest.mark.parametrize(
    ("source", "says", "hint"),
    [
        ("$jsn.a", "$jsn is not defined", "$json"),
        ("$('Later').item.json.a", "has not run in this branch", "connect"),
        ("$('Or' + 'der').item", "written out in quotes", "$('Name"),
        ("$json.n.foo()", "is not a function", "foo"),
        ("1 +", "Unexpected token", "brackets"),
        ("(async () => 1)()", "at once", "Code node"),
        ("[1, 'x'].sum()", "needs numbers", "map"),
        ("'x'.toDateTime()", "not a date", "format"),
        ("$execution.customData.set('a', 1)", "cannot be set here", "Remember"),
        ("$env.HOME", "environment of the server is closed", "$vars"),
    ],
)
async def test_errors_say_what_to_do(sandbox: Sandbox, source: str, says: str, hint: str) -> None:
    found = await sandbox.value(source, {"n": 1}, nodes=NODES)
    assert isinstance(found, EvalError)
    assert says in found.message and hint in found.hint


async def test_an_item_without_a_link_fails_alone(sandbox: Sandbox) -> None:
    good, bad = await sandbox.values("$('Orders').item.json.id", [{}, {}], nodes=NODES)
    assert good == 8 and isinstance(bad, EvalError) and bad.item == 1


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("1e21", 1e21),
        ("2 ** 53", 2**53),
        ("10n", "10"),
        ("NaN", None),
        ("'\\ud800'", "\ufffd"),
        ("undefined", None),
    ],
)
async def test_values_travel_as_json(sandbox: Sandbox, source: str, value: Any) -> None:
    assert await sandbox.value(source) == value


async def test_text_templates_show_values_like_javascript(sandbox: Sandbox) -> None:
    sources = ["null", "undefined", "[1, [2]]", "({})", "1.50", "new Date(0)"]
    texts = [await sandbox.value(source, as_text=[True]) for source in sources]
    assert texts == ["null", "", "1,2", "[object Object]", "1.5", "1970-01-01T00:00:00.000Z"]


async def test_code_sees_its_items_and_writes_to_the_trace(sandbox: Sandbox) -> None:
    result = await sandbox.pool.run_code(
        "console.log('total', { n: $json.n });\nreturn { n: item.json.n * 10 }",
        [{"n": 1}, {"n": 2}],
        per="item",
    )
    assert result.value == [{"n": 10}, {"n": 20}]
    assert result.logs[1] == {"level": "info", "message": 'total {"n":2}'}


@pytest.mark.parametrize(
    ("source", "says", "line"),
    [
        ("const a = 1;\n\nthrow new TypeError('bad');", "TypeError: bad", 3),
        ("let x = ;", "SyntaxError", 1),
        ("await null;\nnull.x", "Cannot read properties of null", 2),
        ("throw 'text'", "text", None),
    ],
)
async def test_code_errors_name_their_line(
    sandbox: Sandbox, source: str, says: str, line: int | None
) -> None:
    with pytest.raises(SandboxError) as caught:
        await sandbox.code(f"{source}")
    assert says in caught.value.message and caught.value.line == line


async def test_lines_written_before_a_failure_are_kept(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError) as caught:
        await sandbox.code("console.warn('so far'); throw new Error('no')")
    assert caught.value.logs == [{"level": "warning", "message": "so far"}]


async def test_the_preview_gives_a_value_or_an_error(sandbox: Sandbox) -> None:
    scope = Scope(items=[{"n": 2}], node_items={"A": NodeData([{"x": 1}], {0: 0}.get)})
    assert await preview("={{ $json.n ** 3 + $('A').item.json.x }}", scope, sandbox.pool) == {"value": 9}
    assert await preview("plain", scope, sandbox.pool) == {"value": "plain"}
    for template in ("={{ 1 + }}", "={{ (1 }}", "={{ $nope }}", "={{ (() => { for (;;); })() }}"):
        error = (await preview(template, scope, sandbox.pool))["error"]
        assert error["message"] and error["hint"]


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("$secrets.key", "credentials"),
        ("$getWorkflowStaticData('global')", "Remember"),
        ("$fromAI('city')", "agent"),
        ("$jsn.a", "names are $json"),
    ],
)
async def test_a_name_that_is_not_there_says_what_is(sandbox: Sandbox, source: str, hint: str) -> None:
    found = await sandbox.value(source)
    assert isinstance(found, EvalError)
    assert hint in found.hint
