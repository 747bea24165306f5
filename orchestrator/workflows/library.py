"""The node library of this process, and what it says about a document."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import orjson
from django.conf import settings

from orchestrator.credentials.models import Credential
from orchestrator.engine.check import check, shape_problems
from orchestrator.engine.problems import Problem
from orchestrator.engine.upgrades import upgraded
from orchestrator.engine.workflow_settings import WorkflowSettings
from orchestrator.sdk import Library, NodeType, collect
from orchestrator.sdk.schema import describe_library


@cache
def library() -> Library:
    return collect(settings.NODE_PACKAGE)


@cache
def description() -> bytes:
    """The library as the browser gets it, as JSON."""
    told = describe_library(library().values())
    return orjson.dumps(told | {"workflow_settings": WorkflowSettings.model_json_schema()})


def problems_of(document: Any) -> list[Problem]:
    """What stands in the way of running this document, of any shape, and warnings."""
    if found := list(shape_problems(document)):
        return found
    document = upgraded(document, library())
    return [*check(document, library()), *_missing_credentials(document)]


def credential_refs(document: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Each credential a document names: (path of the param, credential id, node name)."""
    for node in document["nodes"]:
        node_type = library().get(node["type"])
        if node_type is None:
            continue
        names = _credential_fields(node_type)
        for path, value in _values_named(node.get("params") or {}, names, f"nodes.{node['id']}.params"):
            if value and not value.startswith("="):
                yield path, value, node.get("name") or node["id"]


def _missing_credentials(document: dict[str, Any]) -> list[Problem]:
    refs = list(credential_refs(document))
    there = set(Credential.objects.filter(pk__in={ref for _, ref, _ in refs}).values_list("pk", flat=True))
    return [
        Problem(
            path,
            "credential.missing",
            f"{name} uses a credential that does not exist",
            "Choose one, or make a new one.",
        )
        for path, ref, name in refs
        if ref not in there
    ]


@cache
def _credential_fields(node_type: NodeType) -> frozenset[str]:
    """The names of the params, at any depth, that hold a credential."""
    schema = node_type.params.model_json_schema()
    found: set[str] = set()
    for part in [schema, *schema.get("$defs", {}).values()]:
        for name, field in part.get("properties", {}).items():
            if any(_is_credential(option) for option in [field, *field.get("anyOf", [])]):
                found.add(name)
    return frozenset(found)


def _is_credential(schema: dict[str, Any]) -> bool:
    return schema.get("ui", {}).get("widget") == "credential"


def _values_named(value: Any, names: frozenset[str], path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, entry in value.items():
            if key in names and isinstance(entry, str):
                yield f"{path}.{key}", entry
            else:
                yield from _values_named(entry, names, f"{path}.{key}")
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _values_named(entry, names, f"{path}.{index}")
