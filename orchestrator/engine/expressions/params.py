"""A node's params with their templates compiled once and resolved for many items."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from orchestrator.engine.expressions.paths import node_data
from orchestrator.engine.expressions.scope import ExpressionError, Scope
from orchestrator.engine.expressions.template import Fill, Script, compile_template
from orchestrator.engine.problems import Problem
from orchestrator.sdk.evaluation import EvalCall, EvalError, Evaluator

Resolved = list[dict[str, Any] | ExpressionError]
_SCRIPT_SECONDS = 2.0
# The fields of a scope that all items see alike, by the names that expressions use for them.
_SHARED = {
    "run": ("$run", "$execution"),
    "workflow": ("$workflow",),
    "vars": ("$vars",),
    "memory": ("$memory",),
    "node_name": ("$nodeName",),
    "node_version": ("$nodeVersion",),
    "prev_node": ("$prevNode", "$input.params"),
    "params": ("$parameter",),
    "run_index": ("$runIndex",),
}


class ParamsTemplate:
    """Compiled params. Any string that starts with "=" is a template; all else is constant."""

    def __init__(self, params: dict[str, Any]) -> None:
        self._params = params
        self._scripts: list[Script] = []
        self._script_paths: list[str] = []
        self._names: set[str] = set()
        self.uses_memory = False
        """Whether a template mentions `$memory`, which costs a look into the database."""
        self.problems: list[Problem] = []
        """What is wrong with the templates, as `expression.syntax` at `params.<path>`."""
        self._fill = self._compile(params, "params")
        self._whole = any(script.all_items for script in self._scripts)
        self._fields = self._common_fields()
        self._sources = [script.source for script in self._scripts]
        self._script_names = frozenset().union(*(script.node_names for script in self._scripts))
        self._whole_nodes = frozenset().union(*(script.whole_nodes for script in self._scripts))
        self.far_names = frozenset().union(*(script.far_nodes for script in self._scripts))
        """The nodes of which a script may read what any output gave in any turn."""
        self._shared = _shared_in(self._sources)
        self._uses_files = any("$binary" in source for source in self._sources)
        self._as_text = [script.as_text for script in self._scripts]

    @classmethod
    def compile(cls, params: dict[str, Any]) -> ParamsTemplate:
        return cls(params)

    @property
    def is_constant(self) -> bool:
        return self._fill is None

    @property
    def needs_javascript(self) -> bool:
        return bool(self._scripts)

    @property
    def needs_all_items(self) -> bool:
        """Whether it may read any item of the step's input, not just the current one."""
        return self._whole

    @property
    def node_names(self) -> frozenset[str]:
        """The nodes that $('Name') and $node["Name"] mention, as far as written out."""
        return frozenset(self._names)

    def constant(self) -> dict[str, Any]:
        """The params themselves; only for `is_constant`."""
        return self._params

    def resolve_plain(self, scope: Scope, indexes: range | list[int]) -> Resolved:
        """Params for each item by look-ups alone; only when not `needs_javascript`. An item that
        cannot be resolved has an ExpressionError in its place. Constant parts are shared
        between the results: do not change them."""
        fill = self._fill
        if fill is None:
            return [self._params for _ in indexes]
        empty: list[Any] = []
        out: Resolved = []
        for index in indexes:
            try:
                out.append(fill(scope, index, empty))
            except ExpressionError as error:
                error.item = index
                out.append(error)
        return out

    async def resolve(self, scope: Scope, indexes: range | list[int], evaluator: Evaluator) -> Resolved:
        """Params for each item: one call of `evaluator` for all items and scripts. What the
        evaluator raises (time, memory) goes through."""
        fill = self._fill
        if fill is None or not self._scripts or not len(indexes):
            return self.resolve_plain(scope, indexes)
        rows = await evaluator.evaluate(self._call(scope, indexes))
        out: Resolved = []
        for index, row in zip(indexes, rows, strict=True):
            try:
                if EvalError in map(type, row):
                    raise self._failure(row)
                out.append(fill(scope, index, row))
            except ExpressionError as error:
                error.item = index
                out.append(error)
        return out

    def _failure(self, row: list[Any]) -> ExpressionError:
        number = next(n for n, value in enumerate(row) if type(value) is EvalError)
        found, script = row[number], self._scripts[number]
        position = script.start if found.position is None else script.start + found.position
        return ExpressionError(
            found.message,
            hint=found.hint,
            path=self._script_paths[number],
            source=script.source,
            position=position,
        )

    def _call(self, scope: Scope, indexes: range | list[int]) -> EvalCall:
        wanted = list(indexes)
        if self._whole:
            items = scope.items if isinstance(scope.items, list) else list(scope.items)
        elif self._fields is None:
            items = [scope.items[index] if index < len(scope.items) else {} for index in wanted]
        else:
            items = [self._narrow(scope, index) for index in wanted]
        return EvalCall(
            sources=self._sources,
            items=items,
            shared={
                "timezone": scope.timezone,
                "now_ms": scope.now_ms,
                **{name: getattr(scope, name) for name in self._shared},
            },
            nodes={name: self._node(scope, name, wanted) for name in self._script_names},
            run_key=str(scope.run.get("id", "")),
            deadline_seconds=_SCRIPT_SECONDS,
            indexes=wanted,
            whole=self._whole,
            as_text=self._as_text,
            files=[_files(scope, index) for index in wanted] if self._uses_files else None,
        )

    def _narrow(self, scope: Scope, index: int) -> dict[str, Any]:
        item = scope.items[index] if index < len(scope.items) else {}
        return {name: item[name] for name in self._fields or () if name in item}

    def _node(self, scope: Scope, name: str, indexes: list[int]) -> dict[str, Any]:
        try:
            data = node_data(scope, name)
        except ExpressionError:
            return {"ran": False}
        paired = [data.paired(index) for index in indexes]
        if name in self._whole_nodes:
            found = {"ran": True, "items": data.items, "paired": paired, "params": data.params}
            if name in self.far_names and data.turns is not None:
                found |= {"turns": data.turns(), "place": data.place}
            return found
        linked = [place for place in dict.fromkeys(paired) if place is not None and place < len(data.items)]
        places = {place: at for at, place in enumerate(linked)}
        return {
            "ran": True,
            "items": [data.items[place] for place in linked],
            "paired": [None if place is None else places.get(place) for place in paired],
            "params": data.params,
        }

    def _common_fields(self) -> frozenset[str] | None:
        fields: set[str] = set()
        for script in self._scripts:
            if script.fields is None:
                return None
            fields |= script.fields
        return frozenset(fields)

    def _compile(self, value: Any, path: str) -> Fill | None:
        """The filler of a value, None when it is constant."""
        if isinstance(value, str):
            return self._compile_text(value, path) if value.startswith("=") else None
        if isinstance(value, dict):
            fills = {key: self._compile(entry, f"{path}.{key}") for key, entry in value.items()}
            return _fill_dict(value, fills) if any(fills.values()) else None
        if isinstance(value, list):
            listed = [self._compile(entry, f"{path}.{place}") for place, entry in enumerate(value)]
            return _fill_list(value, listed) if any(listed) else None
        return None

    def _compile_text(self, text: str, path: str) -> Fill:
        template = compile_template(text, offset=len(self._scripts))
        self.uses_memory = self.uses_memory or "$memory" in text
        self._scripts += template.scripts
        self._script_paths += [path.removeprefix("params.")] * len(template.scripts)
        self._names |= template.node_names
        self.problems += [
            Problem(path, "expression.syntax", f"{found.message} (at character {found.position})", found.hint)
            for found in template.problems
        ]
        return _named(template.fill, path)


def _files(scope: Scope, index: int) -> dict[str, Any]:
    """An item's files as `$binary` shows them: in our words, and in those of n8n."""
    refs = (scope.files[index] if index < len(scope.files) else None) or {}
    return {
        key: {
            "name": ref.name, "mime_type": ref.mime_type, "size": ref.size,
            "fileName": ref.name, "mimeType": ref.mime_type, "fileSize": ref.size,
            "fileExtension": PurePosixPath(ref.name).suffix.lstrip("."),
        }
        for key, ref in refs.items()
    }  # fmt: skip


def _shared_in(sources: list[str]) -> list[str]:
    """Which of the names that all items share the scripts mention."""
    text = "\n".join(sources)
    return [field for field, names in _SHARED.items() if any(name in text for name in names)]


def _named(fill: Fill, path: str) -> Fill:
    """Let an error say which param it happened in."""

    def filled(scope: Scope, index: int, row: list[Any]) -> Any:
        try:
            return fill(scope, index, row)
        except ExpressionError as error:
            error.path = path.removeprefix("params.")
            raise

    return filled


def _fill_dict(value: dict[str, Any], fills: dict[str, Fill | None]) -> Callable[..., dict[str, Any]]:
    moving = [(key, fill) for key, fill in fills.items() if fill]

    def fill_dict(scope: Scope, index: int, row: list[Any]) -> dict[str, Any]:
        filled = value.copy()
        for key, fill in moving:
            filled[key] = fill(scope, index, row)
        return filled

    return fill_dict


def _fill_list(value: list[Any], fills: list[Fill | None]) -> Callable[..., list[Any]]:
    moving = [(place, fill) for place, fill in enumerate(fills) if fill]

    def fill_list(scope: Scope, index: int, row: list[Any]) -> list[Any]:
        filled = value.copy()
        for place, fill in moving:
            filled[place] = fill(scope, index, row)
        return filled

    return fill_list
