"""Describe node types as JSON: what the editor builds its palette, forms and help from."""

from __future__ import annotations

import inspect
import json
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from orchestrator.sdk.node_type import NodeType, Ports, PortsCount, PortsFrom

FALLBACK_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
    'stroke-width="1.75"><rect x="4" y="4" width="16" height="16" rx="3"/></svg>'
)


def describe_library(types: Iterable[NodeType]) -> dict[str, Any]:
    """`{"groups": [...], "node_types": [...]}` for the whole library."""
    known = list(types)
    first_of = {node_type.group: node_type for node_type in reversed(known)}
    return {
        "groups": [describe_group(node_type) for _, node_type in sorted(first_of.items())],
        "node_types": [describe(node_type) for node_type in known],
    }


def describe(node_type: NodeType) -> dict[str, Any]:
    """One node type as plain JSON values: identity, ports, params schema, help and examples."""
    schema = params_schema(node_type)
    summary, _, rest = node_type.description.partition("\n")
    return {
        "key": node_type.key,
        "version": node_type.version,
        "title": node_type.title,
        "group": node_type.group,
        "summary": summary.strip(),
        "description": rest.strip(),
        "effect": node_type.effect,
        "per": node_type.per,
        "is_trigger": node_type.is_trigger,
        "source": node_type.source,
        "control": node_type.control,
        "inputs": describe_ports(node_type.inputs),
        "outputs": describe_ports(node_type.outputs),
        "sends_back": list(node_type.sends_back),
        "params_schema": schema,
        "summary_template": node_type.summary_template,
        "aliases": list(node_type.aliases),
        "credentials": sorted(set(credential_types(schema))),
        "examples": load_cases(node_type),
    }


def describe_group(node_type: NodeType) -> dict[str, Any]:
    """The group of a node type, from the `manifest.toml` and `icon.svg` beside its module."""
    folder = module_path(node_type).parent
    manifest = _read_manifest(folder / "manifest.toml")
    icon = folder / "icon.svg"
    return {
        "key": node_type.group,
        "title": manifest.get("title", node_type.group.capitalize()),
        "icon": icon.read_text("utf-8").strip() if icon.is_file() else FALLBACK_ICON,
        "quality": manifest.get("quality", "experimental"),
    }


def describe_ports(ports: Ports) -> list[str] | dict[str, Any]:
    """Fixed ports as a list of names, dynamic ones as the rule that gives their names."""
    if isinstance(ports, PortsFrom):
        told: dict[str, Any] = {"from": ports.param, "name": ports.name, "extra": list(ports.extra)}
        if ports.instead is not None:
            told["instead"] = dict(zip(("property", "value", "from"), ports.instead, strict=True))
        return told
    if isinstance(ports, PortsCount):
        return {
            "count": ports.param,
            "prefix": ports.prefix,
            "default": ports.default,
            "most": ports.most,
        }
    return list(ports)


def params_schema(node_type: NodeType) -> dict[str, Any]:
    """The JSON schema (2020-12) of the params, with `ui` hints on its fields."""
    return node_type.params.model_json_schema(by_alias=True)


def credential_types(schema: Any) -> Iterator[str]:
    """Every credential type that a params schema names."""
    if isinstance(schema, dict):
        hints = schema.get("ui")
        if isinstance(hints, dict) and (found := hints.get("credential_type")):
            yield found
        for value in schema.values():
            yield from credential_types(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from credential_types(value)


def undescribed(schema: dict[str, Any]) -> list[str]:
    """The fields of a params schema that lack a description, as `Model.field`. The constant
    that tells the variants of a union apart needs none."""
    models = {"params": schema, **schema.get("$defs", {})}
    return [
        f"{name}.{field}"
        for name, model in models.items()
        for field, value in model.get("properties", {}).items()
        if not value.get("description") and "const" not in value
    ]


def load_cases(node_type: NodeType) -> list[dict[str, Any]]:
    """The cases in `<node>.cases.json` beside the node's module; none when there is no file."""
    path = cases_path(node_type)
    return _read_cases(path) if path.is_file() else []


def cases_path(node_type: NodeType) -> Path:
    return module_path(node_type).with_suffix(".cases.json")


def module_path(node_type: NodeType) -> Path:
    module = sys.modules[node_type.function.__module__]
    return Path(inspect.getfile(module))


@cache
def _read_manifest(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}


def _read_cases(path: Path) -> list[dict[str, Any]]:
    cases = json.loads(path.read_text("utf-8"))
    if not isinstance(cases, list):
        raise ValueError(f"{path.name} must hold a list of cases")
    return cases
