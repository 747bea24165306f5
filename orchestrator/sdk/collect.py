"""Collect the node library: walk a package and the installed plugins, refuse duplicates."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points
from types import MappingProxyType, ModuleType

from orchestrator.sdk.node_type import NodeType

PLUGINS = "orchestrator.nodes"


class Library(Mapping[str, NodeType]):
    """Node types by key. Immutable."""

    def __init__(self, types: dict[str, NodeType], modules: dict[str, str]) -> None:
        self._types = MappingProxyType(types)
        self.modules = MappingProxyType(modules)
        """The module that declares each key."""

    def __getitem__(self, key: str) -> NodeType:
        return self._types[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._types)

    def __len__(self) -> int:
        return len(self._types)


def collect(package: str = "nodes", *, plugins: bool = True) -> Library:
    """All node types declared in `package` and in installed plugins (entry point group
    `orchestrator.nodes`, each naming a package). Raises ValueError for a duplicate key."""
    types: dict[str, NodeType] = {}
    modules: dict[str, str] = {}
    packages = [package]
    if plugins:
        packages += [entry.value for entry in entry_points(group=PLUGINS)]
    for name in packages:
        for module in _modules(importlib.import_module(name)):
            for node_type in vars(module).values():
                if not isinstance(node_type, NodeType) or node_type.function.__module__ != module.__name__:
                    continue
                key = node_type.key
                if key in types:
                    raise ValueError(f"{key} is declared twice: in {modules[key]} and {module.__name__}")
                types[key] = node_type
                modules[key] = module.__name__
    return Library(dict(sorted(types.items())), modules)


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    yield package
    for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        yield importlib.import_module(info.name)
