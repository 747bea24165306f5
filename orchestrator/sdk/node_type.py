"""Declaring a node: a decorator that returns a frozen, callable NodeType."""

from __future__ import annotations

import copy
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from orchestrator.sdk.options import Loader
from orchestrator.sdk.params import Params
from orchestrator.sdk.variants import Variants

Effect = Literal["pure", "read", "idempotent_write", "write"]
Source = Literal["manual", "webhook", "schedule", "form", "chat", "error", "workflow", "poll"]

Unless = Callable[[dict[str, Any]], bool] | None
Upgrade = Callable[[dict[str, Any]], dict[str, Any]]

KEY = re.compile(r"^[a-z][a-z0-9]*\.[a-z][a-z0-9_]*$")


@dataclass(frozen=True)
class PortsFrom:
    """Output ports named by a list param: the `name` field of each element of `param`
    (or the element itself when it is a string), then `extra`. With `instead=(field, value, other)`,
    where `field` has that value, the list is that of the param `other`."""

    param: str
    name: str = "name"
    extra: tuple[str, ...] = ()
    instead: tuple[str, str, str] | None = None

    def resolve(self, params: dict[str, Any]) -> tuple[str, ...]:
        param = self.param
        if self.instead is not None and params.get(self.instead[0]) == self.instead[1]:
            param = self.instead[2]
        listed = params.get(param)
        found = [
            entry.get(self.name) if isinstance(entry, dict) else entry
            for entry in (listed if isinstance(listed, list) else [])
        ]
        named = [name for name in found if isinstance(name, str) and name]
        return tuple(dict.fromkeys([*named, *self.extra]))


@dataclass(frozen=True)
class PortsCount:
    """Input ports `<prefix>1 … <prefix>N`, N given by the whole-number `param`."""

    param: str
    prefix: str = "input"
    default: int = 2
    most: int = 10

    def resolve(self, params: dict[str, Any]) -> tuple[str, ...]:
        count = params.get(self.param, self.default)
        if not isinstance(count, int) or isinstance(count, bool):
            count = self.default
        return tuple(f"{self.prefix}{n}" for n in range(1, min(max(count, 2), self.most) + 1))


Ports = tuple[str, ...] | PortsFrom | PortsCount


def resolve_ports(ports: Ports, params: dict[str, Any]) -> tuple[str, ...]:
    """The port names of one node, given its raw params."""
    return ports if isinstance(ports, tuple) else ports.resolve(params)


@dataclass(frozen=True, eq=False)
class NodeType:
    """The definition of a node in the library. Call it like the function it wraps."""

    key: str
    title: str
    function: Callable[..., Any]
    params: type[Params] | Variants
    effect: Effect = "pure"
    per: Literal["item", "batch"] = "batch"
    inputs: Ports = ("main",)
    outputs: Ports = ("main",)
    source: Source | None = None
    """Set on triggers: what starts them."""
    control: str | None = None
    """Set on nodes that the engine itself performs, such as the loop."""
    summary_template: str = ""
    """One line on the card, from the params: `"{method} {url}"`."""
    aliases: tuple[str, ...] = ()
    upgrades: tuple[Upgrade, ...] = ()
    """What turns the raw params of version 1 into those of version 2, of 2 into 3, and so on."""
    sends_back: tuple[str, ...] = ()
    """Output ports on which a person returns work to an earlier step: they may close a circle
    without a loop, since every turn of it is a decision."""
    streams: bool = False
    """Its plain function takes any iterable of items (with several input ports one for each) and yields
    items, or routes to other ports: input and output of any length go through in pieces. It may read
    files; the engine calls it on a thread."""
    effect_for: Callable[[dict[str, Any]], Effect] | None = None
    """The effect of one node, from its raw params, where the params decide."""
    _resume: list[Callable[..., Any]] = field(default_factory=list, repr=False)
    _in_pieces: list[tuple[Callable[..., Any], Unless]] = field(default_factory=list, repr=False)
    _options: dict[str, Loader] = field(default_factory=dict, repr=False)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)

    def resume(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Declare the function that receives the answer after a `Pause`."""
        if self._resume:
            raise TypeError(f"{self.key} already has a resume function")
        self._resume.append(function)
        return function

    def in_pieces(self, *, unless: Unless = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare a function that does the same as one that streams does, for input too large to hold,
        `unless` the raw params say that it cannot."""

        def declare(function: Callable[..., Any]) -> Callable[..., Any]:
            if self.streams or self._in_pieces or inspect.iscoroutinefunction(function):
                raise TypeError(
                    f"{self.key}: in pieces works one plain function, of a node that does not stream"
                )
            self._in_pieces.append((function, unless))
            return function

        return declare

    def streaming(self, params: dict[str, Any]) -> Callable[..., Any] | None:
        """What works on input of any length in pieces, with these raw params; None: nothing does."""
        if self.streams:
            return self.function
        for function, unless in self._in_pieces:
            if unless is None or not unless(params):
                return function
        return None

    def options(self, name: str) -> Callable[[Loader], Loader]:
        """Declare what fetches the options of the params that name it with `options_of(name)`."""

        def declare(loader: Loader) -> Loader:
            if name in self._options or not inspect.iscoroutinefunction(loader):
                raise TypeError(f"{self.key}: options {name!r} must be one `async def`")
            self._options[name] = loader
            return loader

        return declare

    def loader(self, name: str) -> Loader | None:
        """What fetches the options of that name."""
        return self._options.get(name)

    @property
    def resume_function(self) -> Callable[..., Any] | None:
        return self._resume[0] if self._resume else None

    @cached_property
    def is_async(self) -> bool:
        return inspect.iscoroutinefunction(self.function)

    def effect_of(self, params: dict[str, Any]) -> Effect:
        return self.effect_for(params) if self.effect_for else self.effect

    @property
    def version(self) -> int:
        """The present version of its params."""
        return 1 + len(self.upgrades)

    def upgraded(self, params: dict[str, Any], version: int) -> dict[str, Any]:
        """Raw params of an older `version` as those of the present one; the given stay as they are."""
        found = copy.deepcopy(params)
        for upgrade in self.upgrades[version - 1 :]:
            found = upgrade(found)
            if not isinstance(found, dict):
                raise TypeError(f"{self.key}: {upgrade.__name__} must return the params")
        return found

    @property
    def group(self) -> str:
        return self.key.partition(".")[0]

    @property
    def is_trigger(self) -> bool:
        return self.source is not None

    @cached_property
    def description(self) -> str:
        return inspect.getdoc(self.function) or ""

    def with_(self, **changes: Any) -> NodeType:
        return replace(self, **changes)


def _declare(key: str, function: Callable[..., Any], options: dict[str, Any]) -> NodeType:
    if not KEY.match(key):
        raise TypeError(f"node key {key!r} must look like 'group.verb'")
    params = _params_of(key, get_type_hints(function).get("params"))
    if not inspect.getdoc(function):
        raise TypeError(f"{key}: the function needs a docstring; it is the node's summary")
    second = "item" if options.get("per") == "item" else "items"
    if list(inspect.signature(function).parameters) != ["params", second, "context"]:
        raise TypeError(f"{key}: the arguments must be (params, {second}, context)")
    if options.get("streams") and (second == "item" or inspect.iscoroutinefunction(function)):
        raise TypeError(f"{key}: what streams is a plain function of all items")
    return NodeType(key=key, function=function, params=params, **options)


def _params_of(key: str, kind: Any) -> type[Params] | Variants:
    models = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    if not all(inspect.isclass(model) and issubclass(model, Params) for model in models):
        raise TypeError(f"{key}: the first argument must be `params: <a subclass of Params, or several>`")
    return Variants(models) if len(models) > 1 else models[0]


def node(
    key: str,
    *,
    title: str,
    effect: Effect,
    per: Literal["item", "batch"] = "batch",
    inputs: Ports = ("main",),
    outputs: Ports = ("main",),
    control: str | None = None,
    summary: str = "",
    aliases: tuple[str, ...] = (),
    upgrades: tuple[Upgrade, ...] = (),
    effect_for: Callable[[dict[str, Any]], Effect] | None = None,
    sends_back: tuple[str, ...] = (),
    streams: bool = False,
) -> Callable[[Callable[..., Any]], NodeType]:
    """Declare a node. A plain `def` must be quick and pure of I/O; use `async def` otherwise.

    `per="batch"`: `f(params, items, context) -> Outputs | list[Item] | Pause`, params resolved
    once, against the first item; with several input ports `items` is `Inputs`.
    `per="item"`: `f(params, item, context) -> Item | dict | Route | list of these | None`,
    params resolved for each item; the engine gives concurrency, per-item errors and lineage.
    `streams=True`: `f(params, items: Iterable[Item], context) -> Iterable[Item | Route]`, a plain
    function for input or output that does not fit into memory; with several input ports `items` is
    `InputsInPieces`.
    `upgrades`: one function for each change of the params that old documents do not fit.
    Raises TypeError, at import, when the declaration is wrong.
    """
    options = {
        "title": title,
        "effect": effect,
        "per": per,
        "inputs": inputs,
        "outputs": outputs,
        "control": control,
        "summary_template": summary,
        "aliases": aliases,
        "upgrades": upgrades,
        "effect_for": effect_for,
        "sends_back": sends_back,
        "streams": streams,
    }
    return lambda function: _declare(key, function, options)


def trigger(
    key: str,
    *,
    title: str,
    source: Source,
    outputs: Ports = ("main",),
    summary: str = "",
    aliases: tuple[str, ...] = (),
    upgrades: tuple[Upgrade, ...] = (),
) -> Callable[[Callable[..., Any]], NodeType]:
    """Declare a node that starts runs; it has no input port. Its function receives the raw
    items of the start (a request, a due time) and returns the items that flow on."""
    options = {
        "title": title,
        "effect": "pure",
        "inputs": (),
        "outputs": outputs,
        "source": source,
        "summary_template": summary,
        "aliases": aliases,
        "upgrades": upgrades,
    }
    return lambda function: _declare(key, function, options)
