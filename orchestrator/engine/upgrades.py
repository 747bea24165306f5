"""Documents made with older versions of node types, as the present ones have them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestrator.sdk import NodeType


def upgraded(document: dict[str, Any], library: Mapping[str, NodeType]) -> dict[str, Any]:
    """The document with the params of older nodes brought to the present version of their types.

    The one given is never changed, and is what is given back when no node is older. A node that is
    newer, of an unknown type, or that its type fails to upgrade stays as it is, for `check` to tell."""
    nodes = [_upgraded(raw, library.get(raw.get("type", ""))) for raw in document.get("nodes", [])]
    if all(new is old for new, old in zip(nodes, document.get("nodes", []), strict=True)):
        return document
    return {**document, "nodes": nodes}


def version_of(raw: dict[str, Any]) -> int:
    """The version of its type with which a document's node was made."""
    return int(raw.get("version", 1))


def _upgraded(raw: dict[str, Any], node_type: NodeType | None) -> dict[str, Any]:
    if node_type is None or version_of(raw) >= node_type.version:
        return raw
    try:
        params = node_type.upgraded(raw.get("params") or {}, version_of(raw))
    except Exception:  # The node author's code, on params of any shape: a draft must open all the same.
        return raw
    return {**raw, "version": node_type.version, "params": params}
