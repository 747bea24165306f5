"""One template string: literal text, plain look-ups, and JavaScript for the rest."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from orchestrator.engine.expressions.paths import Getter, plain_path
from orchestrator.engine.expressions.scan import Body, ScanProblem, scan
from orchestrator.engine.expressions.scope import Scope
from orchestrator.engine.expressions.text import UNDEFINED, js_text

_NODE_NAMES = re.compile(
    r"""\$(?:\(\s*|node\s*\[\s*|items\(\s*)(?:"([^"\\\n]*)"|'([^'\\\n]*)')|\$node\.([A-Za-z_$][\w$]*)"""
)
# A use that needs no other item of the node than the linked one.
_LINKED_ONLY = re.compile(r"\s*[)\]]?\s*\??\.\s*(?:item|json|isExecuted|params)\b")
# A use that names an output or a turn: $('X').all(1), $items('X', 0, 2).
_REACHES_FAR = re.compile(r"\s*(?:[)\]]\s*\??\.\s*(?:all|first|last)\s*\(\s*[^)\s]|,)")
_JSON_USE = re.compile(r"\$json\b")
_JSON_FIELD = re.compile(
    r"""\$json\s*(?:\??\.\s*([A-Za-z_]\w*)\b(?!\s*\()|\[\s*(?:"([\w ]+)"|'([\w ]+)')\s*\])"""
)
_WHOLE_INPUT = re.compile(r"\$(?:input|items?|getPairedItem|evaluateExpression|data|self)\b")


@dataclass(frozen=True)
class Script:
    """JavaScript that a template needs: `as_text` when it stands between other text. `fields`
    are the top fields of $json that it reads (None: any); `all_items` when it may read
    other items of the step."""

    source: str
    start: int
    as_text: bool
    fields: frozenset[str] | None
    all_items: bool
    node_names: frozenset[str]
    whole_nodes: frozenset[str]
    """Those of `node_names` of which it may read any item, not just the linked one."""
    far_nodes: frozenset[str]
    """Those of which it may read what any output gave in any turn."""


Fill = Callable[[Scope, int, "list[Any]"], Any]
"""Fill a value from the scope, the item's place, and the results of its scripts."""


@dataclass(frozen=True)
class Template:
    """A compiled template. `fill` takes the results of `scripts`, placed from `offset` on."""

    fill: Fill
    scripts: tuple[Script, ...]
    node_names: frozenset[str]
    problems: tuple[ScanProblem, ...]


def compile_template(text: str, *, offset: int) -> Template:
    """Compile a param string that starts with "="; its scripts' results begin at `offset`."""
    parts, problems = scan(text)
    if problems:
        return Template(_nothing, (), frozenset(), tuple(problems))
    if len(parts) == 1 and isinstance(parts[0], Body):
        return _sole(parts[0], offset)
    return _mixed(parts, offset)


def _nothing(_scope: Scope, _index: int, _row: list[Any]) -> Any:
    return None


def _sole(body: Body, offset: int) -> Template:
    if path := plain_path(body.source):
        getter, node = path
        return Template(_fill_path(getter), (), frozenset([node] if node else ()), ())
    script = _script(body, as_text=False)
    return Template(_result(offset), (script,), script.node_names, ())


def _fill_path(getter: Getter) -> Fill:
    def fill(scope: Scope, index: int, _row: list[Any]) -> Any:
        value = getter(scope, index)
        return None if value is UNDEFINED else value

    return fill


def _literal(text: str) -> Fill:
    return lambda _scope, _index, _row: text


def _path_text(getter: Getter) -> Fill:
    return lambda scope, index, _row: js_text(getter(scope, index))


def _result(place: int) -> Fill:
    return lambda _scope, _index, row: row[place]


def _mixed(parts: list[str | Body], offset: int) -> Template:
    pieces: list[Fill] = []
    scripts: list[Script] = []
    names: set[str] = set()
    for part in parts:
        if isinstance(part, str):
            pieces.append(_literal(part))
        elif path := plain_path(part.source):
            getter, node = path
            names.update([node] if node else ())
            pieces.append(_path_text(getter))
        else:
            script = _script(part, as_text=True)
            pieces.append(_result(offset + len(scripts)))
            scripts.append(script)
            names |= script.node_names

    def fill(scope: Scope, index: int, row: list[Any]) -> str:
        return "".join([piece(scope, index, row) for piece in pieces])

    return Template(fill, tuple(scripts), frozenset(names), ())


def _script(body: Body, *, as_text: bool) -> Script:
    source = body.source
    uses = [
        (match, next(g for g in match.groups() if g))
        for match in _NODE_NAMES.finditer(source)
        if match.lastindex
    ]
    whole = {
        name
        for match, name in uses
        if match.group().startswith("$items") or not _LINKED_ONLY.match(source, match.end())
    }
    far = {name for match, name in uses if _REACHES_FAR.match(source, match.end())}
    all_items = bool(_WHOLE_INPUT.search(source))
    return Script(
        source.strip(),
        body.start + len(source) - len(source.lstrip()),
        as_text,
        None if all_items else _fields(source),
        all_items,
        frozenset(name for _, name in uses),
        frozenset(whole),
        frozenset(far),
    )


def _fields(source: str) -> frozenset[str] | None:
    """The top fields of $json in use, when every use of it names one."""
    uses = _JSON_FIELD.findall(source)
    if len(uses) != len(_JSON_USE.findall(source)) or "$parameter" in source:
        return None
    return frozenset(name for use in uses for name in use if name)
