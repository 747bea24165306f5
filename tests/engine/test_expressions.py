"""Templates: found, cut, answered by look-ups, or handed to an evaluator."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.engine.expressions import (
    EvalCall,
    EvalError,
    ExpressionError,
    NodeData,
    ParamsTemplate,
    Scope,
)
from orchestrator.engine.expressions.scan import Body, scan
from orchestrator.engine.expressions.text import js_text

ORDER = {
    "a": {"b": [1, {"c d": "x"}]},
    "name": "Ada",
    "none": None,
    "yes": True,
    "half": 0.5,
    "list": [1, None, "b"],
}
SCOPE = Scope(
    items=[ORDER, {"name": "Bo"}],
    node_items={"Get orders": NodeData([{"id": 7}, {"id": 8}], {0: 1}.get)},
    run={"id": "r1"},
    workflow={"name": "Shop"},
    vars={"limit": 3},
)


def resolve(template: Any, item: int = 0) -> Any:
    params = ParamsTemplate.compile({"value": template})
    assert not params.needs_javascript and not params.problems
    [resolved] = params.resolve_plain(SCOPE, [item])
    return resolved if isinstance(resolved, ExpressionError) else resolved["value"]


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("plain", "plain"),
        ("={{ $json.name }}", "Ada"),
        ("={{$json.a.b[0]}}", 1),
        ("={{ $json['a'].b[1][\"c d\"] }}", "x"),
        ("={{ $json.a?.b?.[0] }}", 1),
        ("={{ $json.gone.deeper[3] }}", None),
        ("={{ $json.none.deeper }}", None),
        ("={{ $json.none }}", None),
        ("={{ $json.name[1] }}", "d"),
        ("={{ $json.name.length }}", 3),
        ("={{ $json.list.length }}", 3),
        ("={{ $json.list }}", [1, None, "b"]),
        ("={{ $itemIndex }}", 0),
        ("={{ $run.id }}", "r1"),
        ("={{ $vars.limit }}", 3),
        ("=Hi {{ $json.name }}, {{ $json.gone }}!", "Hi Ada, !"),
        ("={{ $json.yes }} {{ $json.half }} {{ $json.none }} {{ $json.list }}", "true 0.5 null 1,,b"),
        ("={{ $json.a }} of {{ $workflow.name }}", "[object Object] of Shop"),
        ("= {{ $json.name }}", " Ada"),
        ("=no braces", "no braces"),
        ("={{ $('Get orders').item.json.id }}", 8),
        ('={{ $("Get orders").first().json.id }}', 7),
        ("={{ $('Get orders').last().json.id }}", 8),
        ("={{ $node['Get orders'].json.id }}", 8),
        ("={{ $input.item.json.name }} {{ $input.last().json.name }}", "Ada Bo"),
    ],
)
def test_look_ups_follow_javascript(template: str, value: Any) -> None:
    assert resolve(template) == value


def test_nested_params_are_filled_and_the_rest_is_kept() -> None:
    params = ParamsTemplate.compile({"rules": [{"left": "={{ $json.name }}", "op": "eq"}], "n": 1})
    assert params.resolve_plain(SCOPE, range(2)) == [
        {"rules": [{"left": "Ada", "op": "eq"}], "n": 1},
        {"rules": [{"left": "Bo", "op": "eq"}], "n": 1},
    ]
    assert ParamsTemplate.compile({"n": 1, "text": "a = {{ b }}"}).is_constant


@pytest.mark.parametrize(
    "source",
    [
        "$json.a + 1",
        "$json.name.toUpperCase()",
        "$json.constructor",
        "$json['__proto__']",
        "$now",
        "$json[key]",
        "a",
    ],
)
def test_more_than_a_path_needs_javascript(source: str) -> None:
    assert ParamsTemplate.compile({"value": f"={{{{ {source} }}}}"}).needs_javascript


def test_a_node_that_has_not_run_is_named() -> None:
    failed = resolve("={{ $('Sum').item.json.a }}")
    assert isinstance(failed, ExpressionError)
    assert failed.message == "“Sum” has not run in this branch" and "Sum" in failed.hint
    assert (failed.path, failed.item) == ("value", 0)


def test_an_item_without_a_link_is_an_error_with_a_way_out() -> None:
    failed = resolve("={{ $('Get orders').item.json.id }}", item=1)
    assert isinstance(failed, ExpressionError) and ".first()" in failed.hint


def test_mentioned_nodes_are_known_before_the_run() -> None:
    params = ParamsTemplate.compile(
        {
            "a": "={{ $('One').first().json.x }}",
            "b": ["={{ $node[\"Two\"].json.y + $('Three').all().length }}"],
        }
    )
    assert params.node_names == {"One", "Two", "Three"}


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("={{ {a: {b: 1}} }}", [" {a: {b: 1}} "]),
        ("={{ '}}' + \"}}\" }} x", [" '}}' + \"}}\" "]),
        ("={{ `a${ {b: `}}`}.b }}}` }}", [" `a${ {b: `}}`}.b }}}` "]),
        ("={{ /}}[/}]/.test($json.a) }}", [" /}}[/}]/.test($json.a) "]),
        ("={{ 4 / 2 / 1 }}{{ 2 }}", [" 4 / 2 / 1 ", " 2 "]),
        ("={{ 1 /* }} */ }}", [" 1 /* }} */ "]),
        ("={{ x => { return /}}/ } }}", [" x => { return /}}/ } "]),
    ],
)
def test_the_true_end_of_an_expression_is_found(text: str, bodies: list[str]) -> None:
    parts, problems = scan(text)
    assert problems == []
    assert [part.source for part in parts if isinstance(part, Body)] == bodies


@pytest.mark.parametrize(
    ("text", "says", "position"),
    [
        ("={{ $json.a", "never closed", 1),
        ("={{ }}", "empty", 3),
        ("={{ (1 }}", "“(” is closed by “}”", 7),
        ("={{ (1] }}", "“(” is closed by “]”", 6),
        ("={{ 'a }}", "quotes", 4),
        ("={{ `a }}", "template text", 4),
        ("={{ 1) }}", "Unexpected “)”", 5),
    ],
)
def test_a_broken_template_is_a_problem_with_its_place(text: str, says: str, position: int) -> None:
    params = ParamsTemplate.compile({"url": [text]})
    [problem] = params.problems
    assert problem.path == "params.url.0" and problem.code == "expression.syntax"
    assert says in problem.message and problem.hint
    assert f"character {position}" in problem.message


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (0.1, "0.1"),
        (1e21, "1e+21"),
        (1e-7, "1e-7"),
        (0.000001, "0.000001"),
        (1.5e-9, "1.5e-9"),
        (-0.0, "0"),
        (float("nan"), "NaN"),
        (float("-inf"), "-Infinity"),
        (10**21, "1e+21"),
        ([[1, [2]], {}], "1,2,[object Object]"),
    ],
)
def test_values_become_text_as_in_javascript(value: Any, text: str) -> None:
    assert js_text(value) == text


class Recorder:
    """An evaluator that keeps its call and gives prepared rows."""

    def __init__(self, rows: list[list[Any]]) -> None:
        self.rows = rows
        self.calls: list[EvalCall] = []

    async def evaluate(self, call: EvalCall) -> list[list[Any]]:
        self.calls.append(call)
        return self.rows


async def test_all_items_go_in_one_call_with_the_fields_they_use() -> None:
    params = ParamsTemplate.compile({"a": "={{ $json.name + 1 }}", "b": "=<{{ $json.half * 2 }}>"})
    evaluator = Recorder([["Ada1", "1"], ["Bo1", "NaN"]])
    assert await params.resolve(SCOPE, range(2), evaluator) == [
        {"a": "Ada1", "b": "<1>"},
        {"a": "Bo1", "b": "<NaN>"},
    ]
    [call] = evaluator.calls
    assert call.sources == ["$json.name + 1", "$json.half * 2"] and call.as_text == [False, True]
    assert call.items == [{"name": "Ada", "half": 0.5}, {"name": "Bo"}]


async def test_other_items_are_sent_when_they_may_be_read() -> None:
    evaluator = Recorder([[2]])
    await ParamsTemplate.compile({"n": "={{ $input.all().length }}"}).resolve(SCOPE, [1], evaluator)
    assert evaluator.calls[0].whole and evaluator.calls[0].items is SCOPE.items
    assert evaluator.calls[0].indexes == [1]


async def test_of_another_node_only_the_linked_items_are_sent() -> None:
    evaluator = Recorder([[8], [0]])
    params = ParamsTemplate.compile({"n": "={{ $('Get orders').item.json.id * 1 }}"})
    await params.resolve(SCOPE, range(2), evaluator)
    sent = evaluator.calls[0].nodes["Get orders"]
    assert sent["items"] == [{"id": 8}] and sent["paired"] == [0, None]
    params = ParamsTemplate.compile({"n": "={{ $('Get orders').all().length }}"})
    await params.resolve(SCOPE, range(2), evaluator)
    assert evaluator.calls[1].nodes["Get orders"]["items"] == [{"id": 7}, {"id": 8}]


async def test_only_the_shared_names_in_use_are_sent() -> None:
    evaluator = Recorder([[1]])
    await ParamsTemplate.compile({"n": "={{ $vars.limit + 1 }}"}).resolve(SCOPE, [0], evaluator)
    assert evaluator.calls[0].shared == {"timezone": "UTC", "now_ms": 0, "vars": {"limit": 3}}


async def test_a_failure_names_param_item_and_place() -> None:
    params = ParamsTemplate.compile({"rules": [{"left": "=a {{ $json.x.y() }}"}]})
    rows = [["fine"], [EvalError("x.y is not a function", "$json.x.y()", 1, 3, "check y")]]
    good, failed = await params.resolve(SCOPE, range(2), Recorder(rows))
    assert good == {"rules": [{"left": "a fine"}]}
    assert isinstance(failed, ExpressionError)
    assert (failed.path, failed.item, failed.position, failed.hint) == ("rules.0.left", 1, 9, "check y")


async def test_plain_params_never_ask_the_evaluator() -> None:
    evaluator = Recorder([])
    assert await ParamsTemplate.compile({"a": "={{ $json.name }}"}).resolve(SCOPE, [0], evaluator) == [
        {"a": "Ada"}
    ]
    assert evaluator.calls == []
